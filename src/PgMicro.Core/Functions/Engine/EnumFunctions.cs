using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Engine;

/// <summary>enum_first, enum_last, enum_range: of the type, whatever the value.</summary>
internal static class EnumFunctions
{
    [PgFunction("enum_first(anyenum)")]
    public static PgDatum First(CallSite site, FunctionContext context, PgDatum value) =>
        Labels(site, context) is [var first, ..] ? Codec(site, context).ToSafeDatum(first, context) : throw Empty(site, context);

    [PgFunction("enum_last(anyenum)")]
    public static PgDatum Last(CallSite site, FunctionContext context, PgDatum value) =>
        Labels(site, context) is [.., var last] ? Codec(site, context).ToSafeDatum(last, context) : throw Empty(site, context);

    [PgFunction("enum_range(anyenum)")]
    public static PgDatum Range(CallSite site, FunctionContext context, PgDatum value) => Array(site, context, Labels(site, context));

    [PgFunction("enum_range(anyenum,anyenum)")]
    public static PgDatum Range(CallSite site, FunctionContext context, PgDatum lower, PgDatum upper)
    {
        var codec = Codec(site, context);
        var first = lower.IsNull ? float.NegativeInfinity : codec.FromStorage(lower).SortOrder;
        var last = upper.IsNull ? float.PositiveInfinity : codec.FromStorage(upper).SortOrder;
        return Array(site, context, codec.Labels.Where(l => l.SortOrder >= first && l.SortOrder <= last));
    }

    private static EnumCodec Codec(CallSite site, FunctionContext context) =>
        (EnumCodec)context.Types.GetCodec(context.Catalog.GetBaseType(site.ArgumentTypes[0]));

    private static IReadOnlyList<EnumLabel> Labels(CallSite site, FunctionContext context) => Codec(site, context).Labels;

    private static PgDatum Array(CallSite site, FunctionContext context, IEnumerable<EnumLabel> labels)
    {
        var codec = Codec(site, context);
        return ((ArrayCodec)context.Types.GetCodec(codec.ArrayOid)).ToStorage(new PgArray(codec.Oid, [.. labels.Select(l => codec.ToSafeDatum(l, context))]));
    }

    private static PgException Empty(CallSite site, FunctionContext context) =>
        new(SqlState.ObjectNotInPrerequisiteState, $"enum {Codec(site, context).Name} contains no values");
}
