using System.Text;
using PgMicro.Core.Catalog;

namespace PgMicro.Core.Functions.Text;

/// <summary>lower, upper, initcap by simple case mapping, as the C.UTF-8 collation has it.</summary>
internal static class Case
{
    [PgFunction("lower(text)")]
    public static byte[] Lower(CallSite site, ReadOnlySpan<byte> text) => IsC(site) ? LowerAscii(text) : Lower(text);

    [PgFunction("upper(text)")]
    public static byte[] Upper(CallSite site, ReadOnlySpan<byte> text) => IsC(site) ? UpperAscii(text) : Upper(text);

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
    public static byte[] InitCap(CallSite site, ReadOnlySpan<byte> text)
    {
        var inWord = false;
        if (IsC(site))
        {
            return Utf8Text.Map(text, rune =>
            {
                var mapped = !rune.IsAscii ? rune : inWord ? Rune.ToLowerInvariant(rune) : Rune.ToUpperInvariant(rune);
                inWord = rune.IsAscii && Rune.IsLetterOrDigit(rune);
                return mapped;
            });
        }

        return Utf8Text.Map(text, rune =>
        {
            var mapped = inWord ? Rune.ToLowerInvariant(rune) : Rune.ToUpperInvariant(rune);
            inWord = Rune.IsLetterOrDigit(rune);
            return mapped;
        });
    }

    private static byte[] LowerAscii(ReadOnlySpan<byte> text)
    {
        var result = text.ToArray();
        foreach (ref var b in result.AsSpan())
        {
            b |= b is >= (byte)'A' and <= (byte)'Z' ? (byte)0x20 : (byte)0;
        }

        return result;
    }

    private static byte[] UpperAscii(ReadOnlySpan<byte> text)
    {
        var result = text.ToArray();
        foreach (ref var b in result.AsSpan())
        {
            b &= b is >= (byte)'a' and <= (byte)'z' ? (byte)0xDF : (byte)0xFF;
        }

        return result;
    }

    // "C" and "POSIX" know no letters but those of ASCII.
    private static bool IsC(CallSite site) => site.Collation is BuiltInOids.CCollation or BuiltInOids.PosixCollation;
}
