using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Ranges;

namespace PgMicro.Core.Execution.Statistics;

/// <summary>What ANALYZE finds out about ranges and multiranges (PostgreSQL's rangetypes_typanalyze.c): histograms of their ends and lengths.</summary>
internal static class RangeStatistics
{
    internal const uint Typanalyze = 3916;
    internal const uint MultirangeTypanalyze = 4242;

    private const short KindLengths = 6;
    private const short KindBounds = 7;
    private const uint Float8Less = 672;
    private const double MicrosecondsInSecond = 1_000_000;

    internal static List<StatisticsSlot> Gather(PgSession session, PgType type, IEnumerable<PgDatum> values, int target)
    {
        var codec = session.Types.GetCodec(type.oid);
        var range = codec is MultirangeCodec multirange ? multirange.Range : (RangeCodec)codec;
        var hasDifference = session.Catalog.Range(range.Oid) is { rngsubdiff: not 0 };
        var (lowers, uppers, lengths) = (new List<RangeBound>(), new List<RangeBound>(), new List<double>());
        var count = 0;
        foreach (var value in values)
        {
            count++;
            PgRangeValue[] parts = codec is MultirangeCodec many ? many.FromStorage(value.Bytes) : [range.FromStorage(value.Bytes)];
            if (parts.Length == 0 || parts[0].IsEmpty)
            {
                continue;
            }

            var (lower, upper) = (parts[0].Lower, parts[^1].Upper);
            lowers.Add(lower);
            uppers.Add(upper);
            lengths.Add(lower.IsInfinite || upper.IsInfinite ? double.PositiveInfinity : hasDifference ? Difference(range.Subtype.Oid, lower.Value, upper.Value) : 1);
        }

        var slots = new List<StatisticsSlot>();
        if (count == 0)
        {
            return slots;
        }

        var places = Places(lowers.Count, target);
        if (lowers.Count >= 2)
        {
            lowers.Sort((a, b) => range.CompareBounds(a, b));
            uppers.Sort((a, b) => range.CompareBounds(a, b));
            slots.Add(new(KindBounds, 0, 0, null, StatisticsSlot.FormatValues(session, range.Oid, places.Select(p => range.ToStorage(new PgRangeValue(lowers[p], uppers[p], false))))));
        }

        lengths.Sort();
        slots.Add(new(
            KindLengths, Float8Less, 0, StatisticsSlot.FormatNumbers(session, [(double)(count - lowers.Count) / count]),
            places.Count == 0 ? null : StatisticsSlot.FormatValues(session, TypeOid.Float8, places.Select(p => PgDatum.FromDouble(lengths[p])))));
        return slots;
    }

    // Where the bounds of a histogram are among sorted values; none when there are too few.
    private static List<int> Places(int count, int target)
    {
        var places = new List<int>();
        if (count < 2)
        {
            return places;
        }

        var bounds = Math.Min(count, target + 1);
        var (delta, fraction) = Math.DivRem(count - 1, bounds - 1);
        for (int i = 0, place = 0, rest = 0; i < bounds; i++)
        {
            places.Add(place);
            place += delta;
            rest += fraction;
            if (rest >= bounds - 1)
            {
                place++;
                rest -= bounds - 1;
            }
        }

        return places;
    }

    // The types' own subdiff functions.
    private static double Difference(uint subtype, in PgDatum lower, in PgDatum upper) => subtype switch
    {
        TypeOid.Timestamp or TypeOid.Timestamptz => ((double)upper.Int64 - lower.Int64) / MicrosecondsInSecond,
        TypeOid.Numeric => (PgNumeric.Parse(upper.Bytes) - PgNumeric.Parse(lower.Bytes)).ToDouble(),
        _ when lower.Kind == DatumKind.Integer && upper.Kind == DatumKind.Integer => (double)upper.Int64 - lower.Int64,
        _ when lower.Kind is DatumKind.Integer or DatumKind.Real && upper.Kind is DatumKind.Integer or DatumKind.Real => upper.Double - lower.Double,
        _ => 1,
    };
}
