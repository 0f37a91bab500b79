using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Statistics;

/// <summary>The combinations of values in a sample of rows, counted as PostgreSQL counts them (mvdistinct.c, dependencies.c, mcv.c).</summary>
internal sealed class ValueCombinations
{
    private const int WidestLookedAt = 1024;

    private readonly IReadOnlyList<PgDatum[]> _rows;
    private readonly int _dimensions;
    private readonly long[][] _groups;
    private readonly int[] _all;
    private readonly int[] _narrow;

    /// <summary>Takes the rows of a sample.</summary>
    /// <param name="session">Who asks.</param>
    /// <param name="rows">The values, and then for each which group of equal ones it is in, by order.</param>
    /// <param name="dimensions">How many values there are in a row.</param>
    /// <param name="wide">For each of them its type, if that may be too wide to look at.</param>
    internal ValueCombinations(PgSession session, IReadOnlyList<PgDatum[]> rows, int dimensions, PgType?[] wide)
    {
        _rows = rows;
        _dimensions = dimensions;
        _groups = new long[rows.Count][];
        for (var i = 0; i < rows.Count; i++)
        {
            _groups[i] = Array.ConvertAll(rows[i][dimensions..], static g => g.Int64);
        }

        _all = [.. Enumerable.Range(0, rows.Count)];
        _narrow = Array.FindAll(_all, i => !Enumerable.Range(0, dimensions).Any(d => wide[d] is { } type && !rows[i][d].IsNull && StoredWidth.Of(session, type, rows[i][d]) > WidestLookedAt));
    }

    /// <summary>The ways to choose some of a number of things, each and all in order.</summary>
    internal static IEnumerable<int[]> Choose(int count, int size, int start = 0)
    {
        for (var first = start; first <= count - size; first++)
        {
            if (size == 1)
            {
                yield return [first];
                continue;
            }

            foreach (var rest in Choose(count, size - 1, first + 1))
            {
                yield return [first, .. rest];
            }
        }
    }

    /// <summary>How many different combinations the whole table has, by the estimator of Haas and Stokes.</summary>
    internal long EstimateDistinct(int[] chosen, double total)
    {
        double distinct = 0;
        double once = 0;
        foreach (var (_, count) in Runs(Sorted(_all, chosen), chosen))
        {
            distinct++;
            once += count == 1 ? 1 : 0;
        }

        double n = _rows.Count;
        var estimate = n * distinct / (n - once + (once * n / total));
        return (long)Math.Floor(Math.Min(Math.Max(estimate, distinct), total) + 0.5);
    }

    /// <summary>Which part of the rows the last of the chosen does not contradict that the others determine it.</summary>
    internal double DegreeOfDependency(int[] chosen)
    {
        var rows = Sorted(_narrow, chosen);
        var determinants = chosen.AsSpan(0, chosen.Length - 1).ToArray();
        var implied = chosen[^1];
        var supporting = 0L;
        foreach (var (start, count) in Runs(rows, determinants))
        {
            // In order, so that the ends tell whether all are the same.
            supporting += _groups[rows[start]][implied] == _groups[rows[start + count - 1]][implied] ? count : 0;
        }

        return (double)supporting / _rows.Count;
    }

    /// <summary>The most common combinations of all values: how often there is one, and how often there would be if they did not depend on each other.</summary>
    internal List<(PgDatum[] Values, double Frequency, double BaseFrequency)> MostCommon(int target, double total)
    {
        int[] all = [.. Enumerable.Range(0, _dimensions)];
        var rows = Sorted(_narrow, all);
        var runs = Runs(rows, all).ToArray();
        QuickSort.Sort(runs, static (a, b) => b.Count.CompareTo(a.Count));
        var least = LeastCount(total);
        double n = _rows.Count;
        var frequencies = new Dictionary<long, int>[_dimensions];
        for (var d = 0; d < _dimensions; d++)
        {
            frequencies[d] = _narrow.CountBy(i => _groups[i][d]).ToDictionary();
        }

        var result = new List<(PgDatum[], double, double)>();
        foreach (var (start, count) in runs.Take(target).TakeWhile(r => r.Count >= least))
        {
            var row = rows[start];
            var ifIndependent = 1.0;
            for (var d = 0; d < _dimensions; d++)
            {
                ifIndependent *= frequencies[d][_groups[row][d]] / n;
            }

            result.Add((_rows[row][.._dimensions], count / n, ifIndependent));
        }

        return result;
    }

    // So many that the estimate is off by a fifth at most (mcv.c: a relative error of 20 %).
    private double LeastCount(double total)
    {
        double n = _rows.Count;
        var denominator = total - n + (0.04 * n * (total - 1));
        return denominator == 0 ? 0 : n * (total - n) / denominator;
    }

    private int[] Sorted(int[] rows, int[] chosen)
    {
        var result = (int[])rows.Clone();
        Array.Sort(result, (a, b) =>
        {
            foreach (var d in chosen)
            {
                if (_groups[a][d].CompareTo(_groups[b][d]) is var order and not 0)
                {
                    return order;
                }
            }

            return a.CompareTo(b);
        });
        return result;
    }

    // Where equal combinations begin among sorted rows, and how many they are.
    private IEnumerable<(int Start, int Count)> Runs(int[] rows, int[] chosen)
    {
        for (int i = 1, start = 0; i <= rows.Length; i++)
        {
            if (i == rows.Length || Array.Exists(chosen, d => _groups[rows[i]][d] != _groups[rows[i - 1]][d]))
            {
                yield return (start, i - start);
                start = i;
            }
        }
    }
}
