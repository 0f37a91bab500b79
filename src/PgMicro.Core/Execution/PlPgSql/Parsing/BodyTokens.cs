using System.Text;
using PgMicro.Core.Errors;
using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql.Parsing;

/// <summary>The tokens of a PL/pgSQL body: PostgreSQL's PL/pgSQL has the lexer of its SQL, and words of its own.</summary>
internal sealed class BodyTokens
{
    private const int MaxNameBytes = 63;

    private readonly List<BodyToken> _tokens = [];

    /// <exception cref="PgException">What the lexer raises; its position is one in the body.</exception>
    internal BodyTokens(string body)
    {
        Body = body;
        try
        {
            Read(PgQueryParser.Scan(body));
        }
        catch (PgQueryException e)
        {
            throw new PgException(e.SqlState, e.Message, e) { Hint = e.Hint, Detail = e.Detail, Position = Math.Max(e.CursorPosition, 0) };
        }
    }

    internal string Body { get; }

    /// <summary>The token of an index; that of the end for any beyond.</summary>
    internal BodyToken this[int index] => _tokens[Math.Min(index, _tokens.Count - 1)];

    /// <summary>How many characters are before a place, as an error's position counts them.</summary>
    internal int PositionOf(int start)
    {
        var count = 1;
        foreach (var _ in Body.AsSpan(0, start).EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    private void Read(Pg.ScanResult scan)
    {
        var (index, bytes, line, counted) = (0, 0, 1, 0);
        foreach (var token in scan.Tokens)
        {
            if (token.Token is Pg.Token.SqlComment or Pg.Token.CComment)
            {
                continue;
            }

            var start = IndexOf(token.Start, ref index, ref bytes);
            var end = IndexOf(token.End, ref index, ref bytes);
            for (; counted < start; counted++)
            {
                line += Body[counted] == '\n' ? 1 : 0;
            }

            _tokens.Add(new BodyToken(token.Token, start, end, line, Body[start..end], WordOf(token, Body[start..end])));
        }

        for (; counted < Body.Length; counted++)
        {
            line += Body[counted] == '\n' ? 1 : 0;
        }

        _tokens.Add(new BodyToken(Pg.Token.Nul, Body.Length, Body.Length, line, "", null));
    }

    private int IndexOf(int offset, ref int index, ref int bytes)
    {
        while (bytes < offset)
        {
            Rune.DecodeFromUtf16(Body.AsSpan(index), out var rune, out var consumed);
            bytes += rune.Utf8SequenceLength;
            index += consumed;
        }

        return index;
    }

    // Any word may be a name of a variable; those of SQL have tokens of their own.
    private static string? WordOf(Pg.ScanToken token, string text)
    {
        if (token.Token == Pg.Token.Param)
        {
            return text;
        }

        if (text is ['"', .., '"'])
        {
            return Truncate(text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal));
        }

        return token.Token is Pg.Token.Ident || (token.KeywordKind != Pg.KeywordKind.NoKeyword && text.Length > 0 && (char.IsLetter(text[0]) || text[0] == '_'))
            ? Truncate(LowerAscii(text)) : null;
    }

    private static string LowerAscii(string text) => string.Create(text.Length, text, static (to, from) =>
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
        }
    });

    private static string Truncate(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= MaxNameBytes)
        {
            return name;
        }

        var (length, bytes) = (0, 0);
        foreach (var rune in name.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxNameBytes)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return name[..length];
    }
}

/// <summary>A token of a body.</summary>
/// <param name="Kind">The lexer's kind; Nul at the end.</param>
/// <param name="Start">Where it begins in the body.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Text">As it is written.</param>
/// <param name="Name">The name that it is when it is a word or <c>$n</c>; else null.</param>
internal readonly record struct BodyToken(Pg.Token Kind, int Start, int End, int Line, string Text, string? Name)
{
    internal bool IsEnd => Kind == Pg.Token.Nul;

    /// <summary>Whether it is this word, not in quotes, or this sign.</summary>
    internal bool Is(string text) => Name is { } name && Kind != Pg.Token.Param ? name == text && Text[0] != '"' : Text == text;
}
