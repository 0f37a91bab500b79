using PgMicro.Core.Binding.BoundTree;

namespace PgMicro.Core.Lowering;

/// <summary>
/// Grouping sets put into chains of sets that contain each other (extract_rollup_sets): one sort serves a chain, and its subtotals come out
/// after the rows that they sum up.
/// </summary>
internal sealed class GroupingChains
{
    private readonly List<List<HashSet<int>>> _chains;

    private GroupingChains(List<List<HashSet<int>>> chains, int[] chainOf)
    {
        _chains = chains;
        ChainOf = chainOf;
    }

    /// <summary>The chain of each set.</summary>
    internal int[] ChainOf { get; }

    internal static GroupingChains Of(IReadOnlyList<HashSet<int>> sets)
    {
        var chains = new List<List<HashSet<int>>>();
        var chainOf = new int[sets.Count];
        foreach (var index in Enumerable.Range(0, sets.Count).OrderBy(i => sets[i].Count))
        {
            var set = sets[index];
            var chain = set.Count == 0 ? 0 : chains.FindIndex(c => c[^1].Count < set.Count && c[^1].IsSubsetOf(set) || c[^1].SetEquals(set));
            if (chain < 0 || chains.Count == 0)
            {
                chain = chains.Count;
                chains.Add([]);
            }

            chains[chain].Add(set);
            chainOf[index] = chain;
        }

        return new GroupingChains(chains, chainOf);
    }

    /// <summary>Group references in the order in which the first chain sorts them, then the others.</summary>
    internal List<int> Precedence(IReadOnlyList<SortGroupClause> groupClause)
    {
        var result = new List<int>();
        foreach (var set in _chains.SelectMany(static c => c))
        {
            result.AddRange(groupClause.Select(static c => c.TleSortGroupRef).Where(r => set.Contains(r) && !result.Contains(r)));
        }

        return result;
    }
}
