using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;
using Kind = PgQuery.Node.NodeOneofCase;

namespace PgMicro.Core.Binding.Queries;

/// <summary>Target lists (the rules of parse_target.c).</summary>
public static class TargetLists
{
    /// <summary>A SELECT list, RETURNING list or UPDATE's SET list before its columns are resolved.</summary>
    public static List<TargetEntry> Transform(ParseState pstate, IEnumerable<Pg.Node> list, ParseExprKind kind)
    {
        var result = new List<TargetEntry>();
        var expandStar = kind is not (ParseExprKind.UpdateSource);
        foreach (var node in list)
        {
            var target = node.ResTarget;
            if (expandStar && target.Val.NodeCase == Kind.ColumnRef && target.Val.ColumnRef.Fields[^1].NodeCase == Kind.AStar)
            {
                ExpandColumnRefStar(pstate, target.Val.ColumnRef, result);
                continue;
            }

            if (expandStar && target.Val.NodeCase == Kind.AIndirection && target.Val.AIndirection.Indirection[^1].NodeCase == Kind.AStar)
            {
                ExpandIndirectionStar(pstate, target.Val.AIndirection, kind, result);
                continue;
            }

            result.Add(TransformEntry(pstate, target.Val, null, kind, target.Name.Length > 0 ? target.Name : null, resJunk: false));
        }

        if (pstate.MultiAssignExprs.Count > 0 && kind != ParseExprKind.UpdateSource)
        {
            throw new PgException(SqlState.SyntaxError, "multiple-assignment is not allowed here");
        }

        return result;
    }

    /// <summary>transformTargetEntry.</summary>
    public static TargetEntry TransformEntry(ParseState pstate, Pg.Node node, BoundExpr? expr, ParseExprKind kind, string? name, bool resJunk)
    {
        expr ??= kind == ParseExprKind.UpdateSource && node.NodeCase == Kind.SetToDefault
            ? new BoundSetToDefault { Type = TypeOid.Unknown, Location = node.SetToDefault.Location }
            : ExpressionBinder.Transform(pstate, node, kind);
        return new TargetEntry { Expr = expr, ResNo = pstate.NextResNo++, ResName = name ?? (resJunk ? null : FigureColumnName(node)), ResJunk = resJunk };
    }

    /// <summary>resolveTargetListUnknowns: literals whose type nothing decided become text.</summary>
    public static void ResolveUnknowns(ParseState pstate, List<TargetEntry> list)
    {
        foreach (var target in list)
        {
            if (target.Expr.Type == TypeOid.Unknown)
            {
                target.Expr = Coercion.CoerceType(
                    pstate, target.Expr, TypeOid.Unknown, TypeOid.Text, -1, CoercionContext.Implicit, CoercionForm.ImplicitCast, -1);
            }
        }
    }

    /// <summary>markTargetListOrigins: which table column a plain column is.</summary>
    public static void MarkOrigins(ParseState pstate, List<TargetEntry> list)
    {
        foreach (var target in list)
        {
            if (target.Expr is BoundVar variable)
            {
                MarkOrigin(pstate, target, variable, variable.Varlevelsup);
            }
        }
    }

    /// <summary>Columns of all visible items: SELECT *.</summary>
    public static void ExpandAll(ParseState pstate, List<TargetEntry> result, int location)
    {
        var found = false;
        foreach (var item in pstate.Namespace)
        {
            if (!item.ColsVisible || (item.LateralOnly && !pstate.LateralActive))
            {
                continue;
            }

            found = true;
            ExpandItem(pstate, item, 0, result, location);
        }

        if (!found)
        {
            throw new PgException(SqlState.SyntaxError, "SELECT * with no tables specified is not valid").At(location);
        }
    }

    /// <summary>Columns of one item as target entries.</summary>
    public static void ExpandItem(ParseState pstate, ParseNamespaceItem item, int levelsUp, List<TargetEntry> result, int location)
    {
        for (var i = 0; i < item.Columns.Length; i++)
        {
            if (!item.Columns[i].IsDropped && !item.Columns[i].DontExpand)
            {
                result.Add(new TargetEntry
                {
                    Expr = NameResolution.MakeVar(item.Columns[i], levelsUp, location),
                    ResNo = pstate.NextResNo++,
                    ResName = item.Names.ColNames[i],
                });
            }
        }
    }

    /// <summary>FigureColname: the name that a column without AS gets.</summary>
    public static string FigureColumnName(Pg.Node? node)
    {
        Figure(node, out var name);
        return name ?? "?column?";
    }

    /// <summary>FigureIndexColname: null when the expression gives no name.</summary>
    public static string? FigureIndexColumnName(Pg.Node? node)
    {
        Figure(node, out var name);
        return name;
    }

    private static void ExpandColumnRefStar(ParseState pstate, Pg.ColumnRef reference, List<TargetEntry> result)
    {
        var fields = reference.Fields;
        if (fields.Count == 1)
        {
            ExpandAll(pstate, result, reference.Location);
            return;
        }

        var schema = fields.Count > 2 ? fields[^3].String.Sval : null;
        var name = fields[^2].String.Sval;
        if (fields.Count > 4)
        {
            throw new PgException(SqlState.SyntaxError, $"improper qualified name (too many dotted names): {string.Join(".", fields.Take(fields.Count - 1).Select(f => f.String.Sval))}.*")
                .At(reference.Location);
        }

        if (NameResolution.FindItem(pstate, schema, name, reference.Location, out var levelsUp) is not { } item)
        {
            // A variable of PL/pgSQL.
            if (pstate.PostColumnRef?.Invoke(pstate, reference, null) is { } row)
            {
                ExpandRow(pstate, row, result);
                return;
            }

            throw NameResolution.MissingTable(pstate, schema, name, reference.Location);
        }

        ExpandItem(pstate, item, levelsUp, result, reference.Location);
    }

    private static void ExpandIndirectionStar(ParseState pstate, Pg.A_Indirection indirection, ParseExprKind kind, List<TargetEntry> result)
    {
        var copy = indirection.Clone();
        copy.Indirection.RemoveAt(copy.Indirection.Count - 1);
        var expr = ExpressionBinder.Transform(
            pstate, copy.Indirection.Count == 0 ? copy.Arg : new Pg.Node { AIndirection = copy }, kind);
        if (expr is BoundVar { Varattno: 0 } whole && pstate.GetRte(whole.Varno, whole.Varlevelsup) is { } rte)
        {
            var columns = NameResolution.ExpandRte(pstate, rte, whole.Varno).Where(c => !c.Column.IsDropped);
            result.AddRange(columns.Select(c => new TargetEntry
            {
                Expr = NameResolution.MakeVar(c.Column, whole.Varlevelsup, whole.Location),
                ResNo = pstate.NextResNo++,
                ResName = c.Name,
            }));
            return;
        }

        ExpandRow(pstate, expr, result);
    }

    private static void ExpandRow(ParseState pstate, BoundExpr expr, List<TargetEntry> result)
    {
        if (RowShape.Of(pstate, expr) is not { } shape)
        {
            throw new PgException(SqlState.WrongObjectType, "record type has not been registered").At(ExprFacts.Location(expr));
        }

        for (var i = 0; i < shape.Count; i++)
        {
            if (shape[i].Type == 0)
            {
                continue;
            }

            BoundExpr field = new BoundFieldSelect
            {
                Arg = expr,
                FieldNum = i + 1,
                Type = shape[i].Type,
                Typmod = shape[i].Typmod,
                Collation = shape[i].Collation,
            };
            result.Add(new TargetEntry { Expr = field, ResNo = pstate.NextResNo++, ResName = shape[i].Name });
        }
    }

    private static void MarkOrigin(ParseState pstate, TargetEntry target, BoundVar variable, int levelsUp)
    {
        var state = pstate;
        for (var i = 0; i < levelsUp; i++)
        {
            state = state!.ParentParseState!;
        }

        var rte = state.RangeTable[variable.Varno - 1];
        switch (rte.RteKind)
        {
            case RteKind.Relation:
                target.ResOrigTbl = rte.Relid;
                target.ResOrigCol = variable.Varattno;
                break;
            case RteKind.Subquery:
                Copy(rte.Subquery!.TargetList);
                break;
            case RteKind.Cte when !rte.SelfReference:
                for (var i = 0; i < rte.CteLevelsUp; i++)
                {
                    state = state.ParentParseState!;
                }

                if (state.CteNamespace.Find(c => c.CteName == rte.CteName)?.CteQuery is { } query)
                {
                    Copy(query.CommandType == CommandType.Select ? query.TargetList : query.ReturningList);
                }

                break;
        }

        void Copy(List<TargetEntry> list)
        {
            if (list.Find(t => t.ResNo == variable.Varattno && !t.ResJunk) is { } inner)
            {
                target.ResOrigTbl = inner.ResOrigTbl;
                target.ResOrigCol = inner.ResOrigCol;
            }
        }
    }

    /// <summary>Strength 2: a real name; 1: a type's name, which a name inside beats; 0: none.</summary>
    private static int Figure(Pg.Node? node, out string? name)
    {
        name = null;
        switch (node?.NodeCase)
        {
            case Kind.ColumnRef:
                name = node.ColumnRef.Fields.LastOrDefault(f => f.NodeCase == Kind.String)?.String.Sval;
                return name is null ? 0 : 2;
            case Kind.AIndirection:
                name = node.AIndirection.Indirection.LastOrDefault(f => f.NodeCase == Kind.String)?.String.Sval;
                return name is null ? Figure(node.AIndirection.Arg, out name) : 2;
            case Kind.FuncCall:
                name = node.FuncCall.Funcname[^1].String.Sval;
                return 2;
            case Kind.AExpr when node.AExpr.Kind == Pg.A_Expr_Kind.AexprNullif:
                name = "nullif";
                return 2;
            case Kind.TypeCast:
                var strength = Figure(node.TypeCast.Arg, out name);
                if (strength <= 1 && node.TypeCast.TypeName is { Names.Count: > 0 } type)
                {
                    name = type.Names[^1].String.Sval;
                    return 1;
                }

                return strength;
            case Kind.CollateClause:
                return Figure(node.CollateClause.Arg, out name);
            case Kind.GroupingFunc:
                name = "grouping";
                return 2;
            case Kind.MergeSupportFunc:
                name = "merge_action";
                return 2;
            case Kind.SubLink:
                switch (node.SubLink.SubLinkType)
                {
                    case Pg.SubLinkType.ExistsSublink:
                        name = "exists";
                        return 2;
                    case Pg.SubLinkType.ArraySublink:
                        name = "array";
                        return 2;
                    case Pg.SubLinkType.ExprSublink:
                        var select = node.SubLink.Subselect.SelectStmt;
                        while (select.Op != Pg.SetOperation.SetopNone)
                        {
                            select = select.Larg;
                        }

                        if (select.TargetList.Count > 0)
                        {
                            var target = select.TargetList[0].ResTarget;
                            if (target.Name.Length > 0)
                            {
                                name = target.Name;
                                return 2;
                            }

                            // The subquery has been analysed by then, so that its column has a name in any case.
                            name = FigureColumnName(target.Val);
                            return 2;
                        }

                        if (select.ValuesLists.Count > 0)
                        {
                            name = "column1";
                            return 2;
                        }

                        return 0;
                    default:
                        return 0;
                }

            case Kind.CaseExpr:
                var inner = Figure(node.CaseExpr.Defresult, out name);
                if (inner <= 1)
                {
                    name = "case";
                    return 1;
                }

                return inner;
            case Kind.AArrayExpr:
                name = "array";
                return 2;
            case Kind.RowExpr:
                name = "row";
                return 2;
            case Kind.CoalesceExpr:
                name = "coalesce";
                return 2;
            case Kind.MinMaxExpr:
                name = node.MinMaxExpr.Op == Pg.MinMaxOp.IsGreatest ? "greatest" : "least";
                return 2;
            case Kind.SqlvalueFunction:
                name = node.SqlvalueFunction.Op switch
                {
                    Pg.SQLValueFunctionOp.SvfopCurrentDate => "current_date",
                    Pg.SQLValueFunctionOp.SvfopCurrentTime or Pg.SQLValueFunctionOp.SvfopCurrentTimeN => "current_time",
                    Pg.SQLValueFunctionOp.SvfopCurrentTimestamp or Pg.SQLValueFunctionOp.SvfopCurrentTimestampN => "current_timestamp",
                    Pg.SQLValueFunctionOp.SvfopLocaltime or Pg.SQLValueFunctionOp.SvfopLocaltimeN => "localtime",
                    Pg.SQLValueFunctionOp.SvfopLocaltimestamp or Pg.SQLValueFunctionOp.SvfopLocaltimestampN => "localtimestamp",
                    Pg.SQLValueFunctionOp.SvfopCurrentRole => "current_role",
                    Pg.SQLValueFunctionOp.SvfopCurrentUser => "current_user",
                    Pg.SQLValueFunctionOp.SvfopUser => "user",
                    Pg.SQLValueFunctionOp.SvfopSessionUser => "session_user",
                    Pg.SQLValueFunctionOp.SvfopCurrentCatalog => "current_catalog",
                    _ => "current_schema",
                };
                return 2;
            case Kind.XmlExpr:
                name = node.XmlExpr.Op switch
                {
                    Pg.XmlExprOp.IsXmlconcat => "xmlconcat",
                    Pg.XmlExprOp.IsXmlelement => "xmlelement",
                    Pg.XmlExprOp.IsXmlforest => "xmlforest",
                    Pg.XmlExprOp.IsXmlparse => "xmlparse",
                    Pg.XmlExprOp.IsXmlpi => "xmlpi",
                    Pg.XmlExprOp.IsXmlroot => "xmlroot",
                    _ => null,
                };
                return name is null ? 0 : 2;
            case Kind.XmlSerialize:
                name = "xmlserialize";
                return 2;
            case Kind.JsonParseExpr:
                name = "json";
                return 2;
            case Kind.JsonScalarExpr:
                name = "json_scalar";
                return 2;
            case Kind.JsonSerializeExpr:
                name = "json_serialize";
                return 2;
            case Kind.JsonObjectConstructor:
                name = "json_object";
                return 2;
            case Kind.JsonArrayConstructor or Kind.JsonArrayQueryConstructor:
                name = "json_array";
                return 2;
            case Kind.JsonObjectAgg:
                name = "json_objectagg";
                return 2;
            case Kind.JsonArrayAgg:
                name = "json_arrayagg";
                return 2;
            case Kind.JsonFuncExpr:
                name = node.JsonFuncExpr.Op switch
                {
                    Pg.JsonExprOp.JsonExistsOp => "json_exists",
                    Pg.JsonExprOp.JsonQueryOp => "json_query",
                    Pg.JsonExprOp.JsonValueOp => "json_value",
                    _ => null,
                };
                return name is null ? 0 : 2;
            default:
                return 0;
        }
    }
}
