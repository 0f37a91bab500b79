using System.Runtime.InteropServices;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Transactions.Locking;

/// <summary>
/// The locks of one database: relations, rows, keys of unique indexes and advisory ones, with PostgreSQL's conflicts, queues,
/// deadlock search and messages (manual: "Explicit Locking").
/// </summary>
/// <param name="database">The database's oid, for messages.</param>
internal sealed partial class LockManager(Func<uint> database)
{
    private readonly Lock _mutex = new();
    private readonly Dictionary<LockTag, LockEntry> _entries = [];
    private readonly Dictionary<uint, HashSet<LockEntry>> _exclusions = [];
    private LockOwner[] _owners = [];

    // How many owners have row or key locks.
    private int _rowOwners;

    /// <summary>Told, on its own thread and outside the mutex, of an owner that has begun to wait.</summary>
    internal event Action<LockOwner>? WaitBegun;

    /// <summary>Makes a session known.</summary>
    internal LockOwner Register(int pid)
    {
        var owner = new LockOwner(pid);
        Register(owner);
        return owner;
    }

    /// <summary>Makes an owner known: others find its fast-path locks and its wait.</summary>
    internal void Register(LockOwner owner)
    {
        lock (_mutex)
        {
            _owners = [.. _owners, owner];
        }
    }

    /// <summary>Takes a lock for the transaction; no more is noted when the transaction holds the mode.</summary>
    /// <exception cref="PgException">55P03 after the patience's time, 57014 when cancelled, 40P01 when the wait would close a circle.</exception>
    internal LockOutcome Acquire(LockOwner owner, in LockTag tag, int mode, in LockPatience patience)
    {
        if (tag.Kind == LockKind.Relation)
        {
            return AcquireRelation(owner, tag.Object, mode, patience);
        }

        return AcquireShared(owner, tag, mode, patience, forSession: false);
    }

    /// <summary>Takes an advisory lock for the session, which counts how often it has.</summary>
    /// <exception cref="PgException">55P03, 57014, 40P01.</exception>
    internal LockOutcome AcquireForSession(LockOwner owner, in LockTag tag, int mode, in LockPatience patience) =>
        AcquireShared(owner, tag, mode, patience, forSession: true);

    /// <summary>Gives one hold of a session's advisory lock back; false when it has none.</summary>
    internal bool ReleaseForSession(LockOwner owner, in LockTag tag, int mode)
    {
        if (owner.SessionLocks is not { } locks || !locks.TryGetValue((tag, mode), out var count))
        {
            return false;
        }

        if (count > 1)
        {
            locks[(tag, mode)] = count - 1;
            return true;
        }

        locks.Remove((tag, mode));
        lock (_mutex)
        {
            Remove(owner, _entries[tag], mode, forSession: true);
        }

        return true;
    }

    /// <summary>pg_advisory_unlock_all.</summary>
    internal void ReleaseAllForSession(LockOwner owner)
    {
        if (owner.SessionLocks is not { Count: > 0 } locks)
        {
            return;
        }

        lock (_mutex)
        {
            foreach (var (tag, mode) in locks.Keys)
            {
                Remove(owner, _entries[tag], mode, forSession: true);
            }
        }

        locks.Clear();
    }

    /// <summary>Whether anybody else holds row or key locks.</summary>
    internal bool HasOthers(LockOwner owner) => Volatile.Read(ref _rowOwners) > (owner.RowLocks > 0 ? 1 : 0);

    /// <summary>Whether somebody else holds what excludes a mode.</summary>
    internal bool IsHeldByOther(LockOwner owner, in LockTag tag, int mode)
    {
        if (tag.Kind is LockKind.Row or LockKind.Key && !HasOthers(owner))
        {
            return false;
        }

        lock (_mutex)
        {
            return _entries.TryGetValue(tag, out var entry) && entry.FindHolder(owner, LockConflicts.Of(tag.Kind, mode)) is not null;
        }
    }

    /// <summary>The other owner that keeps a lock from being had at once; null when none does.</summary>
    internal LockOwner? FindHolder(LockOwner owner, in LockTag tag, int mode)
    {
        lock (_mutex)
        {
            return _entries.TryGetValue(tag, out var entry) ? entry.FindHolder(owner, LockConflicts.Of(tag.Kind, mode)) : null;
        }
    }

    /// <summary>The keys of an exclusion constraint that others hold.</summary>
    internal List<LockTag> ExclusionKeysOfOthers(LockOwner owner, uint index)
    {
        var keys = new List<LockTag>();
        lock (_mutex)
        {
            if (_exclusions.TryGetValue(index, out var entries))
            {
                foreach (var entry in entries)
                {
                    if (entry.FindHolder(owner, -1) is not null)
                    {
                        keys.Add(entry.Tag);
                    }
                }
            }
        }

        return keys;
    }

    /// <summary>ROLLBACK TO SAVEPOINT: gives back what was taken since <see cref="LockOwner.Mark"/> gave a mark.</summary>
    internal void ReleaseTo(LockOwner owner, int mark)
    {
        var held = owner.Held;
        if (held.Count <= mark)
        {
            return;
        }

        var kept = 0;
        lock (_mutex)
        {
            for (var i = held.Count - 1; i >= mark; i--)
            {
                var (entry, relation, mode) = held[i];
                if (held[i].IsKept)
                {
                    kept++;
                }
                else if (entry is not null)
                {
                    if (held[i].IsMerged)
                    {
                        HoldWaiters(owner, entry, mode);
                    }

                    owner.SharedHeld--;
                    Remove(owner, entry, mode, forSession: false);
                }
                else if (!owner.TryRemoveFast(relation, mode))
                {
                    Remove(owner, _entries[LockTag.Relation(relation)], mode, forSession: false);
                }
            }
        }

        if (kept > 0)
        {
            var last = mark;
            for (var i = mark; i < held.Count; i++)
            {
                if (held[i].IsKept)
                {
                    held[last++] = held[i];
                }
            }
        }

        held.RemoveRange(mark + kept, held.Count - mark - kept);
    }

    /// <summary>The transaction's end: gives back all but the session's advisory locks.</summary>
    internal void ReleaseTransaction(LockOwner owner)
    {
        owner.Xid = 0;
        owner.IsInTransaction = false;
        if (owner.WaitersForEnd is { Count: > 0 })
        {
            lock (_mutex)
            {
                ReleaseWaiters(owner);
            }
        }

        if (owner.Held.Count == 0)
        {
            return;
        }

        List<(uint Relation, int Modes)>? transferred = null;
        owner.ClearFast(ref transferred);
        if (owner.SharedHeld > 0 || transferred is not null)
        {
            lock (_mutex)
            {
                ReleaseShared(owner, transferred);
            }
        }

        owner.Held.Clear();
    }

    /// <summary>The ids of the running transactions, prepared ones included.</summary>
    internal long[] RunningXids()
    {
        lock (_mutex)
        {
            return [.. _owners.Select(static o => o.Xid).Where(static x => x != 0)];
        }
    }

    /// <summary>What the transaction holds.</summary>
    internal List<(LockTag Tag, int Mode)> HeldBy(LockOwner owner)
    {
        lock (_mutex)
        {
            return [.. owner.Held.Select(static h => (h.Entry?.Tag ?? LockTag.Relation(h.Relation), h.Mode))];
        }
    }

    /// <summary>Whether a lock is held both by the session and by its transaction.</summary>
    internal bool HoldsTwice(LockOwner owner)
    {
        lock (_mutex)
        {
            return owner.SessionLocks is { Count: > 0 } session
                && owner.Held.Exists(h => h.Entry is { } entry && session.Keys.Any(k => k.Tag == entry.Tag));
        }
    }

    /// <summary>Gives a prepared transaction of the file its locks again, whoever holds them.</summary>
    internal void Restore(LockOwner owner, in LockTag tag, int mode)
    {
        lock (_mutex)
        {
            if (tag.Kind == LockKind.Relation && LockConflicts.IsStrong(mode))
            {
                Interlocked.Increment(ref StrongLocks(tag.Object));
                TransferAll(tag.Object);
            }

            Add(owner, FindOrAdd(tag), mode, forSession: false);
        }
    }

    /// <summary>PREPARE TRANSACTION: what the transaction holds is another owner's from now on. Neither waits.</summary>
    internal void HandOver(LockOwner owner, LockOwner heir)
    {
        lock (_mutex)
        {
            foreach (var (relation, _) in owner.FastLocks().ToArray())
            {
                Transfer(owner, relation);
            }

            foreach (var (entry, relation, mode) in owner.Held)
            {
                var shared = entry ?? _entries[LockTag.Relation(relation)];
                ref var from = ref shared.HoldingOf(owner);
                from.TransactionModes &= ~(1 << mode);
                if (from.Modes == 0)
                {
                    shared.RemoveHolder(shared.IndexOf(owner));
                }

                shared.HoldingOf(heir).TransactionModes |= 1 << mode;
                heir.Held.Add(new LockOwner.HeldLock(shared, 0, mode));
                heir.SharedHeld++;
            }

            (heir.Xid, heir.RowLocks, owner.RowLocks) = (owner.Xid, owner.RowLocks, 0);
            (heir.WaitersForEnd, owner.WaitersForEnd) = (owner.WaitersForEnd, null);
            heir.WaitersForEnd?.ForEach(w => w.Until = heir);
        }

        List<(uint Relation, int Modes)>? transferred = null;
        owner.ClearFast(ref transferred);
        owner.Held.Clear();
        owner.SharedHeld = 0;
        owner.Xid = 0;
    }

    /// <summary>The session's end.</summary>
    internal void ReleaseSession(LockOwner owner)
    {
        ReleaseTransaction(owner);
        ReleaseAllForSession(owner);
        lock (_mutex)
        {
            _owners = Array.FindAll(_owners, o => !ReferenceEquals(o, owner));
        }
    }

    private void ReleaseShared(LockOwner owner, List<(uint Relation, int Modes)>? transferred)
    {
        foreach (var (relation, modes) in transferred ?? [])
        {
            var entry = _entries[LockTag.Relation(relation)];
            for (var mode = (int)LockMode.AccessShare; mode <= (int)LockMode.RowExclusive; mode++)
            {
                if ((modes & (1 << mode)) != 0)
                {
                    Remove(owner, entry, mode, forSession: false);
                }
            }
        }

        foreach (var (entry, _, mode) in owner.Held)
        {
            if (entry is not null)
            {
                Remove(owner, entry, mode, forSession: false);
            }
        }

        owner.SharedHeld = 0;
    }

    private LockEntry FindOrAdd(in LockTag tag)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, tag, out _);
        if (entry is null)
        {
            entry = new LockEntry(tag);
            if (tag.IsExclusion)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(_exclusions, tag.Object, out _) ??= []).Add(entry);
            }
        }

        return entry;
    }

    private void RemoveIfUnused(LockEntry entry)
    {
        if (entry.HolderCount == 0 && !entry.HasWaiters)
        {
            _entries.Remove(entry.Tag);
            if (entry.Tag.IsExclusion && _exclusions[entry.Tag.Object] is var entries && entries.Remove(entry) && entries.Count == 0)
            {
                _exclusions.Remove(entry.Tag.Object);
            }
        }
    }

    private void Add(LockOwner owner, LockEntry entry, int mode, bool forSession)
    {
        ref var holding = ref entry.HoldingOf(owner);
        if (forSession)
        {
            holding.SessionModes |= 1 << mode;
            (owner.SessionLocks ??= [])[(entry.Tag, mode)] = 1;
            return;
        }

        holding.TransactionModes |= 1 << mode;
        owner.Held.Add(new LockOwner.HeldLock(entry, 0, mode));
        owner.SharedHeld++;
        if (entry.Tag.Kind is LockKind.Row or LockKind.Key && owner.RowLocks++ == 0)
        {
            Volatile.Write(ref _rowOwners, _rowOwners + 1);
        }
    }

    // Takes one mode away and lets those go on who waited for that.
    private void Remove(LockOwner owner, LockEntry entry, int mode, bool forSession)
    {
        var index = entry.IndexOf(owner);
        ref var holding = ref entry.HolderAt(index);
        if (forSession)
        {
            holding.SessionModes &= ~(1 << mode);
        }
        else
        {
            holding.TransactionModes &= ~(1 << mode);
            if (entry.Tag.Kind is LockKind.Row or LockKind.Key && --owner.RowLocks == 0)
            {
                Volatile.Write(ref _rowOwners, _rowOwners - 1);
            }
        }

        if (holding.Modes == 0)
        {
            entry.RemoveHolder(index);
        }

        if (entry.Tag.Kind == LockKind.Relation && LockConflicts.IsStrong(mode))
        {
            Interlocked.Decrement(ref StrongLocks(entry.Tag.Object));
        }

        if (entry.HasWaiters)
        {
            Wake(entry);
        }

        RemoveIfUnused(entry);
    }
}
