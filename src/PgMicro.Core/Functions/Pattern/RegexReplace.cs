using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Pattern;

/// <summary>regexp_replace.</summary>
internal static class RegexReplace
{
    [PgFunction("regexp_replace(text,text,text)")]
    public static string Replace(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, string replacement) =>
        Replace(text, pattern, replacement, RegexOptions.None, 1, 1);

    [PgFunction("regexp_replace(text,text,text,text)")]
    public static string Replace(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, string replacement, string flags)
    {
        if (flags.Length > 0 && char.IsAsciiDigit(flags[0]))
        {
            throw RegexFunctions.InvalidOption(flags.EnumerateRunes().First().ToString())
                .WithHint("If you meant to use regexp_replace() with a start parameter, cast the fourth argument to integer explicitly.");
        }

        var (options, isGlobal) = RegexFunctions.Flags(flags);
        return Replace(text, pattern, replacement, options, 1, isGlobal ? 0 : 1);
    }

    [PgFunction("regexp_replace(text,text,text,integer)")]
    public static string Replace(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, string replacement, int start) =>
        Replace(text, pattern, replacement, RegexOptions.None, start, 1);

    [PgFunction("regexp_replace(text,text,text,integer,integer)")]
    public static string Replace(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, string replacement, int start, int n) =>
        Replace(text, pattern, replacement, RegexOptions.None, start, n);

    [PgFunction("regexp_replace(text,text,text,integer,integer,text)")]
    public static string Replace(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, string replacement, int start, int n, string flags) =>
        Replace(text, pattern, replacement, RegexFunctions.Flags(flags).Options, start, n);

    private static string Replace(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, string replacement, RegexOptions options, int start, int n)
    {
        RegexFunctions.AtLeast("start", start, 1);
        RegexFunctions.AtLeast("n", n, 0);
        var regex = Regex.Get(pattern, options);
        var input = Regex.Decode(text);
        var result = new StringBuilder();
        var done = 0;
        var count = 0;
        foreach (var found in RegexFunctions.Every(regex, input, start - 1, false))
        {
            if (n != 0 && ++count < n)
            {
                continue;
            }

            result.Append(Regex.Encode(input.AsSpan(done, found[0] - done)));
            Expand(result, replacement, input, found);
            done = found[1];
            if (n != 0)
            {
                break;
            }
        }

        return result.Append(Regex.Encode(input.AsSpan(done))).ToString();
    }

    private static void Expand(StringBuilder result, string replacement, int[] text, int[] found)
    {
        for (var i = 0; i < replacement.Length; i++)
        {
            var c = replacement[i];
            if (c != '\\' || i + 1 == replacement.Length)
            {
                result.Append(c);
                continue;
            }

            var next = replacement[i + 1];
            if (next is '&' or (>= '1' and <= '9'))
            {
                var at = (next == '&' ? 0 : next - '0') * 2;
                if (at < found.Length && found[at] >= 0)
                {
                    result.Append(Regex.Encode(text.AsSpan(found[at], found[at + 1] - found[at])));
                }

                i++;
            }
            else
            {
                // A backslash before anything else stands for itself.
                result.Append('\\');
                i += next == '\\' ? 1 : 0;
            }
        }
    }
}
