namespace PgMicro.Core.Transactions.Locking;

/// <summary>How long to wait for a lock.</summary>
/// <param name="TimeoutMilliseconds">lock_timeout; 0 for ever.</param>
/// <param name="DontWait">NOWAIT, SKIP LOCKED and the try functions: not at all.</param>
/// <param name="Cancellation">Ends the wait with 57014.</param>
internal readonly record struct LockPatience(int TimeoutMilliseconds, bool DontWait, CancellationToken Cancellation)
{
    /// <summary>Does not wait.</summary>
    internal static LockPatience None => new(0, true, CancellationToken.None);
}
