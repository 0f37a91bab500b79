using PgMicro.Core.Transactions.Serializable;

namespace PgMicro.Core.Transactions;

/// <content>SERIALIZABLE: what the transaction reads and writes is noted.</content>
internal sealed partial class Transaction
{
    private SerializableTransaction? _predicates;

    /// <summary>Whether its reads must be noted.</summary>
    internal bool NotesReads => _predicates is not null;

    /// <summary>A statement reads all rows of a table.</summary>
    /// <exception cref="Errors.PgException">40001.</exception>
    internal void NoteRead(uint table)
    {
        if (Noting() is { } mine)
        {
            _manager.Serializable.ReadRelation(mine, table);
        }
    }

    /// <summary>A statement reads the row of a key; <paramref name="index"/> is 0 when no index led to it.</summary>
    /// <exception cref="Errors.PgException">40001.</exception>
    internal void NoteRead(uint table, uint index, long rowid)
    {
        if (Noting() is { } mine)
        {
            _manager.Serializable.ReadRow(mine, table, index, rowid);
        }
    }

    /// <summary>A statement reads the rows that an index finds.</summary>
    /// <param name="table">The table.</param>
    /// <param name="index">The index.</param>
    /// <param name="rowids">The rows.</param>
    /// <param name="matches">Whether it would find a row of these values.</param>
    /// <exception cref="Errors.PgException">40001.</exception>
    internal void NoteRead(uint table, uint index, List<long> rowids, Func<object, bool> matches)
    {
        if (Noting() is { } mine)
        {
            _manager.Serializable.ReadIndex(mine, table, index, rowids, matches);
        }
    }

    /// <summary>A row has been entered into the indexes of its table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rowid">The row.</param>
    /// <param name="rowidIndex">The index over its rowid, or 0.</param>
    /// <param name="indexes">All indexes.</param>
    /// <param name="values">The row's columns, to be kept.</param>
    /// <exception cref="Errors.PgException">40001.</exception>
    internal void NoteEntered(uint table, long rowid, uint rowidIndex, uint[] indexes, object values)
    {
        if (_predicates is { } mine)
        {
            _manager.Serializable.WriteEntries(mine, table, rowid, rowidIndex, indexes, values);
        }
    }

    /// <summary>A key is entered into an index, or found there already.</summary>
    /// <exception cref="Errors.PgException">40001.</exception>
    internal void NoteKey(uint index, long key)
    {
        if (_predicates is { } mine)
        {
            _manager.Serializable.WriteKey(mine, index, key);
        }
    }

    /// <summary>A table is emptied.</summary>
    /// <exception cref="Errors.PgException">40001.</exception>
    internal void NoteTruncate(uint table)
    {
        if (_predicates is { } mine)
        {
            _manager.Serializable.WriteRelation(mine, table, Catalog.IndexesOf(table).Select(static i => i.indexrelid));
        }
    }

    /// <summary>The transaction has failed and only waits for its end: it stands in nobody's way.</summary>
    internal void ForgetPredicates()
    {
        if (_predicates is { } mine)
        {
            _manager.Serializable.Finish(mine, isCommit: false);
            _predicates = null;
        }
    }

    // A READ ONLY transaction need not note anything from the moment when its snapshot is known to be safe.
    private SerializableTransaction? Noting()
    {
        if (_predicates is { IsSafe: true })
        {
            ForgetPredicates();
        }

        return _predicates;
    }

    private void TakeSnapshot(Action begin, CancellationToken cancellation)
    {
        if (IsolationLevel != PgIsolationLevel.Serializable)
        {
            begin();
            return;
        }

        _predicates = _manager.Serializable.Begin(LockOwner, ReadOnly, begin);
        while (ReadOnly && Deferrable && _predicates is { } mine)
        {
            var isSafe = false;
            _host.IsWaiting = true;
            try
            {
                isSafe = _manager.Serializable.WaitUntilSafe(mine, cancellation);
            }
            finally
            {
                _host.IsWaiting = false;
                ForgetPredicates();
                if (!isSafe)
                {
                    _connection.Rollback();
                }
            }

            if (isSafe)
            {
                break;
            }

            _predicates = _manager.Serializable.Begin(LockOwner, ReadOnly, begin);
        }
    }

    // The first statement writes: its snapshot is the newest state.
    private void TakeFile(int lockTimeout, CancellationToken cancellation)
    {
        if (IsolationLevel == PgIsolationLevel.Serializable)
        {
            TakeSnapshot(() => Take(lockTimeout, cancellation), cancellation);
        }
        else
        {
            Take(lockTimeout, cancellation);
        }
    }

    private void Take(int lockTimeout, CancellationToken cancellation)
    {
        FileLock.Take(_connection, lockTimeout, cancellation, _manager.Writer, _host.ApplicationName);
        SnapshotSequence = _manager.CommitSequence;
        RunningAtSnapshot = IsolationLevel >= PgIsolationLevel.RepeatableRead ? _manager.Running() : null;
    }

    private void CheckPredicates()
    {
        if (_predicates is { } mine)
        {
            mine.Xid = _xid;
            _manager.Serializable.Prepare(mine);
        }
    }

    // The commit in the file, and with it the place in the order of serializable transactions.
    private void CommitFile()
    {
        if (_predicates is not { } mine)
        {
            _connection.Commit();
            return;
        }

        lock (_manager.Serializable.Order)
        {
            _connection.Commit();
            _manager.Serializable.Finish(mine, isCommit: true);
        }
    }

    private void EndPredicates(bool committed)
    {
        if (_predicates is { } mine)
        {
            _manager.Serializable.Finish(mine, committed);
            _predicates = null;
        }
    }
}
