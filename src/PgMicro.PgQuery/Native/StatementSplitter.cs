using System.Text;
using Pg = PgQuery;

namespace PgMicro.PgQuery.Native;

/// <summary>Cuts a text at its semicolons, as psql does: not inside parentheses (<c>CREATE RULE … DO (a; b)</c>) and not
/// inside the <c>BEGIN ATOMIC … END</c> of a SQL routine. (libpg_query's own splitter drops statements that hold no
/// keyword, such as a misspelt one.)</summary>
internal static class StatementSplitter
{
    /// <summary>The common case, one statement of ASCII text and nothing beside it, needs no lexer; null otherwise.</summary>
    public static StatementSpan[]? TrySplitSimple(string sql)
    {
        var statement = sql.AsSpan().Trim(" \t\r\n\f\v");
        if (statement.IsEmpty || !(char.IsAsciiLetter(statement[0]) || statement[0] == '(')
            || statement.ContainsAny(';', '\0') || !Ascii.IsValid(statement)
            || statement.Contains("--", StringComparison.Ordinal) || statement.Contains("/*", StringComparison.Ordinal))
        {
            return null;
        }

        var index = sql.AsSpan().IndexOf(statement[0]);
        return [new StatementSpan(index, statement.Length, index, statement.Length)];
    }

    public static StatementSpan[] Split(string sql, IReadOnlyList<Pg.ScanToken> tokens)
    {
        var spans = new List<StatementSpan>();
        var ascii = Ascii.IsValid(sql);
        var (bytes, index) = (0, 0);
        var (first, last) = (-1, -1);
        var (parentheses, blocks) = (0, 0);
        var routine = false;
        for (var i = 0; i <= tokens.Count; i++)
        {
            var token = i < tokens.Count ? tokens[i] : null;
            if (token?.Token is Pg.Token.SqlComment or Pg.Token.CComment)
            {
                continue;
            }

            if (token is null || (token.Token == Pg.Token.Ascii59 && parentheses <= 0 && blocks == 0))
            {
                if (first >= 0)
                {
                    var (start, end) = (tokens[first].Start, tokens[last].End);
                    var from = Advance(start);
                    spans.Add(new StatementSpan(start, end - start, from, Advance(end) - from));
                }

                first = last = -1;
                parentheses = 0;
                routine = false;
                continue;
            }

            if (first < 0)
            {
                first = i;
                routine = token.Token == Pg.Token.Create;
            }

            last = i;
            switch (token.Token)
            {
                case Pg.Token.Ascii40:
                    parentheses++;
                    break;
                case Pg.Token.Ascii41:
                    parentheses--;
                    break;
                case Pg.Token.BeginP when routine && Follows(Pg.Token.Atomic):
                case Pg.Token.Case when blocks > 0:
                    blocks++;
                    break;
                case Pg.Token.EndP when blocks > 0:
                    blocks--;
                    break;
            }

            bool Follows(Pg.Token expected) => i + 1 < tokens.Count && tokens[i + 1].Token == expected;
        }

        return [.. spans];

        // Offsets only grow, so that the text is walked once.
        int Advance(int toByte)
        {
            if (ascii)
            {
                return toByte;
            }

            while (bytes < toByte)
            {
                Rune.DecodeFromUtf16(sql.AsSpan(index), out var rune, out var consumed);
                bytes += rune.Utf8SequenceLength;
                index += consumed;
            }

            return index;
        }
    }
}
