using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>Replication slots, origins and their like: what PostgreSQL answers where max_replication_slots is 0 and wal_level is minimal.</summary>
internal static class Replication
{
    [PgSetFunction("pg_get_replication_slots()")]
    public static IEnumerable<PgDatum[]> Slots() => [];

    [PgFunction("pg_create_physical_replication_slot(name,boolean,boolean)")]
    public static PgDatum CreatePhysical(string name, bool reserve, bool temporary) => throw NoSlots();

    [PgFunction("pg_create_logical_replication_slot(name,name,boolean,boolean,boolean)")]
    public static PgDatum CreateLogical(string name, string plugin, bool temporary, bool twoPhase, bool failover) => throw NoSlots();

    [PgFunction("pg_copy_physical_replication_slot(name,name)")]
    [PgFunction("pg_copy_logical_replication_slot(name,name)")]
    public static PgDatum Copy(string source, string target) => throw NoSlots();

    [PgFunction("pg_copy_physical_replication_slot(name,name,boolean)")]
    [PgFunction("pg_copy_logical_replication_slot(name,name,boolean)")]
    public static PgDatum Copy(string source, string target, bool temporary) => throw NoSlots();

    [PgFunction("pg_copy_logical_replication_slot(name,name,boolean,name)")]
    public static PgDatum Copy(string source, string target, bool temporary, string plugin) => throw NoSlots();

    [PgFunction("pg_drop_replication_slot(name)")]
    public static void Drop(string name) => throw NoSlots();

    [PgFunction("pg_replication_slot_advance(name,pg_lsn)")]
    public static PgDatum Advance(string name, ReadOnlySpan<byte> place) => throw NoSlots();

    [PgSetFunction("pg_logical_slot_get_changes(name,pg_lsn,integer,text[])")]
    [PgSetFunction("pg_logical_slot_peek_changes(name,pg_lsn,integer,text[])")]
    [PgSetFunction("pg_logical_slot_get_binary_changes(name,pg_lsn,integer,text[])")]
    [PgSetFunction("pg_logical_slot_peek_binary_changes(name,pg_lsn,integer,text[])")]
    public static IEnumerable<PgDatum[]> Changes(string? name, byte[]? place, int? count, byte[]? options) => throw NoSlots();

    [PgFunction("pg_sync_replication_slots()")]
    public static void Sync() => throw Prerequisite("replication slots can only be synchronized to a standby server");

    [PgSetFunction("pg_ls_replslotdir(text)")]
    public static IEnumerable<PgDatum[]> SlotFiles(string slot) => throw new PgException(SqlState.UndefinedObject, $"replication slot \"{slot}\" does not exist");

    // ---- origins: none can be made, so none is found ----

    [PgFunction("pg_replication_origin_oid(text)")]
    public static uint? OriginOid(string name) => null;

    [PgFunction("pg_replication_origin_drop(text)")]
    public static void DropOrigin(string name) => throw NoOrigin(name);

    [PgFunction("pg_replication_origin_session_is_setup()")]
    public static bool IsOriginSetUp() => false;

    [PgFunction("pg_replication_origin_session_setup(text)")]
    public static void SetUpOrigin(string name) => throw NoOrigins();

    [PgFunction("pg_replication_origin_session_reset()")]
    [PgFunction("pg_replication_origin_xact_reset()")]
    public static void ResetOrigin() => throw NoOrigins();

    [PgFunction("pg_replication_origin_session_progress(boolean)")]
    public static string OriginProgress(bool flush) => throw NoOrigins();

    [PgFunction("pg_replication_origin_progress(text,boolean)")]
    public static string OriginProgress(string name, bool flush) => throw NoOrigins();

    [PgFunction("pg_replication_origin_xact_setup(pg_lsn,timestamptz)")]
    public static void SetUpOrigin(ReadOnlySpan<byte> place, long time) => throw NoOrigins();

    [PgFunction("pg_replication_origin_advance(text,pg_lsn)")]
    public static void AdvanceOrigin(string name, ReadOnlySpan<byte> place) => throw NoOrigins();

    [PgSetFunction("pg_show_replication_origin_status()")]
    public static IEnumerable<PgDatum[]> OriginStatus() => [];

    // ---- who sends and receives ----

    [PgSetFunction("pg_stat_get_wal_senders()")]
    public static IEnumerable<PgDatum[]> Senders() => [];

    [PgFunction("pg_stat_get_wal_receiver()")]
    public static PgDatum Receiver() => PgDatum.Null;

    [PgSetFunction("pg_stat_get_subscription(oid)")]
    public static IEnumerable<PgDatum[]> Subscriptions(uint? subscription) => [];

    private static PgException Prerequisite(string message) => new(SqlState.ObjectNotInPrerequisiteState, message);

    private static PgException NoSlots() => Prerequisite("replication slots can only be used if \"max_replication_slots\" > 0");

    private static PgException NoOrigins() => Prerequisite("cannot query or manipulate replication origin when \"max_replication_slots\" is 0");

    private static PgException NoOrigin(string name) => new(SqlState.UndefinedObject, $"replication origin \"{name}\" does not exist");
}
