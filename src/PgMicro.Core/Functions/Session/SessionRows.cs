using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>The set-returning functions behind the views on the session's own state.</summary>
internal static class SessionRows
{
    [PgSetFunction("pg_cursor()")]
    public static IEnumerable<PgDatum[]> Cursors(FunctionContext context) => context.SessionRows(SessionRowSet.Cursors);

    [PgSetFunction("pg_prepared_statement()")]
    public static IEnumerable<PgDatum[]> PreparedStatements(FunctionContext context) => context.SessionRows(SessionRowSet.PreparedStatements);
}
