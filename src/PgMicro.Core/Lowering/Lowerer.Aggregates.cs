using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    private SqlExpr Aggregate(BoundAggref aggregate)
    {
        if (_scope.Aggregates?.TryGetValue(aggregate, out var computed) == true)
        {
            return computed;
        }

        // What is aggregated are rows before grouping: no grouping column is NULL yet.
        var nulls = _scope.NullGroups;
        _scope.NullGroups = [];
        try
        {
            var filter = aggregate.AggFilter is null ? null : Condition(aggregate.AggFilter);
            var function = AggregateOf(aggregate.AggFnOid);
            if (CalledAggregate(function) is { } called)
            {
                return OverGroup(called, aggregate, filter, nulls);
            }

            if (function != aggregate.AggFnOid)
            {
                aggregate = (BoundAggref)aggregate.ShallowCopy();
                aggregate.AggFnOid = function;
            }

            if (aggregate.AggKind != 'n')
            {
                return OrderedSet(aggregate, filter, nulls);
            }

            var entries = aggregate.Args.Where(static t => !t.ResJunk).ToList();
            var args = entries.ConvertAll(t => Expr(t.Expr));
            var types = entries.ConvertAll(static t => t.Expr.Type);
            var order = AggregateOrder(aggregate, aggregate.AggOrder);
            if (aggregate.AggDistinct.Count > 0 && !ColumnReferences.Any(aggregate))
            {
                return OfOneValue(aggregate, args, types, filter);
            }

            return AggregateCall(aggregate.AggFnOid, aggregate.Type, types, aggregate.InputCollation, args, aggregate.AggStar,
                aggregate.AggDistinct.Count > 0, order, filter, null, aggregate.Location);
        }
        finally
        {
            _scope.NullGroups = nulls;
        }
    }

    // All rows have the same values, so that DISTINCT leaves one of them if there are any. Without a column SQLite would take the aggregate for one of the query that collects the values.
    private SqlCase OfOneValue(BoundAggref aggregate, List<SqlExpr> args, List<uint> types, SqlExpr? filter)
    {
        if (aggregate.Args.Exists(t => Volatility.Has(Catalog, t.Expr)))
        {
            throw PgErrors.FeatureNotSupported("DISTINCT in an aggregate over a volatile expression without columns", aggregate.Location);
        }

        var any = new SqlBinary(">", new SqlCall("count", []) { Star = true, Filter = filter }, SqlLiteral.Of(0));
        return new SqlCase([(any, Over(SqlLiteral.True))], Over(SqlLiteral.False));

        SqlScalar Over(SqlExpr condition) => new(new SqlSelect
        {
            Columns = [AggregateCall(aggregate.AggFnOid, aggregate.Type, types, aggregate.InputCollation, args, star: false, distinct: false, [], null, null, aggregate.Location)],
            Where = condition,
        });
    }

    private SqlExpr AggregateCall(
        uint function, uint resultType, List<uint> types, uint collation, List<SqlExpr> args, bool star, bool distinct,
        List<SqlOrder> order, SqlExpr? filter, SqlWindow? over, int location)
    {
        var proc = Catalog.Proc(function)!;
        if (star || proc.proname == "count")
        {
            if (distinct)
            {
                args = [Collated(args[0], types[0], collation)];
            }

            return new SqlCall("count", star ? [] : args) { Star = star, Distinct = distinct, Filter = filter, Over = over };
        }

        // min and max go by the type's own order.
        if (proc.proname is "min" or "max" && args.Count == 1 && Catalog.Aggregate(function) is { aggsortop: not 0 }
            && CanCompareNatively(types[0]))
        {
            return new SqlCall(proc.proname, [Collated(args[0], types[0], collation)]) { Filter = filter, Over = over };
        }

        var implementation = Implemented(function) is { Kind: FunctionKind.Aggregate } found ? found : throw PgErrors.FunctionNotImplemented(Signature(function), location);
        if (implementation is { SqliteTemplate: { } template, SqliteName: null } && !distinct && order.Count == 0)
        {
            return new SqlTemplate(template, args) { Filter = filter, Over = over };
        }

        if (implementation.SqliteName is null)
        {
            throw PgErrors.FeatureNotSupported($"DISTINCT or ORDER BY in {proc.proname}", location);
        }

        if (distinct)
        {
            if (args.Count != 1 || implementation.NeedsCallSite)
            {
                return DistinctAggregate(implementation, function, resultType, types, collation, args, order, filter, location);
            }

            args = [Collated(args[0], types[0], collation)];
        }

        return new SqlCall(implementation.SqliteName, implementation.NeedsCallSite
            ? [SqlLiteral.Of(CallSite.Get(function, resultType, types, collation).Id), .. args]
            : args)
        { Distinct = distinct, OrderBy = order, Filter = filter, Over = over };
    }

    // SQLite's DISTINCT takes an aggregate of one argument, and ours have more. So the distinct values are collected first,
    // in a JSON array, and then aggregated.
    private SqlExpr DistinctAggregate(
        FunctionImplementation implementation, uint function, uint resultType, List<uint> types, uint collation, List<SqlExpr> args,
        List<SqlOrder> order, SqlExpr? filter, int location)
    {
        if (args.Count > 1 && !args.Skip(1).All(IsConstant))
        {
            return DistinctRows(implementation, function, resultType, types, collation, args, order, filter)
                ?? throw PgErrors.FeatureNotSupported($"DISTINCT in {implementation.Name} with arguments that differ from row to row", location);
        }

        var blob = context.Types.GetCodec(Catalog.GetBaseType(types[0])).ColumnType == SqliteColumnType.Blob;
        var (values, element) = (NewAlias(), NewAlias());
        SqlExpr item = new SqlColumn(element, "value");
        SqlExpr collected = args[0];
        if (blob)
        {
            collected = new SqlCase([(new SqlIsNull(collected, Not: true), new SqlCall("hex", [collected]))], null);
            item = new SqlCall("unhex", [item]);
            order = order.ConvertAll(o => o with { Expr = collected });
        }

        // In the default order when none is given, as PostgreSQL's sort leaves them.
        var sorted = order.Count > 0 ? order : [new SqlOrder(Collated(collected, types[0], collation), false, false)];
        var collect = new SqlCall("json_group_array", [blob ? collected : Collated(collected, types[0], collation)]) { Distinct = true, OrderBy = sorted, Filter = filter };
        var array = new SqlSelect { Columns = [collect] };
        return new SqlScalar(new SqlSelect
        {
            Columns = [Invoke(implementation, function, resultType, types, collation, [item, .. args.Skip(1)])],
            From = new SqlJoin("JOIN", new SqlDerived(array, values, 1, true), new SqlTableFunction("json_each", [new SqlColumn(values, "c1")], element), null),
        });
    }

    // Distinct rows of arguments, each a JSON array; null when equal values may be written in several ways.
    private SqlScalar? DistinctRows(
        FunctionImplementation implementation, uint function, uint resultType, List<uint> types, uint collation, List<SqlExpr> args, List<SqlOrder> order, SqlExpr? filter)
    {
        if (types.Exists(t => CollationOf(t, collation) is not null || context.Types.GetCodec(Catalog.GetBaseType(t)).ColumnType == SqliteColumnType.Blob))
        {
            return null;
        }

        var (values, element) = (NewAlias(), NewAlias());
        var collect = new SqlCall("json_group_array", [new SqlCall("json_array", args)]) { Distinct = true, Filter = filter };
        var row = new SqlColumn(element, "value");
        var items = args.Select(SqlExpr (_, i) => new SqlCall("json_extract", [row, SqlLiteral.Of("$[" + i.ToString(System.Globalization.CultureInfo.InvariantCulture) + "]")])).ToList();

        // ORDER BY names arguments; those that it does not name come after.
        var written = args.ConvertAll(SqliteSqlWriter.Write);
        var sorted = order.ConvertAll(o => o with { Expr = items[written.IndexOf(SqliteSqlWriter.Write(StripCollation(o.Expr)))] });
        sorted.AddRange(items.Where(i => !sorted.Exists(o => o.Expr == i)).Select(static i => new SqlOrder(i, false, false)));
        var call = Invoke(implementation, function, resultType, types, collation, items);
        if (call is not SqlCall aggregate)
        {
            return null;
        }

        var array = new SqlSelect { Columns = [collect] };
        return new SqlScalar(new SqlSelect
        {
            Columns = [aggregate with { OrderBy = sorted }],
            From = new SqlJoin("JOIN", new SqlDerived(array, values, 1, true), new SqlTableFunction("json_each", [new SqlColumn(values, "c1")], element), null),
        });
    }

    private bool CanCompareNatively(uint type) =>
        Catalog.Type(Catalog.GetBaseType(type)) is { typtype: 'b' or 'e' } && Catalog.GetBaseType(type) is not (TypeOid.Record or TypeOid.Json);

    private SqlExpr Window(BoundWindowFunc window)
    {
        var clause = _scope.Query.WindowClause.First(w => w.WinRef == window.WinRef);
        if (_scope.Frames?.TryGetValue(window.WinRef, out var frame) == true)
        {
            return OverFrame(window, clause, frame);
        }

        var over = new SqlWindow(
            clause.PartitionClause.Select(c => SortExpr(_scope.Query, c)).Where(static e => !IsConstant(e)).ToList(),
            clause.OrderClause.Select(c => Order(_scope.Query, c, SortExpr(_scope.Query, c))).ToList(),
            Frame(clause));
        var proc = Catalog.Proc(window.WinFnOid)!;
        var args = window.Args.ConvertAll(Expr);
        var filter = window.AggFilter is null ? null : Condition(window.AggFilter);
        if (proc.prokind == 'w' && proc.oid < Core.Catalog.BuiltInOids.FirstNormalObjectId)
        {
            return BuiltInWindow(proc.proname, args, over, filter);
        }

        var function = AggregateOf(window.WinFnOid);
        return CalledAggregate(function) is { } called
            ? OverWindow(called, window, clause, over, args, filter)
            : AggregateCall(function, window.Type, window.Args.ConvertAll(static a => a.Type), window.InputCollation, args, window.WinStar,
            false, [], filter, over, window.Location);
    }

    private SqlFrame? Frame(WindowClause clause)
    {
        var options = clause.FrameOptions;
        if ((options & ~FrameOptions.Between & ~FrameOptions.NonDefault) == FrameOptions.Defaults)
        {
            return null;
        }

        var unit = options.HasFlag(FrameOptions.Rows) ? "ROWS" : options.HasFlag(FrameOptions.Groups) ? "GROUPS" : "RANGE";
        var start = options.HasFlag(FrameOptions.StartUnboundedPreceding) ? "UNBOUNDED PRECEDING" : options.HasFlag(FrameOptions.StartCurrentRow) ? "CURRENT ROW"
            : options.HasFlag(FrameOptions.StartOffsetPreceding) ? "PRECEDING" : "FOLLOWING";
        var end = options.HasFlag(FrameOptions.EndUnboundedFollowing) ? "UNBOUNDED FOLLOWING" : options.HasFlag(FrameOptions.EndCurrentRow) ? "CURRENT ROW"
            : options.HasFlag(FrameOptions.EndOffsetPreceding) ? "PRECEDING" : "FOLLOWING";
        var exclude = options.HasFlag(FrameOptions.ExcludeCurrentRow) ? "CURRENT ROW" : options.HasFlag(FrameOptions.ExcludeGroup) ? "GROUP"
            : options.HasFlag(FrameOptions.ExcludeTies) ? "TIES" : null;
        return new SqlFrame(unit, StartOffset(), start, EndOffset(), end, exclude);

        SqlExpr? StartOffset() => Offset(clause.StartOffset, "starting");

        SqlExpr? EndOffset() => Offset(clause.EndOffset, "ending");
    }

    private SqlExpr? Offset(BoundExpr? offset, string which)
    {
        if (offset is null)
        {
            return null;
        }

        var value = Expr(offset);
        if (value is SqlLiteral { Value: { Kind: DatumKind.Integer, Int64: >= 0 } or { Kind: DatumKind.Real, Double: >= 0 } })
        {
            return value;
        }

        return new SqlCase(
        [
            (new SqlIsNull(value), Raise(SqlState.NullValueNotAllowed, $"frame {which} offset must not be null")),
            (IsNegative(offset, value), Raise(SqlState.InvalidPrecedingOrFollowingSize, $"frame {which} offset must not be negative")),
        ], value);
    }

    private SqlExpr IsNegative(BoundExpr offset, SqlExpr value) => offset.Type == TypeOid.Numeric
        ? new SqlBinary("<", Collated(value, offset.Type, 0), SqlLiteral.Of("0"))
        : new SqlBinary("<", value, SqlLiteral.Of(0));

    // SQLite wants these arguments positive and refuses NULL; PostgreSQL's result is NULL then.
    private static SqlExpr BuiltInWindow(string name, List<SqlExpr> args, SqlWindow over, SqlExpr? filter)
    {
        var position = name switch { "ntile" => 0, "nth_value" => 1, _ => -1 };
        if (position < 0 || args[position] is SqlLiteral { Value: { Kind: DatumKind.Integer, Int64: > 0 } })
        {
            return new SqlCall(name, args) { Over = over, Filter = filter };
        }

        var argument = args[position];
        var error = Raise(
            position == 0 ? SqlState.InvalidArgumentForNtile : SqlState.InvalidArgumentForNthValue, $"argument of {name} must be greater than zero");
        args[position] = new SqlCase([(new SqlIsNull(argument), SqlLiteral.Of(1)), (new SqlBinary("<=", argument, SqlLiteral.Of(0)), error)], argument);
        return new SqlCase([(new SqlIsNull(argument, Not: true), new SqlCall(name, args) { Over = over, Filter = filter })], null);
    }

    private static SqlCall Raise(string state, string message) =>
        new(EngineFunctions.Raise, [SqlLiteral.Of(state), SqlLiteral.Of(message), SqlLiteral.Null, SqlLiteral.Null]);

    private SqlExpr Grouping(BoundGroupingFunc grouping)
    {
        long bits = 0;
        var scope = ScopeAt(grouping.AggLevelsUp);
        foreach (var reference in grouping.Refs)
        {
            bits = (bits << 1) | (scope.GroupingSet is { } set && !set.Contains(reference) ? 1L : 0);
        }

        return SqlLiteral.Of(bits);
    }
}
