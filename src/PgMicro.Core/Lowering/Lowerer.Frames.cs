using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <content>
/// Frames that SQLite does not have: RANGE with an offset over other types than plain numbers. The rows are materialised with their
/// partition, number and peer group, and each function is an aggregate over those of them that in_range puts into the frame.
/// </content>
internal sealed partial class Lowerer
{
    private bool IsCompared(BoundQuery query, WindowClause clause)
    {
        var options = clause.FrameOptions;
        if (!options.HasFlag(FrameOptions.StartUnboundedPreceding) && query.TargetList.Exists(t => QueryLayers.Contains(t.Expr, e =>
            e is BoundWindowFunc { WinAgg: true } call && call.WinRef == clause.WinRef && FunctionTable.Find(AggregateOf(call.WinFnOid)) is { SqliteName: not null, IsInvertible: false })))
        {
            // SQLite takes rows out of such a frame; this aggregate cannot.
            return true;
        }

        if ((options & (FrameOptions.StartOffset | FrameOptions.EndOffset)) == 0)
        {
            return false;
        }

        if (!options.HasFlag(FrameOptions.Range))
        {
            // SQLite takes an offset only as a literal.
            return !IsCount(clause.StartOffset) || !IsCount(clause.EndOffset);
        }

        var type = Catalog.GetBaseType(Target(query, clause.OrderClause[0]).Expr.Type);
        return type switch
        {
            TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8 => !Fits(clause.StartOffset) || !Fits(clause.EndOffset),
            TypeOid.Float4 or TypeOid.Float8 => !IsPlainFloat(clause.StartOffset) || !IsPlainFloat(clause.EndOffset),
            _ => true,
        };

        static bool IsCount(BoundExpr? offset) => offset is null or BoundConst { Value: { Kind: DatumKind.Integer, Int64: >= 0 } };

        // A sum that leaves bigint would lose digits.
        static bool Fits(BoundExpr? offset) => offset is null or BoundConst { Value: { IsNull: false, Int64: >= 0 and < int.MaxValue } };

        static bool IsPlainFloat(BoundExpr? offset) => offset is null
            || (offset is BoundConst { Value: { Kind: DatumKind.Real or DatumKind.Integer } value } && double.IsFinite(value.Double) && value.Double >= 0);
    }

    private SqlSelect OverComparedFrames(BoundQuery query)
    {
        var inner = query.RangeTable[0].Subquery!;
        var width = inner.TargetList.Count(static t => !t.ResJunk);
        var source = Query(inner, null);
        var (from, rows, row) = (NewAlias(), NewAlias(), NewAlias());
        _scope.Sources[1] = new DerivedSource(from);
        var numbered = new SqlSelect { From = new SqlDerived(source, from, width, true) };
        Reexport(numbered, from, width);
        var frames = new Dictionary<int, ComparedFrame>();
        foreach (var clause in query.WindowClause.Where(w => IsCompared(query, w)))
        {
            var partition = clause.PartitionClause.Select(c => SortExpr(query, c)).Where(static e => !IsConstant(e)).ToList();
            var order = clause.OrderClause.ConvertAll(c => Order(query, c, SortExpr(query, c)));
            numbered.Columns.Add(partition.Count == 0 ? SqlLiteral.Of(1)
                : new SqlCall("dense_rank", []) { Over = new SqlWindow([], [.. partition.Select(static p => new SqlOrder(p, false, false))], null) });
            numbered.Columns.Add(new SqlCall("row_number", []) { Over = new SqlWindow(partition, order, null) });
            numbered.Columns.Add(new SqlCall("rank", []) { Over = new SqlWindow(partition, order, null) });
            numbered.Columns.Add(new SqlCall("dense_rank", []) { Over = new SqlWindow(partition, order, null) });
            var first = numbered.Columns.Count - 3;
            frames[clause.WinRef] = new ComparedFrame(rows, row, new SqlColumn(row, "c" + first), new SqlColumn(row, "c" + (first + 1)),
                new SqlColumn(row, "c" + (first + 2)), new SqlColumn(row, "c" + (first + 3)));
        }

        numbered.Limit = FrameChecks(query);
        _scope.Sources[1] = new DerivedSource(row);
        _scope.Frames = frames;
        var result = Finish(query, new SqlSelect { From = new SqlTable(null, rows, row) }, clause => SortExpr(query, clause));
        result.With.Add(new SqlCte(rows, numbered.Columns.Count, numbered, true));
        return result;
    }

    /// <summary>
    /// A LIMIT that lets all rows through once the frames' offsets are found good: PostgreSQL looks at them before the first row, be there
    /// one or not, and at those of the window that is computed last first. Null when there is nothing to look at, or a row of an outer query decides.
    /// </summary>
    private SqlCase? FrameChecks(BoundQuery query)
    {
        var checks = new List<(SqlExpr, SqlExpr)>();
        foreach (var clause in query.WindowClause.AsEnumerable().Reverse().Where(w => IsCompared(query, w) && DependsOnFrame(query, w)))
        {
            foreach (var (offset, which) in new[] { (clause.StartOffset, "starting"), (clause.EndOffset, "ending") })
            {
                if (offset is null || IsCorrelated(offset))
                {
                    continue;
                }

                // RANGE's negative ones are in_range's to refuse, when it meets a row.
                checks.Add(clause.FrameOptions.HasFlag(FrameOptions.Range)
                    ? (new SqlIsNull(Expr(offset)), Raise(SqlState.NullValueNotAllowed, $"frame {which} offset must not be null"))
                    : (new SqlIsNull(Offset(offset, which)!), SqlLiteral.Of(0)));
            }
        }

        return checks.Count == 0 ? null : new SqlCase(checks, SqlLiteral.Of(-1));
    }

    // A window whose functions all count rows or peers is computed with another frame, whatever its own is.
    private bool DependsOnFrame(BoundQuery query, WindowClause clause) => query.TargetList.Exists(t => QueryLayers.Contains(t.Expr, e =>
        e is BoundWindowFunc call && call.WinRef == clause.WinRef
        && !(Catalog.Proc(call.WinFnOid) is { prokind: 'w', proname: "row_number" or "rank" or "dense_rank" or "percent_rank" or "cume_dist" or "ntile" })));

    private SqlExpr OverFrame(BoundWindowFunc window, WindowClause clause, ComparedFrame frame)
    {
        var proc = Catalog.Proc(window.WinFnOid)!;
        var isFrameless = proc.prokind == 'w' && proc.proname is not ("first_value" or "last_value" or "nth_value");
        if (isFrameless)
        {
            // Rank, row_number, lag and their like do not look at the frame.
            var over = new SqlWindow(
                clause.PartitionClause.Select(c => SortExpr(_scope.Query, c)).Where(static e => !IsConstant(e)).ToList(),
                clause.OrderClause.ConvertAll(c => Order(_scope.Query, c, SortExpr(_scope.Query, c))), null);
            var value = BuiltInWindow(proc.proname, window.Args.ConvertAll(Expr), over, null);
            return proc.proname is "lag" or "lead" ? OnceFramed(clause, value) : value;
        }

        var other = NewAlias();
        var key = clause.OrderClause.Count == 0 ? null : Target(_scope.Query, clause.OrderClause[0]).Expr;
        var current = key is null ? SqlLiteral.Null : Expr(key);
        var nth = proc.proname == "nth_value" && proc.prokind == 'w' ? Expr(window.Args[1]) : null;
        var saved = _scope.Sources[1];
        _scope.Sources[1] = new DerivedSource(other);
        var candidate = key is null ? SqlLiteral.Null : Expr(key);
        var args = window.Args.ConvertAll(Expr);
        var filter = window.AggFilter is null ? null : Condition(window.AggFilter);
        SqlColumn number = new(other, frame.Number.Name), peers = new(other, frame.Peers.Name);
        var conditions = new List<SqlExpr> { new SqlBinary("=", new SqlColumn(other, frame.Partition.Name), frame.Partition) };
        var options = clause.FrameOptions;

        // What the ends count: rows, peer groups, or (with an offset in RANGE) values.
        var (there, here) = options.HasFlag(FrameOptions.Rows) ? (number, frame.Number)
            : options.HasFlag(FrameOptions.Groups) ? (new SqlColumn(other, frame.Group.Name), frame.Group) : (peers, frame.Peers);
        var byValue = options.HasFlag(FrameOptions.Range);
        if (options.HasFlag(FrameOptions.StartCurrentRow))
        {
            conditions.Add(new SqlBinary(">=", there, here));
        }
        else if ((options & FrameOptions.StartOffset) != 0)
        {
            var preceding = options.HasFlag(FrameOptions.StartOffsetPreceding);
            conditions.Add(byValue ? Within(clause, key!, candidate, current, clause.StartOffset!, "starting", preceding, isEnd: false)
                : new SqlBinary(">=", there, Moved(here, Offset(clause.StartOffset, "starting")!, preceding)));
        }

        if (options.HasFlag(FrameOptions.EndCurrentRow))
        {
            conditions.Add(new SqlBinary("<=", there, here));
        }
        else if ((options & FrameOptions.EndOffset) != 0)
        {
            var preceding = options.HasFlag(FrameOptions.EndOffsetPreceding);
            conditions.Add(byValue ? Within(clause, key!, candidate, current, clause.EndOffset!, "ending", preceding, isEnd: true)
                : new SqlBinary("<=", there, Moved(here, Offset(clause.EndOffset, "ending")!, preceding)));
        }

        if (options.HasFlag(FrameOptions.ExcludeCurrentRow))
        {
            conditions.Add(new SqlBinary("<>", number, frame.Number));
        }
        else if (options.HasFlag(FrameOptions.ExcludeGroup))
        {
            conditions.Add(new SqlBinary("<>", peers, frame.Peers));
        }
        else if (options.HasFlag(FrameOptions.ExcludeTies))
        {
            conditions.Add(new SqlChain("OR", [new SqlBinary("<>", peers, frame.Peers), new SqlBinary("=", number, frame.Number)]));
        }

        var select = new SqlSelect { From = new SqlTable(null, frame.Rows, other), Where = SqlChain.And(conditions) };
        if (proc.prokind == 'w')
        {
            select.Columns = [args[0]];
            select.OrderBy = [new SqlOrder(number, proc.proname == "last_value", null)];
            select.Limit = SqlLiteral.Of(1);
        }
        else
        {
            // The order of the rows matters to those that collect; SQLite's own do not take one.
            var function = AggregateOf(window.WinFnOid);
            var called = CalledAggregate(function);
            List<SqlOrder> order = called is not null || FunctionTable.Find(function) is { SqliteName: not null } ? [new SqlOrder(number, false, null)] : [];
            var types = window.Args.ConvertAll(static a => a.Type);
            select.Columns =
            [
                called is not null ? Grouped(called, window.Type, [], [], types, args, window.InputCollation, false, order, filter, isShared: false, window.Location)
                    : AggregateCall(function, window.Type, types, window.InputCollation, args, window.WinStar, false, order, filter, null, window.Location),
            ];
        }

        _scope.Sources[1] = saved;
        return nth is null ? new SqlScalar(select) : Nth(select, nth, number);
    }

    /// <summary>The value of a function that does not look at its frame, which PostgreSQL finds the ends of all the same: their offsets must be good.</summary>
    private SqlExpr OnceFramed(WindowClause clause, SqlExpr value)
    {
        if (!clause.FrameOptions.HasFlag(FrameOptions.Range))
        {
            return value;
        }

        var key = Target(_scope.Query, clause.OrderClause[0]).Expr;
        var (here, checks) = (Expr(key), new List<(SqlExpr, SqlExpr)>());
        if (clause.StartOffset is { } start)
        {
            checks.Add((new SqlIsNull(Within(clause, key, here, here, start, "starting", clause.FrameOptions.HasFlag(FrameOptions.StartOffsetPreceding), isEnd: false)), SqlLiteral.Null));
        }

        if (clause.EndOffset is { } end)
        {
            checks.Add((new SqlIsNull(Within(clause, key, here, here, end, "ending", clause.FrameOptions.HasFlag(FrameOptions.EndOffsetPreceding), isEnd: true)), SqlLiteral.Null));
        }

        return checks.Count == 0 ? value : new SqlCase(checks, value);
    }

    private static SqlBinary Moved(SqlExpr position, SqlExpr offset, bool preceding) => new(preceding ? "-" : "+", position, offset);

    private SqlExpr Nth(SqlSelect select, SqlExpr position, SqlExpr number)
    {
        var alias = NewAlias();
        select.Limit = null;
        select.OrderBy = [];
        select.Columns.Add(new SqlCall("row_number", []) { Over = new SqlWindow([], [new SqlOrder(number, false, null)], null) });
        var error = Raise(SqlState.InvalidArgumentForNthValue, "argument of nth_value must be greater than zero");
        var chosen = new SqlCase([(new SqlBinary("<=", position, SqlLiteral.Of(0)), error)], position);
        return new SqlScalar(new SqlSelect
        {
            Columns = [new SqlColumn(alias, "c1")],
            From = new SqlDerived(select, alias, 2, false),
            Where = new SqlBinary("=", new SqlColumn(alias, "c2"), chosen),
        });
    }

    // Whether a row is not before the frame's start, or not after its end.
    private SqlCase Within(
        WindowClause clause, BoundExpr key, SqlExpr candidate, SqlExpr current, BoundExpr offset, string which, bool preceding, bool isEnd)
    {
        var (subtract, less) = clause.InRangeAsc ? (preceding, isEnd) : (!preceding, !isEnd);
        var type = Catalog.GetBaseType(key.Type);
        var function = Catalog.ProcsByName("in_range").FirstOrDefault(p => p.proargtypes[0] == type && p.proargtypes[2] == offset.Type)?.oid
            ?? throw PgErrors.FeatureNotSupported("RANGE with an offset over this type");
        var bound = new SqlCase(
            [(new SqlIsNull(Expr(offset)), Raise(SqlState.NullValueNotAllowed, $"frame {which} offset must not be null"))], Expr(offset));
        var test = Invoke(Implementation(function, -1), function, TypeOid.Bool, [type, type, offset.Type, TypeOid.Bool, TypeOid.Bool], 0,
            [candidate, current, bound, subtract ? SqlLiteral.True : SqlLiteral.False, less ? SqlLiteral.True : SqlLiteral.False]);

        // Nulls are peers of each other, before or after all others.
        var nullIsInside = isEnd == clause.InRangeNullsFirst ? SqlLiteral.True : SqlLiteral.False;
        var otherIsInside = isEnd == clause.InRangeNullsFirst ? SqlLiteral.False : SqlLiteral.True;
        return new SqlCase(
        [
            (new SqlIsNull(candidate), new SqlCase([(new SqlIsNull(current), SqlLiteral.True)], nullIsInside)),
            (new SqlIsNull(current), otherIsInside),
        ], test);
    }
}
