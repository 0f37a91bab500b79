using System.Text;
using PgMicro.Core.Functions.Engine;
using PgMicro.Core.Functions.Pattern;
using PgMicro.Core.Functions.Text;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Extensions;

/// <summary>The functions of citext that are not those of text.</summary>
internal static class Citext
{
    [PgFunction("citext_eq(citext,citext)")]
    public static bool Eq(CallSite site, FunctionContext context, PgDatum left, PgDatum right) => CodecComparison.Compare(site, context, left, right) == 0;

    [PgFunction("citext_ne(citext,citext)")]
    public static bool Ne(CallSite site, FunctionContext context, PgDatum left, PgDatum right) => CodecComparison.Compare(site, context, left, right) != 0;

    [PgFunction("citext_lt(citext,citext)")]
    [PgFunction("citext_pattern_lt(citext,citext)")]
    public static bool Lt(CallSite site, FunctionContext context, PgDatum left, PgDatum right) => CodecComparison.Compare(site, context, left, right) < 0;

    [PgFunction("citext_le(citext,citext)")]
    [PgFunction("citext_pattern_le(citext,citext)")]
    public static bool Le(CallSite site, FunctionContext context, PgDatum left, PgDatum right) => CodecComparison.Compare(site, context, left, right) <= 0;

    [PgFunction("citext_gt(citext,citext)")]
    [PgFunction("citext_pattern_gt(citext,citext)")]
    public static bool Gt(CallSite site, FunctionContext context, PgDatum left, PgDatum right) => CodecComparison.Compare(site, context, left, right) > 0;

    [PgFunction("citext_ge(citext,citext)")]
    [PgFunction("citext_pattern_ge(citext,citext)")]
    public static bool Ge(CallSite site, FunctionContext context, PgDatum left, PgDatum right) => CodecComparison.Compare(site, context, left, right) >= 0;

    [PgFunction("citext_cmp(citext,citext)")]
    [PgFunction("citext_pattern_cmp(citext,citext)")]
    public static int Compare(CallSite site, FunctionContext context, PgDatum left, PgDatum right) => CodecComparison.Compare(site, context, left, right);

    [PgFunction("citext_larger(citext,citext)")]
    public static PgDatum Larger(CallSite site, FunctionContext context, PgDatum left, PgDatum right) =>
        CodecComparison.Compare(site, context, left, right) > 0 ? left : right;

    [PgFunction("citext_smaller(citext,citext)")]
    public static PgDatum Smaller(CallSite site, FunctionContext context, PgDatum left, PgDatum right) =>
        CodecComparison.Compare(site, context, left, right) < 0 ? left : right;

    [PgFunction("regexp_match(citext,citext)")]
    public static PgDatum Match(FunctionContext context, ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern) => RegexFunctions.Match(context, text, pattern, "i");

    [PgFunction("regexp_match(citext,citext,text)")]
    public static PgDatum Match(FunctionContext context, ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, string flags) =>
        RegexFunctions.Match(context, text, pattern, Flags(flags));

    [PgSetFunction("regexp_matches(citext,citext)")]
    public static IEnumerable<PgDatum> Matches(FunctionContext context, string text, string pattern) => RegexFunctions.AllMatches(context, text, pattern, "i");

    [PgSetFunction("regexp_matches(citext,citext,text)")]
    public static IEnumerable<PgDatum> Matches(FunctionContext context, string text, string pattern, string flags) =>
        RegexFunctions.AllMatches(context, text, pattern, Flags(flags));

    [PgFunction("regexp_replace(citext,citext,text)")]
    public static string RegexpReplace(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, string replacement) => RegexReplace.Replace(text, pattern, replacement, "i");

    [PgFunction("regexp_replace(citext,citext,text,text)")]
    public static string RegexpReplace(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, string replacement, string flags) =>
        RegexReplace.Replace(text, pattern, replacement, Flags(flags));

    [PgFunction("regexp_split_to_array(citext,citext)")]
    public static PgDatum SplitToArray(FunctionContext context, string text, string pattern) => RegexFunctions.SplitToArray(context, text, pattern, "i");

    [PgFunction("regexp_split_to_array(citext,citext,text)")]
    public static PgDatum SplitToArray(FunctionContext context, string text, string pattern, string flags) =>
        RegexFunctions.SplitToArray(context, text, pattern, Flags(flags));

    [PgSetFunction("regexp_split_to_table(citext,citext)")]
    public static IEnumerable<PgDatum> SplitToTable(string text, string pattern) => RegexFunctions.SplitToTable(text, pattern, "i");

    [PgSetFunction("regexp_split_to_table(citext,citext,text)")]
    public static IEnumerable<PgDatum> SplitToTable(string text, string pattern, string flags) => RegexFunctions.SplitToTable(text, pattern, Flags(flags));

    [PgFunction("strpos(citext,citext)")]
    public static int Position(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part) => Substring.Position(Case.Lower(text), Case.Lower(part));

    [PgFunction("replace(citext,citext,citext)")]
    public static string Replace(ReadOnlySpan<byte> text, string from, string to) => RegexReplace.Replace(text, Encoding.UTF8.GetBytes(Quote(from)), to, "gi");

    [PgFunction("split_part(citext,citext,integer)")]
    public static PgDatum Part(FunctionContext context, string text, string separator, int field)
    {
        var parts = RegexFunctions.SplitToTable(text, Quote(separator), "i").ToList();
        return field >= 1 && field <= parts.Count ? parts[field - 1] : PgDatum.Null;
    }

    [PgFunction("translate(citext,citext,text)")]
    public static byte[] Translate(ReadOnlySpan<byte> text, string from, string to)
    {
        var bytes = Encoding.UTF8.GetBytes(from);
        return Build.Translate(Build.Translate(text, Encoding.UTF8.GetString(Case.Lower(bytes)), to), Encoding.UTF8.GetString(Case.Upper(bytes)), to);
    }

    // The functions are case-insensitive unless a flag says otherwise.
    private static string Flags(string flags) => flags.Contains('c') ? flags : flags + "i";

    private static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length * 2);
        foreach (var c in text)
        {
            quoted.Append(char.IsAsciiLetterOrDigit(c) || c == '_' ? "" : "\\").Append(c);
        }

        return quoted.ToString();
    }
}
