using PgMicro.Core.Errors;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Transactions.Prepared;

namespace PgMicro.Core.Transactions;

/// <content>Two-phase commit: the transaction leaves its session, and its changes and locks are kept in the file until somebody finishes it.</content>
internal sealed partial class Transaction
{
    private static readonly SqlText InsertPrepared = new("INSERT INTO pgmicro_prepared VALUES (?1, ?2, ?3, ?4, ?5)");
    private static readonly SqlText DeletePrepared = new("DELETE FROM pgmicro_prepared WHERE gid = ?1");

    // What it has executed that its log does not have.
    private string? _unlogged;

    /// <summary>PREPARE TRANSACTION. The transaction is over for its session then.</summary>
    /// <param name="gid">Its name, which nobody else has.</param>
    /// <param name="time">Now, in microseconds since 1970.</param>
    /// <param name="owner">The role.</param>
    /// <param name="check">Called when all has been done that a commit does beforehand, to say whether it can be prepared.</param>
    /// <exception cref="PgException">0A000 when it has executed what its log does not have; the errors of a commit.</exception>
    internal PreparedTransaction Prepare(string gid, long time, uint owner, Action check)
    {
        CheckLost();
        if (_inBranch && (Committing is not null || CommittingLast is not null))
        {
            RefreshSnapshot();
        }

        Committing?.Invoke();
        CommittingLast?.Invoke();
        GetXid();
        CheckPredicates();
        check();
        if (_unlogged is not null || _catalogChanges is not null)
        {
            throw PgErrors.FeatureNotSupported($"PREPARE TRANSACTION after {_unlogged ?? "a change of the schema"}");
        }

        _isEnding = true;
        TakeOutOfFile();
        var changes = _log.Captured().GroupBy(static c => c.Table.Oid).Select(static t => new PreparedTable(
            t.Key,
            [.. t.FirstOrDefault(static c => c.Row is not null).Table?.Images.Columns ?? []],
            [.. t.Select(static c => new PreparedRow(c.Rowid, c.Kind, c.MovedTo, c.Row))])).ToArray();
        var state = new PreparedState
        {
            Changes = changes,
            Locks = _manager.Locks.HeldBy(LockOwner),
            Predicates = _predicates is { } noted ? _manager.Serializable.Notes(noted) : null,
        };
        WritePrepared(gid, time, owner, state.ToBytes());

        var heir = new LockOwner(0) { PreparedBy = LockOwner.Pid, LocalXid = LockOwner.LocalXid };
        _manager.Locks.Register(heir);
        _manager.Locks.HandOver(LockOwner, heir);
        _manager.PreparedBegins();
        var prepared = new PreparedTransaction(gid, _xid, time, owner, changes, heir, _predicates);
        if (_predicates is not null)
        {
            _predicates.HasNoSession = true;
            _predicates = null;
        }

        _manager.Prepared.Add(prepared);
        End(committed: true);
        return prepared;
    }

    /// <summary>COMMIT PREPARED or ROLLBACK PREPARED of another transaction, which this one, that has done nothing else, gives the means for.</summary>
    /// <param name="prepared">The transaction, marked as busy.</param>
    /// <param name="commit">Whether its changes are made.</param>
    /// <param name="tables">The tables, by OID.</param>
    /// <param name="lockTimeout">As of <see cref="WriteGate.Enter"/>.</param>
    /// <param name="cancellation">Cancels a wait.</param>
    internal void FinishPrepared(PreparedTransaction prepared, bool commit, Func<uint, ILoggedTable> tables, int lockTimeout, CancellationToken cancellation)
    {
        EnterGate(lockTimeout, cancellation);
        try
        {
            FileLock.Take(_connection, lockTimeout, cancellation, _manager.Writer, _host.ApplicationName);
            _manager.Refresh(_connection);
            if (!_manager.Prepared.All.Contains(prepared))
            {
                throw DoesNotExist(prepared.Gid);
            }

            if (commit)
            {
                KeepVersions(prepared);
                Apply(prepared, tables);
            }

            Run(DeletePrepared, statement => statement.BindText(1, prepared.Gid));
            _manager.SaveCounters(_connection);
            lock (_manager.Serializable.Order)
            {
                _connection.Commit();
                if (commit && prepared.Predicates is { } predicates)
                {
                    _manager.Serializable.Finish(predicates, isCommit: true);
                }
            }

            _manager.CountersSaved(_connection);
            if (commit)
            {
                PublishPrepared(prepared);
            }
            else
            {
                NoteLog();
            }

            _manager.Prepared.Remove(_manager, prepared, commit);
        }
        finally
        {
            if (!_connection.IsAutocommit)
            {
                _connection.Rollback();
            }

            _manager.Gate.Exit(this);
        }
    }

    internal static PgException DoesNotExist(string gid) =>
        new(SqlState.UndefinedObject, $"prepared transaction with identifier \"{gid}\" does not exist");

    // What it has changed is in the log then, and its rows and keys are locked.
    private void TakeOutOfFile()
    {
        if (_writing)
        {
            MoveToBranch();
            CheckLost();
        }
        else if (_isMaterialized)
        {
            CaptureFrom(_branch!.Connection);
            _branch.Connection.Rollback();
            _isMaterialized = false;
        }

        if (_reading)
        {
            _connection.Commit();
            _reading = false;
        }
    }

    private void WritePrepared(string gid, long time, uint owner, byte[] state)
    {
        EnterGate(0, CancellationToken.None);
        try
        {
            FileLock.Take(_connection, 0, CancellationToken.None, _manager.Writer, _host.ApplicationName);
            _manager.Refresh(_connection);
            if (_inBranch)
            {
                CheckForeignWrites();
            }

            _manager.Prepared.CheckReserved(gid);
            Run(InsertPrepared, statement =>
            {
                statement.BindText(1, gid);
                statement.BindInt64(2, _xid);
                statement.BindInt64(3, time);
                statement.BindInt64(4, owner);
                statement.BindBlob(5, state);
            });
            _manager.SaveCounters(_connection);
            _connection.Commit();
            _manager.CountersSaved(_connection);
            NoteLog();
        }
        finally
        {
            if (!_connection.IsAutocommit)
            {
                _connection.Rollback();
            }

            _manager.Gate.Exit(this);
        }
    }

    // All that changes goes first, so that rows may exchange keys.
    private void Apply(PreparedTransaction prepared, Func<uint, ILoggedTable> tables)
    {
        var changes = prepared.Changes.Select(t => (Images: tables(t.Oid).Images.WithColumns(t.Columns), t.Rows)).ToArray();
        foreach (var (images, rows) in changes)
        {
            foreach (var row in rows)
            {
                images.Delete(_connection, row.Rowid);
            }
        }

        foreach (var (images, rows) in changes)
        {
            foreach (var row in rows)
            {
                if (row.Row is not null)
                {
                    images.Insert(_connection, row.Rowid, row.Row);
                }
            }
        }
    }

    private void PublishPrepared(PreparedTransaction prepared)
    {
        var sequence = _manager.NextCommit();
        NoteLog();
        if (!_manager.Recent.IsWatched)
        {
            return;
        }

        foreach (var table in prepared.Changes)
        {
            foreach (var row in table.Rows)
            {
                _manager.Recent.Add(table.Oid, row.Rowid, new RecentChange(sequence, row.Kind, row.MovedTo));
            }
        }

        foreach (var held in prepared.Locks.Held)
        {
            if (held.Entry is { Tag.Kind: LockKind.Key } key)
            {
                _manager.Recent.AddKey(key.Tag, sequence);
            }
        }
    }

    private void Run(SqlText sql, Action<SqliteStatement> bind)
    {
        var statement = _connection.Rent(sql);
        try
        {
            bind(statement);
            statement.ExecuteNonQuery();
        }
        finally
        {
            _connection.Return(statement);
        }
    }
}
