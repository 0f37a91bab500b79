using PgMicro.Core.Storage;

namespace PgMicro.Core.Transactions;

/// <summary>A transaction's snapshot that others may take as theirs, as long as the transaction runs (manual: "Snapshot Synchronization Functions").</summary>
/// <param name="id">Its name.</param>
/// <param name="pin">A connection whose read transaction keeps the state in place.</param>
/// <param name="state">The state of the file.</param>
internal sealed class ExportedSnapshot(string id, SqliteConnectionHandle pin, SqliteSnapshot state)
{
    private readonly Lock _lock = new();
    private bool _isOver;

    internal string Id => id;

    /// <summary>The session of the transaction.</summary>
    internal required int Pid { get; init; }

    /// <summary>Number of the last commit that it shows.</summary>
    internal required long Sequence { get; init; }

    /// <summary>Which transactions ran.</summary>
    internal required RunningTransactions Running { get; init; }

    /// <summary>Of a serializable transaction the last commit of another one that it shows; null when nothing of it need be noted.</summary>
    internal required long? SerializableSequence { get; init; }

    internal required PgIsolationLevel IsolationLevel { get; init; }

    internal required bool ReadOnly { get; init; }

    /// <summary>Begins a read transaction on it. False when the transaction that exported it is over.</summary>
    internal bool TryBegin(SqliteConnectionHandle connection)
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                connection.BeginSnapshot(state);
            }

            return !_isOver;
        }
    }

    /// <summary>The transaction ends: the connection that was kept for it, the first time.</summary>
    internal SqliteConnectionHandle? End()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return null;
            }

            _isOver = true;
            state.Dispose();
            pin.Rollback();
            return pin;
        }
    }
}
