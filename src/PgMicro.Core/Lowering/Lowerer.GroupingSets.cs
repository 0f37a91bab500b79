using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    // One arm for each grouping set over the same rows; what comes after grouping stands over the union of them.
    private SqlSelect OverGroupingSets(BoundQuery query)
    {
        var sets = GroupingSetExpansion.Expand(query);

        // Every expression above grouping is a column of the arms: the target list, junk included; then what puts the rows in order.
        SqlQuery? union = null;
        var count = query.TargetList.Count;
        var chains = GroupingChains.Of(sets);
        var precedence = chains.Precedence(query.GroupClause);
        for (var at = 0; at < sets.Count; at++)
        {
            var set = sets[at];
            _scope.GroupingSet = set;
            _scope.NullGroups = query.GroupClause.Where(c => !set.Contains(c.TleSortGroupRef)).Select(c => Target(query, c).Expr).ToList();
            _scope.KeptGroups = query.GroupClause.Where(c => set.Contains(c.TleSortGroupRef)).Select(c => Target(query, c).Expr).Where(static e => e is not BoundVar).ToList();
            _scope.Sources.Clear();
            _scope.Nullable.Clear();
            var nulls = _scope.NullGroups;
            _scope.NullGroups = [];
            var arm = GroupedCore(query, nulls);
            arm.Columns = query.TargetList.ConvertAll(t => GroupedTarget(query, t, set, nulls));
            arm.Columns.Add(SqlLiteral.Of(chains.ChainOf[at]));
            arm.Columns.AddRange(precedence.Select(r => SqlLiteral.Of(set.Contains(r) ? 0 : 1)));
            MarkAggregate(arm);
            union = union is null ? arm : new SqlCompound(union, "UNION ALL", arm);
        }

        _scope.NullGroups = [];
        _scope.KeptGroups = [];
        var alias = NewAlias();
        var select = new SqlSelect { From = new SqlDerived(union!, alias, count + 1 + precedence.Count, false) };
        var position = 0;
        var columns = query.TargetList.ToDictionary(static t => t, t => (SqlExpr)new SqlColumn(alias, "c" + (++position)));
        var outer = (BoundQuery)query.ShallowCopy();
        outer.TargetList = query.TargetList.ConvertAll(t =>
        {
            var copy = (TargetEntry)t.ShallowCopy();
            copy.Expr = new BoundVar { Varno = query.RangeTable.Count + 1, Varattno = query.TargetList.IndexOf(t) + 1, Type = t.Expr.Type, Typmod = t.Expr.Typmod, Collation = t.Expr.Collation };
            return copy;
        });
        _scope.Sources[query.RangeTable.Count + 1] = new DerivedSource(alias);
        var result = Finish(outer, select, clause => SortExpr(outer, clause));
        if (outer.DistinctClause.Count == 0 && outer.LimitOption == LimitOption.Count)
        {
            // Subtotals come after the groups that they sum up.
            result.OrderBy = [.. result.OrderBy, new SqlOrder(new SqlColumn(alias, "c" + (count + 1)), false, null), .. precedence.SelectMany((reference, i) =>
            {
                var clause = query.GroupClause.First(c => c.TleSortGroupRef == reference);
                var value = SortExpr(outer, clause);
                SqlOrder[] keys = [new SqlOrder(new SqlColumn(alias, "c" + (count + 2 + i)), false, null), new SqlOrder(value, false, false)];
                return keys;
            })];
        }

        return result;
    }

    // A grouping column is NULL in the sets without it, also where another one is the same expression.
    private SqlExpr GroupedTarget(BoundQuery query, TargetEntry entry, HashSet<int> set, List<BoundExpr> nulls)
    {
        if (!query.GroupClause.Exists(c => c.TleSortGroupRef == entry.RessortGroupRef))
        {
            return Expr(entry.Expr);
        }

        if (!set.Contains(entry.RessortGroupRef))
        {
            return SqlLiteral.Null;
        }

        _scope.NullGroups = [];
        var value = Expr(entry.Expr);
        _scope.NullGroups = nulls;
        return value;
    }

    private SqlSelect GroupedCore(BoundQuery query, List<BoundExpr> nulls)
    {
        var without = (BoundQuery)query.ShallowCopy();
        without.HavingQual = null;
        var arm = SelectCore(without);
        _scope.NullGroups = nulls;
        if (query.HavingQual is not null)
        {
            var having = Condition(query.HavingQual);
            arm.Having = arm.Having is null or SqlLiteral ? having : SqlChain.And([arm.Having, having]);
        }

        return arm;
    }
}
