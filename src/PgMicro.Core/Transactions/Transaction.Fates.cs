namespace PgMicro.Core.Transactions;

/// <content>Rows as cursors know them, whatever rowid they have meanwhile.</content>
internal sealed partial class Transaction
{
    private RowFates? _fates;

    /// <summary>A point in time, to find rows from.</summary>
    internal RowMark RowMark => new(_fates?.Mark ?? 0, _inBranch || IsolationLevel >= PgIsolationLevel.RepeatableRead ? SnapshotSequence : _manager.CommitSequence);

    /// <summary>From now on until its end, it is noted where rows go.</summary>
    internal void FollowRows()
    {
        _fates ??= new RowFates();
        Watch();
    }

    /// <summary>Where a row is that had a rowid at a mark; null when this transaction has deleted it.</summary>
    internal long? FindRow(uint table, long rowid, RowMark mark)
    {
        // An old snapshot has the row where it was.
        var since = IsolationLevel < PgIsolationLevel.RepeatableRead ? mark.Sequence : long.MaxValue;
        while (_manager.Recent.Find(table, rowid, since) is { Kind: ChangeKind.Moved } change)
        {
            (rowid, since) = (change.MovedTo, change.Sequence);
        }

        return _fates is { } fates ? fates.Find(table, rowid, mark.Fates) : rowid;
    }
}

/// <summary>A point in time of a transaction.</summary>
/// <param name="Fates">How many rows it had moved or deleted.</param>
/// <param name="Sequence">Number of the last commit that it saw.</param>
internal readonly record struct RowMark(int Fates, long Sequence);
