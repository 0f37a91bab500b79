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
            return JsonDocument.Parse(BlockDeclarations.Add(PgQueryParser.ParsePlPgSql(statement.Text), Body(node)));
        }
        catch (PgQueryException e)
        {
            var error = new PgException(e.SqlState, e.Message, e) { Hint = e.Hint, Detail = e.Detail };
            if (e.CursorPosition > 0 && statement.Text.IndexOf(Body(node), StringComparison.Ordinal) is >= 0 and var start)
            {
                // The parser counts within the body; the client shows the whole statement.
                error.Position = statement.Text[..start].EnumerateRunes().Count() + e.CursorPosition;
            }

            throw error;
        }
    }

    // The parser has refused a DO without one.
    private static string Body(Pg.DoStmt node) => node.Args.First(static a => a.DefElem.Defname == "as").DefElem.Arg.String.Sval;
}
