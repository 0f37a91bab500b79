using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>Who holds which lock, and who waits for whom (manual: "pg_locks", "Session Information Functions").</summary>
internal static class LockStatus
{
    [PgSetFunction("pg_lock_status()")]
    public static IEnumerable<PgDatum[]> Locks(FunctionContext context) => context.SessionRows(SessionRowSet.Locks);

    [PgFunction("pg_blocking_pids(integer)")]
    public static PgDatum BlockingPids(FunctionContext context, int pid) => ArrayOperations.Store(
        context, new PgArray(TypeOid.Int4, [.. context.BlockingPids(pid).Select(static p => PgDatum.FromInt64(p))]));

    [PgFunction("pg_safe_snapshot_blocking_pids(integer)")]
    public static PgDatum SafeSnapshotBlockingPids(FunctionContext context, int pid) => ArrayOperations.Store(
        context, new PgArray(TypeOid.Int4, [.. context.SafeSnapshotBlockingPids(pid).Select(static p => PgDatum.FromInt64(p))]));

    [PgFunction("pg_isolation_test_session_is_blocked(integer,integer[])")]
    public static bool IsBlocked(FunctionContext context, int pid, ReadOnlySpan<byte> by)
    {
        var others = ArrayOperations.Parse(context, TypeOid.Int4, by).Elements;
        return context.BlockingPids(pid).Concat(context.SafeSnapshotBlockingPids(pid)).Any(p => others.Any(o => !o.IsNull && o.Int64 == p));
    }
}
