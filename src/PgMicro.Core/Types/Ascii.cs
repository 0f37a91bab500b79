using System.Text;

namespace PgMicro.Core.Types;

/// <summary>The C library's character classes in the C locale, over UTF-8 bytes.</summary>
internal static class Ascii
{
    public static bool IsSpace(byte c) => c is (byte)' ' or (>= 9 and <= 13);

    public static bool IsDigit(byte c) => c is >= (byte)'0' and <= (byte)'9';

    public static bool IsAlpha(byte c) => (c | 0x20) is >= (byte)'a' and <= (byte)'z';

    public static bool IsAlphaNumeric(byte c) => IsDigit(c) || IsAlpha(c);

    public static byte ToLower(byte c) => c is >= (byte)'A' and <= (byte)'Z' ? (byte)(c | 0x20) : c;

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0 && IsSpace(text[0]))
        {
            text = text[1..];
        }

        return TrimEnd(text);
    }

    public static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0 && IsSpace(text[^1]))
        {
            text = text[..^1];
        }

        return text;
    }

    public static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    public static bool StartsWithIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix) =>
        text.Length >= prefix.Length && System.Text.Ascii.EqualsIgnoreCase(text[..prefix.Length], prefix);

    /// <summary>Value of a hexadecimal digit, or -1.</summary>
    public static int HexValue(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };
}
