using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Ranges;

namespace PgMicro.Core.Functions.Ranges;

/// <summary>Bounds, constructors and set operations of ranges.</summary>
internal static class RangeFunctions
{
    [PgFunction("lower(anyrange)")]
    [PgFunction("lower(anymultirange)")]
    public static PgDatum Lower(CallSite site, FunctionContext context, ReadOnlySpan<byte> value) =>
        RangeOf.Span(site, context, 0, value) is { IsEmpty: false } span ? span.Lower.Value : PgDatum.Null;

    [PgFunction("upper(anyrange)")]
    [PgFunction("upper(anymultirange)")]
    public static PgDatum Upper(CallSite site, FunctionContext context, ReadOnlySpan<byte> value) =>
        RangeOf.Span(site, context, 0, value) is { IsEmpty: false } span ? span.Upper.Value : PgDatum.Null;

    [PgFunction("lower_inc(anyrange)")]
    [PgFunction("lower_inc(anymultirange)")]
    public static bool LowerInc(CallSite site, FunctionContext context, ReadOnlySpan<byte> value) => RangeOf.Span(site, context, 0, value).Lower.IsInclusive;

    [PgFunction("upper_inc(anyrange)")]
    [PgFunction("upper_inc(anymultirange)")]
    public static bool UpperInc(CallSite site, FunctionContext context, ReadOnlySpan<byte> value) => RangeOf.Span(site, context, 0, value).Upper.IsInclusive;

    [PgFunction("lower_inf(anyrange)")]
    [PgFunction("lower_inf(anymultirange)")]
    public static bool LowerInf(CallSite site, FunctionContext context, ReadOnlySpan<byte> value) =>
        RangeOf.Span(site, context, 0, value) is { IsEmpty: false, Lower.IsInfinite: true };

    [PgFunction("upper_inf(anyrange)")]
    [PgFunction("upper_inf(anymultirange)")]
    public static bool UpperInf(CallSite site, FunctionContext context, ReadOnlySpan<byte> value) =>
        RangeOf.Span(site, context, 0, value) is { IsEmpty: false, Upper.IsInfinite: true };

    [PgFunction("isempty(anyrange)")]
    [PgFunction("isempty(anymultirange)")]
    public static bool IsEmpty(CallSite site, FunctionContext context, ReadOnlySpan<byte> value) => RangeOf.Span(site, context, 0, value).IsEmpty;

    [PgFunction("int4range(integer,integer)")]
    [PgFunction("int8range(bigint,bigint)")]
    [PgFunction("numrange(numeric,numeric)")]
    [PgFunction("tsrange(timestamp without time zone,timestamp without time zone)")]
    [PgFunction("tstzrange(timestamp with time zone,timestamp with time zone)")]
    [PgFunction("daterange(date,date)")]
    public static PgDatum Make(CallSite site, FunctionContext context, PgDatum lower, PgDatum upper)
    {
        var codec = RangeOf.ByType(context, site.ResultType);
        return codec.ToStorage(codec.Make(new RangeBound(lower, true, true), new RangeBound(upper, false, false)));
    }

    [PgFunction("int4range(integer,integer,text)")]
    [PgFunction("int8range(bigint,bigint,text)")]
    [PgFunction("numrange(numeric,numeric,text)")]
    [PgFunction("tsrange(timestamp without time zone,timestamp without time zone,text)")]
    [PgFunction("tstzrange(timestamp with time zone,timestamp with time zone,text)")]
    [PgFunction("daterange(date,date,text)")]
    public static PgDatum Make(CallSite site, FunctionContext context, PgDatum lower, PgDatum upper, string? flags)
    {
        if (flags is null)
        {
            throw new PgException(SqlState.DataException, "range constructor flags argument must not be null");
        }

        if (flags is not ("[]" or "[)" or "(]" or "()"))
        {
            throw new PgException(SqlState.SyntaxError, "invalid range bound flags").WithHint("Valid values are \"[]\", \"[)\", \"(]\", and \"()\".");
        }

        var codec = RangeOf.ByType(context, site.ResultType);
        return codec.ToStorage(codec.Make(new RangeBound(lower, flags[0] == '[', true), new RangeBound(upper, flags[1] == ']', false)));
    }

    [PgFunction("range_union(anyrange,anyrange)")]
    public static PgDatum Union(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var codec = RangeOf.Codec(site, context, 0);
        return codec.ToStorage(RangeMath.Union(codec, codec.FromStorage(left), codec.FromStorage(right)));
    }

    [PgFunction("range_intersect(anyrange,anyrange)")]
    public static PgDatum Intersect(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var codec = RangeOf.Codec(site, context, 0);
        return codec.ToStorage(RangeMath.Intersect(codec, codec.FromStorage(left), codec.FromStorage(right)));
    }

    [PgFunction("range_minus(anyrange,anyrange)")]
    public static PgDatum Minus(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var codec = RangeOf.Codec(site, context, 0);
        return codec.ToStorage(RangeMath.Minus(codec, codec.FromStorage(left), codec.FromStorage(right)));
    }

    [PgFunction("range_merge(anyrange,anyrange)")]
    public static PgDatum Merge(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var codec = RangeOf.Codec(site, context, 0);
        return codec.ToStorage(RangeMath.Merge(codec, codec.FromStorage(left), codec.FromStorage(right)));
    }

    [PgFunction("range_merge(anymultirange)")]
    public static PgDatum Merge(CallSite site, FunctionContext context, ReadOnlySpan<byte> value) =>
        RangeOf.Codec(site, context, 0).ToStorage(RangeOf.Span(site, context, 0, value));

    [PgFunction("int4range_canonical(int4range)")]
    [PgFunction("int8range_canonical(int8range)")]
    [PgFunction("daterange_canonical(daterange)")]
    public static PgDatum Canonical(CallSite site, FunctionContext context, ReadOnlySpan<byte> value)
    {
        var codec = RangeOf.Codec(site, context, 0);
        var range = codec.FromStorage(value);
        return codec.ToStorage(range.IsEmpty ? range : codec.Make(range.Lower, range.Upper));
    }
}
