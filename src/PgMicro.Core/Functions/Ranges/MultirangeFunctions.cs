using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Ranges;

namespace PgMicro.Core.Functions.Ranges;

/// <summary>Constructors, set operations and rows of multiranges.</summary>
internal static class MultirangeFunctions
{
    [PgFunction("int4multirange()")]
    [PgFunction("int8multirange()")]
    [PgFunction("nummultirange()")]
    [PgFunction("tsmultirange()")]
    [PgFunction("tstzmultirange()")]
    [PgFunction("datemultirange()")]
    public static string Empty() => "{}";

    [PgFunction("int4multirange(int4range)")]
    [PgFunction("int8multirange(int8range)")]
    [PgFunction("nummultirange(numrange)")]
    [PgFunction("tsmultirange(tsrange)")]
    [PgFunction("tstzmultirange(tstzrange)")]
    [PgFunction("datemultirange(daterange)")]
    [PgFunction("multirange(anyrange)")]
    public static PgDatum FromRange(CallSite site, FunctionContext context, ReadOnlySpan<byte> range)
    {
        var codec = RangeOf.Multirange(context, site.ResultType);
        var value = codec.Range.FromStorage(range);
        return codec.ToStorage(value.IsEmpty ? [] : [value]);
    }

    [PgFunction("int4multirange(int4range[])")]
    [PgFunction("int8multirange(int8range[])")]
    [PgFunction("nummultirange(numrange[])")]
    [PgFunction("tsmultirange(tsrange[])")]
    [PgFunction("tstzmultirange(tstzrange[])")]
    [PgFunction("datemultirange(daterange[])")]
    public static PgDatum FromRanges(CallSite site, FunctionContext context, ReadOnlySpan<byte> ranges)
    {
        var codec = RangeOf.Multirange(context, site.ResultType);
        var array = Arrays.ArrayOperations.Parse(context, codec.Range.Oid, ranges);
        if (array.Dimensions.Length > 1)
        {
            throw new PgException(SqlState.CardinalityViolation, "multiranges cannot be constructed from multidimensional arrays");
        }

        return codec.ToStorage(codec.Normalize(array.Elements.Select(e => e.IsNull
            ? throw new PgException(SqlState.NullValueNotAllowed, "multirange values cannot contain null members")
            : codec.Range.FromStorage(e.Bytes))));
    }

    [PgFunction("multirange_union(anymultirange,anymultirange)")]
    public static PgDatum Union(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var codec = RangeOf.Multirange(context, site.ArgumentTypes[0]);
        return codec.ToStorage(codec.Normalize([.. codec.FromStorage(left), .. codec.FromStorage(right)]));
    }

    [PgFunction("multirange_minus(anymultirange,anymultirange)")]
    public static PgDatum Minus(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var codec = RangeOf.Multirange(context, site.ArgumentTypes[0]);
        return codec.ToStorage(codec.Normalize(RangeMath.Minus(codec.Range, codec.FromStorage(left), codec.FromStorage(right))));
    }

    [PgFunction("multirange_intersect(anymultirange,anymultirange)")]
    public static PgDatum Intersect(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var codec = RangeOf.Multirange(context, site.ArgumentTypes[0]);
        return codec.ToStorage(codec.Normalize(RangeMath.Intersect(codec.Range, codec.FromStorage(left), codec.FromStorage(right))));
    }

    [PgSetFunction("unnest(anymultirange)")]
    public static IEnumerable<PgDatum> Unnest(CallSite site, FunctionContext context, PgDatum value)
    {
        var codec = RangeOf.Multirange(context, site.ArgumentTypes[0]);
        return codec.FromStorage(value.Bytes).Select(range => codec.Range.ToStorage(range));
    }
}
