using System.Runtime.CompilerServices;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Written expressions to bound ones (PostgreSQL's parse_expr.c).</summary>
public static partial class ExpressionBinder
{
    /// <summary>Analyses an expression that stands in a given place. Collations are assigned afterwards, by <see cref="Collations"/>.</summary>
    /// <param name="pstate">The statement's state.</param>
    /// <param name="node">The expression as parsed.</param>
    /// <param name="kind">The place, which decides what is allowed.</param>
    /// <exception cref="PgException">Whatever PostgreSQL raises on it.</exception>
    public static BoundExpr Transform(ParseState pstate, Pg.Node node, ParseExprKind kind)
    {
        var saved = pstate.ExprKind;
        pstate.ExprKind = kind;
        try
        {
            return TransformRecurse(pstate, node)!;
        }
        finally
        {
            pstate.ExprKind = saved;
        }
    }

    /// <summary>Analyses a subexpression in the place that is already set; null gives null.</summary>
    public static BoundExpr? TransformRecurse(ParseState pstate, Pg.Node? node)
    {
        if (node is null || node.NodeCase == Pg.Node.NodeOneofCase.None)
        {
            return null;
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw PgErrors.StackDepthExceeded();
        }

        switch (node.NodeCase)
        {
            case Pg.Node.NodeOneofCase.ColumnRef:
                return ColumnRefs.Transform(pstate, node.ColumnRef);
            case Pg.Node.NodeOneofCase.ParamRef:
                return pstate.ParamHooks?.TransformParamRef(pstate, node.ParamRef)
                    ?? throw new PgException(SqlState.UndefinedParameter, $"there is no parameter ${node.ParamRef.Number}").At(node.ParamRef.Location);
            case Pg.Node.NodeOneofCase.AConst:
                return Literals.Transform(pstate, node.AConst);
            case Pg.Node.NodeOneofCase.AIndirection:
                return Subscripts.TransformIndirection(pstate, node.AIndirection);
            case Pg.Node.NodeOneofCase.AArrayExpr:
                return TransformArray(pstate, node.AArrayExpr, 0, 0, -1);
            case Pg.Node.NodeOneofCase.TypeCast:
                return TransformTypeCast(pstate, node.TypeCast);
            case Pg.Node.NodeOneofCase.CollateClause:
                return TransformCollate(pstate, node.CollateClause);
            case Pg.Node.NodeOneofCase.AExpr:
                return TransformAExpr(pstate, node.AExpr);
            case Pg.Node.NodeOneofCase.BoolExpr:
                return TransformBool(pstate, node.BoolExpr);
            case Pg.Node.NodeOneofCase.FuncCall:
                return TransformFuncCall(pstate, node.FuncCall);
            case Pg.Node.NodeOneofCase.MultiAssignRef:
                return TransformMultiAssign(pstate, node.MultiAssignRef);
            case Pg.Node.NodeOneofCase.GroupingFunc:
                return AggregateBinding.TransformGroupingFunc(pstate, node.GroupingFunc);
            case Pg.Node.NodeOneofCase.MergeSupportFunc:
                return TransformMergeSupport(pstate, node.MergeSupportFunc);
            case Pg.Node.NodeOneofCase.NamedArgExpr:
                {
                    var arg = TransformRecurse(pstate, node.NamedArgExpr.Arg)!;
                    return new BoundNamedArgExpr
                    {
                        Arg = arg,
                        Name = node.NamedArgExpr.Name,
                        ArgNumber = node.NamedArgExpr.Argnumber,
                        Type = arg.Type,
                        Typmod = arg.Typmod,
                        Location = node.NamedArgExpr.Location,
                    };
                }

            case Pg.Node.NodeOneofCase.SubLink:
                return SubLinks.Transform(pstate, node.SubLink);
            case Pg.Node.NodeOneofCase.CaseExpr:
                return Conditionals.TransformCase(pstate, node.CaseExpr);
            case Pg.Node.NodeOneofCase.RowExpr:
                return TransformRow(pstate, node.RowExpr, allowDefault: false);
            case Pg.Node.NodeOneofCase.CoalesceExpr:
                return Conditionals.TransformCoalesce(pstate, node.CoalesceExpr);
            case Pg.Node.NodeOneofCase.MinMaxExpr:
                return Conditionals.TransformMinMax(pstate, node.MinMaxExpr);
            case Pg.Node.NodeOneofCase.SqlvalueFunction:
                return SqlValues.Transform(node.SqlvalueFunction);
            case Pg.Node.NodeOneofCase.NullTest:
                {
                    var arg = TransformRecurse(pstate, node.NullTest.Arg)!;
                    return new BoundNullTest
                    {
                        Arg = arg,
                        IsNotNull = node.NullTest.Nulltesttype == Pg.NullTestType.IsNotNull,
                        ArgIsRow = TypeFacts.IsRowType(pstate.Catalog, arg.Type),
                        Location = node.NullTest.Location,
                    };
                }

            case Pg.Node.NodeOneofCase.BooleanTest:
                return TransformBooleanTest(pstate, node.BooleanTest);
            case Pg.Node.NodeOneofCase.CurrentOfExpr:
                throw PgErrors.FeatureNotSupported("WHERE CURRENT OF");
            case Pg.Node.NodeOneofCase.SetToDefault:
                throw new PgException(SqlState.SyntaxError, "DEFAULT is not allowed in this context").At(node.SetToDefault.Location);
            case Pg.Node.NodeOneofCase.XmlExpr:
                return XmlBinding.Transform(pstate, node.XmlExpr, arg => TransformRecurse(pstate, arg)!);
            case Pg.Node.NodeOneofCase.XmlSerialize:
                return XmlBinding.TransformSerialize(pstate, node.XmlSerialize, arg => TransformRecurse(pstate, arg)!);
            default:
                return JsonBinding.TryTransform(pstate, node)
                    ?? throw PgErrors.FeatureNotSupported($"expression {node.NodeCase}");
        }
    }

    /// <summary>Analyses the items of a list; <c>t.*</c> becomes its columns.</summary>
    /// <param name="pstate">The statement's state.</param>
    /// <param name="nodes">The items.</param>
    /// <param name="kind">Their place.</param>
    /// <param name="allowDefault">Whether DEFAULT may stand as an item.</param>
    public static List<BoundExpr> TransformList(ParseState pstate, IReadOnlyList<Pg.Node> nodes, ParseExprKind kind, bool allowDefault)
    {
        var result = new List<BoundExpr>(nodes.Count);
        foreach (var node in nodes)
        {
            if (node.NodeCase == Pg.Node.NodeOneofCase.ColumnRef && node.ColumnRef.Fields[^1].NodeCase == Pg.Node.NodeOneofCase.AStar)
            {
                result.AddRange((pstate.Scope ?? throw ColumnRefs.NoTables(node.ColumnRef)).ExpandColumnRefStar(pstate, node.ColumnRef));
            }
            else if (node.NodeCase == Pg.Node.NodeOneofCase.AIndirection && node.AIndirection.Indirection[^1].NodeCase == Pg.Node.NodeOneofCase.AStar)
            {
                result.AddRange(Subscripts.ExpandIndirectionStar(pstate, node.AIndirection, kind));
            }
            else if (allowDefault && node.NodeCase == Pg.Node.NodeOneofCase.SetToDefault)
            {
                result.Add(new BoundSetToDefault { Location = node.SetToDefault.Location });
            }
            else
            {
                result.Add(Transform(pstate, node, kind));
            }
        }

        return result;
    }

    private static BoundExpr TransformFuncCall(ParseState pstate, Pg.FuncCall call)
    {
        var lastSrf = pstate.LastSrf;
        var args = new List<BoundExpr>(call.Args.Count);
        foreach (var arg in call.Args)
        {
            args.Add(TransformRecurse(pstate, arg)!);
        }

        if (call.AggWithinGroup)
        {
            foreach (var order in call.AggOrder)
            {
                args.Add(Transform(pstate, order.SortBy.Node, ParseExprKind.OrderBy));
            }
        }

        return FunctionResolution.ParseFuncOrColumn(pstate, NamespaceLookup.Strings(call.Funcname), args, lastSrf, call, false, call.Location)!;
    }

    private static BoundBoolExpr TransformBool(ParseState pstate, Pg.BoolExpr node)
    {
        var (op, name) = node.Boolop switch
        {
            Pg.BoolExprType.AndExpr => (BoolExprType.And, "AND"),
            Pg.BoolExprType.OrExpr => (BoolExprType.Or, "OR"),
            _ => (BoolExprType.Not, "NOT"),
        };
        var result = new BoundBoolExpr { BoolOp = op, Location = node.Location };
        foreach (var arg in node.Args)
        {
            result.Args.Add(Coercion.CoerceToBoolean(pstate, TransformRecurse(pstate, arg)!, name));
        }

        return result;
    }

    private static BoundBooleanTest TransformBooleanTest(ParseState pstate, Pg.BooleanTest node)
    {
        var (type, name) = node.Booltesttype switch
        {
            Pg.BoolTestType.IsTrue => (BoolTestType.IsTrue, "IS TRUE"),
            Pg.BoolTestType.IsNotTrue => (BoolTestType.IsNotTrue, "IS NOT TRUE"),
            Pg.BoolTestType.IsFalse => (BoolTestType.IsFalse, "IS FALSE"),
            Pg.BoolTestType.IsNotFalse => (BoolTestType.IsNotFalse, "IS NOT FALSE"),
            Pg.BoolTestType.IsUnknown => (BoolTestType.IsUnknown, "IS UNKNOWN"),
            _ => (BoolTestType.IsNotUnknown, "IS NOT UNKNOWN"),
        };
        return new BoundBooleanTest
        {
            Arg = Coercion.CoerceToBoolean(pstate, TransformRecurse(pstate, node.Arg)!, name),
            TestType = type,
            Location = node.Location,
        };
    }

    private static BoundExpr TransformTypeCast(ParseState pstate, Pg.TypeCast cast)
    {
        var catalog = pstate.Catalog;
        var (type, typmod) = TypeNames.Resolve(pstate, cast.TypeName);
        BoundExpr? expr = null;
        if (cast.Arg.NodeCase == Pg.Node.NodeOneofCase.AArrayExpr)
        {
            // The elements are taken as of the target's element type from the start.
            var baseTypmod = typmod;
            var baseType = TypeFacts.GetBaseType(catalog, type, ref baseTypmod);
            if (TypeFacts.GetElementType(catalog, baseType) is var element and not 0)
            {
                expr = TransformArray(pstate, cast.Arg.AArrayExpr, baseType, element, baseTypmod);
            }
        }

        expr ??= TransformRecurse(pstate, cast.Arg)!;
        var location = cast.Location < 0 ? cast.TypeName.Location : cast.Location;
        var inputType = expr.Type;
        return Coercion.CoerceToTargetType(pstate, expr, inputType, type, typmod, CoercionContext.Explicit, CoercionForm.ExplicitCast, location)
            ?? throw Coercion.CannotCast(pstate, inputType, type, location >= 0 ? location : ExprFacts.Location(expr));
    }

    private static BoundCollateExpr TransformCollate(ParseState pstate, Pg.CollateClause node)
    {
        var arg = TransformRecurse(pstate, node.Arg)!;
        if (!TypeFacts.IsCollatable(pstate.Catalog, arg.Type) && arg.Type != TypeOid.Unknown)
        {
            throw new PgException(SqlState.DatatypeMismatch, $"collations are not supported by type {FormatType.Format(arg.Type, pstate)}").At(node.Location);
        }

        return new BoundCollateExpr
        {
            Arg = arg,
            Type = arg.Type,
            Typmod = arg.Typmod,
            Collation = NamespaceLookup.CollationOid(pstate, NamespaceLookup.Strings(node.Collname), node.Location),
            Location = node.Location,
        };
    }

    internal static BoundRowExpr TransformRow(ParseState pstate, Pg.RowExpr node, bool allowDefault)
    {
        var result = new BoundRowExpr
        {
            Args = TransformList(pstate, node.Args, pstate.ExprKind, allowDefault),
            Type = TypeOid.Record,
            RowFormat = ExprKindMap.Form(node.RowFormat),
            Location = node.Location,
        };
        if (result.Args.Count > 1664)
        {
            throw new PgException(SqlState.TooManyColumns, "ROW expressions can have at most 1664 entries").At(node.Location);
        }

        for (var i = 1; i <= result.Args.Count; i++)
        {
            result.ColNames.Add($"f{i}");
        }

        return result;
    }

    private static BoundArrayExpr TransformArray(ParseState pstate, Pg.A_ArrayExpr node, uint arrayType, uint elementType, int typmod)
    {
        var catalog = pstate.Catalog;
        var result = new BoundArrayExpr { Location = node.Location };
        var elements = new List<BoundExpr>(node.Elements.Count);
        foreach (var item in node.Elements)
        {
            if (item.NodeCase == Pg.Node.NodeOneofCase.AArrayExpr)
            {
                elements.Add(TransformArray(pstate, item.AArrayExpr, arrayType, elementType, typmod));
                result.MultiDims = true;
            }
            else
            {
                var element = TransformRecurse(pstate, item)!;
                result.MultiDims |= element.Type is not (TypeOid.Int2Vector or TypeOid.OidVector) && TypeFacts.GetElementType(catalog, element.Type) != 0;
                elements.Add(element);
            }
        }

        var hard = arrayType != 0;
        uint target;
        if (hard)
        {
            target = result.MultiDims ? arrayType : elementType;
        }
        else
        {
            if (elements.Count == 0)
            {
                throw new PgException(SqlState.IndeterminateDatatype, "cannot determine type of empty array")
                    .WithHint("Explicitly cast to the desired type, for example ARRAY[]::integer[].").At(node.Location);
            }

            target = Coercion.SelectCommonType(pstate, elements, "ARRAY");
            if (result.MultiDims)
            {
                arrayType = target;
                elementType = TypeFacts.GetElementType(catalog, arrayType);
                if (elementType == 0)
                {
                    throw new PgException(SqlState.UndefinedObject, $"could not find element type for data type {FormatType.Format(arrayType, catalog)}").At(node.Location);
                }
            }
            else
            {
                elementType = target;
                arrayType = TypeFacts.GetArrayType(catalog, elementType);
                if (arrayType == 0)
                {
                    throw new PgException(SqlState.UndefinedObject, $"could not find array type for data type {FormatType.Format(elementType, catalog)}").At(node.Location);
                }
            }
        }

        for (var i = 0; i < elements.Count; i++)
        {
            var element = elements[i];
            elements[i] = hard
                ? Coercion.CoerceToTargetType(pstate, element, element.Type, target, typmod, CoercionContext.Explicit, CoercionForm.ExplicitCast, -1)
                    ?? throw Coercion.CannotCast(pstate, element.Type, target, ExprFacts.Location(element))
                : Coercion.CoerceToCommonType(pstate, element, target, "ARRAY");
        }

        result.Elements = elements;
        result.ElementType = elementType;
        result.Type = arrayType;
        result.Typmod = elements.Count == 0 ? -1 : Coercion.SelectCommonTypmod(elements, result.MultiDims ? arrayType : elementType);
        return result;
    }

    private static BoundExpr TransformMultiAssign(ParseState pstate, Pg.MultiAssignRef node)
    {
        TargetEntry entry;
        if (node.Colno == 1)
        {
            if (node.Source.NodeCase == Pg.Node.NodeOneofCase.SubLink && node.Source.SubLink.SubLinkType == Pg.SubLinkType.ExprSublink)
            {
                var sublink = SubLinks.TransformMultiExpr(pstate, node.Source.SubLink);
                if (SubLinks.Columns(sublink.Subselect).Count != node.Ncolumns)
                {
                    throw new PgException(SqlState.SyntaxError, "number of columns does not match number of values").At(sublink.Location);
                }

                entry = new TargetEntry { Expr = sublink, ResJunk = true };
                pstate.MultiAssignExprs.Add(entry);
                sublink.SubLinkId = pstate.MultiAssignExprs.Count;
            }
            else if (node.Source.NodeCase == Pg.Node.NodeOneofCase.RowExpr)
            {
                var row = TransformRow(pstate, node.Source.RowExpr, allowDefault: true);
                if (row.Args.Count != node.Ncolumns)
                {
                    throw new PgException(SqlState.SyntaxError, "number of columns does not match number of values").At(row.Location);
                }

                entry = new TargetEntry { Expr = row, ResJunk = true };
                pstate.MultiAssignExprs.Add(entry);
            }
            else
            {
                var source = TransformRecurse(pstate, node.Source);
                throw new PgException(
                    SqlState.FeatureNotSupported, "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression")
                    .At(ExprFacts.Location(source));
            }
        }
        else
        {
            entry = pstate.MultiAssignExprs[^1];
        }

        if (entry.Expr is BoundSubLink link)
        {
            var column = SubLinks.Columns(link.Subselect)[node.Colno - 1].Expr;
            return new BoundParam
            {
                Kind = ParamKind.MultiExpr,
                ParamId = (link.SubLinkId << 16) | node.Colno,
                Type = column.Type,
                Typmod = column.Typmod,
                Collation = column.Collation,
                Location = ExprFacts.Location(column),
            };
        }

        var result = ((BoundRowExpr)entry.Expr).Args[node.Colno - 1];
        if (node.Colno == node.Ncolumns)
        {
            // Its parts have all been handed out: nothing is left to evaluate.
            pstate.MultiAssignExprs.RemoveAt(pstate.MultiAssignExprs.Count - 1);
        }

        return result;
    }

    private static BoundMergeSupportFunc TransformMergeSupport(ParseState pstate, Pg.MergeSupportFunc node)
    {
        for (var state = pstate; state is not null; state = state.ParentParseState)
        {
            if (state.ExprKind == ParseExprKind.MergeReturning)
            {
                return new BoundMergeSupportFunc { Type = TypeOid.Text, Collation = 100, Location = node.Location };
            }
        }

        throw new PgException(SqlState.SyntaxError, "MERGE_ACTION() can only be used in the RETURNING list of a MERGE command").At(node.Location);
    }
}
