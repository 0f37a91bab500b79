using System.Collections.Concurrent;
using PgMicro.Core.Errors;
using PgMicro.PgQuery;

namespace PgMicro.Core.Parser;

/// <summary>SQL text to parse trees, kept by the exact text. Trees are shared and must not be changed.</summary>
internal sealed class ParseTreeCache
{
    private const int Capacity = 4096;
    private const int LongestKept = 64 * 1024;
    private readonly ConcurrentDictionary<string, IReadOnlyList<ParsedStatement>> _statements = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IReadOnlyList<ParsedStatement>> _withEscapes = new(StringComparer.Ordinal);

    private long _parses;

    /// <summary>How many texts had to be parsed.</summary>
    internal long Parses => Interlocked.Read(ref _parses);

    /// <summary>The statements of an SQL text.</summary>
    /// <param name="sql">The text.</param>
    /// <param name="escapes">Whether standard_conforming_strings is off.</param>
    /// <exception cref="PgException">42601 with the parser's message and position; 54001 when nested too deeply.</exception>
    internal IReadOnlyList<ParsedStatement> Parse(string sql, bool escapes = false)
    {
        var known = escapes ? _withEscapes : _statements;
        if (known.TryGetValue(sql, out var statements))
        {
            return statements;
        }

        Interlocked.Increment(ref _parses);
        statements = ParseText(sql, escapes);
        if (sql.Length <= LongestKept)
        {
            if (known.Count >= Capacity)
            {
                known.Clear();
            }

            known[sql] = statements;
        }

        return statements;
    }

    /// <summary>The statements of an SQL text; null when it cannot be parsed.</summary>
    internal IReadOnlyList<ParsedStatement>? TryParse(string sql)
    {
        try
        {
            return Parse(sql);
        }
        catch (PgException)
        {
            return null;
        }
    }

    private static ParsedStatement[] ParseText(string sql, bool escapes)
    {
        try
        {
            var tree = PgQueryParser.Parse(sql, out var encoded, escapes);
            var parts = FeatureGate.StatementsOf(encoded);
            var source = new SourceText(sql);
            var result = new ParsedStatement[tree.Stmts.Count];
            for (var i = 0; i < result.Length; i++)
            {
                var raw = tree.Stmts[i];
                var length = raw.StmtLen == 0 ? source.ByteLength - raw.StmtLocation : raw.StmtLen;
                var text = result.Length == 1 && raw.StmtLocation == 0 && raw.StmtLen == 0 ? sql : source.Slice(raw.StmtLocation, length).Trim().ToString();
                result[i] = new ParsedStatement(source, raw, text, parts[i]) { TruncatedNames = i == 0 && !escapes ? LongIdentifiers.Find(sql) : [] };
            }

            return result;
        }
        catch (PgQueryException e)
        {
            // The parser's library keeps neither the code nor the detail of an error.
            var isUnsafe = e.Message == "unsafe use of string constant with Unicode escapes";
            throw new PgException(isUnsafe ? SqlState.FeatureNotSupported : e.SqlState, e.Message, e)
            {
                Position = e.CursorPosition,
                Hint = e.Hint,
                Detail = isUnsafe ? "String constants with Unicode escapes cannot be used when \"standard_conforming_strings\" is off." : e.Detail,
            };
        }
    }
}
