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

    // So many turns in a row, of which each is longer than the work of a few statements, make a crowd.
    private const int ManyTurns = 4;
    private const int ShortTurnMicroseconds = 250;
    private const int CrowdedMilliseconds = 250;

    // A thread takes as long to wake up as a short transaction takes to end.
    private const int SpinMicroseconds = 50;
    private const int SpinIterations = 8;

    // Those who come second wait here. Only one of them spins for a moment: with few processors it takes the time of whom it waits for.
    private readonly object _turn = new();
    private volatile object? _holder;
    private long _taken;
    private int _isTaken;
    private int _waiting;
    private int _isSpinning;
    private bool _isIdleTurn;
    private int _idleTurns;
    private long _crowdedUntil;

    /// <summary>Called when somebody has got the gate.</summary>
    internal Action? Entered { get; set; }

    /// <summary>Called when somebody is about to leave the gate, SQLite's write lock given back.</summary>
    internal Action? Left { get; set; }

    /// <summary>Who holds the gate.</summary>
    internal object? Holder => _holder;

    /// <summary>How many wait for it.</summary>
    internal int Waiting => Volatile.Read(ref _waiting);

    /// <summary>
    /// Whether sessions follow one another here of which each has the gate while its client thinks. They get on better with changes in branches
    /// from the start, for which the gate is needed only to commit.
    /// </summary>
    internal bool IsCrowded => Environment.TickCount64 < Volatile.Read(ref _crowdedUntil);

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
        if (!TryTake())
        {
            return false;
        }

        Take(owner);
        return true;
    }

    /// <summary>Takes the gate if its turn comes within a time. Nobody is asked to make room.</summary>
    internal bool TryEnter(object owner, int milliseconds)
    {
        if (!TryTake() && !TryTake(milliseconds, CancellationToken.None))
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
        if (Waiting > 0)
        {
            NoteTurn();
        }

        _holder = null;
        Interlocked.Exchange(ref _isTaken, 0);

        // Who spins sees it, or looks once more when it has given up.
        if (Waiting > 0 && Volatile.Read(ref _isSpinning) == 0)
        {
            lock (_turn)
            {
                Monitor.Pulse(_turn);
            }
        }
    }

    private bool TryTake() => Interlocked.CompareExchange(ref _isTaken, 1, 0) == 0;

    private bool TryTake(int milliseconds, CancellationToken cancellation)
    {
        var end = Environment.TickCount64 + milliseconds;

        // Counted before the gate is looked at, and looked at by its holder after it is free: one of the two sees the other.
        Interlocked.Increment(ref _waiting);
        try
        {
            while (!TryTake() && !TrySpin())
            {
                lock (_turn)
                {
                    if (TryTake())
                    {
                        return true;
                    }

                    cancellation.ThrowIfCancellationRequested();
                    var left = end - Environment.TickCount64;
                    if (left <= 0)
                    {
                        return false;
                    }

                    Monitor.Wait(_turn, (int)left);
                }
            }

            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private bool TrySpin()
    {
        if (_holder is Transaction { IsIdle: true } || Interlocked.CompareExchange(ref _isSpinning, 1, 0) != 0)
        {
            return false;
        }

        var began = Stopwatch.GetTimestamp();
        bool isTaken;
        do
        {
            Thread.SpinWait(SpinIterations);
            isTaken = Volatile.Read(ref _isTaken) == 0 && TryTake();
        }
        while (!isTaken && Stopwatch.GetElapsedTime(began).TotalMicroseconds < SpinMicroseconds);
        Interlocked.Exchange(ref _isSpinning, 0);
        return isTaken;
    }

    private void WakeAll()
    {
        lock (_turn)
        {
            Monitor.PulseAll(_turn);
        }
    }

    // Somebody waits while the gate is left.
    private void NoteTurn()
    {
        if (Stopwatch.GetElapsedTime(Volatile.Read(ref _taken)).TotalMicroseconds < ShortTurnMicroseconds || !Volatile.Read(ref _isIdleTurn))
        {
            _idleTurns = 0;
        }
        else if (++_idleTurns == ManyTurns)
        {
            _idleTurns = 0;
            Volatile.Write(ref _crowdedUntil, Environment.TickCount64 + CrowdedMilliseconds);
        }
    }

    private void Take(object owner)
    {
        Volatile.Write(ref _taken, Stopwatch.GetTimestamp());
        Volatile.Write(ref _isIdleTurn, false);
        _holder = owner;
        Entered?.Invoke();
    }

    // The gate may pass to another one meanwhile: each is asked in its turn.
    private void Wait(int lockTimeout, CancellationToken cancellation, Action? deadlocks)
    {
        if (_holder is Transaction { IsIdle: true })
        {
            Volatile.Write(ref _isIdleTurn, true);
        }

        using var registration = cancellation.UnsafeRegister(static gate => ((WriteGate)gate!).WakeAll(), this);
        var began = Stopwatch.GetTimestamp();
        var patience = lockTimeout == NoWait ? 0 : Patience;
        var asked = 0;
        try
        {
            while (!TryTake(patience, cancellation))
            {
                // Where short transactions follow one another the wait is for their number, and to move one would not shorten it.
                var held = (int)Stopwatch.GetElapsedTime(Volatile.Read(ref _taken)).TotalMilliseconds;
                if (asked == 0 && held < patience && Stopwatch.GetElapsedTime(began).TotalMilliseconds is var waited && waited < LongestPatience
                    && (lockTimeout == 0 || waited < lockTimeout))
                {
                    continue;
                }

                var leaves = _holder is Transaction holder && holder.LeaveGate();
                if (leaves && TryTake())
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
