using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Pattern;

/// <summary>regexp_match, regexp_matches, regexp_split_*, regexp_count, regexp_instr, regexp_like, regexp_substr and substring from pattern.</summary>
internal static class RegexFunctions
{
    [PgFunction("regexp_match(text,text)")]
    public static PgDatum Match(FunctionContext context, ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern) => Match(context, text, pattern, "");

    [PgFunction("regexp_match(text,text,text)")]
    public static PgDatum Match(FunctionContext context, ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, string flags)
    {
        var (options, isGlobal) = Flags(flags);
        if (isGlobal)
        {
            throw NoGlobal("regexp_match()").WithHint("Use the regexp_matches function instead.");
        }

        var regex = Regex.Get(pattern, options);
        var input = Regex.Decode(text);
        return regex.Find(input, 0) is { } found ? Captures(context, regex, input, found) : PgDatum.Null;
    }

    [PgSetFunction("regexp_matches(text,text)")]
    public static IEnumerable<PgDatum> AllMatches(FunctionContext context, string text, string pattern) => AllMatches(context, text, pattern, "");

    [PgSetFunction("regexp_matches(text,text,text)")]
    public static IEnumerable<PgDatum> AllMatches(FunctionContext context, string text, string pattern, string flags)
    {
        var (options, isGlobal) = Flags(flags);
        var regex = Regex.Get(Encoding.UTF8.GetBytes(pattern), options);
        var input = Regex.Decode(Encoding.UTF8.GetBytes(text));
        return Every(regex, input, 0, false).Take(isGlobal ? int.MaxValue : 1).Select(found => Captures(context, regex, input, found));
    }

    [PgFunction("regexp_split_to_array(text,text)")]
    public static PgDatum SplitToArray(FunctionContext context, string text, string pattern) => SplitToArray(context, text, pattern, "");

    [PgFunction("regexp_split_to_array(text,text,text)")]
    public static PgDatum SplitToArray(FunctionContext context, string text, string pattern, string flags) =>
        ArrayOperations.Store(context, new PgArray(TypeOid.Text, [.. Split(text, pattern, flags, "regexp_split_to_array()")]));

    [PgSetFunction("regexp_split_to_table(text,text)")]
    public static IEnumerable<PgDatum> SplitToTable(string text, string pattern) => SplitToTable(text, pattern, "");

    [PgSetFunction("regexp_split_to_table(text,text,text)")]
    public static IEnumerable<PgDatum> SplitToTable(string text, string pattern, string flags) => Split(text, pattern, flags, "regexp_split_to_table()");

    [PgFunction("regexp_count(text,text)")]
    public static int Count(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern) => Count(text, pattern, 1, "");

    [PgFunction("regexp_count(text,text,integer)")]
    public static int Count(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, int start) => Count(text, pattern, start, "");

    [PgFunction("regexp_count(text,text,integer,text)")]
    public static int Count(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, int start, string flags)
    {
        AtLeast("start", start, 1);
        return Every(Regex.Get(pattern, NotGlobal(flags, "regexp_count()")), Regex.Decode(text), start - 1, false).Count();
    }

    [PgFunction("regexp_like(text,text)")]
    public static bool Like(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern) => Like(text, pattern, "");

    [PgFunction("regexp_like(text,text,text)")]
    public static bool Like(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, string flags) =>
        Regex.Get(pattern, NotGlobal(flags, "regexp_like()")).IsMatch(Regex.Decode(text));

    [PgFunction("regexp_instr(text,text)")]
    public static int Position(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern) => Position(text, pattern, 1, 1, 0, "", 0);

    [PgFunction("regexp_instr(text,text,integer)")]
    public static int Position(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, int start) => Position(text, pattern, start, 1, 0, "", 0);

    [PgFunction("regexp_instr(text,text,integer,integer)")]
    public static int Position(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, int start, int n) => Position(text, pattern, start, n, 0, "", 0);

    [PgFunction("regexp_instr(text,text,integer,integer,integer)")]
    public static int Position(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, int start, int n, int endOption) =>
        Position(text, pattern, start, n, endOption, "", 0);

    [PgFunction("regexp_instr(text,text,integer,integer,integer,text)")]
    public static int Position(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, int start, int n, int endOption, string flags) =>
        Position(text, pattern, start, n, endOption, flags, 0);

    [PgFunction("regexp_instr(text,text,integer,integer,integer,text,integer)")]
    public static int Position(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, int start, int n, int endOption, string flags, int group)
    {
        AtLeast("start", start, 1);
        AtLeast("n", n, 1);
        if (endOption is < 0 or > 1)
        {
            throw Invalid("endoption", endOption);
        }

        AtLeast("subexpr", group, 0);
        var found = Nth(Regex.Get(pattern, NotGlobal(flags, "regexp_instr()")), Regex.Decode(text), start, n);
        return found is null || (group * 2) >= found.Length ? 0 : found[(group * 2) + endOption] + 1;
    }

    [PgFunction("regexp_substr(text,text)")]
    public static string? Substring(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern) => Substring(text, pattern, 1, 1, "", 0);

    [PgFunction("regexp_substr(text,text,integer)")]
    public static string? Substring(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, int start) => Substring(text, pattern, start, 1, "", 0);

    [PgFunction("regexp_substr(text,text,integer,integer)")]
    public static string? Substring(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, int start, int n) => Substring(text, pattern, start, n, "", 0);

    [PgFunction("regexp_substr(text,text,integer,integer,text)")]
    public static string? Substring(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, int start, int n, string flags) =>
        Substring(text, pattern, start, n, flags, 0);

    [PgFunction("regexp_substr(text,text,integer,integer,text,integer)")]
    public static string? Substring(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, int start, int n, string flags, int group)
    {
        AtLeast("start", start, 1);
        AtLeast("n", n, 1);
        AtLeast("subexpr", group, 0);
        var input = Regex.Decode(text);
        var found = Nth(Regex.Get(pattern, NotGlobal(flags, "regexp_substr()")), input, start, n);
        return found is null || (group * 2) >= found.Length ? null : Part(input, found, group);
    }

    [PgFunction("substring(text,text)")]
    public static string? SubstringFrom(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern)
    {
        var regex = Regex.Get(pattern, RegexOptions.None);
        var input = Regex.Decode(text);
        return regex.Find(input, 0) is { } found ? Part(input, found, Math.Min(regex.Groups, 1)) : null;
    }

    [PgFunction("substring(text,text,text)")]
    public static string? SubstringSimilar(ReadOnlySpan<byte> text, string pattern, string escape)
    {
        try
        {
            return SubstringFrom(text, Encoding.UTF8.GetBytes(RegexOperators.SimilarToEscape(pattern, escape)));
        }
        catch (PgException e)
        {
            // In PostgreSQL this is a function written in SQL.
            e.Where ??= "SQL function \"substring\" statement 1";
            throw;
        }
    }

    /// <summary>Options of a flags argument.</summary>
    internal static (RegexOptions Options, bool IsGlobal) Flags(string flags)
    {
        var options = RegexOptions.None;
        var isGlobal = false;
        foreach (var rune in flags.EnumerateRunes())
        {
            if (rune.Value == 'g')
            {
                isGlobal = true;
            }
            else if (rune.Value > 127 || !RegexParser.TryOption((char)rune.Value, ref options))
            {
                throw InvalidOption(rune.ToString());
            }
        }

        return (options, isGlobal);
    }

    internal static PgException InvalidOption(string option) => new(SqlState.InvalidParameterValue, $"invalid regular expression option: \"{option}\"");

    internal static void AtLeast(string parameter, int value, int least)
    {
        if (value < least)
        {
            throw Invalid(parameter, value);
        }
    }

    /// <summary>Every match in turn; a split ignores empty ones at the ends and right after a match.</summary>
    internal static IEnumerable<int[]> Every(Regex regex, int[] text, int from, bool isSplit)
    {
        var previousEnd = 0;
        while (from <= text.Length && regex.Find(text, from) is { } found)
        {
            if (!isSplit || (found[0] < text.Length && found[1] > previousEnd))
            {
                yield return found;
            }

            previousEnd = found[1];
            from = previousEnd + (found[0] == found[1] ? 1 : 0);
        }
    }

    private static IEnumerable<PgDatum> Split(string text, string pattern, string flags, string function)
    {
        var regex = Regex.Get(Encoding.UTF8.GetBytes(pattern), NotGlobal(flags, function));
        return Iterate(regex, Regex.Decode(Encoding.UTF8.GetBytes(text)));

        static IEnumerable<PgDatum> Iterate(Regex regex, int[] input)
        {
            var start = 0;
            foreach (var found in Every(regex, input, 0, true))
            {
                yield return PgDatum.FromText(Regex.Encode(input.AsSpan(start, found[0] - start)));
                start = found[1];
            }

            yield return PgDatum.FromText(Regex.Encode(input.AsSpan(start)));
        }
    }

    private static int[]? Nth(Regex regex, int[] text, int start, int n) => Every(regex, text, start - 1, false).Skip(n - 1).FirstOrDefault();

    private static RegexOptions NotGlobal(string flags, string function)
    {
        var (options, isGlobal) = Flags(flags);
        return isGlobal ? throw NoGlobal(function) : options;
    }

    private static PgException NoGlobal(string function) =>
        new(SqlState.InvalidParameterValue, $"{function} does not support the \"global\" option");

    private static PgException Invalid(string parameter, int value) =>
        new(SqlState.InvalidParameterValue, $"invalid value for parameter \"{parameter}\": {value}");

    private static string? Part(int[] text, int[] found, int group) =>
        found[group * 2] < 0 ? null : Regex.Encode(text.AsSpan(found[group * 2], found[(group * 2) + 1] - found[group * 2]));

    private static PgDatum Captures(FunctionContext context, Regex regex, int[] text, int[] found)
    {
        var items = new PgDatum[Math.Max(regex.Groups, 1)];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Part(text, found, regex.Groups == 0 ? 0 : i + 1) is { } part ? PgDatum.FromText(part) : PgDatum.Null;
        }

        return ArrayOperations.Store(context, new PgArray(TypeOid.Text, items));
    }
}
