using PgMicro.Core.Storage;

namespace PgMicro.Core.Catalog;

/// <summary>The fields of a catalog row in the database file.</summary>
internal sealed class CatalogFields(SqliteStatement statement) : ICatalogFields
{
    public uint Oid(int column) => (uint)statement.GetInt64(column);

    public short Int16(int column) => (short)statement.GetInt64(column);

    public int Int32(int column) => (int)statement.GetInt64(column);

    public long Int64(int column) => statement.GetInt64(column);

    public float Single(int column) => (float)statement.GetDouble(column);

    public bool Boolean(int column) => statement.GetInt64(column) != 0;

    public char Char(int column) => statement.GetBytes(column) is [var first, ..] ? (char)first : '\0';

    public string Text(int column) => statement.GetString(column);

    public string? NullableText(int column) => statement.IsNull(column) ? null : statement.GetString(column);

    public byte[] Bytes(int column) => statement.GetBytes(column).ToArray();

    public bool IsNull(int column) => statement.IsNull(column);
}
