namespace PgMicro.Core.Transactions.Locking;

/// <summary>
/// Who holds locks: a session, or a prepared transaction. Its thread alone takes and gives back; others read what it waits for and
/// move its fast-path locks, under the manager's mutex.
/// </summary>
internal sealed class LockOwner
{
    /// <summary>Weak locks on relations that it can hold without touching what is shared.</summary>
    internal const int FastSlots = 16;

    private const int ModeBits = 4;
    private const long TransferredFlag = 1;
    private const long WeakModes = (1 << ModeBits) - 1 - TransferredFlag;

    // Each: relation above the bits of its modes, and whether the shared table has taken it over. Written by exchange only.
    private readonly long[] _fast = new long[FastSlots];
    private int _usedFastSlots;

    internal LockOwner(int pid) => Pid = pid;

    internal int Pid { get; }

    /// <summary>Of a prepared transaction the session that prepared it; 0 when that was before the database was opened.</summary>
    internal int PreparedBy { get; init; }

    /// <summary>The running transaction's id; 0 if none is assigned.</summary>
    internal long Xid { get; set; }

    /// <summary>How many transactions it has begun: the second half of a virtual transaction id.</summary>
    internal int LocalXid { get; set; }

    /// <summary>Whether a transaction is running.</summary>
    internal bool IsInTransaction { get; set; }

    /// <summary>Called on its thread, outside the manager's mutex, before it really waits; the lock is tried once more after it.</summary>
    internal Action? BeforeWait { get; set; }

    /// <summary>
    /// Whom it waits for outside the lock table: the holder of the write gate. Asked under the manager's mutex by those who search
    /// for a deadlock: it must not wait, nor call the manager.
    /// </summary>
    internal Func<LockOwner?>? ExternalBlocker { get; set; }

    /// <summary>Whether it waits for a lock.</summary>
    internal bool IsWaiting => Wait is not null;

    /// <summary>What it waits for; meaningless when it does not wait.</summary>
    internal LockTag WaitingFor => Wait?.Entry.Tag ?? default;

    /// <summary>Its wait. Written under the manager's mutex.</summary>
    internal volatile LockWaiter? Wait;

    /// <summary>What the transaction holds, in the order in which it was taken.</summary>
    internal List<HeldLock> Held { get; } = [];

    /// <summary>How many of those are in the shared table.</summary>
    internal int SharedHeld { get; set; }

    /// <summary>How many row and key locks it holds.</summary>
    internal int RowLocks { get; set; }

    /// <summary>Advisory locks of the session, with how often each was taken.</summary>
    internal Dictionary<(LockTag Tag, int Mode), int>? SessionLocks { get; set; }

    /// <summary>Those who wait for its end, although what they wait for is free: see <see cref="LockWaiter.Until"/>. Guarded by the manager's mutex.</summary>
    internal List<LockWaiter>? WaitersForEnd { get; set; }

    /// <summary>What is held now, for <see cref="LockManager.ReleaseTo"/>.</summary>
    internal int Mark() => Held.Count;

    /// <summary>Puts locks that were taken for levels of savepoints, level by level, where they belong.</summary>
    /// <param name="marks">Where the levels but the first began.</param>
    /// <param name="before">How many locks there were before.</param>
    /// <param name="ends">Where the new locks of each level end.</param>
    /// <returns>Where the levels but the first begin.</returns>
    internal int[] Arrange(int[] marks, int before, int[] ends)
    {
        var all = Held.ToArray();
        var begins = new int[marks.Length];
        var next = 0;
        for (var level = 0; level < ends.Length; level++)
        {
            if (level > 0)
            {
                begins[level - 1] = next;
            }

            Take(level == 0 ? 0 : marks[level - 1], level < marks.Length ? marks[level] : before);
            Take(level == 0 ? before : ends[level - 1], ends[level]);
        }

        return begins;

        void Take(int from, int to)
        {
            for (; from < to; from++)
            {
                Held[next++] = all[from];
            }
        }
    }

    /// <summary>What has been taken since a mark stays until the transaction's end, whatever savepoints are rolled back.</summary>
    internal void KeepSince(int mark)
    {
        for (; mark < Held.Count; mark++)
        {
            Held[mark] = Held[mark] with { IsKept = true };
        }
    }

    /// <summary>The savepoint in which all since a mark was taken has been released into the transaction around it.</summary>
    internal void MergeSince(int mark)
    {
        for (; mark < Held.Count; mark++)
        {
            if (Held[mark] is { Entry.Tag.Kind: LockKind.Row or LockKind.Key, IsMerged: false } held)
            {
                Held[mark] = held with { IsMerged = true };
            }
        }
    }

    /// <summary>Whether the transaction's own list says that it holds a weak mode.</summary>
    internal bool HoldsFast(uint relation, int mode)
    {
        var slot = FindFast(relation);
        return slot >= 0 && (_fast[slot] & FastMode(mode)) != 0;
    }

    /// <summary>Notes a weak mode; a full memory barrier follows. False when there is no place, or the shared table has the relation's locks.</summary>
    internal bool TryAddFast(uint relation, int mode)
    {
        var slot = FindFast(relation);
        if (slot >= 0)
        {
            var old = _fast[slot];
            return (old & TransferredFlag) == 0 && Interlocked.CompareExchange(ref _fast[slot], old | FastMode(mode), old) == old;
        }

        slot = 0;
        while (slot < _usedFastSlots && _fast[slot] != 0)
        {
            slot++;
        }

        if (slot == FastSlots)
        {
            return false;
        }

        Interlocked.Exchange(ref _fast[slot], ((long)relation << ModeBits) | FastMode(mode));
        _usedFastSlots = Math.Max(_usedFastSlots, slot + 1);
        return true;
    }

    /// <summary>Takes a weak mode out of the list. False when the shared table has it.</summary>
    internal bool TryRemoveFast(uint relation, int mode)
    {
        var slot = FindFast(relation);
        while (slot >= 0)
        {
            var old = _fast[slot];
            var left = old & ~FastMode(mode);
            if (Interlocked.CompareExchange(ref _fast[slot], (left & WeakModes) == 0 ? 0 : left, old) == old)
            {
                return (old & TransferredFlag) == 0;
            }
        }

        return false;
    }

    /// <summary>Empties the list. What of it the shared table has taken over is added to <paramref name="transferred"/>.</summary>
    internal void ClearFast(ref List<(uint Relation, int Modes)>? transferred)
    {
        for (var slot = 0; slot < _usedFastSlots; slot++)
        {
            if (_fast[slot] != 0 && Interlocked.Exchange(ref _fast[slot], 0) is var value && (value & TransferredFlag) != 0)
            {
                (transferred ??= []).Add(((uint)(value >> ModeBits), (int)(value & WeakModes)));
            }
        }

        _usedFastSlots = 0;
    }

    /// <summary>Takes the modes of a relation over into the shared table; called by others under the manager's mutex. A mask of modes.</summary>
    internal int TransferFast(uint relation)
    {
        for (var slot = 0; slot < FastSlots; slot++)
        {
            while (true)
            {
                var old = Volatile.Read(ref _fast[slot]);
                if (old >> ModeBits != relation || old == 0 || (old & TransferredFlag) != 0)
                {
                    break;
                }

                if (Interlocked.CompareExchange(ref _fast[slot], old | TransferredFlag, old) == old)
                {
                    return (int)(old & WeakModes);
                }
            }
        }

        return 0;
    }

    /// <summary>Relations and masks of modes in the list, for pg_locks.</summary>
    internal IEnumerable<(uint Relation, int Modes)> FastLocks()
    {
        for (var slot = 0; slot < FastSlots; slot++)
        {
            var value = Volatile.Read(ref _fast[slot]);
            if (value != 0 && (value & TransferredFlag) == 0)
            {
                yield return ((uint)(value >> ModeBits), (int)(value & WeakModes));
            }
        }
    }

    // Bits 1 to 3 of a slot are the modes AccessShare, RowShare and RowExclusive, at the places that they have in every mask.
    private static long FastMode(int mode) => 1L << mode;

    private int FindFast(uint relation)
    {
        for (var slot = 0; slot < _usedFastSlots; slot++)
        {
            if (_fast[slot] >> ModeBits == relation)
            {
                return slot;
            }
        }

        return -1;
    }

    /// <summary>One mode of one lock that the transaction holds.</summary>
    /// <param name="Entry">In the shared table; null when it was taken by the fast path.</param>
    /// <param name="Relation">The relation of a fast-path lock.</param>
    /// <param name="Mode">The mode.</param>
    internal readonly record struct HeldLock(LockEntry? Entry, uint Relation, int Mode)
    {
        /// <summary>Whether it survives ROLLBACK TO SAVEPOINT.</summary>
        internal bool IsKept { get; init; }

        /// <summary>Whether it was taken in a savepoint that has been released.</summary>
        internal bool IsMerged { get; init; }
    }
}
