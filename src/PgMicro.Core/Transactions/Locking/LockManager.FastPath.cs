namespace PgMicro.Core.Transactions.Locking;

/// <content>
/// Relation locks. Modes that do not exclude each other are kept in their owner's own list while nobody holds or wants a mode that
/// excludes one of them; who wants such a mode says so first and then moves all lists' locks of the relation to the shared table.
/// Both sides write before they read, with a full barrier between, so that one of them at least sees the other.
/// </content>
internal sealed partial class LockManager
{
    private const int StrongPartitions = 256;

    private readonly int[] _strong = new int[StrongPartitions];

    /// <summary>Takes a relation lock that conflicts with no other weak one; the way of most statements.</summary>
    internal LockOutcome AcquireRelation(LockOwner owner, uint relation, int mode, in LockPatience patience)
    {
        if (LockConflicts.IsWeak(mode))
        {
            if (owner.HoldsFast(relation, mode))
            {
                return LockOutcome.Granted;
            }

            ref var strong = ref StrongLocks(relation);
            if (Volatile.Read(ref strong) == 0 && owner.TryAddFast(relation, mode))
            {
                if (Volatile.Read(ref strong) == 0)
                {
                    owner.Held.Add(new LockOwner.HeldLock(null, relation, mode));
                    return LockOutcome.Granted;
                }

                lock (_mutex)
                {
                    if (!owner.TryRemoveFast(relation, mode))
                    {
                        // Who wants the strong mode has found ours already and waits for it.
                        owner.Held.Add(new LockOwner.HeldLock(_entries[LockTag.Relation(relation)], 0, mode));
                        owner.SharedHeld++;
                        return LockOutcome.Granted;
                    }
                }
            }
        }

        return AcquireShared(owner, LockTag.Relation(relation), mode, patience, forSession: false);
    }

    /// <summary>Whether somebody has, or wants, a mode of a relation that excludes some weak one. It may be of another relation.</summary>
    internal bool IsStronglyLocked(uint relation) => Volatile.Read(ref StrongLocks(relation)) != 0;

    private ref int StrongLocks(uint relation) => ref _strong[relation % StrongPartitions];

    private void TransferAll(uint relation)
    {
        foreach (var owner in _owners)
        {
            Transfer(owner, relation);
        }
    }

    private void Transfer(LockOwner owner, uint relation)
    {
        var modes = owner.TransferFast(relation);
        if (modes != 0)
        {
            FindOrAdd(LockTag.Relation(relation)).HoldingOf(owner).TransactionModes |= modes;
        }
    }
}
