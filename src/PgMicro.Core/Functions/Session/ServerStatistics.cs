using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>
/// Counters of what does not happen in an embedded engine, and so are those of an idle server: conflicts with recovery, archiving, SLRU pages, timed checkpoints,
/// the background writer, replication slots, functions (track_functions is none) and I/O times (track_io_timing is off).
/// </summary>
internal static class ServerStatistics
{
    private static readonly string[] Caches =
        ["commit_timestamp", "multixact_member", "multixact_offset", "notify", "serializable", "subtransaction", "transaction", "other"];

    [PgFunction("pg_stat_get_db_conflict_tablespace(oid)")]
    [PgFunction("pg_stat_get_db_conflict_lock(oid)")]
    [PgFunction("pg_stat_get_db_conflict_snapshot(oid)")]
    [PgFunction("pg_stat_get_db_conflict_logicalslot(oid)")]
    [PgFunction("pg_stat_get_db_conflict_bufferpin(oid)")]
    [PgFunction("pg_stat_get_db_conflict_startup_deadlock(oid)")]
    [PgFunction("pg_stat_get_db_conflict_all(oid)")]
    [PgFunction("pg_stat_get_db_sessions_fatal(oid)")]
    public static long None(uint database) => 0;

    // Data checksums are off.
    [PgFunction("pg_stat_get_db_checksum_failures(oid)")]
    [PgFunction("pg_stat_get_db_checksum_last_failure(oid)")]
    public static long? NoChecksums(uint database) => null;

    [PgFunction("pg_stat_get_db_blk_read_time(oid)")]
    [PgFunction("pg_stat_get_db_blk_write_time(oid)")]
    public static double NoTime(uint database) => 0;

    [PgFunction("pg_stat_get_checkpointer_num_timed()")]
    [PgFunction("pg_stat_get_checkpointer_restartpoints_timed()")]
    [PgFunction("pg_stat_get_checkpointer_restartpoints_requested()")]
    [PgFunction("pg_stat_get_checkpointer_restartpoints_performed()")]
    [PgFunction("pg_stat_get_bgwriter_buf_written_clean()")]
    [PgFunction("pg_stat_get_bgwriter_maxwritten_clean()")]
    public static long None() => 0;

    [PgFunction("pg_stat_get_checkpointer_stat_reset_time()")]
    [PgFunction("pg_stat_get_bgwriter_stat_reset_time()")]
    public static long Since() => SessionInformation.StartTime();

    [PgFunction("pg_stat_get_function_calls(oid)")]
    [PgFunction("pg_stat_get_xact_function_calls(oid)")]
    public static long? FunctionCalls(uint function) => null;

    [PgFunction("pg_stat_get_function_total_time(oid)")]
    [PgFunction("pg_stat_get_function_self_time(oid)")]
    [PgFunction("pg_stat_get_xact_function_total_time(oid)")]
    [PgFunction("pg_stat_get_xact_function_self_time(oid)")]
    public static double? FunctionTime(uint function) => null;

    [PgFunction("pg_stat_get_archiver()")]
    public static PgDatum Archiver(FunctionContext context) => OutRecord.Make(
        context, "pg_stat_get_archiver", PgDatum.FromInt64(0), PgDatum.Null, PgDatum.Null, PgDatum.FromInt64(0), PgDatum.Null, PgDatum.Null, PgDatum.FromInt64(Since()));

    [PgSetFunction("pg_stat_get_slru()")]
    public static IEnumerable<PgDatum[]> Slru()
    {
        var zero = PgDatum.FromInt64(0);
        return Caches.Select(name => new[] { PgDatum.FromText(name), zero, zero, zero, zero, zero, zero, zero, PgDatum.FromInt64(Since()) });
    }

    [PgSetFunction("pg_stat_get_recovery_prefetch()")]
    public static IEnumerable<PgDatum[]> Prefetch()
    {
        var row = new PgDatum[10];
        Array.Fill(row, PgDatum.FromInt64(0));
        row[0] = PgDatum.FromInt64(Since());
        return [row];
    }

    [PgFunction("pg_stat_get_subscription_stats(oid)")]
    public static PgDatum Subscription(FunctionContext context, uint subscription) => OutRecord.Make(
        context, "pg_stat_get_subscription_stats", PgDatum.FromInt64(subscription), PgDatum.FromInt64(0), PgDatum.FromInt64(0), PgDatum.Null);

    [PgFunction("pg_stat_get_replication_slot(text)")]
    public static PgDatum Slot(FunctionContext context, string slot)
    {
        var row = new PgDatum[10];
        Array.Fill(row, PgDatum.FromInt64(0));
        (row[0], row[9]) = (PgDatum.FromText(slot), PgDatum.Null);
        return OutRecord.Make(context, "pg_stat_get_replication_slot", row);
    }

    [PgSetFunction("pg_stat_get_progress_info(text)")]
    public static IEnumerable<PgDatum[]> Progress(string command) => command.ToUpperInvariant() is "VACUUM" or "ANALYZE" or "CLUSTER" or "CREATE INDEX" or "BASEBACKUP" or "COPY"
        ? []
        : throw new PgException(SqlState.InvalidParameterValue, $"invalid command name: \"{command}\"");

    // Counters are read as they are at the moment (stats_fetch_consistency none).
    [PgFunction("pg_stat_get_snapshot_timestamp()")]
    public static long? SnapshotTime() => null;

    [PgFunction("pg_stat_clear_snapshot()")]
    [PgFunction("pg_stat_force_next_flush()")]
    public static void Nothing()
    {
    }

    [PgFunction("pg_stat_reset_single_function_counters(oid)")]
    public static void ResetFunction(uint function)
    {
    }

    [PgFunction("pg_stat_reset_shared(text)")]
    public static void ResetShared(string? target)
    {
        if (target is not (null or "archiver" or "bgwriter" or "checkpointer" or "io" or "recovery_prefetch" or "slru" or "wal"))
        {
            throw new PgException(SqlState.InvalidParameterValue, $"unrecognized reset target: \"{target}\"")
                .WithHint("Target must be \"archiver\", \"bgwriter\", \"checkpointer\", \"io\", \"recovery_prefetch\", \"slru\", or \"wal\".");
        }
    }

    [PgFunction("pg_stat_reset_slru(text)")]
    public static void ResetSlru(string? cache)
    {
    }

    [PgFunction("pg_stat_reset_replication_slot(text)")]
    public static void ResetSlot(string? slot)
    {
        if (slot is not null)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"replication slot \"{slot}\" does not exist");
        }
    }

    [PgFunction("pg_stat_reset_subscription_stats(oid)")]
    public static void ResetSubscription(uint? subscription)
    {
        if (subscription == 0)
        {
            throw new PgException(SqlState.InvalidParameterValue, "invalid subscription OID 0");
        }
    }
}
