using PgMicro.Core.Errors;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Transactions;

/// <content>Snapshots that transactions share.</content>
internal sealed partial class Transaction
{
    private List<ExportedSnapshot>? _exported;

    /// <summary>Whether it has exported a snapshot.</summary>
    internal bool HasExported => _exported is not null;

    /// <summary>Which transactions ran when a REPEATABLE READ one took its snapshot.</summary>
    internal RunningTransactions? RunningAtSnapshot { get; private set; }

    /// <summary>Gives up the snapshot of a transaction that has done nothing with it yet: the next statement takes another one.</summary>
    internal void ForgetSnapshot()
    {
        if (_reading && !_writing && !_inBranch)
        {
            _reading = false;
            _connection.Commit();
            ForgetOpenSavepoints();
            ForgetPredicates();
        }
    }

    /// <summary>pg_export_snapshot: the name of the snapshot that the running statement has.</summary>
    /// <exception cref="PgException">25001 within a savepoint.</exception>
    internal string ExportSnapshot()
    {
        if (_savepoints.Count > 0)
        {
            throw new PgException(SqlState.ActiveSqlTransaction, "cannot export a snapshot from a subtransaction");
        }

        var pin = _manager.RentConnection();
        _manager.Recent.Watch();
        try
        {
            var isKept = _reading && IsolationLevel >= PgIsolationLevel.RepeatableRead;
            var sequence = isKept ? SnapshotSequence : _manager.CommitSequence;
            var running = RunningAtSnapshot ?? _manager.Running();
            SqliteSnapshot state;
            if (isKept)
            {
                state = SqliteSnapshot.Get(_connection);
                pin.BeginSnapshot(state);
            }
            else
            {
                BeginOnLog(pin);
                state = SqliteSnapshot.Get(pin);
            }

            var id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{LockOwner.Pid:X8}-{LockOwner.LocalXid:X8}-{(_exported?.Count ?? 0) + 1}");
            var snapshot = new ExportedSnapshot(id, pin, state)
            {
                Pid = LockOwner.Pid,
                Sequence = sequence,
                Running = running,
                SerializableSequence = _predicates?.LastCommitBeforeSnapshot,
                IsolationLevel = IsolationLevel,
                ReadOnly = ReadOnly,
            };
            (_exported ??= []).Add(snapshot);
            _manager.Exported[id] = snapshot;
            return id;
        }
        catch
        {
            if (!pin.IsAutocommit)
            {
                pin.Rollback();
            }

            _manager.ReturnConnection(pin);
            _manager.Recent.Unwatch();
            throw;
        }
    }

    /// <summary>SET TRANSACTION SNAPSHOT.</summary>
    /// <exception cref="PgException">0A000 where the levels do not fit, 55000 when the transaction that exported it is over.</exception>
    internal void ImportSnapshot(ExportedSnapshot snapshot)
    {
        if (IsolationLevel == PgIsolationLevel.Serializable)
        {
            if (snapshot.IsolationLevel != PgIsolationLevel.Serializable)
            {
                throw new PgException(SqlState.FeatureNotSupported, "a serializable transaction cannot import a snapshot from a non-serializable transaction");
            }

            if (snapshot.ReadOnly && !ReadOnly)
            {
                throw new PgException(SqlState.FeatureNotSupported, "a non-read-only serializable transaction cannot import a snapshot from a read-only transaction");
            }

            if (ReadOnly && Deferrable)
            {
                throw new PgException(SqlState.FeatureNotSupported, "a snapshot-importing transaction must not be READ ONLY DEFERRABLE");
            }
        }

        Watch();
        if (IsolationLevel == PgIsolationLevel.Serializable && snapshot.SerializableSequence is { } sequence)
        {
            _predicates = _manager.Serializable.Begin(LockOwner, ReadOnly, Begin, sequence);
        }
        else
        {
            Begin();
        }

        SnapshotSequence = snapshot.Sequence;
        RunningAtSnapshot = snapshot.Running;
        HasSnapshot = true;
        _reading = true;

        void Begin()
        {
            if (!snapshot.TryBegin(_connection))
            {
                throw new PgException(SqlState.ObjectNotInPrerequisiteState, "could not import the requested snapshot")
                    .WithDetail($"The source process with PID {snapshot.Pid} is not running anymore.");
            }
        }
    }

    // A file that nobody has written to since it was opened has no log, in which snapshots are places.
    private void BeginOnLog(SqliteConnectionHandle connection)
    {
        if (!connection.BeginSnapshot() && _manager.SharedReads is not null)
        {
            connection.Rollback();
            _manager.BeginLog(connection);
            connection.BeginSnapshot();
        }
    }

    // A transaction that has failed keeps the names until it is rolled back.
    private void EndExported()
    {
        if (_exported is null)
        {
            return;
        }

        foreach (var snapshot in _exported)
        {
            if (snapshot.End() is { } pin)
            {
                _manager.ReturnConnection(pin);
                _manager.Recent.Unwatch();
            }
        }
    }

    private void ForgetExported()
    {
        if (_exported is null)
        {
            return;
        }

        foreach (var snapshot in _exported)
        {
            _manager.Exported.TryRemove(snapshot.Id, out _);
        }

        _exported = null;
    }
}
