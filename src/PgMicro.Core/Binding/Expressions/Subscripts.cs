using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Extensions;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Subscripts and field selections: <c>x[1]</c>, <c>x[1:2]</c>, <c>(x).f</c>.</summary>
internal static class Subscripts
{
    private const uint ArrayHandler = 6179;
    private const uint RawArrayHandler = 6180;
    private const uint JsonbHandler = 6098;
    private const int MaxDimensions = 6;

    public static BoundExpr TransformIndirection(ParseState pstate, Pg.A_Indirection node) => Transform(pstate, node.Arg, node.Indirection, node.Indirection.Count);

    private static BoundExpr Transform(ParseState pstate, Pg.Node arg, IReadOnlyList<Pg.Node> indirection, int count)
    {
        var lastSrf = pstate.LastSrf;
        var result = ExpressionBinder.TransformRecurse(pstate, arg)!;
        var location = ExprFacts.Location(result);
        var pending = new List<Pg.A_Indices>();
        for (var i = 0; i < count; i++)
        {
            var node = indirection[i];
            switch (node.NodeCase)
            {
                case Pg.Node.NodeOneofCase.AIndices:
                    pending.Add(node.AIndices);
                    break;
                case Pg.Node.NodeOneofCase.AStar:
                    throw new PgException(SqlState.FeatureNotSupported, "row expansion via \"*\" is not supported here").At(location);
                default:
                    if (pending.Count > 0)
                    {
                        result = Container(pstate, result, pending, isAssignment: false);
                        pending.Clear();
                    }

                    var name = node.String.Sval;
                    result = FunctionResolution.ParseFuncOrColumn(pstate, [name], [result], lastSrf, null, false, location)
                        ?? throw UnknownAttribute(pstate, result, name, location);
                    break;
            }
        }

        return pending.Count > 0 ? Container(pstate, result, pending, isAssignment: false) : result;
    }

    /// <summary>The fields of <c>(row).*</c>.</summary>
    public static List<BoundExpr> ExpandIndirectionStar(ParseState pstate, Pg.A_Indirection node, ParseExprKind kind)
    {
        var saved = pstate.ExprKind;
        pstate.ExprKind = kind;
        try
        {
            return ExpandRow(pstate, Transform(pstate, node.Arg, node.Indirection, node.Indirection.Count - 1));
        }
        finally
        {
            pstate.ExprKind = saved;
        }
    }

    /// <summary>The fields of a row expression, each selected from it.</summary>
    public static List<BoundExpr> ExpandRow(ParseState pstate, BoundExpr row)
    {
        var shape = RowShape.Of(pstate, row)
            ?? throw (row.Type == TypeOid.Record
                ? new PgException(SqlState.SyntaxError, "record type has not been registered")
                : new PgException(SqlState.WrongObjectType, $"type {FormatType.Format(row.Type, pstate)} is not composite")).At(ExprFacts.Location(row));
        var result = new List<BoundExpr>();
        for (var i = 0; i < shape.Count; i++)
        {
            if (shape[i].Type != 0)
            {
                result.Add(new BoundFieldSelect
                {
                    Arg = row,
                    FieldNum = i + 1,
                    Type = shape[i].Type,
                    Typmod = shape[i].Typmod,
                    Collation = shape[i].Collation,
                    Location = ExprFacts.Location(row),
                });
            }
        }

        return result;
    }

    public static PgException UnknownAttribute(ParseState pstate, BoundExpr row, string name, int location)
    {
        if (row is BoundVar { Varattno: 0 } whole && pstate.Scope?.RelationNameOf(pstate, whole) is { } relation)
        {
            return new PgException(SqlState.UndefinedColumn, $"column {relation}.{name} does not exist").At(location);
        }

        if (TypeFacts.IsComplex(pstate.Catalog, row.Type))
        {
            return new PgException(SqlState.UndefinedColumn, $"column \"{name}\" not found in data type {FormatType.Format(row.Type, pstate)}").At(location);
        }

        return row.Type == TypeOid.Record
            ? new PgException(SqlState.UndefinedColumn, $"could not identify column \"{name}\" in record data type").At(location)
            : new PgException(
                SqlState.WrongObjectType,
                $"column notation .{name} applied to type {FormatType.Format(row.Type, pstate)}, which is not a composite type").At(location);
    }

    /// <summary>The subscripting of a container; an assignment's source is set by the caller.</summary>
    public static BoundSubscriptingRef Container(ParseState pstate, BoundExpr container, IReadOnlyList<Pg.A_Indices> subscripts, bool isAssignment)
    {
        var catalog = pstate.Catalog;
        var typmod = container.Typmod;
        var type = TypeFacts.GetBaseType(catalog, container.Type, ref typmod);
        type = type switch
        {
            TypeOid.Int2Vector => TypeOid.Int2Array,
            TypeOid.OidVector => TypeOid.OidArray,
            _ => type,
        };
        if (type != container.Type && !isAssignment)
        {
            container = Coercion.CoerceType(
                pstate, container, container.Type, type, -1, CoercionContext.Implicit, CoercionForm.ImplicitCast, ExprFacts.Location(container));
        }

        if (type == ExtensionTypeOid.Hstore)
        {
            return HstoreMember(pstate, container, subscripts);
        }

        var row = TypeFacts.Require(catalog, type);
        var handler = row.typsubscript;
        if (handler is not (ArrayHandler or RawArrayHandler or JsonbHandler))
        {
            throw new PgException(
                SqlState.DatatypeMismatch, $"cannot subscript type {FormatType.Format(container.Type, catalog)} because it does not support subscripting")
                .At(ExprFacts.Location(container));
        }

        var slice = subscripts.Any(s => s.IsSlice);
        var result = new BoundSubscriptingRef
        {
            ContainerType = type,
            ElementType = row.typelem,
            RefExpr = container,
            Typmod = typmod,
            Location = ExprFacts.Location(container),
        };
        if (handler == JsonbHandler)
        {
            foreach (var subscript in subscripts)
            {
                result.UpperIndexes.Add(JsonbIndex(pstate, subscript));
            }

            result.Type = TypeOid.Jsonb;
            return result;
        }

        if (subscripts.Count > MaxDimensions)
        {
            throw new PgException(
                SqlState.ProgramLimitExceeded, $"number of array dimensions ({subscripts.Count}) exceeds the maximum allowed ({MaxDimensions})");
        }

        if (slice)
        {
            result.LowerIndexes = [];
        }

        foreach (var subscript in subscripts)
        {
            // Among slices a plain x[n] means x[1:n].
            result.LowerIndexes?.Add(
                subscript.Lidx is not null ? ArrayIndex(pstate, subscript.Lidx) : subscript.IsSlice ? null : Constants.Int4(1));
            result.UpperIndexes.Add(subscript.Uidx is not null ? ArrayIndex(pstate, subscript.Uidx) : null);
        }

        result.Type = slice ? type : row.typelem;
        return result;
    }

    // hstore['key']: a text.
    private static BoundSubscriptingRef HstoreMember(ParseState pstate, BoundExpr container, IReadOnlyList<Pg.A_Indices> subscripts)
    {
        if (subscripts.Count != 1 || subscripts[0].IsSlice)
        {
            throw new PgException(SqlState.FeatureNotSupported, "hstore allows only one subscript");
        }

        var key = ExpressionBinder.TransformRecurse(pstate, subscripts[0].Uidx)!;
        var index = Coercion.CoerceToTargetType(
                pstate, key, key.Type, TypeOid.Text, -1, CoercionContext.Assignment, CoercionForm.ImplicitCast, -1)
            ?? throw new PgException(SqlState.DatatypeMismatch, "hstore subscript must have type text").At(ExprFacts.Location(key));
        return new BoundSubscriptingRef
        {
            ContainerType = ExtensionTypeOid.Hstore,
            ElementType = TypeOid.Text,
            RefExpr = container,
            UpperIndexes = [index],
            Type = TypeOid.Text,
            Typmod = -1,
            Location = ExprFacts.Location(container),
        };
    }

    private static BoundExpr ArrayIndex(ParseState pstate, Pg.Node node)
    {
        var index = ExpressionBinder.TransformRecurse(pstate, node)!;
        return Coercion.CoerceToTargetType(
                pstate, index, index.Type, TypeOid.Int4, -1, CoercionContext.Assignment, CoercionForm.ImplicitCast, -1)
            ?? throw new PgException(SqlState.DatatypeMismatch, "array subscript must have type integer").At(ExprFacts.Location(index));
    }

    private static BoundExpr JsonbIndex(ParseState pstate, Pg.A_Indices subscript)
    {
        if (subscript.IsSlice)
        {
            var bound = ExpressionBinder.TransformRecurse(pstate, subscript.Uidx ?? subscript.Lidx);
            throw new PgException(SqlState.DatatypeMismatch, "jsonb subscript does not support slices").At(ExprFacts.Location(bound));
        }

        var index = ExpressionBinder.TransformRecurse(pstate, subscript.Uidx)!;
        var target = TypeOid.Unknown;
        if (index.Type == TypeOid.Unknown)
        {
            target = TypeOid.Text;
        }
        else
        {
            foreach (var candidate in (ReadOnlySpan<uint>)[TypeOid.Int4, TypeOid.Text])
            {
                if (Coercion.CanCoerce(pstate.Catalog, index.Type, candidate, CoercionContext.Implicit))
                {
                    if (target != TypeOid.Unknown)
                    {
                        throw new PgException(
                            SqlState.DatatypeMismatch, $"subscript type {FormatType.Format(index.Type, pstate)} is not supported")
                            .WithHint("jsonb subscript must be coercible to only one type, integer or text.").At(ExprFacts.Location(index));
                    }

                    target = candidate;
                }
            }

            if (target == TypeOid.Unknown)
            {
                throw new PgException(SqlState.DatatypeMismatch, $"subscript type {FormatType.Format(index.Type, pstate)} is not supported")
                    .WithHint("jsonb subscript must be coercible to either integer or text.").At(ExprFacts.Location(index));
            }
        }

        return Coercion.CoerceType(pstate, index, index.Type, target, -1, CoercionContext.Implicit, CoercionForm.ImplicitCast, -1);
    }
}
