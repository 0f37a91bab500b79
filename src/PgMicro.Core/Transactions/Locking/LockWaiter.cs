namespace PgMicro.Core.Transactions.Locking;

/// <summary>One wait for a lock.</summary>
internal sealed class LockWaiter(LockOwner owner, LockEntry entry, int mode, bool forSession) : IDisposable
{
    private readonly ManualResetEventSlim _signal = new(false, spinCount: 0);

    internal LockOwner Owner { get; } = owner;

    internal LockEntry Entry { get; } = entry;

    internal int Mode { get; } = mode;

    internal bool ForSession { get; } = forSession;

    /// <summary>
    /// Whose transaction it waits for, whatever becomes of the lock: the lock was taken in a savepoint that has been released, which has no end of its own
    /// (SubTransGetTopmostTransaction). Null when the lock is all it waits for.
    /// </summary>
    internal LockOwner? Until { get; set; }

    /// <summary>When it began to wait.</summary>
    internal DateTime Since { get; } = DateTime.UtcNow;

    /// <summary>Set under the manager's mutex when it is over.</summary>
    internal bool IsGranted { get; private set; }

    /// <summary>The modes that keep it waiting.</summary>
    internal int Conflicts => LockConflicts.Of(Entry.Tag.Kind, Mode);

    internal void Grant()
    {
        IsGranted = true;
        _signal.Set();
    }

    /// <summary>False when the time is over.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal bool Wait(int timeout, CancellationToken cancellation) => _signal.Wait(timeout <= 0 ? Timeout.Infinite : timeout, cancellation);

    public void Dispose() => _signal.Dispose();
}
