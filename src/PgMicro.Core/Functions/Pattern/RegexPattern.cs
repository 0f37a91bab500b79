using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Pattern;

/// <summary>
/// A compiled advanced regular expression. It is translated into .NET's syntax; where the two would find different texts
/// (an alternation whose branches start alike, which PostgreSQL resolves by the longest match; mixed greediness) 0A000 is raised
/// by callers that need the matched text, while plain matching is the same in both.
/// </summary>
internal sealed class RegexPattern
{
    private static readonly ConcurrentDictionary<(string Pattern, string Flags), RegexPattern> Cache = new();

    private RegexPattern(Regex regex, bool isGlobal, bool isAmbiguous)
    {
        Regex = regex;
        IsGlobal = isGlobal;
        IsAmbiguous = isAmbiguous;
    }

    public Regex Regex { get; }

    /// <summary>The g flag.</summary>
    public bool IsGlobal { get; }

    private bool IsAmbiguous { get; }

    /// <summary>The compiled form of a pattern and flags.</summary>
    /// <exception cref="PgException">2201B for an invalid pattern, 22023 for an invalid flag.</exception>
    public static RegexPattern Get(string pattern, string flags = "")
    {
        if (Cache.TryGetValue((pattern, flags), out var known))
        {
            return known;
        }

        if (Cache.Count > 1000)
        {
            Cache.Clear();
        }

        return Cache[(pattern, flags)] = Compile(pattern, flags);
    }

    /// <summary>This pattern, when the text that it matches is sure to be PostgreSQL's.</summary>
    public Regex ForText() => IsAmbiguous
        ? throw PgErrors.FeatureNotSupported("taking the matched text of a regular expression with alternatives or with greedy and non-greedy quantifiers")
        : Regex;

    private static RegexPattern Compile(string pattern, string flags)
    {
        var options = RegexOptions.CultureInvariant;
        bool isGlobal = false, isLiteral = false, isExpanded = false, newlineStops = false, newlineAnchors = false;
        foreach (var flag in flags)
        {
            switch (flag)
            {
                case 'g': isGlobal = true; break;
                case 'i': options |= RegexOptions.IgnoreCase; break;
                case 'c': options &= ~RegexOptions.IgnoreCase; break;
                case 'm' or 'n': newlineStops = newlineAnchors = true; break;
                case 'p': newlineStops = true; newlineAnchors = false; break;
                case 'w': newlineStops = false; newlineAnchors = true; break;
                case 's': newlineStops = newlineAnchors = false; break;
                case 'x': isExpanded = true; break;
                case 'q': isLiteral = true; break;
                case 't' or 'e': break;
                default:
                    throw new PgException(SqlState.InvalidParameterValue, $"invalid regular expression option: \"{flag}\"");
            }
        }

        var isAmbiguous = false;
        if (isLiteral || pattern.StartsWith("***=", StringComparison.Ordinal))
        {
            pattern = Regex.Escape(isLiteral ? pattern : pattern[4..]);
        }
        else
        {
            if (pattern.StartsWith("***:", StringComparison.Ordinal))
            {
                pattern = pattern[4..];
            }

            if (pattern.StartsWith("(?", StringComparison.Ordinal) && pattern.Length > 2 && char.IsAsciiLetter(pattern[2]))
            {
                var end = pattern.IndexOf(')');
                if (end > 0)
                {
                    return Compile(pattern[(end + 1)..], flags + pattern[2..end]);
                }
            }

            pattern = Translate(pattern, newlineStops, newlineAnchors, isExpanded, out isAmbiguous);
        }

        try
        {
            return new RegexPattern(new Regex(pattern, options), isGlobal, isAmbiguous);
        }
        catch (RegexParseException e)
        {
            throw new PgException(SqlState.InvalidRegularExpression, "invalid regular expression: " + Describe(e.Error), e);
        }
    }

    private static string Describe(RegexParseError error) => error switch
    {
        RegexParseError.InsufficientClosingParentheses or RegexParseError.InsufficientOpeningParentheses => "parentheses () not balanced",
        RegexParseError.UnterminatedBracket => "brackets [] not balanced",
        RegexParseError.QuantifierAfterNothing or RegexParseError.NestedQuantifiersNotParenthesized => "quantifier operand invalid",
        RegexParseError.ReversedQuantifierRange => "invalid repetition count(s)",
        RegexParseError.ReversedCharacterRange => "invalid character range",
        RegexParseError.UndefinedNumberedReference => "invalid backreference number",
        RegexParseError.UnescapedEndingBackslash => "invalid escape \\ sequence",
        _ => error.ToString(),
    };

    private static string Translate(string pattern, bool newlineStops, bool newlineAnchors, bool isExpanded, out bool isAmbiguous)
    {
        bool lazy = false, greedy = false;
        isAmbiguous = false;
        var result = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            switch (c)
            {
                case '\\':
                    if (++i >= pattern.Length)
                    {
                        throw new PgException(SqlState.InvalidRegularExpression, "invalid regular expression: invalid escape \\ sequence");
                    }

                    result.Append(pattern[i] switch
                    {
                        'm' => "\\b(?=\\w)",
                        'M' => "\\b(?<=\\w)",
                        'y' => "\\b",
                        'Y' => "\\B",
                        'A' => "\\A",
                        'Z' => "\\z",
                        'd' => "[0-9]",
                        'D' => "[^0-9]",
                        'B' => "\\\\",
                        var other => "\\" + other,
                    });
                    break;
                case '[':
                    i = Bracket(pattern, i, newlineStops, result);
                    break;
                case '.':
                    result.Append(newlineStops ? "[^\\n]" : "[\\s\\S]");
                    break;
                case '^':
                    result.Append(newlineAnchors ? "(?:^|(?<=\\n))" : "\\A");
                    break;
                case '$':
                    result.Append(newlineAnchors ? "(?=\\n|\\z)" : "\\z");
                    break;
                case '*' or '+' or '}' or '?' when i > 0 && pattern[i - 1] != '(':
                    var isLazy = i + 1 < pattern.Length && pattern[i + 1] == '?';
                    lazy |= isLazy;
                    greedy |= !isLazy;
                    result.Append(c);
                    if (isLazy)
                    {
                        result.Append('?');
                        i++;
                    }

                    break;
                case '|':
                    isAmbiguous = true;
                    result.Append(c);
                    break;
                case '#' when isExpanded:
                    while (i < pattern.Length && pattern[i] != '\n')
                    {
                        i++;
                    }

                    break;
                case var space when isExpanded && char.IsWhiteSpace(space):
                    break;
                case '#' or ' ':
                    result.Append('\\').Append(c);
                    break;
                default:
                    result.Append(c);
                    break;
            }
        }

        // The first quantifier's preference holds for the whole expression in PostgreSQL, each for itself in .NET.
        isAmbiguous |= lazy && greedy;
        return result.ToString();
    }

    private static int Bracket(string pattern, int start, bool newlineStops, StringBuilder result)
    {
        if (pattern.AsSpan(start).StartsWith("[[:<:]]") || pattern.AsSpan(start).StartsWith("[[:>:]]"))
        {
            result.Append(pattern[start + 3] == '<' ? "\\b(?=\\w)" : "\\b(?<=\\w)");
            return start + 6;
        }

        var i = start + 1;
        result.Append('[');
        if (i < pattern.Length && pattern[i] == '^')
        {
            result.Append(newlineStops ? "^\\n" : "^");
            i++;
        }

        for (var isFirst = true; i < pattern.Length && (isFirst || pattern[i] != ']'); isFirst = false, i++)
        {
            if (pattern[i] == '[' && i + 1 < pattern.Length && pattern[i + 1] is ':' or '.' or '=')
            {
                var kind = pattern[i + 1];
                var end = pattern.IndexOf(kind + "]", i + 2, StringComparison.Ordinal);
                if (end < 0)
                {
                    throw Unbalanced();
                }

                var name = pattern[(i + 2)..end];
                result.Append(kind != ':' ? Regex.Escape(name) : name switch
                {
                    "alpha" => "\\p{L}",
                    "digit" => "0-9",
                    "alnum" => "\\p{L}\\p{N}",
                    "upper" => "\\p{Lu}",
                    "lower" => "\\p{Ll}",
                    "space" => "\\s",
                    "blank" => " \\t",
                    "punct" => "!-/:-@\\[-`{-~",
                    "xdigit" => "0-9A-Fa-f",
                    "cntrl" => "\\p{Cc}",
                    "print" => "\\P{C}",
                    "graph" => "!-~\\u00A1-\\uFFFF",
                    "word" => "\\w",
                    "ascii" => "\\x00-\\x7F",
                    _ => throw new PgException(SqlState.InvalidRegularExpression, "invalid regular expression: invalid character class"),
                });
                i = end + 1;
            }
            else if (pattern[i] == '\\' && i + 1 < pattern.Length)
            {
                i++;
                result.Append(pattern[i] == 'd' ? "0-9" : "\\" + pattern[i]);
            }
            else
            {
                result.Append(pattern[i] is '[' or ']' ? "\\" + pattern[i] : pattern[i].ToString());
            }
        }

        if (i >= pattern.Length)
        {
            throw Unbalanced();
        }

        result.Append(']');
        return i;
    }

    private static PgException Unbalanced() => new(SqlState.InvalidRegularExpression, "invalid regular expression: brackets [] not balanced");
}
