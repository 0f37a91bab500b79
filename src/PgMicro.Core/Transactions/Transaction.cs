using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Transactions;

/// <summary>
/// One PostgreSQL transaction. Alone, its snapshot and its writes are those of a SQLite transaction on the session's
/// connection, begun lazily: READ COMMITTED holds nothing between statements until it writes. Beside another writer its
/// changes stand in a branch of the file.
/// </summary>
internal sealed partial class Transaction
{
    private readonly TransactionManager _manager;
    private readonly ITransactionHost _host;
    private readonly ChangeLog _log;
    private readonly SqliteConnectionHandle _connection;
    private static readonly List<Savepoint> NoSavepoints = [];
    private List<Savepoint> _savepoints = NoSavepoints;
    private List<Action>? _undo;
    private HashSet<uint>? _truncated;
    private CatalogBuilder? _catalogChanges;
    private long _xid;
    private bool _writing;
    private bool _reading;
    private bool _isEnding;

    internal Transaction(
        TransactionManager manager, ITransactionHost host, SqliteConnectionHandle connection, PgIsolationLevel isolation, bool readOnly, bool deferrable)
    {
        _manager = manager;
        _host = host;
        _log = host.Changes;
        _connection = connection;
        IsolationLevel = isolation;
        ReadOnly = readOnly;
        Deferrable = deferrable;
    }

    internal PgIsolationLevel IsolationLevel { get; set; }

    internal bool ReadOnly { get; set; }

    /// <summary>Whether nextval or setval has been called in it: its commit makes that durable. Others' values are not its concern.</summary>
    internal bool HasTakenValues { get; set; }

    internal bool Deferrable { get; set; }

    /// <summary>Whether it has locked a table against other processes too: it leaves the file only for another session of this one.</summary>
    internal bool KeepsOtherProcessesOut { get; set; }

    /// <summary>Whether a statement has taken a snapshot: SET TRANSACTION comes too late then.</summary>
    internal bool HasSnapshot { get; private set; }

    /// <summary>The connection that its statements run on.</summary>
    internal SqliteConnectionHandle Connection => _newest ?? (_isMaterialized ? _branch!.Connection : _connection);

    /// <summary>Whether it has begun to write.</summary>
    internal bool IsWriting => _writing || _inBranch;

    /// <summary>Whether a statement within a running one may write: in the file, or in a branch whose snapshot does not change.</summary>
    internal bool CanWriteWithin => _writing || (_isMaterialized && IsolationLevel >= PgIsolationLevel.RepeatableRead);

    /// <summary>Relations that this transaction has emptied by TRUNCATE.</summary>
    internal HashSet<uint> Truncated => _truncated ??= [];

    /// <summary>Assigned transaction id, or 0.</summary>
    internal long AssignedXid => _xid;

    /// <summary>Work to do before the commit takes effect: deferred constraints.</summary>
    internal event Action? Committing;

    /// <summary>Work after the deferred constraints have been checked: ON COMMIT actions.</summary>
    internal Action? CommittingLast { get; set; }

    /// <summary>Called when the transaction has ended; true for a commit.</summary>
    internal event Action<bool>? Ended;

    /// <summary>Its session's locks, which it gives back when it ends.</summary>
    internal required LockOwner LockOwner { get; init; }

    /// <summary>Called when a savepoint is rolled back to.</summary>
    internal Action<Savepoint>? RolledBackTo { get; init; }

    /// <summary>The number of its commit in the log, for <see cref="LogFlusher.Wait"/>; 0 when it has written nothing.</summary>
    internal long LogPosition { get; private set; }

    /// <summary>The catalog that this transaction sees.</summary>
    internal CatalogSnapshot Catalog
    {
        get
        {
            if (_catalogChanges is not { } changes)
            {
                return _manager.Catalog;
            }

            if (_inBranch)
            {
                TryRebaseCatalog();
            }

            return changes.Snapshot;
        }
    }

    /// <summary>Savepoints from the outermost inwards.</summary>
    internal IReadOnlyList<Savepoint> Savepoints => _savepoints;

    /// <summary>Learns of definitions that another process has committed, unless this transaction has a state of its own that it sees.</summary>
    internal void KeepUp(bool now)
    {
        if (!_writing && !_reading)
        {
            _manager.KeepUp(_connection, now);
        }
    }

    /// <summary>Makes the connection ready for a statement that only reads.</summary>
    internal void PrepareToRead(CancellationToken cancellation = default)
    {
        CheckLost();
        HasSnapshot = true;
        if (_inBranch)
        {
            RefreshSnapshot();
            return;
        }

        if (_writing || _reading)
        {
            return;
        }

        if (IsolationLevel < PgIsolationLevel.RepeatableRead)
        {
            _manager.SharedReads?.NoteRead();
            return;
        }

        Watch();
        TakeSnapshot(
            () =>
            {
                SnapshotSequence = _manager.CommitSequence;
                RunningAtSnapshot = _manager.Running();
                BeginOnLog(_connection);
            },
            cancellation);
        _reading = true;
        OpenSavepoints();
    }

    /// <summary>Takes the write gate and SQLite's write lock unless this transaction has them.</summary>
    /// <param name="command">The statement, for the error.</param>
    /// <param name="lockTimeout">As of <see cref="WriteGate.Enter"/>.</param>
    /// <param name="cancellation">Cancels a wait.</param>
    /// <param name="isLogged">Whether all that the statement changes is noted, row by row, so that the transaction can move to a branch.</param>
    /// <param name="isRepeatable">Whether it changes tables by statements that are noted.</param>
    /// <param name="temporaryOnly">Whether only temporary tables change.</param>
    /// <param name="inFile">Whether the statement has to stand where it is until it ends, so that it can only be in the file (unless its snapshot stands as well).</param>
    /// <exception cref="PgException">25006 in a read-only transaction, 55P03, 57014, 40001.</exception>
    internal void PrepareToWrite(
        string command, int lockTimeout, CancellationToken cancellation, bool isLogged = false, bool isRepeatable = false, bool temporaryOnly = false, bool inFile = false)
    {
        CheckLost();
        inFile &= IsolationLevel < PgIsolationLevel.RepeatableRead;
        if (ReadOnly && !temporaryOnly)
        {
            throw new PgException(SqlState.ReadOnlySqlTransaction, $"cannot execute {command} in a read-only transaction");
        }

        HasSnapshot = true;
        if (_inBranch)
        {
            if ((isLogged || isRepeatable) && !inFile)
            {
                RefreshSnapshot();
                if (!isLogged)
                {
                    _unlogged ??= command;
                    SealInBranch();
                }

                return;
            }

            MoveToFile(lockTimeout, cancellation);
        }

        if (!isLogged)
        {
            _unlogged ??= command;
            if (!isRepeatable)
            {
                _staysInGate = true;
            }
            else if (!_staysInGate && !_log.TrySeal(_connection))
            {
                // What changes tables is not repeated row by row: the rows before it must be known, and only unwinding shows them.
                MoveToBranch();
                CheckLost();
                RefreshSnapshot();
                return;
            }
        }

        if (_writing)
        {
            return;
        }

        var beginsInBranch = isLogged && !inFile && BeginsInBranch;
        EnterGate(lockTimeout, cancellation);
        if (beginsInBranch)
        {
            EnterBranch();
            _manager.Gate.Exit(this);
            RefreshSnapshot();
            return;
        }

        try
        {
            if (!_reading)
            {
                TakeFile(lockTimeout, cancellation);
                OpenSavepoints();
            }
            else if (!FileLock.TryUpgrade(_connection, lockTimeout, cancellation, _manager.Writer, _host.ApplicationName))
            {
                if (!isLogged && !isRepeatable)
                {
                    throw new PgException(SqlState.SerializationFailure, "could not serialize access due to concurrent update");
                }

                // An old snapshot: the changes are made beside it.
                EnterBranch();
                _manager.Gate.Exit(this);
                ForgetOpenSavepoints();
                Materialize();
                return;
            }
        }
        catch
        {
            if (ReferenceEquals(_manager.Gate.Holder, this))
            {
                _manager.Gate.Exit(this);
            }

            throw;
        }

        _writing = true;
        _manager.Refresh(_connection);
    }

    // What another process has written is learned with the file's lock, which a branch does not take before it commits.
    private bool BeginsInBranch =>
        _manager.Gate.IsCrowded && _host.InTransactionBlock && !_reading && IsolationLevel < PgIsolationLevel.RepeatableRead && _manager.HasWrittenLast(_connection);

    /// <summary>The transaction's id, taken when first asked for.</summary>
    internal long GetXid()
    {
        if (_xid == 0)
        {
            LockOwner.Xid = _xid = _manager.NextXid();
        }

        return _xid;
    }

    /// <summary>The catalog to change; the transaction must be writing.</summary>
    internal CatalogBuilder ChangeCatalog() => _catalogChanges ??= _manager.BeginCatalogChange();

    /// <summary>Learns of definitions that others have committed, under the transaction's own.</summary>
    /// <exception cref="PgException">40001 when they are in conflict.</exception>
    internal void RefreshCatalog() => RebaseCatalog();

    /// <summary>A statement of SQLite has changed tables.</summary>
    internal void NoteSql(string sql)
    {
        if (!_staysInGate)
        {
            _log.NoteSql(sql);
        }
    }

    /// <summary>A statement has changed all these rows of a table, in a way that is not to be repeated, before it changes tables again.</summary>
    internal void NoteRows(ILoggedTable table, IReadOnlyCollection<long> rows)
    {
        if (!TakesAlong(rows.Count))
        {
            return;
        }

        foreach (var row in rows)
        {
            _log.Note(table, row, ChangeKind.Updated);
        }

        _log.SealCurrent(Connection);
    }

    /// <summary>SAVEPOINT.</summary>
    internal void DefineSavepoint(string name, int settingsMark)
    {
        if (ReferenceEquals(_savepoints, NoSavepoints))
        {
            _savepoints = [];
        }

        var savepoint = new Savepoint(name, _catalogChanges?.Mark(), settingsMark, _undo?.Count ?? 0, LockOwner.Mark(), _log.QuietLocks.Count)
        {
            ReadOnly = ReadOnly,
            FateMark = _fates?.Mark ?? 0,
        };
        _savepoints.Add(savepoint);
        _log.Push();
        if (_isMaterialized || (!_inBranch && (_writing || _reading)))
        {
            Connection.DefineSavepoint(_savepoints.Count - 1);
            savepoint.IsOpen = true;
        }
    }

    /// <summary>RELEASE SAVEPOINT.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isStatement">Whether it is one around a statement, which is no subtransaction.</param>
    internal void ReleaseSavepoint(string name, bool isStatement = false)
    {
        var index = FindSavepoint(name);
        if (!isStatement)
        {
            LockOwner.MergeSince(_savepoints[index].LockMark);
            MergeQuietLocks(_savepoints[index].QuietMark);
        }

        if (_savepoints[index].IsOpen)
        {
            Connection.ReleaseSavepoint(index);
        }

        ReadOnly = _savepoints[index].ReadOnly;
        _savepoints.RemoveRange(index, _savepoints.Count - index);
        _log.Merge(index, isSavepoint: !isStatement);
    }

    /// <summary>ROLLBACK TO SAVEPOINT: the savepoint stays.</summary>
    internal void RollbackToSavepoint(string name)
    {
        var index = FindSavepoint(name);
        var savepoint = _savepoints[index];
        UndoTo(index);
        ReadOnly = savepoint.ReadOnly;
        ReleaseLocksSince(savepoint);
        RolledBackTo?.Invoke(savepoint);
    }

    /// <summary>Forgets a savepoint without a word to SQLite: the statement that set it has failed, and what is around it will be undone.</summary>
    internal void ForgetSavepoint(string name)
    {
        var index = FindSavepoint(name);
        _savepoints.RemoveRange(index, _savepoints.Count - index);
        _log.Merge(index);
    }

    private void MergeQuietLocks(int mark)
    {
        var quiet = _log.QuietLocks;
        for (; mark < quiet.Count; mark++)
        {
            quiet[mark] = quiet[mark] with { IsMerged = true };
        }
    }

    private void ReleaseLocksSince(Savepoint savepoint)
    {
        _log.QuietLocks.RemoveRange(savepoint.QuietMark, _log.QuietLocks.Count - savepoint.QuietMark);
        _manager.Locks.ReleaseTo(LockOwner, savepoint.LockMark);
    }

    private void UndoTo(int index)
    {
        var savepoint = _savepoints[index];
        if (savepoint.IsOpen)
        {
            if (Connection.IsAutocommit)
            {
                throw new PgException(SqlState.InvalidSavepointSpecification, "the transaction was lost to a storage error and cannot be continued");
            }

            Connection.RollbackToSavepoint(index);
        }

        _log.Cut(index + 1);
        _fates?.UndoTo(savepoint.FateMark);
        _savepoints.RemoveRange(index + 1, _savepoints.Count - index - 1);
        if (savepoint.CatalogMark is { } mark)
        {
            _catalogChanges!.RollbackTo(mark);
        }
        else
        {
            _catalogChanges = null;
        }

        UndoFrom(savepoint.UndoMark);
    }

    /// <summary>COMMIT.</summary>
    internal void Commit()
    {
        CheckLost();
        if (_inBranch && (Committing is not null || CommittingLast is not null))
        {
            RefreshSnapshot();
        }

        Committing?.Invoke();
        if (_inBranch && CommittingLast is not null)
        {
            SealInBranch();
        }

        CommittingLast?.Invoke();
        CheckPredicates();
        _isEnding = true;
        if (_inBranch)
        {
            CommitBranch();
            End(committed: true);
            return;
        }

        // One that keeps the gate writes them when it commits.
        if (!_writing && HasTakenValues && _manager.HasUnsavedCounters && _manager.Gate.Holder is not Transaction { _staysInGate: true })
        {
            // Values that nextval handed out must not come again after a crash.
            PrepareToWrite("nextval()", 0, CancellationToken.None);
        }

        if (_writing)
        {
            if (_catalogChanges is not null)
            {
                _manager.WriteCatalog(_connection, _catalogChanges);
            }

            KeepVersions(isApplied: true);
            _manager.SaveCounters(_connection);
            CommitFile();
            _manager.CountersSaved(_connection);
            if (_catalogChanges is not null)
            {
                _manager.Publish(_connection, _catalogChanges);
            }

            Publish();
        }
        else if (_reading)
        {
            _connection.Commit();
        }

        End(committed: true);
    }

    /// <summary>
    /// An error: what has been done since the last savepoint is undone and its locks are free at once, although the
    /// transaction goes on until ROLLBACK.
    /// </summary>
    internal void Abort()
    {
        if (_savepoints.Count == 0)
        {
            RollBackAll();
            LeaveAll();
            _catalogChanges = null;
        }
        else if (!_savepoints[^1].IsOpen || !Connection.IsAutocommit)
        {
            var savepoint = _savepoints[^1];
            UndoTo(_savepoints.Count - 1);
            ReleaseLocksSince(savepoint);
        }
    }

    /// <summary>ROLLBACK. Never fails: SQLite may have rolled back already.</summary>
    internal void Rollback()
    {
        RollBackAll();
        End(committed: false);
    }

    private void RollBackAll()
    {
        _isEnding = true;
        if (_isMaterialized && !_branch!.Connection.IsAutocommit)
        {
            _branch.Connection.Rollback();
            _isMaterialized = false;
        }

        if (!_connection.IsAutocommit)
        {
            _connection.Rollback();
        }

        UndoFrom(0);
    }

    /// <summary>Keeps what takes a change in memory back, for a rollback of the transaction or of the savepoint that it is in.</summary>
    internal void OnRollback(Action undo) => (_undo ??= []).Add(undo);

    private void UndoFrom(int mark)
    {
        while (_undo?.Count > mark)
        {
            _undo[^1]();
            _undo.RemoveAt(_undo.Count - 1);
        }
    }

    private void End(bool committed)
    {
        EndPredicates(committed);
        LeaveAll();
        ForgetExported();
        Ended?.Invoke(committed);
    }

    private void LeaveAll()
    {
        EndExported();

        // Before the gate and the branch are left: who writes alone from then on takes for granted that nobody has a lock on its rows.
        LockOwner.Xid = 0;
        _manager.Locks.ReleaseTransaction(LockOwner);
        if (_writing)
        {
            _writing = false;
            _manager.Gate.Exit(this);
        }

        _reading = false;
        LeaveBranch();
        _log.Clear();
        _fates = null;
        if (_isWatching)
        {
            _isWatching = false;
            _manager.Recent.Unwatch();
        }
    }

    private void ForgetOpenSavepoints()
    {
        foreach (var savepoint in _savepoints)
        {
            savepoint.IsOpen = false;
        }
    }

    private void OpenSavepoints()
    {
        for (var level = 0; level < _savepoints.Count; level++)
        {
            _connection.DefineSavepoint(level);
            _savepoints[level].IsOpen = true;
        }
    }

    private int FindSavepoint(string name)
    {
        var index = _savepoints.FindLastIndex(s => s.Name == name);
        return index >= 0 ? index : throw new PgException(SqlState.InvalidSavepointSpecification, $"savepoint \"{name}\" does not exist");
    }

    /// <summary>One SAVEPOINT; opened in SQLite when the transaction gets a SQLite one.</summary>
    internal sealed class Savepoint(string name, CatalogMark? catalogMark, int settingsMark, int undoMark, int lockMark, int quietMark)
    {
        internal string Name { get; } = name;

        internal CatalogMark? CatalogMark { get; set; } = catalogMark;

        internal int SettingsMark { get; } = settingsMark;

        internal int UndoMark { get; } = undoMark;

        /// <summary>Locks held at the time.</summary>
        internal int LockMark { get; set; } = lockMark;

        /// <summary>Locks noted at the time.</summary>
        internal int QuietMark { get; set; } = quietMark;

        internal bool IsOpen { get; set; }

        /// <summary>Rows moved or deleted at the time.</summary>
        internal int FateMark { get; init; }

        /// <summary>Whether the transaction around it is read-only.</summary>
        internal bool ReadOnly { get; init; }
    }
}
