using System.Text;
using System.Text.RegularExpressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Pattern;

/// <summary>~, ~*, regexp_* and substring with a pattern.</summary>
internal static class RegexFunctions
{
    [PgFunction("textregexeq(text,text)")]
    [PgFunction("nameregexeq(name,text)")]
    [PgFunction("bpcharregexeq(character,text)")]
    [PgFunction("regexp_like(text,text)")]
    public static bool Matches(string text, string pattern) => RegexPattern.Get(pattern).Regex.IsMatch(text);

    [PgFunction("textregexne(text,text)")]
    [PgFunction("nameregexne(name,text)")]
    [PgFunction("bpcharregexne(character,text)")]
    public static bool DoesNotMatch(string text, string pattern) => !Matches(text, pattern);

    [PgFunction("texticregexeq(text,text)")]
    [PgFunction("nameicregexeq(name,text)")]
    [PgFunction("bpcharicregexeq(character,text)")]
    public static bool MatchesIgnoringCase(string text, string pattern) => RegexPattern.Get(pattern, "i").Regex.IsMatch(text);

    [PgFunction("texticregexne(text,text)")]
    [PgFunction("nameicregexne(name,text)")]
    [PgFunction("bpcharicregexne(character,text)")]
    public static bool DoesNotMatchIgnoringCase(string text, string pattern) => !MatchesIgnoringCase(text, pattern);

    [PgFunction("regexp_like(text,text,text)")]
    public static bool Matches(string text, string pattern, string flags) => NotGlobal(pattern, flags, "regexp_like").Regex.IsMatch(text);

    [PgFunction("substring(text,text)")]
    public static string? Substring(string text, string pattern)
    {
        var match = RegexPattern.Get(pattern).ForText().Match(text);
        return !match.Success ? null : match.Groups.Count == 1 ? match.Value : match.Groups[1].Success ? match.Groups[1].Value : null;
    }

    [PgFunction("regexp_replace(text,text,text)")]
    public static string Replace(string text, string pattern, string replacement) => Replace(text, pattern, replacement, "");

    [PgFunction("regexp_replace(text,text,text,text)")]
    public static string Replace(string text, string pattern, string replacement, string flags)
    {
        var compiled = RegexPattern.Get(pattern, flags);
        return compiled.ForText().Replace(text, match => Expand(match, replacement), compiled.IsGlobal ? -1 : 1);
    }

    [PgFunction("regexp_match(text,text)")]
    public static PgDatum Match(FunctionContext context, string text, string pattern) => Match(context, text, pattern, "");

    [PgFunction("regexp_match(text,text,text)")]
    public static PgDatum Match(FunctionContext context, string text, string pattern, string flags)
    {
        var match = NotGlobal(pattern, flags, "regexp_match").ForText().Match(text);
        return match.Success ? Groups(context, match) : PgDatum.Null;
    }

    [PgSetFunction("regexp_matches(text,text)")]
    public static IEnumerable<PgDatum> AllMatches(FunctionContext context, string text, string pattern) => AllMatches(context, text, pattern, "");

    [PgSetFunction("regexp_matches(text,text,text)")]
    public static IEnumerable<PgDatum> AllMatches(FunctionContext context, string text, string pattern, string flags)
    {
        var compiled = RegexPattern.Get(pattern, flags);
        var matches = compiled.ForText().Matches(text).Select(match => Groups(context, match));
        return compiled.IsGlobal ? matches : matches.Take(1);
    }

    [PgFunction("regexp_count(text,text)")]
    public static int Count(string text, string pattern) => RegexPattern.Get(pattern).ForText().Count(text);

    [PgSetFunction("regexp_split_to_table(text,text)")]
    public static IEnumerable<PgDatum> SplitToTable(string text, string pattern) => Split(text, RegexPattern.Get(pattern)).Select(PgDatum.FromText);

    [PgFunction("regexp_split_to_array(text,text)")]
    public static PgDatum SplitToArray(FunctionContext context, string text, string pattern) =>
        ArrayOperations.Store(context, new PgArray(TypeOid.Text, [.. Split(text, RegexPattern.Get(pattern)).Select(PgDatum.FromText)]));

    private static RegexPattern NotGlobal(string pattern, string flags, string function)
    {
        var compiled = RegexPattern.Get(pattern, flags);
        return !compiled.IsGlobal ? compiled
            : throw new PgException(SqlState.InvalidParameterValue, $"{function}() does not support the \"global\" option")
                .WithHint(function == "regexp_match" ? "Use the regexp_matches function instead." : null);
    }

    private static PgDatum Groups(FunctionContext context, Match match)
    {
        PgDatum[] items = match.Groups.Count == 1
            ? [PgDatum.FromText(match.Value)]
            : [.. match.Groups.Values.Skip(1).Select(group => group.Success ? PgDatum.FromText(group.Value) : PgDatum.Null)];
        return ArrayOperations.Store(context, new PgArray(TypeOid.Text, items));
    }

    // A match of nothing right after the last one, or at either end, does not split.
    private static IEnumerable<string> Split(string text, RegexPattern pattern)
    {
        var start = 0;
        foreach (Match match in pattern.ForText().Matches(text))
        {
            if (match.Length == 0 && (match.Index == start && match.Index == 0 || match.Index >= text.Length))
            {
                continue;
            }

            yield return text[start..match.Index];
            start = match.Index + match.Length;
        }

        yield return text[start..];
    }

    private static string Expand(Match match, string replacement)
    {
        if (!replacement.Contains('\\'))
        {
            return replacement;
        }

        var result = new StringBuilder();
        for (var i = 0; i < replacement.Length; i++)
        {
            if (replacement[i] != '\\' || i + 1 >= replacement.Length)
            {
                result.Append(replacement[i]);
                continue;
            }

            i++;
            if (replacement[i] == '&')
            {
                result.Append(match.Value);
            }
            else if (replacement[i] is >= '1' and <= '9')
            {
                result.Append(match.Groups[replacement[i] - '0'].Value);
            }
            else
            {
                result.Append(replacement[i] == '\\' ? "\\" : "\\" + replacement[i]);
            }
        }

        return result.ToString();
    }
}
