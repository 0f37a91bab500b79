namespace PgMicro.Oracle.Scripts;

/// <summary>Splits a script into statements as psql does: by semicolons outside quotes, comments, parentheses and SQL function bodies.</summary>
public static class SqlSplitter
{
    /// <summary>A statement without surrounding white space and comments, and the line comments that stand before it.</summary>
    public readonly record struct Piece(string Sql, IReadOnlyList<string> Comments);

    private enum Kind { Word, Other, Comment, Space }

    /// <summary>Yields the statements in order; lines that start with a backslash between statements (psql's own commands) are left out.</summary>
    public static IEnumerable<Piece> Split(string script)
    {
        var comments = new List<string>();
        var words = new List<string>();
        int start = -1, last = 0, parentheses = 0, blocks = 0, position = 0;
        while (position < script.Length)
        {
            if (start < 0 && script[position] == '\\')
            {
                position = EndOfLine(script, position);
                continue;
            }

            var (kind, end) = Next(script, position);
            var begin = position;
            position = end;
            if (kind == Kind.Space)
            {
                continue;
            }

            if (kind == Kind.Comment)
            {
                if (start < 0)
                {
                    comments.Add(script[begin..end].TrimEnd());
                }

                continue;
            }

            var character = script[begin];
            if (character == ';' && parentheses == 0 && blocks == 0)
            {
                if (start >= 0)
                {
                    yield return new Piece(script[start..last], [.. comments]);
                }

                comments.Clear();
                words.Clear();
                start = -1;
                continue;
            }

            if (start < 0)
            {
                start = begin;
            }

            if (kind == Kind.Word)
            {
                words.Add(script[begin..end].ToUpperInvariant());
                blocks += BlockChange(words, blocks);
            }

            parentheses += character == '(' ? 1 : character == ')' && parentheses > 0 ? -1 : 0;
            last = end;
        }

        if (start >= 0)
        {
            yield return new Piece(script[start..last], [.. comments]);
        }
    }

    /// <summary>The words of a statement outside quotes and comments, as written.</summary>
    public static IEnumerable<string> Words(string sql)
    {
        for (var position = 0; position < sql.Length;)
        {
            var (kind, end) = Next(sql, position);
            if (kind == Kind.Word)
            {
                yield return sql[position..end];
            }

            position = end;
        }
    }

    // BEGIN ATOMIC … END of a function written in SQL holds statements of its own; CASE … END nests in it.
    private static int BlockChange(List<string> words, int blocks)
    {
        if (words[0] != "CREATE")
        {
            return 0;
        }

        return words[^1] switch
        {
            "ATOMIC" when words.Count > 1 && words[^2] == "BEGIN" => 1,
            "CASE" when blocks > 0 => 1,
            "END" when blocks > 0 => -1,
            _ => 0,
        };
    }

    private static (Kind Kind, int End) Next(string text, int at)
    {
        var character = text[at];
        var next = at + 1 < text.Length ? text[at + 1] : '\0';
        return character switch
        {
            _ when char.IsWhiteSpace(character) => (Kind.Space, at + 1),
            '-' when next == '-' => (Kind.Comment, EndOfLine(text, at)),
            '/' when next == '*' => (Kind.Comment, EndOfBlockComment(text, at)),
            '\'' => (Kind.Other, EndOfQuoted(text, at, '\'', false)),
            '"' => (Kind.Other, EndOfQuoted(text, at, '"', false)),
            'e' or 'E' when next == '\'' => (Kind.Other, EndOfQuoted(text, at + 1, '\'', true)),
            '$' => (Kind.Other, EndOfDollarQuoted(text, at)),
            _ when IsWordStart(character) => (Kind.Word, EndOfWord(text, at)),
            _ => (Kind.Other, at + 1),
        };
    }

    private static bool IsWordStart(char character) => char.IsLetter(character) || character == '_';

    private static int EndOfWord(string text, int at)
    {
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '$'))
        {
            at++;
        }

        return at;
    }

    private static int EndOfLine(string text, int at)
    {
        var end = text.IndexOf('\n', at);
        return end < 0 ? text.Length : end + 1;
    }

    private static int EndOfBlockComment(string text, int at)
    {
        var depth = 0;
        while (at < text.Length)
        {
            if (string.CompareOrdinal(text, at, "/*", 0, 2) == 0)
            {
                depth++;
                at += 2;
            }
            else if (string.CompareOrdinal(text, at, "*/", 0, 2) == 0)
            {
                at += 2;
                if (--depth == 0)
                {
                    return at;
                }
            }
            else
            {
                at++;
            }
        }

        return at;
    }

    private static int EndOfQuoted(string text, int at, char quote, bool backslashes)
    {
        for (at++; at < text.Length; at++)
        {
            if (backslashes && text[at] == '\\')
            {
                at++;
            }
            else if (text[at] == quote)
            {
                if (at + 1 >= text.Length || text[at + 1] != quote)
                {
                    return at + 1;
                }

                at++;
            }
        }

        return text.Length;
    }

    private static int EndOfDollarQuoted(string text, int at)
    {
        var end = at + 1;
        if (end < text.Length && IsWordStart(text[end]))
        {
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
            {
                end++;
            }
        }

        if (end >= text.Length || text[end] != '$')
        {
            return at + 1;
        }

        var close = text.IndexOf(text[at..(end + 1)], end + 1, StringComparison.Ordinal);
        return close < 0 ? text.Length : close + end + 1 - at;
    }
}
