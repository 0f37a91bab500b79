using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Pattern;

/// <summary>The operators ~, !~, ~*, !~* and the pattern translation of SIMILAR TO.</summary>
internal static class RegexOperators
{
    [PgFunction("textregexeq(text,text)")]
    [PgFunction("nameregexeq(name,text)")]
    [PgFunction("bpcharregexeq(character,text)")]
    public static bool Matches(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern) => Regex.Get(pattern, RegexOptions.None).IsMatch(Regex.Decode(text));

    [PgFunction("textregexne(text,text)")]
    [PgFunction("nameregexne(name,text)")]
    [PgFunction("bpcharregexne(character,text)")]
    public static bool DoesNotMatch(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern) => !Matches(text, pattern);

    [PgFunction("texticregexeq(text,text)")]
    [PgFunction("nameicregexeq(name,text)")]
    [PgFunction("bpcharicregexeq(character,text)")]
    public static bool MatchesIgnoringCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern) =>
        Regex.Get(pattern, RegexOptions.IgnoreCase).IsMatch(Regex.Decode(text));

    [PgFunction("texticregexne(text,text)")]
    [PgFunction("nameicregexne(name,text)")]
    [PgFunction("bpcharicregexne(character,text)")]
    public static bool DoesNotMatchIgnoringCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern) => !MatchesIgnoringCase(text, pattern);

    [PgFunction("similar_to_escape(text,text)")]
    public static string SimilarToEscape(string pattern, string escape)
    {
        var runes = escape.EnumerateRunes().ToArray();
        if (runes.Length > 1)
        {
            throw new PgException(SqlState.InvalidEscapeSequence, "invalid escape string").WithHint("Escape string must be empty or one character.");
        }

        return Translate(pattern, runes.Length == 0 ? null : runes[0]);
    }

    [PgFunction("similar_to_escape(text)")]
    public static string SimilarToEscape(string pattern) => Translate(pattern, new Rune('\\'));

    [PgFunction("similar_escape(text,text)")]
    public static string? SimilarEscape(string? pattern, string? escape) =>
        pattern is null ? null : escape is null ? SimilarToEscape(pattern) : SimilarToEscape(pattern, escape);

    // The quantifier {1,1}? gives the leading part of a pattern in three parts the preference for the shortest match.
    private static string Translate(string pattern, Rune? escape)
    {
        var result = new StringBuilder("^(?:");
        var afterEscape = false;
        var inBracket = false;
        var quotes = 0;
        foreach (var rune in pattern.EnumerateRunes())
        {
            if (afterEscape)
            {
                if (rune.Value == '"' && !inBracket)
                {
                    result.Append(++quotes switch
                    {
                        1 => "){1,1}?(",
                        2 => "){1,1}(?:",
                        _ => throw new PgException("2200C", "SQL regular expression may not contain more than two escape-double-quote separators"),
                    });
                }
                else
                {
                    result.Append('\\').Append(rune);
                }

                afterEscape = false;
            }
            else if (rune == escape)
            {
                afterEscape = true;
            }
            else if (inBracket)
            {
                result.Append(rune.Value == '\\' ? "\\" : "").Append(rune);
                inBracket = rune.Value != ']';
            }
            else
            {
                inBracket = rune.Value == '[';
                switch (rune.Value)
                {
                    case '%':
                        result.Append(".*");
                        break;
                    case '_':
                        result.Append('.');
                        break;
                    case '(':
                        result.Append("(?:");
                        break;
                    case '\\' or '.' or '^' or '$':
                        result.Append('\\').Append(rune);
                        break;
                    default:
                        result.Append(rune);
                        break;
                }
            }
        }

        return result.Append(")$").ToString();
    }
}
