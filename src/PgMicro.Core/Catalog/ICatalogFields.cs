namespace PgMicro.Core.Catalog;

/// <summary>The fields of one stored row, from the exported facts or from the database file, by column number.</summary>
public interface ICatalogFields
{
#pragma warning disable CS1591 // each reads a field of the type that it is named after
    uint Oid(int column);

    short Int16(int column);

    int Int32(int column);

    long Int64(int column);

    float Single(int column);

    bool Boolean(int column);

    char Char(int column);

    string Text(int column);

    string? NullableText(int column);

    byte[] Bytes(int column);

    bool IsNull(int column);
#pragma warning restore CS1591
}

/// <summary>Fields of composed and nullable types.</summary>
public static class CatalogFieldsExtensions
{
#pragma warning disable CS1591 // each reads a field of the type that it is named after
    public static short? NullableInt16(this ICatalogFields f, int column) => f.IsNull(column) ? null : f.Int16(column);

    public static long? NullableTimestamp(this ICatalogFields f, int column) => f.IsNull(column) ? null : f.Int64(column);

    public static short[] Int16Vector(this ICatalogFields f, int column) => CatalogArrays.ParseInt16Vector(f.NullableText(column) ?? "");

    public static short[]? NullableInt16Vector(this ICatalogFields f, int column) => f.NullableText(column) is { } s ? CatalogArrays.ParseInt16Vector(s) : null;

    public static uint[] OidVector(this ICatalogFields f, int column) => CatalogArrays.ParseOidVector(f.NullableText(column) ?? "");

    public static short[]? NullableInt16Array(this ICatalogFields f, int column) => f.NullableText(column) is { } s ? CatalogArrays.ParseInt16Array(s) : null;

    public static uint[] OidArray(this ICatalogFields f, int column) => f.NullableOidArray(column) ?? [];

    public static uint[]? NullableOidArray(this ICatalogFields f, int column) => f.NullableText(column) is { } s ? CatalogArrays.ParseOidArray(s) : null;

    public static string[] TextArray(this ICatalogFields f, int column) => f.NullableTextArray(column) ?? [];

    public static string[]? NullableTextArray(this ICatalogFields f, int column) => f.NullableText(column) is { } s ? CatalogArrays.ParseTextArray(s) : null;

    public static char[] CharArray(this ICatalogFields f, int column) => f.NullableCharArray(column) ?? [];

    public static char[]? NullableCharArray(this ICatalogFields f, int column) => f.NullableText(column) is { } s ? CatalogArrays.ParseCharArray(s) : null;
#pragma warning restore CS1591
}
