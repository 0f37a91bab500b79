using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Binding;

/// <summary>Names given as text: "schema.name", parts folded to lower case unless quoted (stringToQualifiedNameList).</summary>
public static class QualifiedName
{
    /// <summary>The parts of a name.</summary>
    /// <exception cref="PgException">42602.</exception>
    public static IReadOnlyList<string> Parse(string text)
    {
        var parts = new List<string>();
        var i = SkipSpaces(text, 0);
        while (true)
        {
            parts.Add(i < text.Length && text[i] == '"' ? Quoted(text, ref i) : Plain(text, ref i));
            i = SkipSpaces(text, i);
            if (i == text.Length)
            {
                return parts;
            }

            if (text[i] != '.')
            {
                throw Invalid();
            }

            i = SkipSpaces(text, i + 1);
        }
    }

    /// <summary>A name of one part.</summary>
    /// <exception cref="PgException">42602.</exception>
    public static string ParseSingle(string text) => Parse(text) is [var only] ? only : throw Invalid();

    /// <summary>An operator's name, whose last part is made of operator characters.</summary>
    /// <exception cref="PgException">42602.</exception>
    public static IReadOnlyList<string> ParseOperator(string text)
    {
        text = text.Trim();
        var dot = -1;
        for (var next = IndexOutsideQuotes(text, '.', 0); next >= 0; next = IndexOutsideQuotes(text, '.', next + 1))
        {
            dot = next;
        }

        return dot < 0 ? Parse(text) : [.. Parse(text[..dot]), text[(dot + 1)..]];
    }

    /// <summary>Where a character stands outside double quotes and parentheses, or -1.</summary>
    internal static int IndexOutsideQuotes(string text, char wanted, int start)
    {
        var quoted = false;
        var depth = 0;
        for (var i = start; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && depth == 0 && text[i] == wanted)
            {
                return i;
            }
            else if (!quoted && text[i] is '(' or '[')
            {
                depth++;
            }
            else if (!quoted && text[i] is ')' or ']')
            {
                depth--;
            }
        }

        return -1;
    }

    private static string Quoted(string text, ref int i)
    {
        var part = new StringBuilder();
        for (i++; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                if (i + 1 == text.Length || text[i + 1] != '"')
                {
                    i++;
                    return part.Length > 0 ? part.ToString() : throw Invalid();
                }

                i++;
            }

            part.Append(text[i]);
        }

        throw Invalid();
    }

    private static string Plain(string text, ref int i)
    {
        var start = i;
        while (i < text.Length && text[i] != '.' && !IsSpace(text[i]))
        {
            i++;
        }

        if (i == start)
        {
            throw Invalid();
        }

        return string.Create(i - start, (text, start), static (to, from) =>
        {
            for (var j = 0; j < to.Length; j++)
            {
                var c = from.text[from.start + j];
                to[j] = char.IsAsciiLetterUpper(c) ? (char)(c + 32) : c;
            }
        });
    }

    private static int SkipSpaces(string text, int i)
    {
        while (i < text.Length && IsSpace(text[i]))
        {
            i++;
        }

        return i;
    }

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v';

    private static PgException Invalid() => new(SqlState.InvalidName, "invalid name syntax");
}
