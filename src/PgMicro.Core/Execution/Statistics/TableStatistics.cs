using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Statistics;

/// <summary>
/// pg_stat_get_… of tables and databases. SQLite updates rows in place, so that there are no HOT updates and no new pages for
/// them; how often what is scanned is not counted, and NULL.
/// </summary>
internal static class TableStatistics
{
    [PgFunction("pg_stat_get_tuples_inserted(oid)")]
    public static long Inserted(FunctionContext context, uint table) => Of(context, table)?.Inserted ?? 0;

    [PgFunction("pg_stat_get_tuples_updated(oid)")]
    public static long Updated(FunctionContext context, uint table) => Of(context, table)?.Updated ?? 0;

    [PgFunction("pg_stat_get_tuples_deleted(oid)")]
    public static long Deleted(FunctionContext context, uint table) => Of(context, table)?.Deleted ?? 0;

    [PgFunction("pg_stat_get_xact_tuples_inserted(oid)")]
    public static long OwnInserted(FunctionContext context, uint table) => ((PgSession)context).RowCountsOf(table)?.Inserted ?? 0;

    [PgFunction("pg_stat_get_xact_tuples_updated(oid)")]
    public static long OwnUpdated(FunctionContext context, uint table) => ((PgSession)context).RowCountsOf(table)?.Updated ?? 0;

    [PgFunction("pg_stat_get_xact_tuples_deleted(oid)")]
    public static long OwnDeleted(FunctionContext context, uint table) => ((PgSession)context).RowCountsOf(table)?.Deleted ?? 0;

    [PgFunction("pg_stat_get_tuples_hot_updated(oid)")]
    [PgFunction("pg_stat_get_tuples_newpage_updated(oid)")]
    [PgFunction("pg_stat_get_xact_tuples_hot_updated(oid)")]
    [PgFunction("pg_stat_get_xact_tuples_newpage_updated(oid)")]
    public static long NoVersions(uint table) => 0;

    // SQLite does not tell what it scans, nor which pages it finds in its cache: unknown, and not none.
    [PgFunction("pg_stat_get_numscans(oid)")]
    [PgFunction("pg_stat_get_lastscan(oid)")]
    [PgFunction("pg_stat_get_tuples_returned(oid)")]
    [PgFunction("pg_stat_get_tuples_fetched(oid)")]
    [PgFunction("pg_stat_get_blocks_fetched(oid)")]
    [PgFunction("pg_stat_get_blocks_hit(oid)")]
    [PgFunction("pg_stat_get_xact_numscans(oid)")]
    [PgFunction("pg_stat_get_xact_tuples_returned(oid)")]
    [PgFunction("pg_stat_get_xact_tuples_fetched(oid)")]
    [PgFunction("pg_stat_get_xact_blocks_fetched(oid)")]
    [PgFunction("pg_stat_get_xact_blocks_hit(oid)")]
    public static long? NotCounted(uint relation) => null;

    // Superseded versions that are kept until VACUUM.
    [PgFunction("pg_stat_get_dead_tuples(oid)")]
    public static long Dead(FunctionContext context, uint table) =>
        context.Catalog.Class(table) is { relkind: 'r' or 'm', oid: >= BuiltInOids.FirstNormalObjectId } relation ? Inspection.TableRows.CountSuperseded((PgSession)context, relation) : 0;

    [PgFunction("pg_stat_get_live_tuples(oid)")]
    public static long Live(FunctionContext context, uint table) =>
        context.Catalog.Class(table) is { relkind: 'r' or 'm', oid: >= BuiltInOids.FirstNormalObjectId }
            ? ((PgSession)context).Connection.QueryInt64("SELECT count(*) FROM " + SqliteTables.Name(context.Catalog, table))
            : 0;

    [PgFunction("pg_stat_get_mod_since_analyze(oid)")]
    public static long SinceAnalyze(FunctionContext context, uint table) => Of(context, table)?.SinceAnalyze ?? 0;

    [PgFunction("pg_stat_get_ins_since_vacuum(oid)")]
    public static long SinceVacuum(FunctionContext context, uint table) => Of(context, table)?.SinceVacuum ?? 0;

    [PgFunction("pg_stat_get_vacuum_count(oid)")]
    public static long Vacuums(FunctionContext context, uint table) => Of(context, table)?.Vacuums ?? 0;

    [PgFunction("pg_stat_get_analyze_count(oid)")]
    public static long Analyzes(FunctionContext context, uint table) => Of(context, table)?.Analyzes ?? 0;

    [PgFunction("pg_stat_get_last_vacuum_time(oid)")]
    public static long? LastVacuum(FunctionContext context, uint table) => Of(context, table)?.LastVacuum;

    [PgFunction("pg_stat_get_last_analyze_time(oid)")]
    public static long? LastAnalyze(FunctionContext context, uint table) => Of(context, table)?.LastAnalyze;

    [PgFunction("pg_stat_get_autovacuum_count(oid)")]
    public static long AutoVacuums(FunctionContext context, uint table) => Of(context, table)?.AutoVacuums ?? 0;

    [PgFunction("pg_stat_get_autoanalyze_count(oid)")]
    public static long AutoAnalyzes(FunctionContext context, uint table) => Of(context, table)?.AutoAnalyzes ?? 0;

    [PgFunction("pg_stat_get_last_autovacuum_time(oid)")]
    public static long? LastAutoVacuum(FunctionContext context, uint table) => Of(context, table)?.LastAutoVacuum;

    [PgFunction("pg_stat_get_last_autoanalyze_time(oid)")]
    public static long? LastAutoAnalyze(FunctionContext context, uint table) => Of(context, table)?.LastAutoAnalyze;

    // ---- databases: the session's own is the one that is counted ----

    [PgFunction("pg_stat_get_db_numbackends(oid)")]
    public static int Backends(FunctionContext context, uint database) =>
        ((PgSession)context).Database.ClusterSessions().Count(s => s.Catalog.Database.oid == database);

    [PgFunction("pg_stat_get_db_xact_commit(oid)")]
    public static long Commits(FunctionContext context, uint database) => Own(context, database)?.Commits ?? 0;

    [PgFunction("pg_stat_get_db_xact_rollback(oid)")]
    public static long Rollbacks(FunctionContext context, uint database) => Own(context, database)?.Rollbacks ?? 0;

    [PgFunction("pg_stat_get_db_tuples_inserted(oid)")]
    public static long DatabaseInserted(FunctionContext context, uint database) => Own(context, database)?.Inserted ?? 0;

    [PgFunction("pg_stat_get_db_tuples_updated(oid)")]
    public static long DatabaseUpdated(FunctionContext context, uint database) => Own(context, database)?.Updated ?? 0;

    [PgFunction("pg_stat_get_db_tuples_deleted(oid)")]
    public static long DatabaseDeleted(FunctionContext context, uint database) => Own(context, database)?.Deleted ?? 0;

    [PgFunction("pg_stat_get_db_stat_reset_time(oid)")]
    public static long? ResetTime(FunctionContext context, uint database) => Own(context, database)?.ResetTime;

    [PgFunction("pg_stat_reset()")]
    public static void Reset(FunctionContext context) => ((PgSession)context).Database.Statistics.Reset(Functions.DateTimes.Now.Clock());

    [PgFunction("pg_stat_reset_single_table_counters(oid)")]
    public static void Reset(FunctionContext context, uint table) => ((PgSession)context).Database.Statistics.Reset(table, Functions.DateTimes.Now.Clock());

    [PgFunction("pg_stat_have_stats(text,oid,oid)")]
    public static bool Exists(FunctionContext context, string kind, uint database, uint oid) => kind switch
    {
        "relation" => database == context.Catalog.Database.oid && ((PgSession)context).Database.Statistics.Find(oid) is not null,
        "database" => oid == 0 && database == context.Catalog.Database.oid,
        "function" or "replslot" or "subscription" => false,
        "archiver" or "bgwriter" or "checkpointer" or "io" or "slru" or "wal" => true,
        _ => throw new PgException(SqlState.InvalidParameterValue, $"invalid statistics kind: \"{kind}\""),
    };

    private static RowCounts? Of(FunctionContext context, uint table) => ((PgSession)context).Database.Statistics.Find(table);

    private static CumulativeStatistics? Own(FunctionContext context, uint database) =>
        context.Catalog.Database.oid == database ? ((PgSession)context).Database.Statistics : null;
}
