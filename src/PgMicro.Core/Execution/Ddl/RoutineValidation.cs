using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Routines;
using PgMicro.PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Has the language look at a routine that has been made, and shows its errors in the statement.</summary>
internal static class RoutineValidation
{
    internal static void Validate(DdlContext ddl, PgProc proc, PgLanguage language)
    {
        if (RoutineValidators.Of(ddl.Session, language) is not { } validator)
        {
            return;
        }

        var settings = ddl.Session.Settings;
        var checksBody = settings.Get("check_function_bodies") == "on";
        var mark = settings.Mark;
        try
        {
            // The body may need what its SET clauses give it, search_path above all.
            foreach (var entry in checksBody ? proc.proconfig ?? [] : [])
            {
                var at = entry.IndexOf('=', StringComparison.Ordinal);
                settings.Set(entry[..at], entry[(at + 1)..], isLocal: true);
            }

            validator.Validate(ddl.Session, proc, checksBody);
        }
        catch (PgException e) when (proc.prosqlbody is null && (e.Location >= 0 || e.Position > 0))
        {
            ShowInStatement(e, ddl.SourceText, proc.prosrc);
            throw;
        }
        finally
        {
            settings.RollbackTo(mark);
        }
    }

    // A place in the body is one in the statement when the body stands there once as a string; else it is shown in the body.
    private static void ShowInStatement(PgException error, string statement, string body)
    {
        var position = error.Position > 0 ? error.Position : new SourceText(body).ToCursorPosition(error.Location);
        error.Location = -1;
        error.Position = BodyPlace.Find(statement, body, position);
        if (error.Position == 0)
        {
            (error.InternalPosition, error.InternalQuery) = (position, body);
        }
    }
}
