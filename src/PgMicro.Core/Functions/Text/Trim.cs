namespace PgMicro.Core.Functions.Text;

/// <summary>btrim, ltrim, rtrim: of spaces, or of any of the given characters.</summary>
internal static class Trim
{
    [PgFunction("btrim(text)", Sqlite = "trim({0})")]
    public static ReadOnlySpan<byte> Both(ReadOnlySpan<byte> text) => text.Trim((byte)' ');

    [PgFunction("ltrim(text)", Sqlite = "ltrim({0})")]
    public static ReadOnlySpan<byte> Left(ReadOnlySpan<byte> text) => text.TrimStart((byte)' ');

    [PgFunction("rtrim(text)", Sqlite = "rtrim({0})")]
    public static ReadOnlySpan<byte> Right(ReadOnlySpan<byte> text) => text.TrimEnd((byte)' ');

    [PgFunction("btrim(text,text)", Sqlite = "trim({0}, {1})")]
    public static ReadOnlySpan<byte> Both(ReadOnlySpan<byte> text, ReadOnlySpan<byte> set) => Right(Left(text, set), set);

    [PgFunction("ltrim(text,text)", Sqlite = "ltrim({0}, {1})")]
    public static ReadOnlySpan<byte> Left(ReadOnlySpan<byte> text, ReadOnlySpan<byte> set)
    {
        while (!text.IsEmpty)
        {
            var width = Math.Min(Utf8Text.Width(text[0]), text.Length);
            if (!Contains(set, text[..width]))
            {
                break;
            }

            text = text[width..];
        }

        return text;
    }

    [PgFunction("rtrim(text,text)", Sqlite = "rtrim({0}, {1})")]
    public static ReadOnlySpan<byte> Right(ReadOnlySpan<byte> text, ReadOnlySpan<byte> set)
    {
        while (!text.IsEmpty)
        {
            var start = text.Length - 1;
            while (start > 0 && (text[start] & 0xC0) == 0x80)
            {
                start--;
            }

            if (!Contains(set, text[start..]))
            {
                break;
            }

            text = text[..start];
        }

        return text;
    }

    [PgFunction("btrim(bytea,bytea)")]
    public static ReadOnlySpan<byte> BothBytes(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> set) => bytes.Trim(set);

    [PgFunction("ltrim(bytea,bytea)")]
    public static ReadOnlySpan<byte> LeftBytes(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> set) => bytes.TrimStart(set);

    [PgFunction("rtrim(bytea,bytea)")]
    public static ReadOnlySpan<byte> RightBytes(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> set) => bytes.TrimEnd(set);

    // UTF-8 is self-synchronising: a whole code point is found only at a code point.
    private static bool Contains(ReadOnlySpan<byte> set, ReadOnlySpan<byte> character) => set.IndexOf(character) >= 0;
}
