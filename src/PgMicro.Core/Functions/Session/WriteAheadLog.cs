using System.Globalization;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>
/// Backup, recovery and commit times: what PostgreSQL answers where wal_level is minimal, nothing recovers and track_commit_timestamp is off.
/// The arithmetic of file names is its own.
/// </summary>
internal static class WriteAheadLog
{
    private const ulong SegmentSize = 16 * 1024 * 1024;
    private const ulong SegmentsPerId = 0x100000000 / SegmentSize;

    private static readonly string[] ResourceManagers =
    [
        "XLOG", "Transaction", "Storage", "CLOG", "Database", "Tablespace", "MultiXact", "RelMap", "Standby", "Heap2", "Heap", "Btree", "Hash", "Gin", "Gist",
        "Sequence", "SPGist", "BRIN", "CommitTs", "ReplicationOrigin", "Generic", "LogicalMessage",
    ];

    [PgFunction("pg_walfile_name(pg_lsn)")]
    public static string FileName(ReadOnlySpan<byte> lsn) => Name(Read(lsn));

    [PgFunction("pg_walfile_name_offset(pg_lsn)")]
    public static PgDatum FileNameOffset(FunctionContext context, ReadOnlySpan<byte> lsn)
    {
        var place = Read(lsn);
        return OutRecord.Make(context, "pg_walfile_name_offset", PgDatum.FromText(Name(place)), PgDatum.FromInt64((long)(place % SegmentSize)));
    }

    [PgFunction("pg_split_walfile_name(text)")]
    public static PgDatum Split(FunctionContext context, string name)
    {
        const int Length = 24;
        var upper = name.ToUpperInvariant();
        if (upper.Length != Length || !upper.All(char.IsAsciiHexDigitUpper))
        {
            throw new PgException(SqlState.InvalidParameterValue, $"invalid WAL file name \"{name}\"");
        }

        ulong Part(int i) => ulong.Parse(upper.AsSpan(i * 8, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var segment = (Part(1) * SegmentsPerId) + Part(2);
        return OutRecord.Make(
            context, "pg_split_walfile_name", PgNumeric.Parse(System.Text.Encoding.ASCII.GetBytes(segment.ToString(CultureInfo.InvariantCulture))).ToDatum(), PgDatum.FromInt64((long)Part(0)));
    }

    [PgSetFunction("pg_get_wal_resource_managers()")]
    public static IEnumerable<PgDatum[]> Managers() =>
        ResourceManagers.Select(static (name, i) => new[] { PgDatum.FromInt64(i), PgDatum.FromText(name), PgDatum.FromBoolean(true) });

    [PgFunction("pg_create_restore_point(text)")]
    public static string RestorePoint(string name) => throw NeedsLevel("WAL level not sufficient for creating a restore point");

    [PgFunction("pg_backup_start(text,boolean)")]
    public static string BackupStart(string label, bool fast) => throw NeedsLevel("WAL level not sufficient for making an online backup");

    [PgFunction("pg_backup_stop(boolean)")]
    public static PgDatum BackupStop(bool wait) =>
        throw new PgException(SqlState.ObjectNotInPrerequisiteState, "backup is not in progress").WithHint("Did you call pg_backup_start()?");

    [PgFunction("pg_log_standby_snapshot()")]
    public static string StandbySnapshot() =>
        throw new PgException(SqlState.ObjectNotInPrerequisiteState, "pg_log_standby_snapshot() can only be used if \"wal_level\" >= \"replica\"");

    // ---- recovery, which an embedded database does when it is opened ----

    [PgFunction("pg_last_wal_receive_lsn()")]
    [PgFunction("pg_last_wal_replay_lsn()")]
    public static string? LastPlace() => null;

    [PgFunction("pg_last_xact_replay_timestamp()")]
    public static long? LastReplayed() => null;

    [PgFunction("pg_is_wal_replay_paused()")]
    public static bool IsPaused() => throw NotInRecovery();

    [PgFunction("pg_get_wal_replay_pause_state()")]
    public static string PauseState() => throw NotInRecovery();

    [PgFunction("pg_wal_replay_pause()")]
    [PgFunction("pg_wal_replay_resume()")]
    public static void Pause() => throw NotInRecovery();

    [PgFunction("pg_promote(boolean,integer)")]
    public static bool Promote(bool wait, int seconds) => throw NotInRecovery();

    [PgFunction("pg_control_recovery()")]
    public static PgDatum ControlRecovery(FunctionContext context) => OutRecord.Make(
        context, "pg_control_recovery", PgDatum.FromText("0/0"), PgDatum.FromInt64(0), PgDatum.FromText("0/0"), PgDatum.FromText("0/0"), PgDatum.FromBoolean(false));

    // ---- commit timestamps ----

    [PgFunction("pg_xact_commit_timestamp(xid)")]
    public static long CommitTime(uint xid) => throw NoCommitTimes();

    [PgFunction("pg_xact_commit_timestamp_origin(xid)")]
    public static PgDatum CommitOrigin(uint xid) => throw NoCommitTimes();

    [PgFunction("pg_last_committed_xact()")]
    public static PgDatum LastCommitted() => throw NoCommitTimes();

    // ---- summaries, which summarize_wal is off for ----

    [PgSetFunction("pg_available_wal_summaries()")]
    public static IEnumerable<PgDatum[]> Summaries() => [];

    [PgFunction("pg_get_wal_summarizer_state()")]
    public static PgDatum SummarizerState(FunctionContext context) =>
        OutRecord.Make(context, "pg_get_wal_summarizer_state", PgDatum.FromInt64(0), PgDatum.FromText("0/0"), PgDatum.FromText("0/0"), PgDatum.Null);

    [PgSetFunction("pg_wal_summary_contents(bigint,pg_lsn,pg_lsn)")]
    public static IEnumerable<PgDatum[]> SummaryContents(long timeline, byte[] start, byte[] end)
    {
        if (timeline is < 1 or > uint.MaxValue)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"invalid timeline {timeline}");
        }

        var (from, to) = (Read(start), Read(end));
        throw new PgException("58P01", string.Create(
            CultureInfo.InvariantCulture,
            $"could not open file \"pg_wal/summaries/{timeline:X8}{from >> 32:X8}{(uint)from:X8}{to >> 32:X8}{(uint)to:X8}.summary\": No such file or directory"));
    }

    private static string Name(ulong place)
    {
        var segment = place / SegmentSize;
        return string.Create(CultureInfo.InvariantCulture, $"{1:X8}{segment / SegmentsPerId:X8}{segment % SegmentsPerId:X8}");
    }

    private static ulong Read(ReadOnlySpan<byte> value) =>
        PgLsnCodec.TryParse(value, out var lsn) ? lsn : throw PgErrors.InvalidTextRepresentation("pg_lsn", Ascii.Text(value));

    private static PgException NeedsLevel(string message) => new PgException(SqlState.ObjectNotInPrerequisiteState, message)
        .WithHint("\"wal_level\" must be set to \"replica\" or \"logical\" at server start.");

    private static PgException NotInRecovery() => new PgException(SqlState.ObjectNotInPrerequisiteState, "recovery is not in progress")
        .WithHint("Recovery control functions can only be executed during recovery.");

    private static PgException NoCommitTimes() => new PgException(SqlState.ObjectNotInPrerequisiteState, "could not get commit timestamp data")
        .WithHint("Make sure the configuration parameter \"track_commit_timestamp\" is set.");
}
