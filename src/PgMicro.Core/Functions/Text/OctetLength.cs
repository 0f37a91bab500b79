namespace PgMicro.Core.Functions.Text;

internal static class OctetLength
{
    [PgFunction("octet_length(text)", Sqlite = "octet_length({0})")]
    [PgFunction("octet_length(bytea)", Sqlite = "octet_length({0})")]
    [PgFunction("length(bytea)", Sqlite = "octet_length({0})")]
    [PgFunction("octet_length(character)", Sqlite = "octet_length({0})")]
    public static int Bytes(ReadOnlySpan<byte> bytes) => bytes.Length;
}
