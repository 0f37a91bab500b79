using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>What only an event trigger's function, or an extension's script, may call.</summary>
internal static class EventTriggers
{
    [PgSetFunction("pg_event_trigger_dropped_objects()")]
    public static IEnumerable<PgDatum[]> Dropped(FunctionContext context) => context.SessionRows(SessionRowSet.DroppedObjects);

    [PgSetFunction("pg_event_trigger_ddl_commands()")]
    public static IEnumerable<PgDatum[]> Commands(FunctionContext context) => context.SessionRows(SessionRowSet.DdlCommands);

    [PgFunction("pg_event_trigger_table_rewrite_oid()")]
    public static uint RewrittenTable(FunctionContext context) => context.RewrittenTable?.Table ?? throw Outside("pg_event_trigger_table_rewrite_oid", "a table_rewrite event trigger function");

    [PgFunction("pg_event_trigger_table_rewrite_reason()")]
    public static int RewriteReason(FunctionContext context) => context.RewrittenTable?.Reason ?? throw Outside("pg_event_trigger_table_rewrite_reason", "a table_rewrite event trigger function");

    [PgFunction("pg_extension_config_dump(regclass,text)")]
    public static void ConfigDump(uint relation, string condition) => throw new PgException(
        SqlState.FeatureNotSupported, "pg_extension_config_dump() can only be called from an SQL script executed by CREATE EXTENSION");

    /// <summary>A call where it has no meaning (39P03).</summary>
    internal static PgException Outside(string function, string where) => new("39P03", $"{function}() can only be called in {where}");
}
