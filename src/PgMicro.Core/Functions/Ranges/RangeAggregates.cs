using PgMicro.Core.Types;
using PgMicro.Core.Types.Ranges;

namespace PgMicro.Core.Functions.Ranges;

[PgAggregate("range_agg(anyrange)")]
[PgAggregate("range_agg(anymultirange)")]
internal sealed class RangeAgg
{
    private readonly List<PgRangeValue> _ranges = [];
    private uint _type;
    private bool _any;

    public void Step(CallSite site, FunctionContext context, PgDatum value)
    {
        if (!value.IsNull)
        {
            _type = site.ArgumentTypes[0];
            _any = true;
            _ranges.AddRange(RangeOf.Ranges(site, context, 0, value.Bytes));
        }
    }

    public PgDatum Final(FunctionContext context)
    {
        if (!_any)
        {
            return PgDatum.Null;
        }

        var codec = RangeOf.Multirange(context, _type);
        return codec.ToStorage(codec.Normalize(_ranges));
    }
}

[PgAggregate("range_intersect_agg(anyrange)")]
internal sealed class RangeIntersectAgg
{
    private PgRangeValue? _common;
    private uint _type;

    public void Step(CallSite site, FunctionContext context, ReadOnlySpan<byte> value)
    {
        _type = site.ArgumentTypes[0];
        var codec = RangeOf.ByType(context, _type);
        var range = codec.FromStorage(value);
        _common = _common is { } known ? RangeMath.Intersect(codec, known, range) : range;
    }

    public PgDatum Final(FunctionContext context) => _common is { } common ? RangeOf.ByType(context, _type).ToStorage(common) : PgDatum.Null;
}

[PgAggregate("range_intersect_agg(anymultirange)")]
internal sealed class MultirangeIntersectAgg
{
    private PgRangeValue[]? _common;
    private uint _type;

    public void Step(CallSite site, FunctionContext context, ReadOnlySpan<byte> value)
    {
        _type = site.ArgumentTypes[0];
        var codec = RangeOf.Multirange(context, _type);
        var ranges = codec.FromStorage(value);
        _common = _common is null ? ranges : codec.Normalize(RangeMath.Intersect(codec.Range, _common, ranges));
    }

    public PgDatum Final(FunctionContext context) => _common is null ? PgDatum.Null : RangeOf.Multirange(context, _type).ToStorage(_common);
}
