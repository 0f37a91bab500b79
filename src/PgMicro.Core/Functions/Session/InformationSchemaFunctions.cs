using System.Globalization;
using System.Text;
using PgMicro.Core.Catalog;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>What the views of information_schema compute types' facts with.</summary>
internal static class InformationSchemaFunctions
{
    [PgSetFunction("_pg_expandarray(anyarray)")]
    public static IEnumerable<PgDatum[]> ExpandArray(CallSite site, FunctionContext context, PgDatum array) =>
        ArrayOperations.ByArrayType(context, site.ArgumentTypes[0]).FromStorage(array.Bytes).Elements
            .Select((element, i) => new[] { element, PgDatum.FromInt64(i + 1) });

    [PgFunction("_pg_index_position(oid,smallint)")]
    public static int? IndexPosition(FunctionContext context, uint index, short column) =>
        context.Catalog.Index(index) is { } row && Array.IndexOf(row.indkey, column) is var position and >= 0 ? position + 1 : null;

    [PgFunction("_pg_truetypid(pg_attribute,pg_type)")]
    public static uint TrueType(FunctionContext context, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> type) =>
        uint.Parse(IsDomain(context, type) ? Field(context, type, "pg_type", "typbasetype") : Field(context, attribute, "pg_attribute", "atttypid"), CultureInfo.InvariantCulture);

    [PgFunction("_pg_truetypmod(pg_attribute,pg_type)")]
    public static int TrueTypmod(FunctionContext context, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> type) =>
        int.Parse(IsDomain(context, type) ? Field(context, type, "pg_type", "typtypmod") : Field(context, attribute, "pg_attribute", "atttypmod"), CultureInfo.InvariantCulture);

    [PgFunction("_pg_char_max_length(oid,integer)")]
    public static int? CharacterLength(uint type, int typmod) => typmod == -1 ? null : type switch
    {
        TypeOid.Bpchar or TypeOid.Varchar => typmod - 4,
        TypeOid.Bit or TypeOid.Varbit => typmod,
        _ => null,
    };

    [PgFunction("_pg_char_octet_length(oid,integer)")]
    public static int? CharacterOctetLength(uint type, int typmod) => type is TypeOid.Text or TypeOid.Bpchar or TypeOid.Varchar
        ? typmod == -1 ? 1 << 30 : CharacterLength(type, typmod) * 4
        : null;

    [PgFunction("_pg_numeric_precision(oid,integer)")]
    public static int? NumericPrecision(uint type, int typmod) => type switch
    {
        TypeOid.Int2 => 16,
        TypeOid.Int4 => 32,
        TypeOid.Int8 => 64,
        TypeOid.Numeric => typmod == -1 ? null : ((typmod - 4) >> 16) & 0xFFFF,
        TypeOid.Float4 => 24,
        TypeOid.Float8 => 53,
        _ => null,
    };

    [PgFunction("_pg_numeric_precision_radix(oid,integer)")]
    public static int? NumericRadix(uint type, int typmod) => type switch
    {
        TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8 or TypeOid.Float4 or TypeOid.Float8 => 2,
        TypeOid.Numeric => 10,
        _ => null,
    };

    [PgFunction("_pg_numeric_scale(oid,integer)")]
    public static int? NumericScale(uint type, int typmod) => type switch
    {
        TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8 => 0,
        TypeOid.Numeric => typmod == -1 ? null : (typmod - 4) & 0xFFFF,
        _ => null,
    };

    [PgFunction("_pg_datetime_precision(oid,integer)")]
    public static int? DateTimePrecision(uint type, int typmod) => type switch
    {
        TypeOid.Date => 0,
        TypeOid.Time or TypeOid.Timestamp or TypeOid.Timestamptz or TypeOid.Timetz => typmod < 0 ? 6 : typmod,
        TypeOid.Interval => typmod < 0 || (typmod & 0xFFFF) == 0xFFFF ? 6 : typmod & 0xFFFF,
        _ => null,
    };

    [PgFunction("_pg_interval_type(oid,integer)")]
    public static string? IntervalType(FunctionContext context, uint type, int typmod)
    {
        if (type != TypeOid.Interval)
        {
            return null;
        }

        // What follows "interval" and a precision; NULL when the name ends there.
        var name = TypeNames.Format(context, type, typmod);
        var fields = name.AsSpan(Math.Min("interval".Length, name.Length)).TrimStart("()0123456789");
        return fields is [' ', .. var words] ? words.ToString().ToUpperInvariant() : null;
    }

    private static bool IsDomain(FunctionContext context, ReadOnlySpan<byte> type) => Field(context, type, "pg_type", "typtype") == "d";

    /// <summary>A column of a system relation's row in its text form.</summary>
    private static string Field(FunctionContext context, ReadOnlySpan<byte> row, string relation, string column)
    {
        var oid = context.Catalog.FindClass(relation, BuiltInOids.PgCatalogNamespace)!.oid;
        var wanted = context.Catalog.FindAttribute(oid, column)!.attnum;
        var (field, start, quoted) = (1, 1, false);
        for (var i = 1; i < row.Length; i++)
        {
            if (row[i] == '"')
            {
                quoted = !quoted;
            }
            else if (row[i] == '\\')
            {
                i++;
            }
            else if (!quoted && (row[i] == ',' || i == row.Length - 1))
            {
                if (field == wanted)
                {
                    return Encoding.UTF8.GetString(row[start..i]);
                }

                (field, start) = (field + 1, i + 1);
            }
        }

        throw Errors.PgErrors.FeatureNotSupported($"column \"{column}\" of this form of row");
    }
}
