using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Extensions;

/// <summary>fuzzystrmatch: Levenshtein distances and Soundex.</summary>
internal static class FuzzyMatch
{
    private const int MaxLength = 255;

    //                                  ABCDEFGHIJKLMNOPQRSTUVWXYZ
    private const string SoundexCodes = "01230120022455012623010202";

    [PgFunction("levenshtein(text,text)")]
    public static int Levenshtein(string source, string target) => Distance(source, target, 1, 1, 1);

    [PgFunction("levenshtein(text,text,integer,integer,integer)")]
    public static int Levenshtein(string source, string target, int insert, int delete, int substitute) => Distance(source, target, insert, delete, substitute);

    [PgFunction("levenshtein_less_equal(text,text,integer)")]
    public static int LevenshteinLessEqual(string source, string target, int most) => Limit(Distance(source, target, 1, 1, 1), most);

    [PgFunction("levenshtein_less_equal(text,text,integer,integer,integer,integer)")]
    public static int LevenshteinLessEqual(string source, string target, int insert, int delete, int substitute, int most) =>
        Limit(Distance(source, target, insert, delete, substitute), most);

    [PgFunction("soundex(text)")]
    [PgFunction("text_soundex(text)")]
    public static string Soundex(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (at < text.Length && !Types.Ascii.IsAlpha(text[at]))
        {
            at++;
        }

        if (at == text.Length)
        {
            return "";
        }

        Span<char> code = ['\0', '0', '0', '0'];
        code[0] = (char)(text[at] & ~0x20);
        var (count, last) = (1, CodeOf(text[at]));
        for (at++; at < text.Length && count < 4; at++)
        {
            if (!Types.Ascii.IsAlpha(text[at]))
            {
                continue;
            }

            // A letter that sounds as the letter just before it adds nothing.
            var next = CodeOf(text[at]);
            if (next != last)
            {
                last = next;
                if (next != '0')
                {
                    code[count++] = next;
                }
            }
        }

        return code.ToString();
    }

    [PgFunction("difference(text,text)")]
    public static int Difference(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        string a = Soundex(left), b = Soundex(right);
        var same = 0;
        for (var i = 0; i < 4; i++)
        {
            same += (i < a.Length ? a[i] : '\0') == (i < b.Length ? b[i] : '\0') ? 1 : 0;
        }

        return same;
    }

    private static char CodeOf(byte letter) => SoundexCodes[(letter & ~0x20) - 'A'];

    private static int Limit(int distance, int most) => most >= 0 && distance > most ? most + 1 : distance;

    private static int Distance(string source, string target, int insert, int delete, int substitute)
    {
        Rune[] s = [.. source.EnumerateRunes()], t = [.. target.EnumerateRunes()];
        if (s.Length > MaxLength || t.Length > MaxLength)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"levenshtein argument exceeds maximum length of {MaxLength} characters");
        }

        var row = new int[s.Length + 1];
        for (var i = 1; i <= s.Length; i++)
        {
            row[i] = i * delete;
        }

        for (var j = 1; j <= t.Length; j++)
        {
            var diagonal = row[0];
            row[0] = j * insert;
            for (var i = 1; i <= s.Length; i++)
            {
                var best = Math.Min(Math.Min(row[i] + insert, row[i - 1] + delete), diagonal + (s[i - 1] == t[j - 1] ? 0 : substitute));
                (diagonal, row[i]) = (row[i], best);
            }
        }

        return row[s.Length];
    }
}
