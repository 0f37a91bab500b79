using PgMicro.Core.Types;
using PgMicro.Core.Types.Ranges;

namespace PgMicro.Core.Functions.Ranges;

/// <summary>Relations between ranges, multiranges and elements. A range stands for the multirange of itself.</summary>
internal static class RangeRelations
{
    [PgFunction("range_overlaps(anyrange,anyrange)")]
    public static bool Overlaps(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        RangeMath.Overlaps(RangeOf.Codec(site, context, 0), RangeOf.Range(site, context, 0, left), RangeOf.Range(site, context, 1, right));

    [PgFunction("range_before(anyrange,anyrange)")]
    public static bool Before(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        RangeMath.Before(RangeOf.Codec(site, context, 0), RangeOf.Range(site, context, 0, left), RangeOf.Range(site, context, 1, right));

    [PgFunction("range_overleft(anyrange,anyrange)")]
    public static bool OverLeft(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        RangeMath.OverLeft(RangeOf.Codec(site, context, 0), RangeOf.Range(site, context, 0, left), RangeOf.Range(site, context, 1, right));

    [PgFunction("range_overright(anyrange,anyrange)")]
    public static bool OverRight(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        RangeMath.OverRight(RangeOf.Codec(site, context, 0), RangeOf.Range(site, context, 0, left), RangeOf.Range(site, context, 1, right));

    [PgFunction("range_adjacent(anyrange,anyrange)")]
    public static bool Adjacent(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        RangeMath.Adjacent(RangeOf.Codec(site, context, 0), RangeOf.Range(site, context, 0, left), RangeOf.Range(site, context, 1, right));

    [PgFunction("range_contains(anyrange,anyrange)")]
    public static bool Contains(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        RangeMath.Contains(RangeOf.Codec(site, context, 0), RangeOf.Range(site, context, 0, left), RangeOf.Range(site, context, 1, right));

    [PgFunction("range_after(anyrange,anyrange)")]
    public static bool After(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Before(site, context, right, left);

    [PgFunction("range_contained_by(anyrange,anyrange)")]
    public static bool ContainedBy(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Contains(site, context, right, left);

    [PgFunction("range_contains_elem(anyrange,anyelement)")]
    public static bool ContainsElement(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, PgDatum right) =>
        RangeMath.ContainsElement(RangeOf.Codec(site, context, 0), RangeOf.Range(site, context, 0, left), right);

    [PgFunction("elem_contained_by_range(anyelement,anyrange)")]
    public static bool ElementContainedBy(CallSite site, FunctionContext context, PgDatum left, ReadOnlySpan<byte> right) =>
        RangeMath.ContainsElement(RangeOf.Codec(site, context, 1), RangeOf.Range(site, context, 1, right), left);

    [PgFunction("multirange_contains_elem(anymultirange,anyelement)")]
    public static bool MultiContainsElement(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, PgDatum right) =>
        ContainsElement(RangeOf.Codec(site, context, 0), RangeOf.Ranges(site, context, 0, left), right);

    [PgFunction("elem_contained_by_multirange(anyelement,anymultirange)")]
    public static bool ElementContainedByMulti(CallSite site, FunctionContext context, PgDatum left, ReadOnlySpan<byte> right) =>
        ContainsElement(RangeOf.Codec(site, context, 1), RangeOf.Ranges(site, context, 1, right), left);

    [PgFunction("range_before_multirange(anyrange,anymultirange)")]
    [PgFunction("multirange_before_range(anymultirange,anyrange)")]
    [PgFunction("multirange_before_multirange(anymultirange,anymultirange)")]
    public static bool MultiBefore(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        RangeMath.Before(RangeOf.Codec(site, context, 0), RangeOf.Span(site, context, 0, left), RangeOf.Span(site, context, 1, right));

    [PgFunction("range_overleft_multirange(anyrange,anymultirange)")]
    [PgFunction("multirange_overleft_range(anymultirange,anyrange)")]
    [PgFunction("multirange_overleft_multirange(anymultirange,anymultirange)")]
    public static bool MultiOverLeft(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        RangeMath.OverLeft(RangeOf.Codec(site, context, 0), RangeOf.Span(site, context, 0, left), RangeOf.Span(site, context, 1, right));

    [PgFunction("range_overright_multirange(anyrange,anymultirange)")]
    [PgFunction("multirange_overright_range(anymultirange,anyrange)")]
    [PgFunction("multirange_overright_multirange(anymultirange,anymultirange)")]
    public static bool MultiOverRight(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        RangeMath.OverRight(RangeOf.Codec(site, context, 0), RangeOf.Span(site, context, 0, left), RangeOf.Span(site, context, 1, right));

    [PgFunction("range_adjacent_multirange(anyrange,anymultirange)")]
    [PgFunction("multirange_adjacent_range(anymultirange,anyrange)")]
    [PgFunction("multirange_adjacent_multirange(anymultirange,anymultirange)")]
    public static bool MultiAdjacent(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        RangeMath.Adjacent(RangeOf.Codec(site, context, 0), RangeOf.Span(site, context, 0, left), RangeOf.Span(site, context, 1, right));

    [PgFunction("range_after_multirange(anyrange,anymultirange)")]
    [PgFunction("multirange_after_range(anymultirange,anyrange)")]
    [PgFunction("multirange_after_multirange(anymultirange,anymultirange)")]
    public static bool MultiAfter(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        RangeMath.Before(RangeOf.Codec(site, context, 0), RangeOf.Span(site, context, 1, right), RangeOf.Span(site, context, 0, left));

    [PgFunction("range_overlaps_multirange(anyrange,anymultirange)")]
    [PgFunction("multirange_overlaps_range(anymultirange,anyrange)")]
    [PgFunction("multirange_overlaps_multirange(anymultirange,anymultirange)")]
    public static bool MultiOverlaps(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Overlaps(RangeOf.Codec(site, context, 0), RangeOf.Ranges(site, context, 0, left), RangeOf.Ranges(site, context, 1, right));

    [PgFunction("range_contains_multirange(anyrange,anymultirange)")]
    [PgFunction("multirange_contains_range(anymultirange,anyrange)")]
    [PgFunction("multirange_contains_multirange(anymultirange,anymultirange)")]
    public static bool MultiContains(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Covers(RangeOf.Codec(site, context, 0), RangeOf.Ranges(site, context, 0, left), RangeOf.Ranges(site, context, 1, right));

    [PgFunction("range_contained_by_multirange(anyrange,anymultirange)")]
    [PgFunction("multirange_contained_by_range(anymultirange,anyrange)")]
    [PgFunction("multirange_contained_by_multirange(anymultirange,anymultirange)")]
    public static bool MultiContainedBy(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Covers(RangeOf.Codec(site, context, 0), RangeOf.Ranges(site, context, 1, right), RangeOf.Ranges(site, context, 0, left));

    private static bool ContainsElement(RangeCodec codec, PgRangeValue[] ranges, PgDatum value)
    {
        foreach (var range in ranges)
        {
            if (RangeMath.ContainsElement(codec, range, value))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Overlaps(RangeCodec codec, PgRangeValue[] left, PgRangeValue[] right)
    {
        foreach (var range in right)
        {
            if (RangeMath.Overlaps(codec, left, range))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Covers(RangeCodec codec, PgRangeValue[] outer, PgRangeValue[] inner)
    {
        foreach (var range in inner)
        {
            if (!RangeMath.Contains(codec, outer, range))
            {
                return false;
            }
        }

        return true;
    }
}
