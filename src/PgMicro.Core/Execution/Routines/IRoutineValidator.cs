using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Execution.Routines;

/// <summary>What a language has to say of a definition (pg_language.lanvalidator). There is one class per language, found by <see cref="RoutineValidators"/>.</summary>
internal interface IRoutineValidator
{
    /// <summary>
    /// Raises PostgreSQL's error for a definition that the language refuses. A place (PgException.Location or Position) is one in
    /// <c>prosrc</c>: the caller finds it in the statement. The routine's SET clauses are in force.
    /// </summary>
    /// <param name="session">The session, whose catalog has the routine already.</param>
    /// <param name="proc">Its row of pg_proc.</param>
    /// <param name="checksBody">check_function_bodies: whether more than the signature is to be looked at.</param>
    void Validate(PgSession session, PgProc proc, bool checksBody);
}
