using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Execution;

/// <content>The locks that the session holds.</content>
public sealed partial class PgSession
{
    /// <summary>Who the session is in the lock table.</summary>
    internal LockOwner LockOwner { get; }

    private LockManager Locks => Database.Transactions.Locks;

    /// <inheritdoc/>
    public override bool AdvisoryLock(Int128 key, bool shared, bool transactionLevel, bool wait)
    {
        var (tag, mode, patience) = (AdvisoryTag(key), AdvisoryMode(shared), Patience(dontWait: !wait));
        var outcome = transactionLevel ? Locks.Acquire(LockOwner, tag, mode, patience) : Locks.AcquireForSession(LockOwner, tag, mode, patience);
        return outcome != LockOutcome.NotAvailable;
    }

    /// <inheritdoc/>
    public override bool AdvisoryUnlock(Int128 key, bool shared) => Locks.ReleaseForSession(LockOwner, AdvisoryTag(key), AdvisoryMode(shared));

    /// <inheritdoc/>
    public override void AdvisoryUnlockAll() => Locks.ReleaseAllForSession(LockOwner);

    /// <summary>How long the running statement waits for a lock.</summary>
    internal LockPatience Patience(bool dontWait = false) => new(LockTimeout, dontWait, Cancellation);

    // Two integers have a bit above those of one bigint.
    private static LockTag AdvisoryTag(Int128 key) => new(LockKind.Advisory, (key >> 64) == 1 ? 2u : 1u, (long)(ulong)(key & ulong.MaxValue));

    private static int AdvisoryMode(bool shared) => (int)(shared ? LockMode.Share : LockMode.Exclusive);
}
