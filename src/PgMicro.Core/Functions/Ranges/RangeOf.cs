using PgMicro.Core.Catalog.Codecs;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Ranges;

namespace PgMicro.Core.Functions.Ranges;

/// <summary>Reads range and multirange arguments by the types that a call resolved to.</summary>
internal static class RangeOf
{
    /// <summary>The range codec of a range or multirange argument.</summary>
    public static RangeCodec Codec(CallSite site, FunctionContext context, int argument) => ByType(context, site.ArgumentTypes[argument]);

    /// <summary>The range codec of a range or multirange type or domain.</summary>
    public static RangeCodec ByType(TypeContext context, uint type) => Find(context, type) switch
    {
        MultirangeCodec multirange => multirange.Range,
        var codec => (RangeCodec)codec,
    };

    /// <summary>The multirange codec of a multirange type, or over a range type.</summary>
    public static MultirangeCodec Multirange(TypeContext context, uint type) => Find(context, type) switch
    {
        RangeCodec range => (MultirangeCodec)context.Types.GetCodec(range.MultirangeOid),
        var codec => (MultirangeCodec)codec,
    };

    public static PgRangeValue Range(CallSite site, FunctionContext context, int argument, ReadOnlySpan<byte> value) => Codec(site, context, argument).FromStorage(value);

    /// <summary>The ranges of a multirange; a range that is not empty stands for one of itself.</summary>
    public static PgRangeValue[] Ranges(CallSite site, FunctionContext context, int argument, ReadOnlySpan<byte> value)
    {
        switch (Find(context, site.ArgumentTypes[argument]))
        {
            case MultirangeCodec multirange:
                return multirange.FromStorage(value);
            case var codec:
                var range = ((RangeCodec)codec).FromStorage(value);
                return range.IsEmpty ? [] : [range];
        }
    }

    /// <summary>The smallest range over a range or multirange.</summary>
    public static PgRangeValue Span(CallSite site, FunctionContext context, int argument, ReadOnlySpan<byte> value) =>
        RangeMath.Span(Ranges(site, context, argument, value));

    private static PgTypeCodec Find(TypeContext context, uint type)
    {
        var codec = context.Types.GetCodec(type);
        while (codec is DomainCodec domain)
        {
            codec = domain.Base;
        }

        return codec;
    }
}
