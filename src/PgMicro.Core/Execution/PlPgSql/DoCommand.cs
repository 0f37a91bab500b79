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
        var language = node.Args.LastOrDefault(static a => a.DefElem.Defname == "language")?.DefElem.Arg.String.Sval ?? "plpgsql";

        // The parser has refused a DO without one.
        var body = node.Args.First(static a => a.DefElem.Defname == "as").DefElem.Arg.String.Sval;
        return new UtilityPlan((session, _) =>
        {
            RequireLanguage(session, language);
            session.RunInline(Compile(session, statement.Text, body));
            return new StatementRun("DO");
        });
    }

    // A language that users have made is that of its handler.
    private static void RequireLanguage(PgSession session, string name)
    {
        var row = session.Catalog.FindLanguage(name) ?? throw new PgException(SqlState.UndefinedObject, $"language \"{name}\" does not exist");
        if (row.laninline == 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"language \"{name}\" does not support inline code execution");
        }

        if (session.Catalog.Proc(row.laninline)?.prosrc != "plpgsql_inline_handler")
        {
            throw PgErrors.FeatureNotSupported($"a block in language {name}");
        }
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
