namespace PgMicro.Core.Functions.Session;

/// <summary>
/// What SQLite does and nobody counts: scans, blocks, temporary files, times. NULL, not 0: a sum or ratio over it is NULL, too, and
/// the views that have it beside what is counted can be read.
/// </summary>
internal static class UncountedStatistics
{
    [PgFunction("pg_stat_get_db_blocks_fetched(oid)")]
    [PgFunction("pg_stat_get_db_blocks_hit(oid)")]
    [PgFunction("pg_stat_get_db_tuples_returned(oid)")]
    [PgFunction("pg_stat_get_db_tuples_fetched(oid)")]
    [PgFunction("pg_stat_get_db_temp_files(oid)")]
    [PgFunction("pg_stat_get_db_temp_bytes(oid)")]
    [PgFunction("pg_stat_get_db_deadlocks(oid)")]
    [PgFunction("pg_stat_get_db_sessions(oid)")]
    [PgFunction("pg_stat_get_db_sessions_abandoned(oid)")]
    [PgFunction("pg_stat_get_db_sessions_killed(oid)")]
    public static long? OfDatabase(uint database) => null;

    [PgFunction("pg_stat_get_db_session_time(oid)")]
    [PgFunction("pg_stat_get_db_active_time(oid)")]
    [PgFunction("pg_stat_get_db_idle_in_transaction_time(oid)")]
    public static double? TimeOfDatabase(uint database) => null;

    [PgFunction("pg_stat_get_buf_alloc()")]
    [PgFunction("pg_stat_get_checkpointer_num_requested()")]
    [PgFunction("pg_stat_get_checkpointer_buffers_written()")]
    public static long? OfServer() => null;

    [PgFunction("pg_stat_get_checkpointer_write_time()")]
    [PgFunction("pg_stat_get_checkpointer_sync_time()")]
    public static double? TimeOfServer() => null;
}
