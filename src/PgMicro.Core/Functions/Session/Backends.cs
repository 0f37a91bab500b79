using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>Server signaling functions. A backend is a session of the same cluster in this process.</summary>
internal static class Backends
{
    [PgFunction("pg_cancel_backend(integer)")]
    public static bool Cancel(FunctionContext context, int pid) => context.SignalBackend(pid, terminate: false);

    [PgFunction("pg_terminate_backend(integer,bigint)")]
    public static bool Terminate(FunctionContext context, int pid, long timeout) => timeout switch
    {
        < 0 => throw new PgException(SqlState.NumericValueOutOfRange, "\"timeout\" must not be negative"),
        0 => context.SignalBackend(pid, terminate: true),
        _ => context.SignalBackend(pid, terminate: true) && context.AwaitBackendEnd(pid, timeout),
    };

    [PgSetFunction("pg_stat_get_activity(integer)")]
    public static IEnumerable<PgDatum[]> Activity(FunctionContext context, int? pid) =>
        context.SessionRows(SessionRowSet.Activity).Where(row => pid is null || row[1].Int64 == pid);

    [PgFunction("current_query()")]
    public static string? Query(FunctionContext context) => context.CurrentQuery;

    [PgFunction("pg_current_xact_id_if_assigned()")]
    [PgFunction("txid_current_if_assigned()")]
    public static long? AssignedTransactionId(FunctionContext context) => context.AssignedTransactionId;
}
