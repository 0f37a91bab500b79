using System.Text;
using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Parser;

/// <summary>Identifiers longer than 63 bytes, which the scanner cuts without a word.</summary>
internal static class LongIdentifiers
{
    /// <summary>Bytes of the longest name (NAMEDATALEN - 1).</summary>
    internal const int MaxLength = 63;

    /// <summary>Those of an SQL text, as names: lower case unless they were quoted.</summary>
    internal static IReadOnlyList<string> Find(string sql)
    {
        if (!MayHave(sql))
        {
            return [];
        }

        var bytes = Encoding.UTF8.GetBytes(sql);
        List<string>? found = null;
        foreach (var token in PgQueryParser.Scan(sql).Tokens)
        {
            if (token.Token == Pg.Token.Ident && token.End - token.Start > MaxLength)
            {
                var text = Encoding.UTF8.GetString(bytes, token.Start, token.End - token.Start);
                var name = text[0] == '"' ? text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : Lower(text);
                if (Encoding.UTF8.GetByteCount(name) > MaxLength)
                {
                    (found ??= []).Add(name);
                }
            }
        }

        return found ?? [];
    }

    /// <summary>The name that is left: whole characters of at most 63 bytes.</summary>
    internal static string Truncate(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        var length = Math.Min(bytes.Length, MaxLength);
        while (length < bytes.Length && (bytes[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    // Without a long run of letters, or quotes far enough apart, there is nothing to scan for.
    private static bool MayHave(string sql)
    {
        const int Shortest = 16;
        if (sql.Length <= Shortest)
        {
            return false;
        }

        var run = 0;
        var quote = -1;
        for (var i = 0; i < sql.Length; i++)
        {
            var c = sql[i];
            if (char.IsAsciiLetterOrDigit(c) || c is '_' or '$')
            {
                run++;
            }
            else if (c > 127)
            {
                // At most three bytes a unit of UTF-16.
                run += 3;
            }
            else
            {
                if (c == '"')
                {
                    if (quote >= 0 && (i - quote) * 3 > MaxLength && Encoding.UTF8.GetByteCount(sql.AsSpan(quote + 1, i - quote - 1)) > MaxLength)
                    {
                        return true;
                    }

                    quote = i;
                }

                run = 0;
            }

            if (run > MaxLength)
            {
                return true;
            }
        }

        return false;
    }

    private static string Lower(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] + 32) : source[i];
        }
    });
}
