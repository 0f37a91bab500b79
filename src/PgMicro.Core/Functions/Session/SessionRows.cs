using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>The set-returning functions behind the views on the session's own state.</summary>
internal static class SessionRows
{
    [PgSetFunction("pg_cursor()")]
    public static IEnumerable<PgDatum[]> Cursors(FunctionContext context) => context.SessionRows(SessionRowSet.Cursors);

    [PgSetFunction("pg_prepared_statement()")]
    public static IEnumerable<PgDatum[]> PreparedStatements(FunctionContext context) => context.SessionRows(SessionRowSet.PreparedStatements);

    [PgSetFunction("pg_prepared_xact()")]
    public static IEnumerable<PgDatum[]> PreparedTransactions(FunctionContext context) => context.SessionRows(SessionRowSet.PreparedTransactions);

    [PgSetFunction("pg_show_all_settings()")]
    public static IEnumerable<PgDatum[]> Settings(FunctionContext context) => context.SessionRows(SessionRowSet.Settings);

    [PgSetFunction("pg_listening_channels()")]
    public static IEnumerable<PgDatum> ListeningChannels(FunctionContext context) => context.SessionRows(SessionRowSet.ListeningChannels).Select(static r => r[0]);

    [PgFunction("pg_notify(text,text)")]
    public static void Notify(FunctionContext context, string? channel, string? payload) => context.Notify(channel ?? "", payload ?? "");

    /// <summary>The queue is this process's memory and has no limit of its own.</summary>
    [PgFunction("pg_notification_queue_usage()")]
    public static double QueueUsage() => 0;
}
