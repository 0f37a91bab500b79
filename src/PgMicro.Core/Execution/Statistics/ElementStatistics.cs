using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;
using PgMicro.Core.Types.TextSearch;

namespace PgMicro.Core.Execution.Statistics;

/// <summary>What ANALYZE finds out about the elements of arrays and the lexemes of tsvectors (PostgreSQL's array_typanalyze.c and ts_typanalyze.c): the common ones, by lossy counting.</summary>
internal static class ElementStatistics
{
    internal const uint TsTypanalyze = 3688;

    private const short KindCommonElements = 4;
    private const short KindElementCounts = 5;
    private const int ElementsForTarget = 10;
    private const int WidestArray = 0x10000;
    private const uint TextEqual = 98;
    private const uint DefaultCollation = 100;

    // The most common element is expected in a part of all, and a seventh of the tenth that the error may be.
    private const int BucketFactor = 1000;
    private const int BucketDivisor = 7;
    private const int CutoffFactor = 9;

    /// <summary>Common elements, and how many different ones the arrays have.</summary>
    internal static List<StatisticsSlot> OfArrays(PgSession session, PgType type, uint collation, IEnumerable<PgDatum> values, int target)
    {
        var slots = new List<StatisticsSlot>();
        var operators = OperatorResolution.FindSortGroupOperators(session.Catalog, session.Catalog.GetBaseType(type.typelem));
        if (session.Types.GetCodec(type.oid) is not ArrayCodec codec || operators is not { Lt: not 0, Eq: not 0 })
        {
            return slots;
        }

        var elements = session.Types.GetCodec(type.typelem);
        var most = target * ElementsForTarget;
        var counts = new LossyCounts<PgDatum>(most * BucketFactor / BucketDivisor, Comparer<PgDatum>.Create((a, b) => elements.CompareValues(a, b)));
        var (arrays, withNull) = (0, 0);
        var sizes = new SortedDictionary<int, int>();
        foreach (var value in values.Where(v => StoredWidth.Of(session, type, v) <= WidestArray))
        {
            arrays++;
            var array = codec.FromStorage(value.Bytes).Elements;
            withNull += Array.Exists(array, static e => e.IsNull) ? 1 : 0;
            var before = counts.Total;
            foreach (var element in array.Where(static e => !e.IsNull))
            {
                counts.Add(element, arrays);
            }

            var different = (int)(counts.Total - before);
            sizes[different] = sizes.GetValueOrDefault(different) + 1;
        }

        if (arrays == 0)
        {
            return slots;
        }

        if (counts.MostCommon(most, out var least, out var greatest) is { Count: > 0 } common)
        {
            common.Sort((a, b) => elements.CompareValues(a.Item, b.Item));
            double[] parts = [.. common.Select(c => (double)c.Count / arrays), (double)least / arrays, (double)greatest / arrays, (double)withNull / arrays];
            slots.Add(new(
                KindCommonElements, operators.Eq, collation, StatisticsSlot.FormatNumbers(session, parts), StatisticsSlot.FormatValues(session, type.typelem, common.Select(static c => c.Item))));
        }

        double[] histogram = [.. Spread(sizes, arrays, Math.Max(target, 2)).Select(static n => (double)n), (double)counts.Total / arrays];
        slots.Add(new(KindElementCounts, operators.Eq, collation, StatisticsSlot.FormatNumbers(session, histogram), null));
        return slots;
    }

    /// <summary>Common lexemes.</summary>
    internal static List<StatisticsSlot> OfLexemes(PgSession session, IEnumerable<PgDatum> values, int target)
    {
        var most = target * ElementsForTarget;

        // Shorter ones first.
        var order = Comparer<byte[]>.Create(static (a, b) => a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.AsSpan().SequenceCompareTo(b));
        var counts = new LossyCounts<byte[]>((most + ElementsForTarget) * BucketFactor / BucketDivisor, order);
        var vectors = 0;
        foreach (var value in values)
        {
            vectors++;
            foreach (var lexeme in PgTsVector.Parse(value.Bytes).Lexemes)
            {
                counts.Add(lexeme.Text, vectors);
            }
        }

        if (counts.MostCommon(most, out var least, out var greatest) is not { Count: > 0 } common)
        {
            return [];
        }

        common.Sort((a, b) => order.Compare(a.Item, b.Item));
        double[] parts = [.. common.Select(c => (double)c.Count / vectors), (double)least / vectors, (double)greatest / vectors];
        return
        [
            new(
                KindCommonElements, TextEqual, DefaultCollation, StatisticsSlot.FormatNumbers(session, parts),
                StatisticsSlot.FormatValues(session, TypeOid.Text, common.Select(static c => PgDatum.FromText(c.Item)))),
        ];
    }

    // So many of all sizes in their order, the first and the last among them, at equal distances.
    private static IEnumerable<int> Spread(SortedDictionary<int, int> sizes, int count, int wanted)
    {
        using var size = sizes.GetEnumerator();
        size.MoveNext();
        var left = (long)size.Current.Value * (wanted - 1);
        for (var i = 0; i < wanted; i++, left -= count - 1)
        {
            while (left <= 0)
            {
                size.MoveNext();
                left += (long)size.Current.Value * (wanted - 1);
            }

            yield return size.Current.Key;
        }
    }

    // Manku and Motwani, "Approximate Frequency Counts over Data Streams".
    private sealed class LossyCounts<T>(int bucketWidth, IComparer<T> order)
        where T : notnull
    {
        private readonly SortedDictionary<T, Counter> _counters = new(order);
        private int _bucket = 1;

        /// <summary>Elements counted, those that an owner has several times once.</summary>
        internal long Total { get; private set; }

        internal void Add(T item, int owner)
        {
            if (!_counters.TryGetValue(item, out var counter))
            {
                _counters.Add(item, counter = new Counter { Delta = _bucket - 1 });
            }
            else if (counter.LastOwner == owner)
            {
                return;
            }

            counter.Count++;
            counter.LastOwner = owner;
            if (++Total % bucketWidth == 0)
            {
                foreach (var rare in _counters.Where(c => c.Value.Count + c.Value.Delta <= _bucket).Select(static c => c.Key).ToArray())
                {
                    _counters.Remove(rare);
                }

                _bucket++;
            }
        }

        internal List<(T Item, int Count)> MostCommon(int most, out int least, out int greatest)
        {
            var cutoff = CutoffFactor * Total / bucketWidth;
            var common = _counters.Where(c => c.Value.Count > cutoff).Select(static c => (Item: c.Key, c.Value.Count)).ToList();
            if (common.Count > most)
            {
                common = [.. common.OrderByDescending(static c => c.Count).Take(most)];
            }

            (least, greatest) = common.Count == 0 ? (0, 0) : (common.Min(static c => c.Count), common.Max(static c => c.Count));
            return common;
        }

        private sealed class Counter
        {
            internal int Count { get; set; }

            internal int Delta { get; init; }

            internal int LastOwner { get; set; }
        }
    }
}
