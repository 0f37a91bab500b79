using System.Text.Json;
using PgMicro.Core.Errors;
using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>RETURN in a block that returns nothing: of a value the parser does not refuse it, and of rows it does not say where.</summary>
internal static class ReturnStatements
{
    /// <summary>Refuses RETURN of a value.</summary>
    /// <exception cref="PgException">42804; its position is one in the body.</exception>
    internal static void Check(JsonElement functions, string body)
    {
        if (FirstLine(functions) is { } line)
        {
            throw Find(body, line) ?? OfValue(0);
        }
    }

    /// <summary>The error that PostgreSQL raises before it gets to what the parser has refused; null when there is none.</summary>
    internal static PgException? Before(PgQueryException refused, string body)
    {
        var error = Find(body, null);
        return error is not null && (refused.Message.StartsWith("cannot use RETURN ", StringComparison.Ordinal) || error.Position < refused.CursorPosition) ? error : null;
    }

    private static int? FirstLine(JsonElement node)
    {
        if (node.ValueKind == JsonValueKind.Array)
        {
            return node.EnumerateArray().Select(FirstLine).FirstOrDefault(static l => l is not null);
        }

        return node.ValueKind != JsonValueKind.Object ? null
            : node.EnumerateObject().Select(static m => m.Name == "PLpgSQL_stmt_return" && m.Value.TryGetProperty("expr", out _)
                ? m.Value.GetProperty("lineno").GetInt32() : FirstLine(m.Value)).FirstOrDefault(static l => l is not null);
    }

    private static PgException OfValue(int position) =>
        new(SqlState.DatatypeMismatch, "RETURN cannot have a parameter in function returning void") { Position = position };

    private static PgException? Find(string body, int? line)
    {
        var words = new BodyWords(body);
        for (var i = 0; i + 1 < words.Count; i++)
        {
            if (words.BeginsStatement(i) && words.Is(i, "return") && words[i + 1].Token != Pg.Token.Ascii59 && (line is null || words.Line(i) == line))
            {
                return words.Is(i + 1, "next") || words.Is(i + 1, "query")
                    ? new PgException(SqlState.DatatypeMismatch, $"cannot use RETURN {words.Text(i + 1).ToUpperInvariant()} in a non-SETOF function") { Position = words.CharactersBefore(i) + 1 }
                    : OfValue(words.CharactersBefore(i + 1) + 1);
            }
        }

        return null;
    }
}
