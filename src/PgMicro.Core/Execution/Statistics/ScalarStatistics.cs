namespace PgMicro.Core.Execution.Statistics;

/// <summary>
/// What ANALYZE finds out about values that have an order (PostgreSQL's compute_scalar_stats): how many there are, the most common ones, a histogram of the
/// others, and how far the order of the values is that of the rows.
/// </summary>
internal sealed class ScalarStatistics
{
    private readonly int[] _groupEnds;
    private readonly List<(int Count, int First)> _track = [];

    /// <summary>Computes them.</summary>
    /// <param name="groups">The values in their order, each as the number of the group of equal ones that it is in.</param>
    /// <param name="places">For each of them, which of all the values it is in the order of the rows.</param>
    /// <param name="target">The statistics target.</param>
    /// <param name="sample">Rows in the sample.</param>
    /// <param name="nulls">Nulls among them.</param>
    /// <param name="tooWide">Values among them that are too wide to look at.</param>
    /// <param name="total">Rows in the table.</param>
    internal ScalarStatistics(IReadOnlyList<long> groups, IReadOnlyList<int> places, int target, long sample, long nulls, long tooWide, double total)
    {
        var ends = new List<int>();
        double sumOfProducts = 0;
        var multiple = 0;
        for (int i = 0, duplicates = 0; i < groups.Count; i++)
        {
            sumOfProducts += (double)i * places[i];
            duplicates++;
            if (i < groups.Count - 1 && groups[i + 1] == groups[i])
            {
                continue;
            }

            ends.Add(i);
            if (duplicates > 1)
            {
                multiple++;
                Track(duplicates, i + 1 - duplicates, target);
            }

            duplicates = 0;
        }

        _groupEnds = [.. ends];
        NullFraction = (float)((double)nulls / sample);
        Distinct = CountDistinct(multiple, sample, nulls, tooWide, total);
        MostCommon = ChooseMostCommon(target, sample, tooWide, total);
        Histogram = MakeHistogram(groups.Count, target);
        Correlation = groups.Count > 1 ? Correlate(groups.Count, sumOfProducts) : null;
    }

    internal float NullFraction { get; }

    /// <summary>Different values; a negative number is a multiple of the number of rows.</summary>
    internal float Distinct { get; }

    /// <summary>The most common values: how often there is one, and the position of its first.</summary>
    internal IReadOnlyList<(int Count, int First)> MostCommon { get; }

    /// <summary>Positions of the values that divide the others into equal parts; none when there are too few.</summary>
    internal IReadOnlyList<int> Histogram { get; }

    internal float? Correlation { get; }

    private void Track(int count, int first, int most)
    {
        if (_track.Count < most)
        {
            _track.Add(default);
        }
        else if (most == 0 || count <= _track[^1].Count)
        {
            return;
        }

        var place = _track.Count - 1;
        for (; place > 0 && count > _track[place - 1].Count; place--)
        {
            _track[place] = _track[place - 1];
        }

        _track[place] = (count, first);
    }

    private float CountDistinct(int multiple, long sample, long nulls, long tooWide, double total)
    {
        float distinct;
        if (multiple == 0)
        {
            // No value twice: a unique column.
            distinct = (float)(-1.0 * (1.0 - NullFraction));
        }
        else if (tooWide == 0 && multiple == _groupEnds.Length)
        {
            // Each value twice or more: these are all.
            distinct = _groupEnds.Length;
        }
        else
        {
            // The estimator of Haas and Stokes.
            var once = _groupEnds.Length - multiple + tooWide;
            var d = (double)once + multiple;
            double n = sample - nulls;
            var all = total * (1.0 - NullFraction);
            var estimate = all > 0 ? n * d / (n - once + (once * n / all)) : 0;
            distinct = (float)Math.Floor(Math.Min(Math.Max(estimate, d), all) + 0.5);
        }

        return distinct > 0.1 * total ? (float)-(distinct / total) : distinct;
    }

    private List<(int Count, int First)> ChooseMostCommon(int target, long sample, long tooWide, double total)
    {
        var count = Math.Min(target, _track.Count);
        if (!(_track.Count == _groupEnds.Length && tooWide == 0 && Distinct > 0 && _track.Count <= target))
        {
            count = CountCommon(count, sample, total);
        }

        return _track[..count];
    }

    // analyze_mcv_list: those that are clearly more common than the average of the rest.
    private int CountCommon(int count, long sample, double total)
    {
        if (sample == total || total <= 1.0 || count == 0)
        {
            return count;
        }

        double distinct = Distinct < 0 ? -Distinct * total : Distinct;
        double sum = _track.Take(count - 1).Sum(static t => (double)t.Count);
        while (count > 0)
        {
            var selectivity = Math.Clamp(1.0 - (sum / sample) - NullFraction, 0.0, 1.0);
            var others = distinct - (count - 1);
            if (others > 1)
            {
                selectivity /= others;
            }

            double n = sample;
            var k = total * _track[count - 1].Count / n;
            var variance = n * k * (total - k) * (total - n) / (total * total * (total - 1));
            if (_track[count - 1].Count > (selectivity * sample) + (2 * Math.Sqrt(variance)) + 0.5)
            {
                break;
            }

            count--;
            if (count > 0)
            {
                sum -= _track[count - 1].Count;
            }
        }

        return count;
    }

    private List<int> MakeHistogram(int values, int target)
    {
        var bounds = Math.Min(_groupEnds.Length - MostCommon.Count, target + 1);
        var positions = new List<int>();
        if (bounds < 2)
        {
            return positions;
        }

        var rest = new List<int>(values);
        var common = MostCommon.OrderBy(static m => m.First).ToArray();
        for (int i = 0, next = 0; i < values;)
        {
            if (next < common.Length && common[next].First == i)
            {
                i += common[next++].Count;
                continue;
            }

            rest.Add(i++);
        }

        var (delta, deltaFraction) = Math.DivRem(rest.Count - 1, bounds - 1);
        for (int i = 0, position = 0, fraction = 0; i < bounds; i++)
        {
            positions.Add(rest[position]);
            position += delta;
            fraction += deltaFraction;
            if (fraction >= bounds - 1)
            {
                position++;
                fraction -= bounds - 1;
            }
        }

        return positions;
    }

    private static float Correlate(int count, double sumOfProducts)
    {
        double n = count;
        var sum = (n - 1) * n / 2.0;
        var sumOfSquares = (n - 1) * n * ((2 * n) - 1) / 6.0;
        return (float)(((n * sumOfProducts) - (sum * sum)) / ((n * sumOfSquares) - (sum * sum)));
    }
}
