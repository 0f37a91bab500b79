using PgMicro.Core.Catalog;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>format_type and pg_typeof.</summary>
internal static class TypeNames
{
    [PgFunction("format_type(oid,integer)")]
    public static string? FormatType(FunctionContext context, uint? type, int? typmod) =>
        type is null ? null : Format(context, type.Value, typmod ?? -1, typmod is not null);

    [PgFunction("pg_typeof(\"any\")")]
    public static uint TypeOf(CallSite site, PgDatum value) => site.ArgumentTypes[0];

    /// <summary>A type's name as format_type prints it.</summary>
    internal static string Format(FunctionContext context, uint type, int typmod, bool withTypmod = true)
    {
        var row = context.Catalog.Type(type);
        if (row is null)
        {
            return type == 0 ? "-" : "???";
        }

        if (row is { typelem: not 0, typsubscript: not 0 } && row.typname.StartsWith('_') && row.typlen == -1)
        {
            return Format(context, row.typelem, typmod, withTypmod) + "[]";
        }

        var name = CatalogNames.FormatType(context.Catalog, type, context.SearchPath(includeImplicit: true));
        if (!withTypmod || context.Types.FindCodec(type) is not { } codec)
        {
            return name;
        }

        if (typmod < 0)
        {
            // character without a length means one character, so an unknown length is bpchar.
            return type == TypeOid.Bpchar ? "bpchar" : name;
        }

        var suffix = codec.TypmodOut(typmod);
        var zone = name.IndexOf(" with", StringComparison.Ordinal);
        return zone > 0 && type is TypeOid.Time or TypeOid.Timetz or TypeOid.Timestamp or TypeOid.Timestamptz
            ? name[..zone] + suffix.Split(' ')[0] + name[zone..]
            : name + suffix;
    }
}
