using System.Text.Json;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using PgMicro.Core.Parser;
using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>
/// DO (manual, SQL commands): an anonymous block, as migrations use it. Blocks with conditions, SQL statements, PERFORM, EXECUTE of
/// a text and RAISE run; declarations, loops and exception handlers raise 0A000 naming them.
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
            using var tree = Parse(statement);
            new PlPgSqlInterpreter(session).Run(tree.RootElement);
            return new StatementRun("DO");
        });
    }

    private static JsonDocument Parse(ParsedStatement statement)
    {
        try
        {
            return JsonDocument.Parse(PgQueryParser.ParsePlPgSql(statement.Text));
        }
        catch (PgQueryException e)
        {
            throw new PgException(e.SqlState, e.Message, e) { Hint = e.Hint, Detail = e.Detail, Where = e.Context };
        }
    }
}
