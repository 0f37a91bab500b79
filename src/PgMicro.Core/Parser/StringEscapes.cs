using System.Collections;
using Google.Protobuf;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Parser;

/// <summary>Backslashes in strings that are not written with E, which mean escapes while standard_conforming_strings is off.</summary>
internal static class StringEscapes
{
    /// <summary>The warnings of escape_string_warning: one for the first escape of each string.</summary>
    internal static IEnumerable<PgNotice> Warnings(IReadOnlyList<ParsedStatement> statements)
    {
        if (statements.Count == 0)
        {
            yield break;
        }

        var source = statements[0].Source;
        var places = new SortedSet<int>();
        foreach (var statement in statements)
        {
            Collect(statement.Raw.Stmt, places);
        }

        foreach (var place in places)
        {
            var at = source.ToIndex(place);
            if (FirstEscape(source.Text, at) is { } escaped)
            {
                var (message, hint) = escaped switch
                {
                    '\'' => ("nonstandard use of \\' in a string literal", "Use '' to write quotes in strings, or use the escape string syntax (E'...')."),
                    '\\' => ("nonstandard use of \\\\ in a string literal", "Use the escape string syntax for backslashes, e.g., E'\\\\'."),
                    _ => ("nonstandard use of escape in a string literal", "Use the escape string syntax for escapes, e.g., E'\\r\\n'."),
                };
                yield return new PgNotice("WARNING", SqlState.NonstandardUseOfEscapeCharacter, message, Hint: hint, Position: source.ToCursorPosition(place));
            }
        }
    }

    private static char? FirstEscape(string sql, int start)
    {
        if (start >= sql.Length || sql[start] != '\'')
        {
            return null;
        }

        for (var i = start + 1; i + 1 < sql.Length; i++)
        {
            if (sql[i] == '\\')
            {
                return sql[i + 1];
            }

            if (sql[i] == '\'' && sql[++i] != '\'' && !Continues(sql, ref i))
            {
                return null;
            }
        }

        return null;
    }

    // Another quote after a line break goes on with the string.
    private static bool Continues(string sql, ref int at)
    {
        var newline = false;
        while (at < sql.Length && char.IsWhiteSpace(sql[at]))
        {
            newline |= sql[at++] is '\n' or '\r';
        }

        return newline && at < sql.Length && sql[at] == '\'';
    }

    private static void Collect(IMessage message, SortedSet<int> places)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (message is Pg.A_Const { ValCase: Pg.A_Const.ValOneofCase.Sval, Location: >= 0 } constant)
        {
            places.Add(constant.Location);
            return;
        }

        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.FieldType != Google.Protobuf.Reflection.FieldType.Message)
            {
                continue;
            }

            var value = field.Accessor.GetValue(message);
            if (value is IMessage child)
            {
                Collect(child, places);
            }
            else if (value is IEnumerable list)
            {
                foreach (IMessage item in list)
                {
                    Collect(item, places);
                }
            }
        }
    }
}
