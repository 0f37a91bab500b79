using System.Runtime.InteropServices;

namespace PgMicro.Core.Transactions.Locking;

/// <summary>One locked thing: who holds it and who waits, in order. Guarded by the manager's mutex.</summary>
internal sealed class LockEntry(LockTag tag)
{
    // Nearly every lock has one holder.
    private Holding _first;
    private List<Holding>? _more;

    internal LockTag Tag { get; } = tag;

    internal int HolderCount => _first.Owner is null ? 0 : 1 + (_more?.Count ?? 0);

    /// <summary>The queue; null when nobody has waited yet.</summary>
    internal List<LockWaiter>? Waiters { get; private set; }

    internal bool HasWaiters => Waiters is { Count: > 0 };

    internal ref Holding HolderAt(int index)
    {
        if (index == 0)
        {
            return ref _first;
        }

        return ref CollectionsMarshal.AsSpan(_more)[index - 1];
    }

    /// <summary>The modes that an owner holds.</summary>
    internal int ModesOf(LockOwner owner)
    {
        var index = IndexOf(owner);
        return index < 0 ? 0 : HolderAt(index).Modes;
    }

    /// <summary>What an owner holds; added if it holds nothing.</summary>
    internal ref Holding HoldingOf(LockOwner owner)
    {
        var index = IndexOf(owner);
        if (index >= 0)
        {
            return ref HolderAt(index);
        }

        if (_first.Owner is null)
        {
            _first = new Holding { Owner = owner };
            return ref _first;
        }

        (_more ??= []).Add(new Holding { Owner = owner });
        return ref HolderAt(_more.Count);
    }

    internal int IndexOf(LockOwner owner)
    {
        for (var i = 0; i < HolderCount; i++)
        {
            if (ReferenceEquals(HolderAt(i).Owner, owner))
            {
                return i;
            }
        }

        return -1;
    }

    internal void RemoveHolder(int index)
    {
        if (index > 0)
        {
            _more!.RemoveAt(index - 1);
        }
        else if (_more is { Count: > 0 })
        {
            _first = _more[0];
            _more.RemoveAt(0);
        }
        else
        {
            _first = default;
        }
    }

    /// <summary>The first holder other than an owner of a mode in a mask.</summary>
    internal LockOwner? FindHolder(LockOwner? except, int modes)
    {
        for (var i = 0; i < HolderCount; i++)
        {
            ref var holder = ref HolderAt(i);
            if ((holder.Modes & modes) != 0 && !ReferenceEquals(holder.Owner, except))
            {
                return holder.Owner;
            }
        }

        return null;
    }

    /// <summary>The modes that somebody waits for.</summary>
    internal int WaitedModes()
    {
        var modes = 0;
        if (Waiters is not null)
        {
            foreach (var waiter in Waiters)
            {
                modes |= 1 << waiter.Mode;
            }
        }

        return modes;
    }

    internal void Enqueue(int index, LockWaiter waiter) => (Waiters ??= []).Insert(index, waiter);

    /// <summary>
    /// Of those who wait for a row, the one that is next: it waits for a transaction, the others for it. Who holds a lock on the row
    /// already does not queue.
    /// </summary>
    internal LockWaiter? HeadOfRowQueue() => Tag.Kind == LockKind.Row ? Waiters?.Find(w => ModesOf(w.Owner) == 0) : null;

    /// <summary>What one owner holds, for its transaction and for its session.</summary>
    internal struct Holding
    {
        internal LockOwner? Owner;
        internal int TransactionModes;
        internal int SessionModes;

        internal readonly int Modes => TransactionModes | SessionModes;
    }
}
