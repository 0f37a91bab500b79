namespace PgMicro.Core.Transactions;

/// <summary>
/// Which rows a transaction has moved or deleted, for its cursors: where PostgreSQL follows a row from version to version, a rowid may be
/// another row's by now.
/// </summary>
internal sealed class RowFates
{
    private readonly List<(uint Table, long Rowid)> _order = [];
    private readonly Dictionary<(uint Table, long Rowid), List<Fate>> _fates = [];
    private long? _moving;

    /// <summary>How much has been noted.</summary>
    internal int Mark => _order.Count;

    /// <summary>A row has been changed.</summary>
    internal void Note(uint table, long rowid, ChangeKind kind)
    {
        if (kind == ChangeKind.Moved)
        {
            _moving = rowid;
        }
        else if (kind is ChangeKind.Deleted or ChangeKind.Left)
        {
            Add(table, rowid, null);
        }
        else if (_moving is { } before)
        {
            _moving = null;
            Add(table, before, rowid);
        }
    }

    /// <summary>ROLLBACK of what has been noted since a mark.</summary>
    internal void UndoTo(int mark)
    {
        for (var i = _order.Count - 1; i >= mark; i--)
        {
            var fates = _fates[_order[i]];
            fates.RemoveAt(fates.Count - 1);
        }

        _order.RemoveRange(mark, _order.Count - mark);
    }

    /// <summary>Where a row is that had a rowid at a mark; null when it is gone.</summary>
    internal long? Find(uint table, long rowid, int mark)
    {
        while (_fates.TryGetValue((table, rowid), out var fates) && fates.FindIndex(f => f.At >= mark) is var index and >= 0)
        {
            if (fates[index].MovedTo is not { } next)
            {
                return null;
            }

            (rowid, mark) = (next, fates[index].At + 1);
        }

        return rowid;
    }

    private void Add(uint table, long rowid, long? movedTo)
    {
        if (!_fates.TryGetValue((table, rowid), out var fates))
        {
            _fates.Add((table, rowid), fates = []);
        }

        fates.Add(new Fate(_order.Count, movedTo));
        _order.Add((table, rowid));
    }

    private readonly record struct Fate(int At, long? MovedTo);
}
