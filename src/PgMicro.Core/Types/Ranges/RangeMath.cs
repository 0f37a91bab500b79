using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Ranges;

/// <summary>Relations and set operations of ranges and multiranges (given as normalised arrays).</summary>
internal static class RangeMath
{
    internal static bool ContainsElement(RangeCodec codec, in PgRangeValue range, in PgDatum value)
    {
        if (range.IsEmpty)
        {
            return false;
        }

        if (!range.Lower.IsInfinite && codec.Subtype.CompareValues(range.Lower.Value, value) is var low && (low > 0 || (low == 0 && !range.Lower.IsInclusive)))
        {
            return false;
        }

        return range.Upper.IsInfinite || (codec.Subtype.CompareValues(range.Upper.Value, value) is var high && (high > 0 || (high == 0 && range.Upper.IsInclusive)));
    }

    internal static bool Contains(RangeCodec codec, in PgRangeValue outer, in PgRangeValue inner) =>
        inner.IsEmpty || (!outer.IsEmpty && codec.CompareBounds(outer.Lower, inner.Lower) <= 0 && codec.CompareBounds(outer.Upper, inner.Upper) >= 0);

    internal static bool Overlaps(RangeCodec codec, in PgRangeValue a, in PgRangeValue b) => !a.IsEmpty && !b.IsEmpty
        && ((codec.CompareBounds(a.Lower, b.Lower) >= 0 && codec.CompareBounds(a.Lower, b.Upper) <= 0)
            || (codec.CompareBounds(b.Lower, a.Lower) >= 0 && codec.CompareBounds(b.Lower, a.Upper) <= 0));

    internal static bool Before(RangeCodec codec, in PgRangeValue a, in PgRangeValue b) => !a.IsEmpty && !b.IsEmpty && codec.CompareBounds(a.Upper, b.Lower) < 0;

    internal static bool OverLeft(RangeCodec codec, in PgRangeValue a, in PgRangeValue b) => !a.IsEmpty && !b.IsEmpty && codec.CompareBounds(a.Upper, b.Upper) <= 0;

    internal static bool OverRight(RangeCodec codec, in PgRangeValue a, in PgRangeValue b) => !a.IsEmpty && !b.IsEmpty && codec.CompareBounds(a.Lower, b.Lower) >= 0;

    internal static bool Adjacent(RangeCodec codec, in PgRangeValue a, in PgRangeValue b) =>
        !a.IsEmpty && !b.IsEmpty && (BoundsAdjacent(codec, a.Upper, b.Lower) || BoundsAdjacent(codec, b.Upper, a.Lower));

    /// <summary>The smallest range that contains both.</summary>
    internal static PgRangeValue Merge(RangeCodec codec, in PgRangeValue a, in PgRangeValue b)
    {
        if (a.IsEmpty || b.IsEmpty)
        {
            return a.IsEmpty ? b : a;
        }

        var lower = codec.CompareBounds(a.Lower, b.Lower) <= 0 ? a.Lower : b.Lower;
        var upper = codec.CompareBounds(a.Upper, b.Upper) >= 0 ? a.Upper : b.Upper;
        return codec.Make(lower, upper);
    }

    internal static PgRangeValue Union(RangeCodec codec, in PgRangeValue a, in PgRangeValue b) =>
        a.IsEmpty || b.IsEmpty || Overlaps(codec, a, b) || Adjacent(codec, a, b)
            ? Merge(codec, a, b)
            : throw new PgException(SqlState.DataException, "result of range union would not be contiguous");

    internal static PgRangeValue Intersect(RangeCodec codec, in PgRangeValue a, in PgRangeValue b)
    {
        if (!Overlaps(codec, a, b))
        {
            return PgRangeValue.Empty;
        }

        var lower = codec.CompareBounds(a.Lower, b.Lower) >= 0 ? a.Lower : b.Lower;
        var upper = codec.CompareBounds(a.Upper, b.Upper) <= 0 ? a.Upper : b.Upper;
        return codec.Make(lower, upper);
    }

    /// <summary>What of a range is not in another: up to two ranges.</summary>
    internal static void Subtract(RangeCodec codec, in PgRangeValue from, in PgRangeValue what, List<PgRangeValue> result)
    {
        if (!Overlaps(codec, from, what))
        {
            result.Add(from);
            return;
        }

        if (codec.CompareBounds(from.Lower, what.Lower) < 0)
        {
            result.Add(codec.Make(from.Lower, Flip(what.Lower)));
        }

        if (codec.CompareBounds(from.Upper, what.Upper) > 0)
        {
            result.Add(codec.Make(Flip(what.Upper), from.Upper));
        }
    }

    internal static PgRangeValue Minus(RangeCodec codec, in PgRangeValue a, in PgRangeValue b)
    {
        if (a.IsEmpty || b.IsEmpty)
        {
            return a;
        }

        var rest = new List<PgRangeValue>(2);
        Subtract(codec, a, b, rest);
        return rest.Count switch
        {
            0 => PgRangeValue.Empty,
            1 => rest[0],
            _ => throw new PgException(SqlState.DataException, "result of range difference would not be contiguous"),
        };
    }

    internal static List<PgRangeValue> Minus(RangeCodec codec, PgRangeValue[] from, PgRangeValue[] what)
    {
        var rest = from.ToList();
        foreach (var taken in what)
        {
            var next = new List<PgRangeValue>(rest.Count + 1);
            foreach (var range in rest)
            {
                Subtract(codec, range, taken, next);
            }

            rest = next;
        }

        return rest;
    }

    internal static List<PgRangeValue> Intersect(RangeCodec codec, PgRangeValue[] a, PgRangeValue[] b)
    {
        var both = new List<PgRangeValue>();
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            var common = Intersect(codec, a[i], b[j]);
            if (!common.IsEmpty)
            {
                both.Add(common);
            }

            if (codec.CompareBounds(a[i].Upper, b[j].Upper) < 0)
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return both;
    }

    /// <summary>The smallest range over all of a multirange.</summary>
    internal static PgRangeValue Span(PgRangeValue[] ranges) => ranges.Length == 0 ? PgRangeValue.Empty : new PgRangeValue(ranges[0].Lower, ranges[^1].Upper, false);

    internal static bool Contains(RangeCodec codec, PgRangeValue[] outer, PgRangeValue inner) =>
        inner.IsEmpty || outer.Any(range => Contains(codec, range, inner));

    internal static bool Overlaps(RangeCodec codec, PgRangeValue[] a, PgRangeValue b) => a.Any(range => Overlaps(codec, range, b));

    private static RangeBound Flip(in RangeBound bound) => new(bound.Value, !bound.IsInclusive, !bound.IsLower);

    // Whether nothing is between an upper bound and a lower one, and no value is in both.
    private static bool BoundsAdjacent(RangeCodec codec, in RangeBound upper, in RangeBound lower)
    {
        if (upper.IsInfinite || lower.IsInfinite)
        {
            return false;
        }

        var order = codec.Subtype.CompareValues(upper.Value, lower.Value);
        return order == 0 ? upper.IsInclusive != lower.IsInclusive : order < 0 && codec.IsDiscrete && codec.Make(Flip(upper), Flip(lower)).IsEmpty;
    }
}
