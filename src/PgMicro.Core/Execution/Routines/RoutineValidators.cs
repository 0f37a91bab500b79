using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Lowering;

namespace PgMicro.Core.Execution.Routines;

/// <summary>The validators of the languages, by the C function that is theirs in PostgreSQL.</summary>
internal static class RoutineValidators
{
    private static readonly Dictionary<string, IRoutineValidator> ByFunction = new()
    {
        ["fmgr_internal_validator"] = new InternalValidator(),
        ["fmgr_sql_validator"] = new SqlValidator(),
        ["fmgr_c_validator"] = new CValidator(),
        ["plpgsql_validator"] = new PlPgSql.PlPgSqlValidator(),
    };

    /// <summary>The validator of a language; null when it takes whatever it is given.</summary>
    internal static IRoutineValidator? Of(PgSession session, PgLanguage language) =>
        session.Catalog.Proc(language.lanvalidator) is { } validator ? ByFunction.GetValueOrDefault(validator.prosrc) : null;

    // check_function_bodies is no matter: a name that is not there now will hardly be there later.
    private sealed class InternalValidator : IRoutineValidator
    {
        public void Validate(PgSession session, PgProc proc, bool checksBody)
        {
            if (BuiltInSources.Exists(proc.prosrc))
            {
                return;
            }

            throw new PgException(SqlState.UndefinedFunction, $"there is no built-in function named \"{proc.prosrc}\"");
        }
    }

    // No library can be loaded, so none is there.
    private sealed class CValidator : IRoutineValidator
    {
        public void Validate(PgSession session, PgProc proc, bool checksBody) =>
            throw new PgException(SqlState.UndefinedFile, $"could not access file \"{proc.probin}\": No such file or directory");
    }
}
