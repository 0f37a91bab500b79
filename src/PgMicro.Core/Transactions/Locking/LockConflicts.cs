namespace PgMicro.Core.Transactions.Locking;

/// <summary>Which modes exclude which, as masks of <c>1 &lt;&lt; mode</c>.</summary>
internal static class LockConflicts
{
    // Share and above: what a transaction that reads and writes rows, and holds AccessShare, RowShare or RowExclusive, may meet.
    private const int StrongModes = (1 << (int)LockMode.Share) | (1 << (int)LockMode.ShareRowExclusive) | (1 << (int)LockMode.Exclusive) | (1 << (int)LockMode.AccessExclusive);

    private static readonly int[] Relation =
    [
        0,
        1 << (int)LockMode.AccessExclusive,
        (1 << (int)LockMode.Exclusive) | (1 << (int)LockMode.AccessExclusive),
        StrongModes,
        StrongModes | (1 << (int)LockMode.ShareUpdateExclusive),
        (1 << (int)LockMode.RowExclusive) | (1 << (int)LockMode.ShareUpdateExclusive) | (StrongModes & ~(1 << (int)LockMode.Share)),
        (1 << (int)LockMode.RowExclusive) | (1 << (int)LockMode.ShareUpdateExclusive) | StrongModes,
        (1 << (int)LockMode.RowShare) | (1 << (int)LockMode.RowExclusive) | (1 << (int)LockMode.ShareUpdateExclusive) | StrongModes,
        (1 << (int)LockMode.AccessShare) | (1 << (int)LockMode.RowShare) | (1 << (int)LockMode.RowExclusive) | (1 << (int)LockMode.ShareUpdateExclusive) | StrongModes,
    ];

    private static readonly int[] Row =
    [
        0,
        1 << (int)RowLockStrength.Update,
        (1 << (int)RowLockStrength.NoKeyUpdate) | (1 << (int)RowLockStrength.Update),
        (1 << (int)RowLockStrength.Share) | (1 << (int)RowLockStrength.NoKeyUpdate) | (1 << (int)RowLockStrength.Update),
        (1 << (int)RowLockStrength.KeyShare) | (1 << (int)RowLockStrength.Share) | (1 << (int)RowLockStrength.NoKeyUpdate) | (1 << (int)RowLockStrength.Update),
    ];

    /// <summary>The modes that exclude a mode.</summary>
    internal static int Of(LockKind kind, int mode) => kind switch
    {
        LockKind.Row => Row[mode],
        LockKind.Key => -1,
        _ => Relation[mode],
    };

    /// <summary>Whether a mode of a relation may be kept in its session's own list: such modes do not exclude each other.</summary>
    internal static bool IsWeak(int mode) => mode <= (int)LockMode.RowExclusive;

    /// <summary>Whether a mode of a relation excludes some weak one.</summary>
    internal static bool IsStrong(int mode) => mode > (int)LockMode.ShareUpdateExclusive;

    /// <summary>A mode's name in messages and in pg_locks.</summary>
    internal static string NameOf(int mode) => mode switch
    {
        (int)LockMode.AccessShare => "AccessShareLock",
        (int)LockMode.RowShare => "RowShareLock",
        (int)LockMode.RowExclusive => "RowExclusiveLock",
        (int)LockMode.ShareUpdateExclusive => "ShareUpdateExclusiveLock",
        (int)LockMode.Share => "ShareLock",
        (int)LockMode.ShareRowExclusive => "ShareRowExclusiveLock",
        (int)LockMode.Exclusive => "ExclusiveLock",
        _ => "AccessExclusiveLock",
    };

    /// <summary>The lock on the row's place that those take who queue for a row lock of a strength.</summary>
    internal static LockMode QueueMode(RowLockStrength strength) => strength switch
    {
        RowLockStrength.KeyShare => LockMode.AccessShare,
        RowLockStrength.Share => LockMode.RowShare,
        RowLockStrength.NoKeyUpdate => LockMode.Exclusive,
        _ => LockMode.AccessExclusive,
    };
}
