using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Routines;

/// <summary>What the final statement of a function in LANGUAGE sql has to give, and how its rows become the function's result (check_sql_fn_retval).</summary>
internal sealed class SqlResult
{
    private readonly CatalogSnapshot _catalog;
    private readonly uint _type;
    private readonly bool _isProcedure;
    private readonly IReadOnlyList<RowField>? _fields;
    private readonly bool _isRow;
    private RecordShape? _shape;

    private SqlResult(CatalogSnapshot catalog, uint type, bool isProcedure, bool isRow, IReadOnlyList<RowField>? fields)
    {
        (_catalog, _type, _isProcedure, _isRow, _fields) = (catalog, type, isProcedure, isRow, fields);
        if (type == TypeOid.Record && fields is not null)
        {
            _shape = RecordShape.Get(fields.Select(static f => f.Type), fields.Select(static f => f.Typmod), fields.Select(static f => f.Name));
        }
    }

    /// <summary>Whether the statement gives the value itself, in one column.</summary>
    internal bool IsWhole { get; private set; }

    /// <summary>The result of a function.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="proc">The function.</param>
    /// <param name="site">The types that its call gives.</param>
    /// <param name="columns">The column definition list of the call; null for none.</param>
    internal static SqlResult Of(CatalogSnapshot catalog, PgProc proc, CallSite site, RecordShape? columns)
    {
        var type = catalog.GetBaseType(site.ResultType);
        var isProcedure = proc.prokind == 'p';
        if (type == TypeOid.Record)
        {
            IReadOnlyList<RowField>? fields = columns is not null
                ? [.. columns.Types.Select((t, i) => new RowField(columns.Names[i], t, columns.Typmods[i], TypeFacts.Collation(catalog, t)))]
                : OutFields(catalog, proc, site) is { } outs && (outs.Count > 1 || (isProcedure && outs.Count > 0)) ? outs : null;
            return new SqlResult(catalog, type, isProcedure, true, fields);
        }

        return catalog.Type(type) switch
        {
            { typtype: 'c', typrelid: var relation } => new SqlResult(
                catalog, site.ResultType, isProcedure, true,
                [.. catalog.Attributes(relation).Select(static a => new RowField(a.attname, a.attisdropped ? 0 : a.atttypid, a.atttypmod, a.attcollation))]),
            { typtype: 'b' or 'e' or 'r' or 'm' } => new SqlResult(catalog, site.ResultType, isProcedure, false, null),
            _ => throw new PgException(SqlState.InvalidFunctionDefinition, $"return type {FormatType.Format(site.ResultType, catalog)} is not supported for SQL functions"),
        };
    }

    /// <summary>The columns of OUT, INOUT and TABLE parameters, polymorphic ones resolved.</summary>
    internal static IReadOnlyList<RowField> OutFields(CatalogSnapshot catalog, PgProc proc, CallSite site)
    {
        var fields = new List<RowField>();
        if (proc.proallargtypes is { } types && proc.proargmodes is { } modes)
        {
            for (var i = 0; i < types.Length; i++)
            {
                if (modes[i] is not ('o' or 'b' or 't'))
                {
                    continue;
                }

                var type = TypeFacts.IsPolymorphic(types[i])
                    ? Coercion.EnforceGenericTypeConsistency(catalog, null, [.. site.ArgumentTypes], (uint[])proc.proargtypes.Clone(), types[i], false)
                    : types[i];
                fields.Add(new RowField(proc.proargnames is { } names && names[i].Length > 0 ? names[i] : $"column{fields.Count + 1}", type, -1, TypeFacts.Collation(catalog, type)));
            }
        }

        return fields;
    }

    /// <summary>The final statement is one that gives no rows.</summary>
    internal void Reject() => throw NoResult();

    /// <summary>The error of a function without a final statement that gives rows.</summary>
    internal PgException NoResult() => Mismatch("Function's final statement must be SELECT or INSERT/UPDATE/DELETE/MERGE RETURNING.");

    /// <summary>Makes the final statement's columns what the function returns.</summary>
    /// <exception cref="PgException">42P13.</exception>
    internal BoundQuery Fit(ParseState pstate, BoundQuery query)
    {
        var isSelect = query.CommandType == CommandType.Select;
        var list = isSelect ? query.TargetList : query.ReturningList;
        if (!isSelect && list.Count == 0)
        {
            throw NoResult();
        }

        var live = list.FindAll(static t => !t.ResJunk);
        IsWhole = false;
        if (!_isRow)
        {
            if (live.Count != 1)
            {
                throw Mismatch("Final statement must return exactly one column.");
            }

            return Coerced(pstate, query, [Fitted(pstate, live[0].Expr, _type, -1)
                ?? throw Mismatch($"Actual return type is {FormatType.Format(live[0].Expr.Type, pstate)}.")]);
        }

        if (live.Count == 1 && !_isProcedure && Fitted(pstate, live[0].Expr, _type, -1) is { } whole)
        {
            IsWhole = true;
            return Coerced(pstate, query, [whole]);
        }

        if (_fields is null)
        {
            _shape = RecordShape.Get(live.Select(static t => t.Expr.Type), live.Select(static t => t.Expr.Typmod), live.Select(static t => t.ResName ?? "?column?"));
            return query;
        }

        var next = 0;
        var coerced = new List<BoundExpr>();
        foreach (var field in _fields)
        {
            if (field.Type == 0)
            {
                continue;
            }

            if (next == live.Count)
            {
                throw Mismatch("Final statement returns too few columns.");
            }

            var expr = live[next++].Expr;
            coerced.Add(Fitted(pstate, expr, field.Type, field.Typmod) ?? throw Mismatch(
                $"Final statement returns {FormatType.Format(expr.Type, pstate)} instead of {FormatType.Format(field.Type, pstate)} at column {next}."));
        }

        return next == live.Count ? Coerced(pstate, query, coerced) : throw Mismatch("Final statement returns too many columns.");
    }

    /// <summary>The one value that a row is.</summary>
    internal PgDatum Pack(PgSession session, PgDatum[] row)
    {
        if (!_isRow)
        {
            return row[0];
        }

        if (_type == TypeOid.Record)
        {
            return ((AnonymousRecordCodec)session.Types.GetCodec(TypeOid.Record)).ToStorage(_shape!, row);
        }

        var values = new PgDatum[_fields!.Count];
        for (int i = 0, next = 0; i < values.Length; i++)
        {
            values[i] = _fields[i].Type == 0 ? PgDatum.Null : row[next++];
        }

        return ((RecordCodec)session.Types.GetCodec(_catalog.GetBaseType(_type))).ToStorage(values);
    }

    /// <summary>The columns that a row is.</summary>
    internal PgDatum[] Spread(PgSession session, PgDatum[] row, RecordShape? columns)
    {
        if (!_isRow)
        {
            return row;
        }

        if (!IsWhole)
        {
            return _type == TypeOid.Record && _fields is null ? [Pack(session, row)] : row;
        }

        if (_type == TypeOid.Record && _fields is null && columns is null)
        {
            return row;
        }

        var fields = _fields!.Where(static f => f.Type != 0).ToArray();
        if (row[0].IsNull)
        {
            return new PgDatum[fields.Length];
        }

        if (_type == TypeOid.Record)
        {
            var values = ((AnonymousRecordCodec)session.Types.GetCodec(TypeOid.Record)).FromStorage(row[0].Bytes, out var actual);
            CheckShape(session, actual, fields);
            return values;
        }

        var all = ((RecordCodec)session.Types.GetCodec(_catalog.GetBaseType(_type))).FromStorage(row[0].Bytes);
        var result = new PgDatum[fields.Length];
        for (int i = 0, next = 0; i < _fields!.Count; i++)
        {
            if (_fields[i].Type != 0)
            {
                result[next++] = i < all.Length ? all[i] : PgDatum.Null;
            }
        }

        return result;
    }

    private static void CheckShape(PgSession session, RecordShape actual, RowField[] wanted)
    {
        const string Message = "function return row and query-specified return row do not match";
        if (actual.Types.Count != wanted.Length)
        {
            throw new PgException(SqlState.DatatypeMismatch, Message)
                .WithDetail($"Returned row contains {actual.Types.Count} attribute{(actual.Types.Count == 1 ? "" : "s")}, but query expects {wanted.Length}.");
        }

        for (var i = 0; i < wanted.Length; i++)
        {
            if (actual.Types[i] != wanted[i].Type)
            {
                throw new PgException(SqlState.DatatypeMismatch, Message).WithDetail(
                    $"Returned type {FormatType.Format(actual.Types[i], session.Catalog)} at ordinal position {i + 1}, but query expects {FormatType.Format(wanted[i].Type, session.Catalog)}.");
            }
        }
    }

    private static BoundExpr? Fitted(ParseState pstate, BoundExpr expr, uint type, int typmod)
    {
        var fitted = Coercion.CoerceToTargetType(pstate, expr, expr.Type, type, typmod, CoercionContext.Assignment, CoercionForm.ImplicitCast, -1);
        if (fitted is not null && !ReferenceEquals(fitted, expr))
        {
            Collations.Assign(pstate, fitted);
        }

        return fitted;
    }

    // What the rows are sorted, grouped or combined by stays as it is: their values are converted around it.
    private static BoundQuery Coerced(ParseState pstate, BoundQuery query, List<BoundExpr> exprs)
    {
        var isSelect = query.CommandType == CommandType.Select;
        var list = isSelect ? query.TargetList : query.ReturningList;
        var isSame = true;
        var inPlace = true;
        var next = 0;
        foreach (var target in list)
        {
            if (!target.ResJunk && !ReferenceEquals(exprs[next++], target.Expr))
            {
                isSame = false;
                inPlace &= !isSelect || (target.RessortGroupRef == 0 && query.SetOperations is null && query.DistinctClause.Count == 0);
            }
        }

        if (isSame)
        {
            return query;
        }

        var result = (BoundQuery)query.ShallowCopy();
        if (inPlace)
        {
            next = 0;
            var replaced = list.ConvertAll(t => t.ResJunk || ReferenceEquals(exprs[next], t.Expr) ? Kept(t) : BoundTrees.Target(exprs[next++], t.ResNo, t.ResName));
            if (isSelect)
            {
                result.TargetList = replaced;
            }
            else
            {
                result.ReturningList = replaced;
            }

            return result;

            TargetEntry Kept(TargetEntry target)
            {
                next += target.ResJunk ? 0 : 1;
                return target;
            }
        }

        var live = list.FindAll(static t => !t.ResJunk);
        var outer = new BoundQuery
        {
            CommandType = CommandType.Select,
            RangeTable = [BoundTrees.Subquery(query, "result")],
            JoinTree = new FromExpr { FromList = [new RangeTblRef { RtIndex = 1 }] },
        };
        for (var i = 0; i < live.Count; i++)
        {
            var from = live[i].Expr;
            var column = new BoundVar { Varno = 1, Varattno = i + 1, Type = from.Type, Typmod = from.Typmod, Collation = from.Collation };
            outer.TargetList.Add(BoundTrees.Target(Fitted(pstate, column, exprs[i].Type, exprs[i].Typmod)!, i + 1, live[i].ResName));
        }

        return outer;
    }

    private PgException Mismatch(string detail) =>
        new PgException(SqlState.InvalidFunctionDefinition, $"return type mismatch in function declared to return {FormatType.Format(_type, _catalog)}").WithDetail(detail);
}
