using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    /// <summary>Lowers a query below the current scope; its output is columns c1 … of the target list without junk.</summary>
    private SqlQuery Query(BoundQuery query, LateralBoundary? boundary)
    {
        if (query.HasWindowFuncs && query.SetOperations is null
            && (query.HasDistinctOn || (query.LimitOption == LimitOption.WithTies && query.LimitCount is not null)))
        {
            // Both rank the rows by a window function of SQLite, which must not hold another one.
            query = QueryLayers.BelowRanking(query, Catalog);
        }

        if (query.CommandType != CommandType.Select)
        {
            throw PgErrors.FeatureNotSupported("a data-modifying statement inside a query", query.StmtLocation);
        }

        Implementability.Check(query, Catalog);
        query = VolatileGroups.Apart(Catalog, TargetSetFunctions.Rewrite(Catalog, query));
        var compared = query.HasWindowFuncs && query.WindowClause.Exists(w => IsCompared(query, w));
        var lent = GroupLayer.IsNeeded(query, Catalog);
        if (lent && (!query.HasWindowFuncs || GroupLayer.HoldsWindows(query, Catalog)))
        {
            query = GroupLayer.Split(query, Catalog);
            compared = false;
        }
        else if (compared || (query.HasWindowFuncs && (lent || query.GroupingSets.Count > 0)))
        {
            query = QueryLayers.BelowWindows(query, Catalog);
        }

        var outer = _scope;
        var scope = new QueryScope(query, outer) { Boundary = boundary };
        _scope = scope;
        try
        {
            var with = With(query, out var recursive);
            var result = query.SetOperations is not null ? OverSetOperations(query)
                : query.GroupingSets.Count > 0 ? OverGroupingSets(query)
                : compared ? OverComparedFrames(query)
                : Select(query);
            result.With.InsertRange(0, with);
            result.Recursive |= recursive;
            if (boundary is not null)
            {
                result.With.InsertRange(0, boundary.With);
            }

            return result;
        }
        finally
        {
            _scope = outer;
        }
    }

    private SqlSelect Select(BoundQuery query)
    {
        var groups = new GroupJoins();
        var select = SelectCore(query, groups);
        var finished = Finish(query, select, clause => SortExpr(query, clause));
        foreach (var (table, on) in groups.Joins)
        {
            select.From = new SqlJoin("LEFT JOIN", select.From!, table, on);
        }

        return finished;
    }

    /// <summary>FROM, WHERE, GROUP BY and HAVING.</summary>
    private SqlSelect SelectCore(BoundQuery query, GroupJoins? groups = null)
    {
        // HAVING without GROUP BY or aggregates: one row or none, and FROM and WHERE are not looked at.
        if (query is { HavingQual: not null, HasAggs: false, HasTargetSRFs: false, HasWindowFuncs: false, GroupClause.Count: 0, GroupingSets.Count: 0 } && _scope.GroupingSet is null)
        {
            return new SqlSelect { Where = Condition(query.HavingQual) };
        }

        var select = new SqlSelect { From = From(query.JoinTree, out var lifted) };
        _scope.Groups = groups;
        var conditions = new List<SqlExpr>(lifted);
        if (query.JoinTree.Quals is not null)
        {
            conditions.AddRange(InHeapOrder(query) ?? Conjuncts(query.JoinTree.Quals));
        }

        select.Where = conditions.Count == 0 ? null : SqlChain.And(conditions);
        if (IsPlainScan(query) && select is { From: SqlTable table, Where: null })
        {
            select.From = table with { NotIndexed = true };
        }

        foreach (var clause in query.GroupClause)
        {
            if (_scope.GroupingSet is null || _scope.GroupingSet.Contains(clause.TleSortGroupRef))
            {
                select.GroupBy.Add(SortExpr(query, clause));
            }
        }

        if (query.HavingQual is not null)
        {
            select.Having = Condition(query.HavingQual);
        }

        if (select.GroupBy.Count == 0 && _scope.GroupingSet is not null)
        {
            select.Having ??= SqlLiteral.True;
        }

        return select;
    }

    // PostgreSQL reads a whole table in its own order, which pg_dump and people see. SQLite would rather read an index that has all the columns.
    private bool IsPlainScan(BoundQuery query) =>
        _scope.Parent is null
        && query is { HasAggs: false, HasWindowFuncs: false, SortClause.Count: 0, DistinctClause.Count: 0, GroupClause.Count: 0, JoinTree: { Quals: null, FromList.Count: 1 } }
        && query.JoinTree.FromList[0] is RangeTblRef leaf
        && query.RangeTable[leaf.RtIndex - 1].RteKind == RteKind.Relation;

    /// <summary>The target list, DISTINCT, ORDER BY and LIMIT on top of a core.</summary>
    private SqlSelect Finish(BoundQuery query, SqlSelect select, Func<SortGroupClause, SqlExpr> sortExpr)
    {
        var distinct = query.DistinctClause.Count > 0 && !query.HasDistinctOn;
        foreach (var entry in query.TargetList)
        {
            if (!entry.ResJunk)
            {
                var value = Expr(entry.Expr);
                select.Columns.Add(distinct ? Collated(value, entry.Expr.Type, entry.Expr.Collation) : value);
            }
        }

        MarkAggregate(select);
        var order = query.SortClause.Select(c => Order(query, c, sortExpr(c))).ToList();
        select.Distinct = distinct;
        var ties = query.LimitOption == LimitOption.WithTies && query.LimitCount is not null;
        if (query.HasDistinctOn || ties)
        {
            if (query.HasDistinctOn)
            {
                var keys = query.DistinctClause.Select(sortExpr).ToList();
                select = Ranked(select, order, keys, out order);
            }

            if (ties)
            {
                return WithTies(query, select, order);
            }
        }
        else if (distinct)
        {
            // Sorted by the output itself: the terms of ORDER BY are among it.
            order = query.SortClause.Select((c, i) => order[i] with { Expr = OutputOrdinal(query, c) ?? order[i].Expr }).ToList();
        }
        else
        {
            // SQLite evaluates a term anew unless it is the very expression of a column; with a collation it is not.
            order = query.SortClause.Select((c, i) => Volatility.Has(Catalog, Target(query, c).Expr) ? order[i] with { Expr = OutputOrdinal(query, c) ?? order[i].Expr } : order[i]).ToList();
        }

        select.OrderBy = order.Where(static o => !IsConstant(o.Expr)).ToList();
        if (IsCorrelated(query.LimitCount) || IsCorrelated(query.LimitOffset))
        {
            return NumberedLimit(query, select);
        }

        if (distinct && select.OrderBy.Count == 0 && _scope.Boundary is not null)
        {
            // PostgreSQL makes few rows distinct by sorting them, which shows in the order of a join's result.
            select.OrderBy = Enumerable.Range(1, select.Columns.Count).Select(i => new SqlOrder(new SqlTemplate("c" + i, []), false, false)).ToList();
        }

        Limit(query, select);
        return select;
    }

    private static bool IsCorrelated(BoundExpr? expr) => expr is not null && QueryLayers.Contains(expr, static e => e is BoundVar { Varlevelsup: > 0 });

    // LIMIT and OFFSET of SQLite see no column, not even of a query around: the rows are numbered instead.
    private SqlSelect NumberedLimit(BoundQuery query, SqlSelect inner)
    {
        var alias = NewAlias();
        var count = inner.Columns.Count;
        SqlQuery rows = inner;
        if (inner.OrderBy.Count > 0)
        {
            inner.Limit = SqlLiteral.Of(-1);
        }

        var numbered = new SqlSelect { From = new SqlDerived(rows, alias, count, false) };
        Reexport(numbered, alias, count);
        numbered.Columns.Add(new SqlCall("row_number", []) { Over = new SqlWindow([], [], null) });
        var outerAlias = NewAlias();
        var number = new SqlColumn(outerAlias, "c" + (count + 1));
        SqlExpr offset = query.LimitOffset is null ? SqlLiteral.Of(0) : new SqlCall(EngineFunctions.Offset, [Expr(query.LimitOffset)]);
        var conditions = new List<SqlExpr> { new SqlBinary(">", number, offset) };
        if (query.LimitCount is not null)
        {
            var limit = new SqlCall(EngineFunctions.Limit, [Expr(query.LimitCount)]);
            conditions.Add(new SqlChain("OR", [new SqlBinary("<", limit, SqlLiteral.Of(0)), new SqlBinary("<=", number, new SqlBinary("+", offset, limit))]));
        }

        var outer = new SqlSelect
        {
            From = new SqlDerived(numbered, outerAlias, count + 1, false),
            Where = SqlChain.And(conditions),
            OrderBy = [new SqlOrder(number, false, null)],
        };
        Reexport(outer, outerAlias, count);
        return outer;
    }

    // HAVING without GROUP BY means one group, also over no rows. SQLite wants to see an aggregate in the output for that.
    private static void MarkAggregate(SqlSelect select)
    {
        if (select is { Having: not null, GroupBy.Count: 0 })
        {
            var counted = new SqlIsNull(new SqlCall("count", []) { Star = true }, Not: true);
            SqlExpr first = select.Columns.Count > 0 ? select.Columns[0] : SqlLiteral.Null;
            select.Columns = [new SqlCase([(counted, first)], null), .. select.Columns.Skip(1)];
        }
    }

    private void Limit(BoundQuery query, SqlQuery target)
    {
        target.Limit = query.LimitCount is null ? null : RowCount(query.LimitCount, EngineFunctions.Limit);
        target.Offset = query.LimitOffset is null ? null : RowCount(query.LimitOffset, EngineFunctions.Offset);
    }

    private SqlExpr? RowCount(BoundExpr expr, string check)
    {
        if (expr is BoundConst { Value: var value })
        {
            if (value.IsNull)
            {
                return null;
            }

            if (value.Int64 >= 0)
            {
                return SqlLiteral.Of(value.Int64);
            }
        }

        return new SqlCall(check, [Expr(expr)]);
    }

    /// <summary>DISTINCT ON: the first row of each key, in ORDER BY's order.</summary>
    private SqlSelect Ranked(SqlSelect inner, List<SqlOrder> order, List<SqlExpr> keys, out List<SqlOrder> outerOrder)
    {
        var visible = inner.Columns.Count;
        inner.Columns.AddRange(order.Select(static o => StripCollation(o.Expr)));
        inner.Columns.Add(new SqlCall("row_number", []) { Over = new SqlWindow(keys, order, null) });
        var alias = NewAlias();
        var outer = new SqlSelect
        {
            From = new SqlDerived(inner, alias, inner.Columns.Count, false),
            Where = new SqlBinary("=", new SqlColumn(alias, "c" + inner.Columns.Count), SqlLiteral.True),
        };
        Reexport(outer, alias, visible);
        outerOrder = Reordered(order, alias, visible);
        return outer;
    }

    private SqlSelect WithTies(BoundQuery query, SqlSelect inner, List<SqlOrder> order)
    {
        if (inner.Distinct)
        {
            var distinct = inner;
            var of = NewAlias();
            inner = new SqlSelect { From = new SqlDerived(distinct, of, distinct.Columns.Count, false) };
            Reexport(inner, of, distinct.Columns.Count);
            order = query.SortClause.Select((c, i) =>
                order[i] with { Expr = SortCollated(query, c, new SqlColumn(of, "c" + Target(query, c).ResNo)) }).ToList();
        }

        var visible = inner.Columns.Count;
        inner.Columns.AddRange(order.Select(static o => StripCollation(o.Expr)));
        inner.Columns.Add(new SqlCall("rank", []) { Over = new SqlWindow([], order, null) });
        inner.Columns.Add(new SqlCall("row_number", []) { Over = new SqlWindow([], order, null) });
        var alias = NewAlias();
        var rank = new SqlColumn(alias, "c" + (inner.Columns.Count - 1));
        var number = new SqlColumn(alias, "c" + inner.Columns.Count);
        var count = new SqlCall(EngineFunctions.Limit, [Expr(query.LimitCount!)]);
        SqlExpr offset = query.LimitOffset is null ? SqlLiteral.Of(0) : new SqlCall(EngineFunctions.Offset, [Expr(query.LimitOffset)]);
        var outer = new SqlSelect
        {
            From = new SqlDerived(inner, alias, inner.Columns.Count, false),
            Where = SqlChain.And([
                new SqlBinary(">", number, offset),
                new SqlChain("OR", [new SqlBinary("<", count, SqlLiteral.Of(0)), new SqlBinary("<=", rank, new SqlBinary("+", count, offset))]),
            ]),
        };
        Reexport(outer, alias, visible);
        outer.OrderBy = Reordered(order, alias, visible);
        return outer;
    }

    private static void Reexport(SqlSelect outer, string alias, int visible)
    {
        for (var i = 1; i <= visible; i++)
        {
            outer.Columns.Add(new SqlColumn(alias, "c" + i));
        }
    }

    private static List<SqlOrder> Reordered(List<SqlOrder> order, string alias, int visible) => order.Select((o, i) =>
    {
        SqlExpr key = new SqlColumn(alias, "c" + (visible + 1 + i));
        return o with { Expr = o.Expr is SqlCollate collate ? new SqlCollate(key, collate.Collation) : key };
    }).ToList();

    private static SqlExpr StripCollation(SqlExpr expr) => expr is SqlCollate collate ? collate.Operand : expr;

    private static bool IsConstant(SqlExpr expr) => StripCollation(expr) is SqlLiteral or SqlParameter;

    private static TargetEntry Target(BoundQuery query, SortGroupClause clause) =>
        query.TargetList.First(t => t.RessortGroupRef == clause.TleSortGroupRef);

    /// <summary>The expression that a sort or group clause names, with its collation; never one that SQLite reads as a column number.</summary>
    private SqlExpr SortExpr(BoundQuery query, SortGroupClause clause)
    {
        var target = Target(query, clause);
        var expr = Expr(target.Expr);
        return IsConstant(expr) ? SqlLiteral.Null : Collated(expr, target.Expr.Type, target.Expr.Collation);
    }

    private SqlExpr SortCollated(BoundQuery query, SortGroupClause clause, SqlExpr value)
    {
        var target = Target(query, clause);
        return Collated(value, target.Expr.Type, target.Expr.Collation);
    }

    private SqlExpr? OutputOrdinal(BoundQuery query, SortGroupClause clause)
    {
        var target = Target(query, clause);
        return target.ResJunk ? null : SortCollated(query, clause, new SqlTemplate("c" + target.ResNo, []));
    }

    private SqlOrder Order(BoundQuery query, SortGroupClause clause, SqlExpr expr)
    {
        var target = Target(query, clause);
        var descending = IsDescending(clause.SortOp);
        var mayBeNull = !IsNotNull(target.Expr);
        return new SqlOrder(expr, descending, mayBeNull ? clause.NullsFirst : null);
    }

    private bool IsDescending(uint sortOperator)
    {
        foreach (var amop in Catalog.AmopsOfOperator(sortOperator))
        {
            if (amop.amopmethod == Core.Catalog.BuiltInOids.BtreeAm
                && (amop.oid < Core.Catalog.BuiltInOids.FirstNormalObjectId || sortOperator >= Core.Catalog.BuiltInOids.FirstNormalObjectId))
            {
                return amop.amopstrategy == 5;
            }
        }

        throw PgErrors.FeatureNotSupported("ORDER BY USING an operator of no btree operator family");
    }

    private bool IsNotNull(BoundExpr expr)
    {
        if (expr is not BoundVar { Varlevelsup: 0, Varattno: > 0 } var || _scope.NullGroups.Count > 0 || _scope.Nullable.Contains(var.Varno)
            || _scope.Query.RangeTable.Count < var.Varno)
        {
            return expr is BoundVar { Varattno: -1 or -2, Varlevelsup: 0 } system && !_scope.Nullable.Contains(system.Varno);
        }

        return _scope.Query.RangeTable[var.Varno - 1] is { RteKind: RteKind.Relation, RelKind: 'r' } entry
            && Catalog.Attribute(entry.Relid, var.Varattno) is { attnotnull: true } && TableMembers.Of(Catalog, entry) is null;
    }
}
