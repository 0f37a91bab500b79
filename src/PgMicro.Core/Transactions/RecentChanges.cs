using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Transactions;

/// <summary>
/// What has been committed lately, by row and key: for the transactions that look at the file as it was a while ago. Kept only
/// as long as there are such.
/// </summary>
internal sealed class RecentChanges
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(uint Table, long Rowid), RecentChange> _rows = [];
    private readonly Dictionary<LockTag, long> _keys = [];
    private int _watchers;

    /// <summary>Whether somebody wants to know.</summary>
    internal bool IsWatched => Volatile.Read(ref _watchers) > 0;

    /// <summary>A transaction begins to look at an old state.</summary>
    internal void Watch() => Interlocked.Increment(ref _watchers);

    /// <summary>It has ended.</summary>
    internal void Unwatch()
    {
        lock (_lock)
        {
            if (Interlocked.Decrement(ref _watchers) == 0)
            {
                _rows.Clear();
                _keys.Clear();
            }
        }
    }

    internal void Add(uint table, long rowid, RecentChange change)
    {
        lock (_lock)
        {
            var born = change.Kind == ChangeKind.Inserted ? change.Sequence : _rows.TryGetValue((table, rowid), out var before) ? before.Born : 0;
            _rows[(table, rowid)] = change with { Born = born };
        }
    }

    internal void AddKey(in LockTag key, long sequence)
    {
        lock (_lock)
        {
            _keys[key.IsExclusion ? LockTag.AnyExclusion(key.Object) : key] = sequence;
        }
    }

    /// <summary>What has become of a row since a commit.</summary>
    internal RecentChange? Find(uint table, long rowid, long since)
    {
        lock (_lock)
        {
            return _rows.TryGetValue((table, rowid), out var change) && change.Sequence > since ? change : null;
        }
    }

    /// <summary>Whether a key has been committed since a commit.</summary>
    internal bool HasKey(in LockTag key, long since)
    {
        lock (_lock)
        {
            return _keys.TryGetValue(key, out var sequence) && sequence > since;
        }
    }
}

/// <summary>A committed change of a row.</summary>
/// <param name="Sequence">Number of the commit.</param>
/// <param name="Kind">What became of it.</param>
/// <param name="MovedTo">Its new rowid, of a row that moved.</param>
internal readonly record struct RecentChange(long Sequence, ChangeKind Kind, long MovedTo)
{
    /// <summary>Number of the commit that has put a row there last; 0 if it has been there all along.</summary>
    internal long Born { get; init; }
}
