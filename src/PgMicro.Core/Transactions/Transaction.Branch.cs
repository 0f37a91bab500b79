using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Transactions;

/// <content>
/// A transaction beside another writer: its changes stand in a branch of the file that only it sees, and are made in the
/// file when it commits (docs/adr/0002).
/// </content>
internal sealed partial class Transaction
{
    private BranchConnection? _branch;
    private SqliteConnectionHandle? _newest;
    private bool _inBranch;
    private bool _isMaterialized;
    private bool _staysInGate;
    private bool _isWatching;
    private SqliteException? _lost;
    private int _foreignWrites;
    private volatile bool _isAskedToLeave;

    /// <summary>Whether its changes stand in a branch.</summary>
    internal bool IsInBranch => _inBranch;

    /// <summary>Counts how often the changes have been taken to another place: what was prepared on a connection is out of date then.</summary>
    internal int Moves { get; private set; }

    /// <summary>Whether others' uncommitted changes exist, so that each row is locked before it is changed.</summary>
    internal bool IsContended => _inBranch || (_writing && _manager.Branches > 0);

    /// <summary>Whether its session does nothing at the moment. Asked by others, so it is only likely.</summary>
    internal bool IsIdle
    {
        get
        {
            if (!_host.Latch.TryEnter())
            {
                return false;
            }

            _host.Latch.Exit();
            return true;
        }
    }

    /// <summary>Number of the last commit that its statement sees.</summary>
    internal long SnapshotSequence { get; private set; }

    /// <summary>
    /// Asked by another session that waits for the gate. Moves the transaction to a branch if its session is idle, else has it
    /// move at the end of its statement. False when it cannot move: it has changed tables in a way that cannot be repeated.
    /// </summary>
    internal bool LeaveGate()
    {
        if (_staysInGate)
        {
            return false;
        }

        _isAskedToLeave = true;
        if (_host.Latch.TryEnter())
        {
            try
            {
                LeaveGateIfAsked();
            }
            finally
            {
                _host.Latch.Exit();
            }
        }

        // Who waits inside a statement leaves only when that has ended.
        return !_writing || !(_staysInGate || LockOwner.IsWaiting);
    }

    /// <summary>The end of a statement, under the session's latch.</summary>
    internal void LeaveGateIfAsked()
    {
        if (_isAskedToLeave && _writing && !_staysInGate && !_isEnding)
        {
            _isAskedToLeave = false;
            MoveToBranch();
        }
    }

    /// <summary>Raises what has kept the changes from being moved.</summary>
    /// <exception cref="SqliteException">As of the file.</exception>
    private void CheckLost()
    {
        if (_lost is { } lost)
        {
            throw new SqliteException(lost.ExtendedCode, lost.Message);
        }
    }

    /// <summary>Interrupts a statement that runs in the branch. Any thread may call it.</summary>
    internal void InterruptBranch() => _branch?.Connection.Interrupt();

    /// <summary>A row has been changed.</summary>
    internal void Note(ILoggedTable table, long rowid, ChangeKind kind)
    {
        _log.Note(table, rowid, kind);
        _fates?.Note(table.Oid, rowid, kind);
        if (_predicates is not null)
        {
            _manager.Serializable.Write(_predicates, table.Oid, rowid, isNew: kind == ChangeKind.Inserted);
        }
    }

    /// <summary>The rows of a table that it has changed, as it sees them; null for one that is gone. Under its session's latch.</summary>
    internal Dictionary<long, SqliteCell[]?> ReadChanges(uint table) => IsWriting ? _log.Read(Connection, table) : [];

    /// <summary>Locks a row for a change or for FOR UPDATE and the like.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rowid">The row.</param>
    /// <param name="strength">How.</param>
    /// <param name="patience">How long to wait for others.</param>
    /// <param name="isWrite">Whether the row is about to be changed, not only locked.</param>
    /// <exception cref="PgException">40001 when it has been changed since a REPEATABLE READ snapshot; 55P03, 57014, 40P01.</exception>
    internal RowLockOutcome LockRow(uint table, long rowid, RowLockStrength strength, in LockPatience patience, bool isWrite = false)
    {
        if (!IsContended)
        {
            _log.QuietLocks.Add(new RowLock(table, rowid, strength));
            return RowLockOutcome.Locked;
        }

        var outcome = _manager.Locks.Acquire(LockOwner, new LockTag(LockKind.Row, table, rowid), (int)strength, patience);
        if (outcome == LockOutcome.NotAvailable)
        {
            return RowLockOutcome.NotAvailable;
        }

        if (_manager.Recent.Find(table, rowid, SnapshotSequence) is not { } change)
        {
            return RowLockOutcome.Locked;
        }

        var isGone = change.Kind is ChangeKind.Deleted or ChangeKind.Left;
        if (IsolationLevel >= PgIsolationLevel.RepeatableRead)
        {
            if (strength == RowLockStrength.KeyShare && change.Kind == ChangeKind.Updated)
            {
                return RowLockOutcome.Locked;
            }

            throw new PgException(SqlState.SerializationFailure, $"could not serialize access due to concurrent {(change.Kind == ChangeKind.Deleted && isWrite ? "delete" : "update")}");
        }

        return isGone ? RowLockOutcome.Gone : RowLockOutcome.LockedButChanged;
    }

    /// <summary>The row that was to be locked is in another table of the tree by now: nobody follows it there.</summary>
    internal static PgException MovedToOtherPartition() =>
        new(SqlState.SerializationFailure, "tuple to be locked was already moved to another partition due to concurrent update");

    /// <summary>Notes that a row refers to another one, which nobody else may delete meanwhile.</summary>
    internal void NoteReferenced(uint table, long rowid)
    {
        var quiet = _log.QuietLocks;
        var key = new RowLock(table, rowid, RowLockStrength.KeyShare);
        if (quiet.Count == 0 || quiet[^1] != key)
        {
            quiet.Add(key);
        }
    }

    /// <summary>Locks a key that a row is to have in a unique index, unless another transaction has it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isNew">Whether nobody has committed it since the snapshot.</param>
    internal bool TryLockKey(in LockTag key, out bool isNew)
    {
        isNew = !_manager.Recent.HasKey(key, SnapshotSequence);
        return _manager.Locks.Acquire(LockOwner, key, (int)RowLockStrength.Update, new LockPatience(0, true, CancellationToken.None)) != LockOutcome.NotAvailable;
    }

    /// <summary>Notes what a row excludes by a constraint, for others to see, and gives what they have noted.</summary>
    internal List<LockTag> TakeExclusionKey(in LockTag key)
    {
        _manager.Locks.Acquire(LockOwner, key, (int)RowLockStrength.Update, new LockPatience(0, true, CancellationToken.None));
        return _manager.Locks.ExclusionKeysOfOthers(LockOwner, key.Object);
    }

    /// <summary>Whether rows have been committed since the snapshot that an exclusion constraint concerns.</summary>
    internal bool IsExcludedLately(uint index) => _manager.Recent.HasKey(LockTag.AnyExclusion(index), SnapshotSequence);

    /// <summary>Whether another transaction has changed a row since this one's snapshot.</summary>
    internal bool IsChangedLately(uint table, long rowid) => _manager.Recent.Find(table, rowid, SnapshotSequence) is not null;

    /// <summary>Runs what must see the newest committed rows, which a REPEATABLE READ snapshot does not have.</summary>
    internal T OnNewest<T>(Func<T> body)
    {
        var connection = _manager.RentConnection();
        connection.Owner = _connection.Owner;
        _newest = connection;
        try
        {
            return body();
        }
        finally
        {
            _newest = null;
            _manager.ReturnConnection(connection);
        }
    }

    /// <summary>Whether another transaction has committed since the statement's snapshot.</summary>
    internal bool IsSnapshotOld => _inBranch && _manager.CommitSequence != SnapshotSequence;

    /// <summary>Called before the session waits for another: who waits must not keep the gate.</summary>
    internal void BeforeWait()
    {
        if (_writing && !_staysInGate)
        {
            MoveToBranch(keepsSnapshot: true);
        }
    }

    /// <summary>After a wait: the statement's snapshot as it was, with the transaction's changes. True when it stands on another connection now.</summary>
    internal bool Resume()
    {
        if (!_inBranch || _isMaterialized)
        {
            return false;
        }

        if (!_reading)
        {
            RenewPin();
        }

        Materialize();
        return true;
    }

    /// <summary>Gives a statement of READ COMMITTED what has been committed up to now, beside the transaction's own changes.</summary>
    internal void RefreshSnapshot()
    {
        if (!_inBranch)
        {
            return;
        }

        if (_isMaterialized)
        {
            if (IsolationLevel >= PgIsolationLevel.RepeatableRead)
            {
                return;
            }

            var sequence = _manager.CommitSequence;
            if (_branch!.IsCurrent(_connection))
            {
                SnapshotSequence = sequence;
                return;
            }

            CaptureFrom(_branch.Connection);
            _branch.Connection.Rollback();
            _isMaterialized = false;
        }

        if (!_reading || IsolationLevel < PgIsolationLevel.RepeatableRead)
        {
            RenewPin();
        }

        Materialize();
    }

    /// <summary>ROLLBACK of what a statement has done since a savepoint of ours; its locks stay.</summary>
    internal void RollbackStatement(string savepoint)
    {
        _host.SpoolReaders();
        UndoTo(FindSavepoint(savepoint));
    }

    /// <summary>Whether so many rows that a statement has made are to be noted; when they are too many, others rather wait for the transaction.</summary>
    internal bool TakesAlong(long rows)
    {
        const int Most = 100_000;
        _staysInGate |= !_inBranch && rows > Most;
        return !_staysInGate;
    }

    // All rows are as they are at the ends of their levels, to be repeated before what changes tables.
    private void SealInBranch()
    {
        if (!_log.TrySeal(_branch!.Connection))
        {
            CaptureFrom(_branch.Connection);
            _branch.Connection.Rollback();
            _isMaterialized = false;
            Materialize();
        }
    }

    private bool TryRebaseCatalog()
    {
        if (_catalogChanges is not { } changes || ReferenceEquals(changes.Start, _manager.Catalog))
        {
            return true;
        }

        var marked = _savepoints.FindAll(static s => s.CatalogMark is not null);
        CatalogMark[] marks = [.. marked.Select(static s => s.CatalogMark!)];
        if (!changes.TryRebase(_manager.Catalog, marks))
        {
            return false;
        }

        for (var i = 0; i < marks.Length; i++)
        {
            marked[i].CatalogMark = marks[i];
        }

        return true;
    }

    private void RebaseCatalog()
    {
        if (!TryRebaseCatalog())
        {
            throw new PgException(SqlState.SerializationFailure, "could not serialize access due to concurrent update")
                .WithDetail("Another transaction has committed a change of the same database objects.");
        }
    }

    private void RenewPin()
    {
        if (_reading)
        {
            _connection.Commit();
        }

        _reading = true;
        BeginSnapshot(_connection);
    }

    // The numbers of commits and SQLite's snapshots are not taken together: a change that is seen is at worst taken for a later one.
    private void BeginSnapshot(SqliteConnectionHandle connection)
    {
        _manager.SharedReads?.NoteRead();
        SnapshotSequence = _manager.CommitSequence;
        connection.BeginSnapshot();
    }

    private void Materialize()
    {
        if (_branch is null)
        {
            _branch = _manager.RentBranch(_connection);
            _branch.Connection.Owner = _connection.Owner;
            if (_host.HasTempObjects)
            {
                _branch.CopyTemporaryTables(_connection);
            }
        }
        else
        {
            _branch.SetBase(_connection);
        }

        var connection = _branch.Connection;
        connection.BeginWrite();
        try
        {
            ReplayTo(connection);
        }
        catch
        {
            connection.Rollback();
            ForgetOpenSavepoints();
            throw;
        }

        _isMaterialized = true;
    }

    private void ReplayTo(SqliteConnectionHandle connection) => _log.Replay(connection, level =>
    {
        if (level > 0)
        {
            connection.DefineSavepoint(level - 1);
            _savepoints[level - 1].IsOpen = true;
        }
    });

    private void CaptureFrom(SqliteConnectionHandle connection, Action<int, List<KeyLock>>? keys = null)
    {
        Moves++;
        _log.Capture(
            connection,
            level =>
            {
                if (level > 0 && _savepoints[level - 1].IsOpen)
                {
                    connection.RollbackToSavepoint(level - 1);
                    _savepoints[level - 1].IsOpen = false;
                }
            },
            keys);
    }

    // Under the session's latch, the gate held. In the midst of a statement its snapshot stays.
    private void MoveToBranch(bool keepsSnapshot = false)
    {
        try
        {
            _host.SpoolReaders();
            List<KeyLock>[]? keys = _manager.Branches == 0 ? new List<KeyLock>[_savepoints.Count + 1] : null;
            CaptureFrom(_connection, keys is null ? null : (level, found) => keys[level] = found);
            _connection.Rollback();
            if (keys is not null)
            {
                LockWhatHasChanged(keys);
            }

            EnterBranch();
            if (keepsSnapshot || IsolationLevel >= PgIsolationLevel.RepeatableRead)
            {
                // Still the newest state: nobody else may write before the gate is left.
                _reading = true;
                BeginSnapshot(_connection);
            }
        }
        catch (SqliteException e)
        {
            // It may be another session that has asked for the gate: the error is this one's all the same, at its next statement.
            _lost = e;
            RollBackAll();
            LeaveAll();
            _isEnding = false;
            return;
        }

        _writing = false;
        _manager.Gate.Exit(this);
    }

    // Nobody can have these locks: nobody else has written beside this transaction.
    private void LockWhatHasChanged(List<KeyLock>[] keys)
    {
        var atOnce = new LockPatience(0, true, CancellationToken.None);
        var quiet = 0;
        var (before, ends) = (LockOwner.Mark(), new int[keys.Length]);
        for (var level = 0; level < keys.Length; level++)
        {
            var end = level < _savepoints.Count ? _savepoints[level].QuietMark : _log.QuietLocks.Count;
            if (level > 0)
            {
                // What is locked here goes with the savepoint; what was locked before it does not.
                _savepoints[level - 1].QuietMark = 0;
            }

            for (; quiet < end; quiet++)
            {
                LockRow(_log.QuietLocks[quiet]);
            }

            foreach (var row in _log.LocksOf(level))
            {
                LockRow(row);
            }

            foreach (var (key, isMerged) in keys[level])
            {
                Lock(key, (int)RowLockStrength.Update, isMerged);
            }

            ends[level] = LockOwner.Mark();
        }

        _log.QuietLocks.Clear();

        // Each level's locks stand together, those that it had before included.
        var marks = LockOwner.Arrange([.. _savepoints.Select(static s => s.LockMark)], before, ends);
        for (var i = 0; i < _savepoints.Count; i++)
        {
            _savepoints[i].LockMark = marks[i];
        }

        void LockRow(in RowLock row) => Lock(new LockTag(LockKind.Row, row.Table, row.Rowid), (int)row.Strength, row.IsMerged);

        void Lock(in LockTag tag, int mode, bool isMerged)
        {
            var mark = LockOwner.Mark();
            _manager.Locks.Acquire(LockOwner, tag, mode, atOnce);
            if (isMerged)
            {
                LockOwner.MergeSince(mark);
            }
        }
    }

    private void EnterBranch()
    {
        _inBranch = true;
        _isMaterialized = false;
        _foreignWrites = _manager.ForeignWrites;
        _manager.BranchBegins();
    }

    /// <summary>The changes are made in the file itself from now on: a statement comes that a branch cannot keep.</summary>
    private void MoveToFile(int lockTimeout, CancellationToken cancellation)
    {
        if (_isMaterialized)
        {
            CaptureFrom(_branch!.Connection);
            _branch.Connection.Rollback();
            _isMaterialized = false;
        }

        EnterGate(lockTimeout, cancellation);
        if (_reading)
        {
            if (IsolationLevel >= PgIsolationLevel.RepeatableRead && _manager.CommitSequence != SnapshotSequence)
            {
                _manager.Gate.Exit(this);
                throw new PgException(SqlState.SerializationFailure, "could not serialize access due to concurrent update");
            }

            _connection.Commit();
            _reading = false;
        }

        try
        {
            FileLock.Take(_connection, lockTimeout, cancellation, _manager.Writer, _host.ApplicationName);
            _manager.Refresh(_connection);
            CheckForeignWrites();
            RebaseCatalog();
            SnapshotSequence = _manager.CommitSequence;
            ReplayTo(_connection);
        }
        catch
        {
            if (!_connection.IsAutocommit)
            {
                _connection.Rollback();
            }

            _manager.Gate.Exit(this);
            throw;
        }

        LeaveBranch();
        _writing = true;
    }

    private void LeaveBranch()
    {
        if (_branch is { } branch)
        {
            _branch = null;
            _manager.ReturnBranch(branch);
        }

        _isMaterialized = false;
        if (_inBranch)
        {
            _inBranch = false;
            _manager.BranchEnds();
        }
    }

    /// <summary>COMMIT of a branch: its changes are made in the file in one go.</summary>
    private void CommitBranch()
    {
        if (_isMaterialized)
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

        var catalog = _catalogChanges is { Changes.Count: > 0 } ? _catalogChanges : null;
        if (_log.IsEmpty && catalog is null && !(HasTakenValues && _manager.HasUnsavedCounters))
        {
            return;
        }

        EnterGate(0, CancellationToken.None);
        try
        {
            FileLock.Take(_connection, 0, CancellationToken.None, _manager.Writer, _host.ApplicationName);
            _manager.Refresh(_connection);
            CheckForeignWrites();
            RebaseCatalog();
            KeepVersions(isApplied: false);
            _log.Apply(_connection);
            if (catalog is not null)
            {
                _manager.WriteCatalog(_connection, catalog);
            }

            _manager.SaveCounters(_connection);
            CommitFile();
            _manager.CountersSaved(_connection);
            if (catalog is not null)
            {
                _manager.Publish(_connection, catalog);
            }

            Publish();
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

    // The locks of a branch keep only sessions of this process away from its rows.
    private void CheckForeignWrites()
    {
        if ((!_log.IsEmpty || _catalogChanges is not null) && _manager.ForeignWrites != _foreignWrites)
        {
            throw new PgException(SqlState.SerializationFailure, "could not serialize access due to concurrent update")
                .WithDetail("Another process has written to the database file since this transaction had to make room for another writer.");
        }
    }

    // After the commit and before the gate is left.
    private void Publish()
    {
        _manager.SharedReads?.NoteCommit();
        var sequence = _manager.NextCommit();
        NoteLog();
        if (!_manager.Recent.IsWatched)
        {
            return;
        }

        _log.Publish(_manager.Recent, sequence);
        foreach (var held in LockOwner.Held)
        {
            if (held.Entry is { Tag.Kind: LockKind.Key } key)
            {
                _manager.Recent.AddKey(key.Tag, sequence);
            }
        }
    }

    private void NoteLog()
    {
        if (_connection.TakeLogFrames() is var frames and > 0)
        {
            LogPosition = _manager.Log?.Written() ?? 1;
            _manager.Maintenance?.NoteCommit(_connection, frames);
        }
    }

    private void EnterGate(int lockTimeout, CancellationToken cancellation)
    {
        _manager.Log?.ThrowIfFailed();
        _manager.SharedReads?.NoteRead();
        if (_manager.Gate.TryEnter(this))
        {
            return;
        }

        var locks = LockOwner;
        try
        {
            _manager.Gate.Enter(this, lockTimeout, cancellation, () =>
            {
                // Until now it was only a matter of milliseconds.
                _host.IsWaiting = true;
                locks.ExternalBlocker = () => (_manager.Gate.Holder as Transaction)?.LockOwner;
                _manager.Locks.CheckDeadlock(locks);
            });
        }
        finally
        {
            _host.IsWaiting = false;
            locks.ExternalBlocker = null;
        }
    }

    private void Watch()
    {
        if (!_isWatching)
        {
            _isWatching = true;
            _manager.Recent.Watch();
        }
    }
}

/// <summary>What came of locking a row.</summary>
internal enum RowLockOutcome
{
    /// <summary>It is locked, and as the statement's snapshot has it.</summary>
    Locked,

    /// <summary>It is locked, but has changed since the snapshot: whether it is still meant must be seen on a fresh one.</summary>
    LockedButChanged,

    /// <summary>It has been deleted since the snapshot.</summary>
    Gone,

    /// <summary>Another transaction has it, and nobody wants to wait.</summary>
    NotAvailable,
}
