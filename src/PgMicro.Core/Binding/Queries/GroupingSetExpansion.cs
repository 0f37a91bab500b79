using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Binding.Queries;

/// <summary>GROUP BY's grouping sets, ROLLUP and CUBE as the sets that they stand for (expand_grouping_sets).</summary>
internal static class GroupingSetExpansion
{
    /// <summary>The sets as group references: the cross product of the items.</summary>
    internal static List<HashSet<int>> Expand(BoundQuery query)
    {
        var sets = query.GroupingSets.Select(Expand).Aggregate(static (a, b) => [.. a.SelectMany(x => b.Select(y => (HashSet<int>)[.. x, .. y]))]);
        return query.GroupDistinct ? [.. sets.Distinct(HashSet<int>.CreateSetComparer())] : sets;
    }

    private static List<HashSet<int>> Expand(GroupingSet set)
    {
        switch (set.Kind)
        {
            case GroupingSetKind.Empty:
                return [[]];
            case GroupingSetKind.Simple:
                return [[.. set.Refs]];
            case GroupingSetKind.Sets:
                return [.. set.Content.SelectMany(Expand)];
            case GroupingSetKind.Rollup:
                return [.. Enumerable.Range(0, set.Content.Count + 1).Select(i => (HashSet<int>)[.. set.Content.Take(set.Content.Count - i).SelectMany(static c => c.Refs)])];
            default:
                if (set.Content.Count > 12)
                {
                    throw new PgException(SqlState.TooManyColumns, "CUBE is limited to 12 elements") { Location = set.Location };
                }

                var all = 1 << set.Content.Count;
                return [.. Enumerable.Range(0, all).Select(i => all - 1 - i).Select(mask =>
                    (HashSet<int>)[.. set.Content.Where((_, k) => (mask & (1 << (set.Content.Count - 1 - k))) != 0).SelectMany(static c => c.Refs)])];
        }
    }
}
