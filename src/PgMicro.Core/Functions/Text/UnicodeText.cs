using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Text;

/// <summary>Unicode normalization, assigned code points and escapes.</summary>
internal static class UnicodeText
{
    [PgFunction("normalize(text,text)")]
    public static string Normalize(string text, string form) => text.Normalize(Form(form));

    [PgFunction("is_normalized(text,text)")]
    public static bool IsNormalized(string text, string form) => text.IsNormalized(Form(form));

    [PgFunction("unicode_assigned(text)")]
    public static bool IsAssigned(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherNotAssigned)
            {
                return false;
            }
        }

        return true;
    }

    [PgFunction("unicode_version()")]
    public static string Version() => "15.1";

    [PgFunction("unistr(text)")]
    public static string Unescape(string text)
    {
        var result = new StringBuilder(text.Length);
        var high = 0;
        for (var i = 0; i < text.Length;)
        {
            if (text[i] != '\\')
            {
                NoPairOpen(high);
                result.Append(text[i++]);
                continue;
            }

            if (i + 1 < text.Length && text[i + 1] == '\\')
            {
                NoPairOpen(high);
                result.Append('\\');
                i += 2;
                continue;
            }

            var (start, length) = i + 1 >= text.Length ? (i, 0) : text[i + 1] switch
            {
                '+' => (i + 2, 6),
                'u' => (i + 2, 4),
                'U' => (i + 2, 8),
                _ => (i + 1, 4),
            };
            if (length == 0 || start + length > text.Length || !AllHex(text.AsSpan(start, length)))
            {
                throw new PgException(SqlState.SyntaxError, "invalid Unicode escape")
                    .WithHint("Unicode escapes must be \\XXXX, \\+XXXXXX, \\uXXXX, or \\UXXXXXXXX.");
            }

            var code = uint.Parse(text.AsSpan(start, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (code is 0 or > 0x10FFFF)
            {
                throw new PgException(SqlState.InvalidParameterValue, $"invalid Unicode code point: {code:X4}");
            }

            i = start + length;
            if (high != 0)
            {
                if (code is < 0xDC00 or > 0xDFFF)
                {
                    throw WrongPair();
                }

                result.Append((char)high).Append((char)code);
                high = 0;
            }
            else if (code is >= 0xDC00 and <= 0xDFFF)
            {
                throw WrongPair();
            }
            else if (code is >= 0xD800 and <= 0xDBFF)
            {
                high = (int)code;
            }
            else
            {
                result.Append(char.ConvertFromUtf32((int)code));
            }
        }

        NoPairOpen(high);
        return result.ToString();
    }

    private static bool AllHex(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
        }

        return true;
    }

    private static void NoPairOpen(int high)
    {
        if (high != 0)
        {
            throw WrongPair();
        }
    }

    private static PgException WrongPair() => new(SqlState.SyntaxError, "invalid Unicode surrogate pair");

    private static NormalizationForm Form(string name) => name.ToUpperInvariant() switch
    {
        "NFC" => NormalizationForm.FormC,
        "NFD" => NormalizationForm.FormD,
        "NFKC" => NormalizationForm.FormKC,
        "NFKD" => NormalizationForm.FormKD,
        _ => throw new PgException(SqlState.InvalidParameterValue, $"invalid normalization form: {name}"),
    };
}
