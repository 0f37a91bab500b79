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

        var codec = context.Types.FindCodec(type);
        if (type < BuiltInOids.FirstNormalObjectId && codec is not null && row.typtype != 'c')
        {
            // character without a length means one byte's worth of it, so an unknown length is bpchar.
            var name = type == TypeOid.Bpchar && withTypmod && typmod < 0 ? "bpchar" : codec.Name;
            if (typmod < 0 || !withTypmod)
            {
                return name;
            }

            var suffix = codec.TypmodOut(typmod);
            var zone = name.IndexOf(" with", StringComparison.Ordinal);
            return zone > 0 && type is TypeOid.Time or TypeOid.Timetz or TypeOid.Timestamp or TypeOid.Timestamptz
                ? name[..zone] + suffix.Split(' ')[0] + name[zone..]
                : name + suffix;
        }

        var quoted = Text.Quote.Identifier(row.typname);
        foreach (var schema in context.SearchPath(includeImplicit: true))
        {
            if (context.Catalog.FindType(row.typname, schema) is { } found)
            {
                if (found.oid == type)
                {
                    return quoted;
                }

                break;
            }
        }

        return Text.Quote.Identifier(context.Catalog.Namespace(row.typnamespace)?.nspname ?? "???") + "." + quoted;
    }
}
