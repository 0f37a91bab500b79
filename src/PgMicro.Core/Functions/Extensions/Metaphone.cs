using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Extensions;

/// <summary>fuzzystrmatch: the Metaphone code of an English word.</summary>
internal static class Metaphone
{
    private const int MaxLength = 255;

    [PgFunction("metaphone(text,integer)")]
    public static string Code(string text, int length)
    {
        if (text.Length == 0)
        {
            return "";
        }

        if (Encoding.UTF8.GetByteCount(text) > MaxLength)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"argument exceeds the maximum length of {MaxLength} bytes");
        }

        if (length > MaxLength)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"output exceeds the maximum length of {MaxLength} bytes");
        }

        return length <= 0 ? throw new PgException("2200F", "output cannot be empty string") : Encode(text.ToUpperInvariant(), length);
    }

    private static bool IsVowel(char c) => c is 'A' or 'E' or 'I' or 'O' or 'U';

    private static bool IsFront(char c) => c is 'E' or 'I' or 'Y';

    private static bool AffectsH(char c) => c is 'C' or 'G' or 'P' or 'S' or 'T';

    private static bool NoGhToF(char c) => c is 'B' or 'D' or 'H';

    private static string Encode(string word, int most)
    {
        var code = new StringBuilder();
        var at = 0;
        while (at < word.Length && !char.IsAsciiLetter(word[at]))
        {
            at++;
        }

        if (at == word.Length)
        {
            return "";
        }

        char At(int i) => i >= 0 && i < word.Length ? word[i] : '\0';
        switch (word[at])
        {
            case 'A' when At(at + 1) == 'E':
                code.Append('E');
                at += 2;
                break;
            case 'A':
                code.Append('A');
                at++;
                break;
            case 'G' or 'K' or 'P' when At(at + 1) == 'N':
                code.Append('N');
                at += 2;
                break;
            case 'X':
                code.Append('S');
                at++;
                break;
            case 'E' or 'I' or 'O' or 'U':
                code.Append(word[at++]);
                break;
            case 'W' when At(at + 1) == 'R':
                code.Append('R');
                at += 2;
                break;
            case 'W' when IsVowel(At(at + 1)):
                code.Append('W');
                at += 2;
                break;
            case 'W':
                break;
        }

        for (; at < word.Length && code.Length < most; at++)
        {
            var (c, last, next) = (word[at], At(at - 1), At(at + 1));
            if (!char.IsAsciiLetter(c) || (c == last && c != 'C'))
            {
                continue;
            }

            var skip = 0;
            switch (c)
            {
                case 'B' when last != 'M':
                    code.Append('B');
                    break;
                case 'C' when IsFront(next):
                    code.Append(next == 'I' && At(at + 2) == 'A' ? "X" : last == 'S' ? "" : "S");
                    break;
                case 'C' when next == 'H':
                    code.Append(At(at + 2) == 'R' || last == 'S' ? 'K' : 'X');
                    skip++;
                    break;
                case 'C':
                    code.Append('K');
                    break;
                case 'D' when next == 'G' && IsFront(At(at + 2)):
                    code.Append('J');
                    skip++;
                    break;
                case 'D':
                    code.Append('T');
                    break;
                case 'G' when next == 'H':
                    if (!(NoGhToF(At(at - 3)) || At(at - 4) == 'H'))
                    {
                        code.Append('F');
                        skip++;
                    }

                    break;
                case 'G' when next == 'N':
                    if (!char.IsAsciiLetter(At(at + 2)) || (At(at + 2) == 'E' && At(at + 3) == 'D'))
                    {
                        break;
                    }

                    code.Append('K');
                    break;
                case 'G' when IsFront(next) && last != 'G':
                    code.Append('J');
                    break;
                case 'G':
                    code.Append('K');
                    break;
                case 'H' when IsVowel(next) && !AffectsH(last):
                    code.Append('H');
                    break;
                case 'K' when last != 'C':
                    code.Append('K');
                    break;
                case 'P':
                    code.Append(next == 'H' ? 'F' : 'P');
                    break;
                case 'Q':
                    code.Append('K');
                    break;
                case 'S' when next == 'I' && At(at + 2) is 'O' or 'A':
                    code.Append('X');
                    break;
                case 'S' when next == 'H':
                    code.Append('X');
                    skip++;
                    break;
                case 'S':
                    code.Append('S');
                    break;
                case 'T' when next == 'I' && At(at + 2) is 'O' or 'A':
                    code.Append('X');
                    break;
                case 'T' when next == 'H':
                    code.Append('0');
                    skip++;
                    break;
                case 'T' when !(next == 'C' && At(at + 2) == 'H'):
                    code.Append('T');
                    break;
                case 'V':
                    code.Append('F');
                    break;
                case 'W' when IsVowel(next):
                    code.Append('W');
                    break;
                case 'X':
                    code.Append("KS");
                    break;
                case 'Y' when IsVowel(next):
                    code.Append('Y');
                    break;
                case 'Z':
                    code.Append('S');
                    break;
                case 'F' or 'J' or 'L' or 'M' or 'N' or 'R':
                    code.Append(c);
                    break;
            }

            at += skip;
        }

        return code.ToString(0, Math.Min(code.Length, most));
    }
}
