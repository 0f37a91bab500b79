using System.Text;

namespace PgMicro.Core.Functions.Text;

/// <summary>lower, upper, initcap by simple case mapping, as the C.UTF-8 collation has it.</summary>
internal static class Case
{
    [PgFunction("lower(text)")]
    public static byte[] Lower(ReadOnlySpan<byte> text)
    {
        if (!global::System.Text.Ascii.IsValid(text))
        {
            return Utf8Text.Map(text, Rune.ToLowerInvariant);
        }

        var result = new byte[text.Length];
        global::System.Text.Ascii.ToLower(text, result, out _);
        return result;
    }

    [PgFunction("upper(text)")]
    public static byte[] Upper(ReadOnlySpan<byte> text)
    {
        if (!global::System.Text.Ascii.IsValid(text))
        {
            return Utf8Text.Map(text, Rune.ToUpperInvariant);
        }

        var result = new byte[text.Length];
        global::System.Text.Ascii.ToUpper(text, result, out _);
        return result;
    }

    [PgFunction("initcap(text)")]
    public static byte[] InitCap(ReadOnlySpan<byte> text)
    {
        var inWord = false;
        return Utf8Text.Map(text, rune =>
        {
            var mapped = inWord ? Rune.ToLowerInvariant(rune) : Rune.ToUpperInvariant(rune);
            inWord = Rune.IsLetterOrDigit(rune);
            return mapped;
        });
    }
}
