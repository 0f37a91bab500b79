using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using PgMicro.Core.Execution.Utility;
using PgMicro.Core.Parser;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>DO (manual, SQL commands): an anonymous block of PL/pgSQL.</summary>
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

        // The parser has refused a DO without one.
        var body = node.Args.First(static a => a.DefElem.Defname == "as").DefElem.Arg.String.Sval;
        return new UtilityPlan((session, _) =>
        {
            session.RunInline(Compile(session, statement.Text, body));
            return new StatementRun("DO");
        });
    }

    private static PlFunction Compile(PgSession session, string statement, string body)
    {
        try
        {
            return PlCompiler.CompileInline(session, body);
        }
        catch (PgException e) when (e.Position > 0)
        {
            // What is counted within the body is shown in the whole statement.
            var position = BodyPlace.Find(statement, body, e.Position);
            if (position == 0)
            {
                (e.InternalQuery, e.InternalPosition) = (body, e.Position);
            }

            e.Position = position;
            throw;
        }
    }
}
