using PgMicro.Core.Errors;

namespace PgMicro.Core.Transactions.Locking;

/// <content>The shared table: granting, queueing, waiting.</content>
internal sealed partial class LockManager
{
    private LockOutcome AcquireShared(LockOwner owner, in LockTag tag, int mode, in LockPatience patience, bool forSession)
    {
        var isStrong = tag.Kind == LockKind.Relation && LockConflicts.IsStrong(mode);
        if (isStrong)
        {
            Interlocked.Increment(ref StrongLocks(tag.Object));
        }

        var isNew = false;
        try
        {
            lock (_mutex)
            {
                if (isStrong)
                {
                    TransferAll(tag.Object);
                }

                var entry = FindOrAdd(tag);
                if (IsHeld(owner, entry, mode, forSession))
                {
                    return LockOutcome.Granted;
                }

                if (TryGrant(owner, entry, mode, forSession))
                {
                    isNew = true;
                    return LockOutcome.Granted;
                }

                RemoveIfUnused(entry);
            }

            if (patience.DontWait)
            {
                return LockOutcome.NotAvailable;
            }

            owner.BeforeWait?.Invoke();
            Wait(owner, tag, mode, patience, forSession);
            isNew = true;
            return LockOutcome.GrantedAfterWait;
        }
        finally
        {
            if (isStrong && !isNew)
            {
                Interlocked.Decrement(ref StrongLocks(tag.Object));
            }
        }
    }

    // Whether there is nothing to take. A hold of the session is counted; one of the transaction is one, however often it is asked for.
    private static bool IsHeld(LockOwner owner, LockEntry entry, int mode, bool forSession)
    {
        var index = entry.IndexOf(owner);
        if (index < 0)
        {
            return false;
        }

        ref var holding = ref entry.HolderAt(index);
        if (!forSession)
        {
            return (holding.TransactionModes & (1 << mode)) != 0;
        }

        if ((holding.SessionModes & (1 << mode)) == 0)
        {
            return false;
        }

        owner.SessionLocks![(entry.Tag, mode)]++;
        return true;
    }

    private bool TryGrant(LockOwner owner, LockEntry entry, int mode, bool forSession)
    {
        if ((entry.ModesOf(owner) & (1 << mode)) == 0)
        {
            var conflicts = LockConflicts.Of(entry.Tag.Kind, mode);
            if (entry.FindHolder(owner, conflicts) is not null)
            {
                return false;
            }

            // A row that is locked in a mode that allows this one is had without queueing.
            if (entry.HasWaiters && entry.Tag.Kind != LockKind.Row && !IsFreeKey(entry) && (conflicts & entry.WaitedModes()) != 0
                && PlaceInQueue(owner, entry, mode, out var passes) >= 0 && !passes)
            {
                return false;
            }
        }

        Add(owner, entry, mode, forSession);
        return true;
    }

    // Those who wait for a key that is free wait for a transaction, not for the key: it is had by who comes first.
    private static bool IsFreeKey(LockEntry entry) => entry.Tag.Kind == LockKind.Key && entry.HolderCount == 0 && entry.Waiters!.TrueForAll(static w => w.Until is not null);

    // At the end; but who holds a lock that a waiter waits for goes before that waiter, and need not wait if those before do not mind.
    private static int PlaceInQueue(LockOwner owner, LockEntry entry, int mode, out bool passes)
    {
        passes = false;
        var own = entry.ModesOf(owner);
        var waiters = entry.Waiters;
        if (own == 0 || waiters is null)
        {
            return waiters?.Count ?? 0;
        }

        var conflicts = LockConflicts.Of(entry.Tag.Kind, mode);
        var ahead = 0;
        for (var i = 0; i < waiters.Count; i++)
        {
            if ((waiters[i].Conflicts & own) != 0)
            {
                if ((entry.ModesOf(waiters[i].Owner) & conflicts) != 0)
                {
                    // Each must wait for the other, which the search for deadlocks is about to find.
                    return waiters.Count;
                }

                passes = (conflicts & ahead) == 0 && entry.FindHolder(owner, conflicts) is null;
                return i;
            }

            ahead |= 1 << waiters[i].Mode;
        }

        return waiters.Count;
    }

    private void Wait(LockOwner owner, in LockTag tag, int mode, in LockPatience patience, bool forSession)
    {
        LockWaiter waiter;
        lock (_mutex)
        {
            var entry = FindOrAdd(tag);
            if (TryGrant(owner, entry, mode, forSession))
            {
                return;
            }

            waiter = new LockWaiter(owner, entry, mode, forSession);
            entry.Enqueue(PlaceInQueue(owner, entry, mode, out _), waiter);
            owner.Wait = waiter;
            if (ResolveDeadlock(owner) is { } deadlock)
            {
                Dequeue(waiter);
                waiter.Dispose();
                throw deadlock;
            }
        }

        var isCancelled = false;
        using (waiter)
        {
            WaitBegun?.Invoke(owner);
            try
            {
                waiter.Wait(patience.TimeoutMilliseconds, patience.Cancellation);
            }
            catch (OperationCanceledException)
            {
                isCancelled = true;
            }

            lock (_mutex)
            {
                if (waiter.IsGranted)
                {
                    return;
                }

                Dequeue(waiter);
            }
        }

        throw isCancelled
            ? new PgException(SqlState.QueryCanceled, "canceling statement due to user request")
            : new PgException(SqlState.LockNotAvailable, "canceling statement due to lock timeout");
    }

    // Those who wait for a lock of a released savepoint go on waiting when that goes: they wait for the transaction. Who queues behind another for a row waits for that one.
    private static void HoldWaiters(LockOwner owner, LockEntry entry, int mode)
    {
        if (entry.Waiters is not { Count: > 0 } waiters)
        {
            return;
        }

        foreach (var waiter in waiters)
        {
            if (waiter.Until is null && (waiter.Conflicts & (1 << mode)) != 0 && !IsQueuedForRow(waiter))
            {
                waiter.Until = owner;
                (owner.WaitersForEnd ??= []).Add(waiter);
            }
        }
    }

    private void ReleaseWaiters(LockOwner owner)
    {
        foreach (var waiter in owner.WaitersForEnd!)
        {
            waiter.Until = null;
            Wake(waiter.Entry);
        }

        owner.WaitersForEnd.Clear();
    }

    // Gives a wait up; those behind may go on.
    private void Dequeue(LockWaiter waiter)
    {
        waiter.Until?.WaitersForEnd!.Remove(waiter);
        waiter.Owner.Wait = null;
        waiter.Entry.Waiters!.Remove(waiter);
        Wake(waiter.Entry);
        RemoveIfUnused(waiter.Entry);
    }

    // Lets all go on who need not wait any more, in order: none passes one that it would exclude.
    private void Wake(LockEntry entry)
    {
        var waiters = entry.Waiters!;
        var ahead = 0;
        for (var i = 0; i < waiters.Count;)
        {
            var waiter = waiters[i];
            if (waiter.Until is null && (waiter.Conflicts & ahead) == 0 && entry.FindHolder(waiter.Owner, waiter.Conflicts) is null)
            {
                waiters.RemoveAt(i);
                waiter.Owner.Wait = null;
                Add(waiter.Owner, entry, waiter.Mode, waiter.ForSession);
                waiter.Grant();
            }
            else
            {
                ahead |= 1 << waiter.Mode;
                i++;
            }
        }
    }
}
