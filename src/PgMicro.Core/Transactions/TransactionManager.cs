using System.Collections.Concurrent;
using PgMicro.Core.Catalog;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Transactions.Prepared;
using PgMicro.Core.Transactions.Serializable;

namespace PgMicro.Core.Transactions;

/// <summary>What the transactions of one database share: the write gate, the committed catalog, transaction ids, sequences.</summary>
internal sealed class TransactionManager(CatalogStore store, Func<SqliteConnectionHandle, BranchConnection> openBranch, IConnectionSource connections)
{
    private readonly ConcurrentBag<BranchConnection> _idleBranches = [];
    private int _branches;
    private long _commitSequence;
    private uint _foreignChanges;

    private const long FirstNormalXid = 3;
    private const int MostIdleBranches = 16;

    // Numbers that may be given out before the next one is written. After a restart the rest is left out.
    private const long XidsAhead = 1024;

    private static readonly SqlText SaveXid = new("INSERT INTO pgmicro_counter VALUES ('xid', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    private static readonly SqlText ReadXid = new("SELECT value FROM pgmicro_counter WHERE name = 'xid'");
    private static readonly SqlText ReadWriter = new("SELECT value FROM pgmicro_counter WHERE name = 'writer'");
    private static readonly SqlText SaveWriter = new("INSERT INTO pgmicro_counter VALUES ('writer', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    private long _nextXid = FirstNormalXid;
    private long _savedXid = FirstNormalXid;
    private long _savingXid;
    private long _keptUp;

    // What this process writes into the file when it begins to write after another one has.
    private readonly long _writer = BitConverter.ToInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(sizeof(long)));

    internal WriteGate Gate { get; } = new();

    internal LockManager Locks { get; } = new(() => store.Current.Database.oid);

    internal RecentChanges Recent { get; } = new();

    /// <summary>The serializable transactions.</summary>
    internal SerializableTransactions Serializable { get; } = new();

    /// <summary>Transactions whose changes stand in branches.</summary>
    internal int Branches => Volatile.Read(ref _branches);

    /// <summary>How often another process has been found to have written. Read and changed under the gate.</summary>
    internal int ForeignWrites { get; private set; }

    /// <summary>Number of the last commit.</summary>
    internal long CommitSequence => Interlocked.Read(ref _commitSequence);

    /// <summary>Snapshots that running transactions have exported, by their names.</summary>
    internal ConcurrentDictionary<string, ExportedSnapshot> Exported { get; } = new(StringComparer.Ordinal);

    /// <summary>The prepared transactions.</summary>
    internal PreparedTransactions Prepared { get; } = new();

    internal Sequences Sequences { get; } = new();

    internal RowidCounters Rowids { get; } = new();

    /// <summary>What makes frequent reads cheap; null where SQLite reads without locks.</summary>
    internal SharedReadLock? SharedReads { get; private set; }

    /// <summary>What commits wait for; null where nobody waits for the disk.</summary>
    internal LogFlusher? Log { get; private set; }

    /// <summary>What keeps the log short; null in a database that is only read.</summary>
    internal LogMaintenance? Maintenance { get; private set; }

    /// <summary>Who writes to the file, as other processes are told; null where there is nobody to tell.</summary>
    internal WriterMark? Writer { get; private set; }

    /// <summary>The last committed catalog.</summary>
    internal CatalogSnapshot Catalog => store.Current;

    /// <summary>Whether a sequence has moved since its state was written.</summary>
    internal bool HasUnsavedCounters => Sequences.HasUnsaved;

    /// <summary>The id that the next transaction to need one gets.</summary>
    internal long UpcomingXid => Interlocked.Read(ref _nextXid);

    /// <summary>Takes the next transaction id.</summary>
    internal long NextXid() => Interlocked.Increment(ref _nextXid) - 1;

    /// <summary>The id that comes next.</summary>
    internal long PeekXid => Interlocked.Read(ref _nextXid);

    /// <summary>Which transactions with an id run now, prepared ones included.</summary>
    internal RunningTransactions Running() => new(UpcomingXid, Locks.RunningXids());

    /// <summary>Writes what changes nothing, so that there is a log. Whoever writes just now does the same.</summary>
    internal void BeginLog(SqliteConnectionHandle connection)
    {
        var turn = new object();
        if (!Gate.TryEnter(turn))
        {
            return;
        }

        try
        {
            connection.BeginWrite();
            connection.Execute("INSERT INTO pgmicro_counter VALUES ('log', 0) ON CONFLICT (name) DO UPDATE SET value = value");
            connection.Commit();
            connection.NoteDataVersion();
        }
        finally
        {
            if (!connection.IsAutocommit)
            {
                connection.Rollback();
            }

            Gate.Exit(turn);
        }
    }

    /// <summary>Makes frequent reads cheap, by a connection of its own.</summary>
    internal void ShareReads(Func<SqliteConnectionHandle> open)
    {
        var reads = SharedReads = new SharedReadLock(open);
        Gate.Entered = () =>
        {
            if (Maintenance is { MayBeginAnew: true })
            {
                reads.Bar();
            }
        };
    }

    /// <summary>Takes care of the log, by a connection of its own.</summary>
    internal void KeepLog(Func<SqliteConnectionHandle> open, string? flushed)
    {
        Log = flushed is null ? null : new LogFlusher(flushed);
        Maintenance = new LogMaintenance(open, Gate, Log, () => SharedReads?.Renew());
        Gate.Left = () =>
        {
            Writer?.Clear();
            SharedReads?.Unbar();
        };
    }

    /// <summary>Tells other processes who writes to the file.</summary>
    internal void MarkWrites(string? file)
    {
        Writer = file is null ? null : new WriterMark(file);
    }

    /// <summary>Makes the table of counters in a fresh file and reads it from an old one.</summary>
    internal void Load(SqliteConnectionHandle connection)
    {
        _savedXid = _nextXid = Math.Max(FirstNormalXid, connection.QueryInt64("SELECT coalesce((SELECT value FROM pgmicro_counter WHERE name = 'xid'), 0)"));
        Prepared.Load(this, connection);
    }

    /// <summary>Tables that this layer keeps in the file.</summary>
    internal static void Initialize(SqliteConnectionHandle connection) => connection.Execute(
        """
        CREATE TABLE IF NOT EXISTS pgmicro_counter (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS pgmicro_sequence (seqrelid INTEGER PRIMARY KEY, last_value INTEGER NOT NULL, is_called INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS pgmicro_rowid (relid INTEGER PRIMARY KEY, reserved INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS pgmicro_prepared (gid TEXT PRIMARY KEY, xid INTEGER NOT NULL, prepared INTEGER NOT NULL, owner INTEGER NOT NULL, state BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS pgmicro_largeobject (loid INTEGER NOT NULL, pageno INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (loid, pageno)) WITHOUT ROWID;
        """);

    /// <summary>
    /// Looks, from time to time, for a catalog that another process has committed: between statements that are known, at most every few
    /// milliseconds; before a new one is analysed, and before a write, always.
    /// </summary>
    internal void KeepUp(SqliteConnectionHandle connection, bool now)
    {
        const int Milliseconds = 10;
        var time = Environment.TickCount64;
        if (now || time - Volatile.Read(ref _keptUp) >= Milliseconds)
        {
            Volatile.Write(ref _keptUp, time);
            store.Refresh(connection);
        }
    }

    /// <summary>Writes the counters within the transaction that commits; <see cref="CountersSaved"/> follows when it has.</summary>
    internal void SaveCounters(SqliteConnectionHandle connection)
    {
        Sequences.Save(connection);
        Rowids.Save(connection);
        var next = Interlocked.Read(ref _nextXid);
        if (next <= _savedXid)
        {
            return;
        }

        var statement = connection.Rent(SaveXid);
        try
        {
            _savingXid = next + XidsAhead;
            statement.BindInt64(1, _savingXid);
            statement.ExecuteNonQuery();
        }
        finally
        {
            connection.Return(statement);
        }
    }

    /// <summary>The transaction that wrote the counters has committed.</summary>
    internal void CountersSaved(SqliteConnectionHandle connection)
    {
        connection.NoteDataVersion();
        Sequences.Saved(connection);
        Rowids.Saved();
        if (_savingXid != 0)
        {
            (_savedXid, _savingXid) = (_savingXid, 0);
        }
    }

    /// <summary>Writes where the sequences are before the file is closed or copied; the caller holds the gate or is the last user.</summary>
    internal void SaveExactly(SqliteConnectionHandle connection)
    {
        if (!Sequences.IsAhead)
        {
            return;
        }

        connection.BeginWrite();
        try
        {
            Sequences.SaveExactly(connection);
            connection.Commit();
        }
        finally
        {
            if (!connection.IsAutocommit)
            {
                connection.Rollback();
            }
        }
    }

    /// <summary>Counts a commit; the caller holds the gate.</summary>
    internal long NextCommit() => Interlocked.Increment(ref _commitSequence);

    /// <summary>A transaction moves to a branch; it holds the gate, so nobody else writes without being seen.</summary>
    internal void BranchBegins()
    {
        Recent.Watch();
        Interlocked.Increment(ref _branches);
    }

    /// <summary>A transaction is prepared: its changes exist beside the file like those of a branch, without a snapshot of their own.</summary>
    internal void PreparedBegins() => Interlocked.Increment(ref _branches);

    /// <summary>A prepared transaction has ended.</summary>
    internal void PreparedEnds() => Interlocked.Decrement(ref _branches);

    /// <summary>A transaction in a branch has ended.</summary>
    internal void BranchEnds()
    {
        Interlocked.Decrement(ref _branches);
        Recent.Unwatch();
    }

    /// <summary>A connection that is in no transaction.</summary>
    internal SqliteConnectionHandle RentConnection() => connections.Rent();

    /// <summary>Takes it back.</summary>
    internal void ReturnConnection(SqliteConnectionHandle connection)
    {
        connection.Owner = null;
        connections.Return(connection);
    }

    /// <summary>A branch at the snapshot of a connection's read transaction.</summary>
    internal BranchConnection RentBranch(SqliteConnectionHandle pin)
    {
        if (!_idleBranches.TryTake(out var branch))
        {
            return openBranch(pin);
        }

        branch.SetBase(pin);
        return branch;
    }

    /// <summary>Takes a branch back that is in no transaction any more.</summary>
    internal void ReturnBranch(BranchConnection branch)
    {
        if (branch.HasTemporaryTables || !branch.Connection.IsAutocommit || _idleBranches.Count >= MostIdleBranches)
        {
            branch.Dispose();
            return;
        }

        branch.Connection.Owner = null;
        _idleBranches.Add(branch);
    }

    /// <summary>Closes what no transaction uses.</summary>
    internal void CloseBranches()
    {
        while (_idleBranches.TryTake(out var branch))
        {
            branch.Dispose();
        }
    }

    /// <summary>Begins a change of the catalog; the caller holds the gate.</summary>
    internal CatalogBuilder BeginCatalogChange() => store.Begin();

    /// <summary>Writes a changed catalog within the transaction that commits.</summary>
    internal void WriteCatalog(SqliteConnectionHandle connection, CatalogBuilder builder) => store.Write(connection, builder);

    /// <summary>Makes a committed catalog current.</summary>
    internal void Publish(SqliteConnectionHandle connection, CatalogBuilder builder) => store.Publish(connection, builder);

    /// <summary>
    /// Learns what another process has written since this one wrote last: its catalog, and how far it has moved the counters. The
    /// caller has just got the write lock.
    /// </summary>
    internal void Refresh(SqliteConnectionHandle connection)
    {
        if (!connection.IsDataChanged)
        {
            return;
        }

        store.Refresh(connection);
        if (HasWrittenLast(connection))
        {
            return;
        }

        Sequences.Expire();
        Rowids.Expire();
        Prepared.Load(this, connection);
        var xid = ReadCounter(connection, ReadXid);
        _savedXid = xid;
        for (var next = Interlocked.Read(ref _nextXid); next < xid;)
        {
            next = Interlocked.CompareExchange(ref _nextXid, xid, next);
        }

        var statement = connection.Rent(SaveWriter);
        try
        {
            statement.BindInt64(1, _writer);
            statement.ExecuteNonQuery();
        }
        finally
        {
            connection.Return(statement);
        }

        // The other one's mark stays until a transaction of this process commits: has it written since it was last looked at?
        if (BranchFile.CommitCounter(connection) is var changes && changes != _foreignChanges)
        {
            _foreignChanges = changes;
            ForeignWrites++;
        }
    }

    /// <summary>Whether the file is as this process has left it, so that there is nothing to learn.</summary>
    internal bool HasWrittenLast(SqliteConnectionHandle connection) => ReadCounter(connection, ReadWriter) == _writer;

    private static long ReadCounter(SqliteConnectionHandle connection, SqlText sql)
    {
        var statement = connection.Rent(sql);
        try
        {
            return statement.Step() ? statement.GetInt64(0) : 0;
        }
        finally
        {
            connection.Return(statement);
        }
    }
}
