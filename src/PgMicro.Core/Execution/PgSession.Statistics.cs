using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Execution.Statistics;

namespace PgMicro.Core.Execution;

/// <content>Rows that the running transaction has changed, for the statistics.</content>
public sealed partial class PgSession
{
    private Dictionary<uint, RowCounts>? _rowCounts;
    private bool _keepsVersions;

    /// <summary>Whether it is the database's own, and not a client's.</summary>
    internal bool IsAutovacuum { get; set; }

    /// <summary>When the transaction began whose snapshot the session keeps; null when it keeps none. Other sessions may ask.</summary>
    internal long? SnapshotTime =>
        _transaction is { HasSnapshot: true, IsolationLevel: >= Transactions.PgIsolationLevel.RepeatableRead } ? TransactionTimestamp : null;

    /// <summary>Rows of a table that the running transaction has changed; null for none.</summary>
    internal RowCounts? RowCountsOf(uint table) => _rowCounts?.GetValueOrDefault(table);

    /// <summary>The id of the running transaction, 0 when it has none; other sessions may ask.</summary>
    internal long RunningXid => _transaction?.AssignedXid ?? 0;

    /// <summary>The rows of a table that the running transaction has changed, as it sees them; null for one that is gone. Under the latch.</summary>
    internal Dictionary<long, Storage.SqliteCell[]?> ReadChanges(uint table) => _transaction?.ReadChanges(table) ?? [];

    /// <summary>A statement has changed rows.</summary>
    internal void CountRows(uint table, CommandType command, long count)
    {
        if (count == 0)
        {
            return;
        }

        _rowCounts ??= [];
        if (!_rowCounts.TryGetValue(table, out var counts))
        {
            _rowCounts.Add(table, counts = new RowCounts());
        }

        switch (command)
        {
            case CommandType.Insert:
                counts.Inserted += count;
                break;
            case CommandType.Update:
                counts.Updated += count;
                break;
            default:
                counts.Deleted += count;
                break;
        }
    }

    private void EndStatistics(bool committed)
    {
        Database.Statistics.Add(_rowCounts, committed);
        if (committed && _rowCounts is { Count: > 0 })
        {
            Database.Autovacuum?.NoteChanges();
        }

        _rowCounts?.Clear();
    }
}
