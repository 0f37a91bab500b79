using System.Diagnostics;
using PgMicro.Core.Errors;
using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Transactions;

/// <summary>
/// SQLite's write lock as the sessions of this process share it. Who comes second gives each holder a few milliseconds to end
/// its transaction, then has it moved to a branch of its own. Only one that cannot move is waited for to its end,
/// up to lock_timeout (55P03) or until the wait is cancelled (57014).
/// </summary>
internal sealed class WriteGate
{
    /// <summary>A lock timeout that does not wait.</summary>
    internal const int NoWait = -1;

    // Longer than most transactions take that do not wait for their clients.
    private const int Patience = 3;
    private const int LongestPatience = 100;
    private const int MostAsked = 3;

    private readonly SemaphoreSlim _free = new(1, 1);
    private volatile object? _holder;
    private long _taken;

    /// <summary>Called when somebody has got the gate.</summary>
    internal Action? Entered { get; set; }

    /// <summary>Called when somebody is about to leave the gate, SQLite's write lock given back.</summary>
    internal Action? Left { get; set; }

    /// <summary>Who holds the gate.</summary>
    internal object? Holder => _holder;

    /// <summary>Takes the gate for an owner that does not hold it.</summary>
    /// <param name="owner">The transaction.</param>
    /// <param name="lockTimeout">Milliseconds, 0 for no limit, <see cref="NoWait"/> for none at all.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <param name="deadlocks">Called when the holder does not move.</param>
    internal void Enter(object owner, int lockTimeout, CancellationToken cancellation, Action? deadlocks = null)
    {
        if (!TryEnter(owner))
        {
            Wait(lockTimeout, cancellation, deadlocks);
            Take(owner);
        }
    }

    /// <summary>Takes the gate if nobody holds it.</summary>
    internal bool TryEnter(object owner)
    {
        if (!_free.Wait(0, CancellationToken.None))
        {
            return false;
        }

        Take(owner);
        return true;
    }

    /// <summary>Lets the next one in.</summary>
    internal void Exit(object owner)
    {
        if (!ReferenceEquals(_holder, owner))
        {
            throw new InvalidOperationException("The write gate is not held by its releaser.");
        }

        Left?.Invoke();
        _holder = null;
        _free.Release();
    }

    private void Take(object owner)
    {
        Volatile.Write(ref _taken, Stopwatch.GetTimestamp());
        _holder = owner;
        Entered?.Invoke();
    }

    // The gate may pass to another one meanwhile: each is asked in its turn.
    private void Wait(int lockTimeout, CancellationToken cancellation, Action? deadlocks)
    {
        var began = Stopwatch.GetTimestamp();
        var patience = lockTimeout == NoWait ? 0 : Patience;
        var asked = 0;
        try
        {
            while (!_free.Wait(patience, cancellation))
            {
                // Where short transactions follow one another the wait is for their number, and to move one would not shorten it.
                var held = (int)Stopwatch.GetElapsedTime(Volatile.Read(ref _taken)).TotalMilliseconds;
                if (asked == 0 && held < patience && Stopwatch.GetElapsedTime(began).TotalMilliseconds is var waited && waited < LongestPatience
                    && (lockTimeout == 0 || waited < lockTimeout))
                {
                    continue;
                }

                var leaves = _holder is Transaction holder && holder.LeaveGate();
                if (leaves && _free.Wait(0, CancellationToken.None))
                {
                    return;
                }

                if (lockTimeout == NoWait || (lockTimeout > 0 && Stopwatch.GetElapsedTime(began).TotalMilliseconds >= lockTimeout))
                {
                    throw new PgException(SqlState.LockNotAvailable, "canceling statement due to lock timeout");
                }

                // Who has been asked to leave in the midst of a statement may be waiting there for somebody.
                if (!leaves || ++asked > MostAsked)
                {
                    deadlocks?.Invoke();
                    patience = Math.Min(patience * 2, LongestPatience);
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new PgException(SqlState.QueryCanceled, "canceling statement due to user request");
        }
    }
}
