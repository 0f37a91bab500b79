using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog;

/// <summary>Catalog columns in their storage form: numbers and bool as INTEGER, all else as TEXT in PostgreSQL's output form.</summary>
internal static class CatalogDatum
{
    public static PgDatum Oid(uint value) => PgDatum.FromInt64(value);

    public static PgDatum Int16(short value) => PgDatum.FromInt64(value);

    public static PgDatum Int16(short? value) => value is { } v ? PgDatum.FromInt64(v) : PgDatum.Null;

    public static PgDatum Int32(int value) => PgDatum.FromInt64(value);

    public static PgDatum Int64(long value) => PgDatum.FromInt64(value);

    public static PgDatum Timestamp(long? value) => value is { } v ? PgDatum.FromInt64(v) : PgDatum.Null;

    public static PgDatum Single(float value) => PgDatum.FromDouble(value);

    public static PgDatum Boolean(bool value) => PgDatum.FromBoolean(value);

    public static PgDatum Char(char value) => value == '\0' ? PgDatum.FromText(ReadOnlyMemory<byte>.Empty) : PgDatum.FromText(value.ToString());

    public static PgDatum Text(string? value) => value is null ? PgDatum.Null : PgDatum.FromText(value);

    public static PgDatum Bytes(byte[] value) => PgDatum.FromBlob(value);

    public static PgDatum Int16Vector(short[]? value) => value is null ? PgDatum.Null : PgDatum.FromText(CatalogArrays.FormatVector(value));

    public static PgDatum OidVector(uint[]? value) => value is null ? PgDatum.Null : PgDatum.FromText(CatalogArrays.FormatVector(value));

    public static PgDatum Int16Array(short[]? value) => value is null ? PgDatum.Null : PgDatum.FromText(CatalogArrays.FormatArray(value));

    public static PgDatum OidArray(uint[]? value) => value is null ? PgDatum.Null : PgDatum.FromText(CatalogArrays.FormatArray(value));

    public static PgDatum TextArray(string[]? value) => value is null ? PgDatum.Null : PgDatum.FromText(CatalogArrays.FormatTextArray(value));

    public static PgDatum CharArray(char[]? value) => value is null ? PgDatum.Null : PgDatum.FromText(CatalogArrays.FormatCharArray(value));
}
