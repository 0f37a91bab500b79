namespace PgMicro.Core.Functions.Text;

internal static class Length
{
    [PgFunction("length(text)")]
    [PgFunction("char_length(text)")]
    [PgFunction("character_length(text)")]
    [PgFunction("textlen(text)")]
    public static int Text(ReadOnlySpan<byte> text) => Utf8Text.Length(text);

    [PgFunction("length(character)")]
    [PgFunction("char_length(character)")]
    [PgFunction("character_length(character)")]
    public static int Bpchar(ReadOnlySpan<byte> text) => Utf8Text.Length(text.TrimEnd((byte)' '));

    [PgFunction("bit_length(text)")]
    [PgFunction("bit_length(bytea)")]
    public static int Bits(ReadOnlySpan<byte> bytes) => bytes.Length * 8;
}
