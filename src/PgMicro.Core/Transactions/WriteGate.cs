using PgMicro.Core.Errors;

namespace PgMicro.Core.Transactions;

/// <summary>
/// Lets one session of a database write at a time. A second writer waits for the first one's transaction,
/// up to lock_timeout (55P03) or until it is cancelled (57014).
/// </summary>
internal sealed class WriteGate
{
    /// <summary>A lock timeout that does not wait.</summary>
    internal const int NoWait = -1;

    private readonly SemaphoreSlim _free = new(1, 1);
    private volatile object? _holder;

    /// <summary>Called when somebody has got the gate.</summary>
    internal Action? Entered { get; set; }

    /// <summary>Who holds the gate.</summary>
    internal object? Holder => _holder;

    /// <summary>Takes the gate for an owner that does not hold it.</summary>
    /// <param name="owner">The transaction.</param>
    /// <param name="lockTimeout">Milliseconds, 0 for no limit, <see cref="NoWait"/> for none at all.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    internal void Enter(object owner, int lockTimeout, CancellationToken cancellation)
    {
        try
        {
            if (!_free.Wait(lockTimeout switch { 0 => Timeout.Infinite, NoWait => 0, _ => lockTimeout }, cancellation))
            {
                throw new PgException(SqlState.LockNotAvailable, "canceling statement due to lock timeout");
            }
        }
        catch (OperationCanceledException)
        {
            throw new PgException(SqlState.QueryCanceled, "canceling statement due to user request");
        }

        _holder = owner;
        Entered?.Invoke();
    }

    /// <summary>Lets the next one in.</summary>
    internal void Exit(object owner)
    {
        if (!ReferenceEquals(_holder, owner))
        {
            throw new InvalidOperationException("The write gate is not held by its releaser.");
        }

        _holder = null;
        _free.Release();
    }
}
