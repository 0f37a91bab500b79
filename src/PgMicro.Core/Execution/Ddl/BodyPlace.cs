using System.Text;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Where a place in the body of a routine is in the statement that has the body as a string (PostgreSQL's match_prosrc_to_query).</summary>
internal static class BodyPlace
{
    /// <summary>The place in the statement; 0 when the body does not stand there as it is, or more than once.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="body">The string's value.</param>
    /// <param name="position">Count of code points from 1 in the body.</param>
    internal static int Find(string statement, string body, int position)
    {
        var found = 0;
        for (var i = 0; i < statement.Length; i++)
        {
            // A match that only begins like a string is none, so that every $ and ' may be tried.
            var place = statement[i] switch
            {
                '$' when i + 1 + body.Length < statement.Length && statement[i + 1 + body.Length] == '$'
                    && statement.AsSpan(i + 1, body.Length).SequenceEqual(body) => Count(statement.AsSpan(0, i + 1)) + position,
                '\'' when Length(statement, i + 1, body, position) is var length and > 0 => Count(statement.AsSpan(0, i + 1)) + length,
                _ => 0,
            };
            if (place == 0)
            {
                continue;
            }

            if (found != 0)
            {
                return 0;
            }

            found = place;
        }

        return found;
    }

    // How far the place is in a literal of the text that starts there, 0 when the literal is not of that text. A quote is doubled there, and
    // a backslash stands before what it escapes.
    private static int Length(string statement, int start, string body, int position)
    {
        var at = start;
        var (points, length) = (0, position);
        foreach (var c in body)
        {
            points += char.IsLowSurrogate(c) ? 0 : 1;
            if (at < statement.Length && (statement[at] == '\\' || (statement[at] == '\'' && at + 1 < statement.Length && statement[at + 1] == '\'')))
            {
                at++;
                length += points < position ? 1 : 0;
            }
            else if (at >= statement.Length || statement[at] == '\'')
            {
                return 0;
            }

            if (at >= statement.Length || statement[at] != c)
            {
                return 0;
            }

            at++;
        }

        return at < statement.Length && statement[at] == '\'' && !(at + 1 < statement.Length && statement[at + 1] == '\'') ? length : 0;
    }

    private static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            count += rune.Value >= 0 ? 1 : 0;
        }

        return count;
    }
}
