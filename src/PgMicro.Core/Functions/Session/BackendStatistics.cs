using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>pg_stat_get_backend_…: sessions by number, which counts the rows of pg_stat_activity from 1.</summary>
internal static class BackendStatistics
{
    [PgSetFunction("pg_stat_get_backend_idset()")]
    public static IEnumerable<PgDatum> Ids(FunctionContext context) =>
        Enumerable.Range(1, context.SessionRows(SessionRowSet.Activity).Count()).Select(static i => PgDatum.FromInt64(i));

    [PgFunction("pg_stat_get_backend_dbid(integer)")]
    public static uint? Database(FunctionContext context, int id) => Number(context, id, 0) is { } oid ? (uint)oid : null;

    [PgFunction("pg_stat_get_backend_pid(integer)")]
    public static int? Pid(FunctionContext context, int id) => (int?)Number(context, id, 1);

    [PgFunction("pg_stat_get_backend_userid(integer)")]
    public static uint? User(FunctionContext context, int id) => Number(context, id, 2) is { } oid ? (uint)oid : null;

    [PgFunction("pg_stat_get_backend_activity(integer)")]
    public static string Activity(FunctionContext context, int id) => Row(context, id) is { } row
        ? row[5].IsNull || row[5].Bytes.Length == 0 ? "<command string not enabled>" : row[5].GetString()
        : "<backend information not available>";

    [PgFunction("pg_stat_get_backend_wait_event_type(integer)")]
    public static string? WaitEventType(FunctionContext context, int id) => Text(context, id, 6);

    [PgFunction("pg_stat_get_backend_wait_event(integer)")]
    public static string? WaitEvent(FunctionContext context, int id) => Text(context, id, 7);

    [PgFunction("pg_stat_get_backend_xact_start(integer)")]
    public static long? TransactionStart(FunctionContext context, int id) => Number(context, id, 8);

    [PgFunction("pg_stat_get_backend_activity_start(integer)")]
    public static long? QueryStart(FunctionContext context, int id) => Number(context, id, 9);

    [PgFunction("pg_stat_get_backend_start(integer)")]
    public static long? Start(FunctionContext context, int id) => Number(context, id, 10);

    [PgFunction("pg_stat_get_backend_client_addr(integer)")]
    public static string? ClientAddress(FunctionContext context, int id) => Text(context, id, 12);

    [PgFunction("pg_stat_get_backend_client_port(integer)")]
    public static int? ClientPort(FunctionContext context, int id) => (int?)Number(context, id, 14);

    // Savepoints take no transaction ids of their own.
    [PgFunction("pg_stat_get_backend_subxact(integer)")]
    public static PgDatum Subtransactions(FunctionContext context, int id) => Row(context, id) is null
        ? OutRecord.Make(context, "pg_stat_get_backend_subxact", PgDatum.Null, PgDatum.Null)
        : OutRecord.Make(context, "pg_stat_get_backend_subxact", PgDatum.FromInt64(0), PgDatum.FromBoolean(false));

    private static PgDatum[]? Row(FunctionContext context, int id) => id < 1 ? null : context.SessionRows(SessionRowSet.Activity).ElementAtOrDefault(id - 1);

    private static long? Number(FunctionContext context, int id, int column) => Row(context, id) is { } row && !row[column].IsNull ? row[column].Int64 : null;

    private static string? Text(FunctionContext context, int id, int column) => Row(context, id) is { } row && !row[column].IsNull ? row[column].GetString() : null;
}
