using System.Text.Json;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using PgMicro.Core.Parser;
using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>
/// DO (manual, SQL commands): an anonymous block of PL/pgSQL. Cursor variables, assignments to elements, transaction commands and a
/// second variable of the same name raise 0A000 naming them.
/// </summary>
internal static class DoCommand
{
    internal static ExecutablePlan Plan(ParsedStatement statement, Pg.DoStmt node)
    {
        foreach (var argument in node.Args)
        {
            if (argument.DefElem is { Defname: "language" } language && language.Arg.String.Sval != "plpgsql")
            {
                var name = language.Arg.String.Sval;
                throw name is "sql" or "c" or "internal"
                    ? new PgException(SqlState.FeatureNotSupported, $"language \"{name}\" does not support inline code execution")
                    : new PgException(SqlState.UndefinedObject, $"language \"{name}\" does not exist");
            }
        }

        return new UtilityPlan((session, _) =>
        {
            using var tree = Parse(statement, node);
            var outer = session.InFunction;
            session.InFunction = true;
            try
            {
                new PlPgSqlInterpreter(session).Run(tree.RootElement);
            }
            finally
            {
                session.InFunction = outer;
            }

            return new StatementRun("DO");
        });
    }

    private static JsonDocument Parse(ParsedStatement statement, Pg.DoStmt node)
    {
        try
        {
            var tree = JsonDocument.Parse(BlockDeclarations.Add(PgQueryParser.ParsePlPgSql(statement.Text), Body(node)));
            ReturnStatements.Check(tree.RootElement, Body(node));
            return tree;
        }
        catch (PgQueryException e)
        {
            throw InStatement(ReturnStatements.Before(e, Body(node))
                ?? new PgException(e.SqlState, e.Message, e) { Hint = e.Hint, Detail = e.Detail, Position = Math.Max(e.CursorPosition, 0) });
        }
        catch (PgException e)
        {
            throw InStatement(e);
        }

        // What is counted within the body is shown in the whole statement.
        PgException InStatement(PgException error)
        {
            if (error.Position > 0)
            {
                error.Position = PlaceOf(statement.Text, Body(node), error.Position);
            }

            return error;
        }
    }

    // The body stands in the statement as it is, or as a literal whose quotes are doubled; 0 when it is written in another way.
    private static int PlaceOf(string text, string body, int position)
    {
        if (text.IndexOf(body, StringComparison.Ordinal) is >= 0 and var start)
        {
            return text[..start].EnumerateRunes().Count() + position;
        }

        return text.IndexOf(body.Replace("'", "''", StringComparison.Ordinal), StringComparison.Ordinal) is >= 0 and var literal
            ? text[..literal].EnumerateRunes().Count() + position + body.EnumerateRunes().Take(position - 1).Count(static r => r.Value == '\'')
            : 0;
    }

    // The parser has refused a DO without one.
    private static string Body(Pg.DoStmt node) => node.Args.First(static a => a.DefElem.Defname == "as").DefElem.Arg.String.Sval;
}
