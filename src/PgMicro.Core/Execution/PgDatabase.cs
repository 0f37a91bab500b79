using System.Collections.Concurrent;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Parser;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions;

namespace PgMicro.Core.Execution;

/// <summary>
/// One database file, shared by all its sessions in the process. Opened by the first user, closed with the last
/// (manual: "Managing Databases"; a database is a file).
/// </summary>
public sealed class PgDatabase : IConnectionSource, IDisposable
{
    private static readonly Dictionary<string, PgDatabase> Opened = new(StringComparer.Ordinal);
    private static readonly IReadOnlyList<RelationModule> SystemRelations =
        CatalogRelations.CreateModules(
            static connection => ((PgSession)connection.Owner!).Catalog,
            static connection => ((PgSession)connection.Owner!).DatabaseRows());
    private static readonly SequenceRelation SequenceStates = new();
    private const int MostResting = 32;
    private static int _lastPid;

    private readonly ConcurrentBag<SqliteConnectionHandle> _idle = [];
    private readonly HashSet<PgSession> _sessions = [];
    private readonly List<PgSession> _restingSessions = [];
    private readonly string _key;
    private readonly DatabaseFile _file;
    private readonly CatalogStore _store;
    private PgCluster? _cluster;
    private int _users = 1;
    private volatile bool _isForgotten;

    private PgDatabase(string key, string file, PgDatabaseOptions options, PgDatabase? original = null)
    {
        _key = key;
        InMemory = options.InMemory;
        Name = options.DatabaseName ?? ClusterFiles.NameOf(options.Path);
        Planner = original?.Planner ?? new Planner();
        Parser = original?.Parser ?? new ParseTreeCache();
        Templates = original?.Templates ?? new StatementTemplates(Parser);
        SqliteConnectionHandle? connection = null;
        try
        {
            // Nothing is written before the file is known to be ours.
            var isNew = !File.Exists(file) || new FileInfo(file).Length == 0;
            _file = DatabaseFile.Open(file, options, Name, out connection);
            Register(connection);
            if (_file.HadLog && original is null)
            {
                DatabaseDamage.CheckLog(connection, file);
            }

            if (isNew)
            {
                ApplySettings(connection);
            }

            _store = CatalogStore.Open(connection, Name, original?._store);
            if (!isNew)
            {
                if (original is null)
                {
                    DatabaseDamage.CheckTables(connection, file, _store.Current);
                }

                ApplySettings(connection);
            }

            connection.LeaveLogOnClose(false);
            if (!ReadOnly)
            {
                TransactionManager.Initialize(connection);
            }

            // A prepared transaction is its original's. A DELETE writes to an empty table too, and the copy would wait for the disk.
            if (original is not null && !ReadOnly && connection.QueryInt64("SELECT EXISTS (SELECT 1 FROM pgmicro_prepared)") != 0)
            {
                connection.Execute("DELETE FROM pgmicro_prepared");
            }

            Transactions = new TransactionManager(_store, OpenBranch, this);
            Transactions.Load(connection);
            if (!ReadOnly)
            {
                Transactions.ShareReads(_file.OpenConnection);
                Transactions.KeepLog(OpenForMaintenance, InMemory ? null : FilePath);
                Transactions.MarkWrites(InMemory ? null : FilePath);
                Autovacuum = options.Autovacuum ? new Maintenance.Autovacuum(this) : null;
            }
        }
        catch (Exception e) when (DatabaseDamage.Error(file, e) is { } damage)
        {
            connection?.LeaveLogOnClose();
            connection?.Dispose();
            throw damage;
        }
        catch (SqliteException e)
        {
            connection?.Dispose();
            throw SqliteErrors.Map(e);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }

        _idle.Add(connection);
    }

    /// <summary>current_database().</summary>
    public string Name { get; private set; }

    /// <summary>The databases that it is one of: those beside its file, if it was not opened through a cluster.</summary>
    public PgCluster Cluster => _cluster ?? Interlocked.CompareExchange(ref _cluster, PgCluster.Around(this), null) ?? _cluster;

    /// <summary>Whether it goes with its last user.</summary>
    public bool InMemory { get; }

    /// <summary>Whether no session may write.</summary>
    public bool ReadOnly => _file.ReadOnly;

    /// <summary>The file that holds it.</summary>
    public string FilePath => _file.Path;

    /// <summary>What it shares with the other databases of its cluster; null when it stands alone.</summary>
    internal SharedCatalog? Shared => _store.Shared;

    internal ParseTreeCache Parser { get; }

    internal StatementTemplates Templates { get; }

    internal Planner Planner { get; }

    internal Statistics.CumulativeStatistics Statistics { get; } = new();

    internal TransactionManager Transactions { get; }

    /// <summary>What looks after tables that have changed much; null in a database that is only read.</summary>
    internal Maintenance.Autovacuum? Autovacuum { get; }

    internal Notifications.NotificationHub Notifications { get; } = new();

    /// <summary>Whether its file is deleted, or about to be.</summary>
    internal bool IsForgotten => _isForgotten;

    /// <summary>Its row of pg_database, as last committed.</summary>
    internal Catalog.Tables.PgDatabase Row => Transactions.Catalog.Database;

    /// <summary>Opens a database, or joins those who have it open.</summary>
    /// <exception cref="PgException">3D000 when it does not exist and may not be made; 42501, 42809, 53100, 55000, 58P01, XX001 for a file that cannot be used.</exception>
    public static PgDatabase Open(PgDatabaseOptions options) => Open(options, null);

    /// <summary>
    /// Removes a database as DROP DATABASE … WITH (FORCE) does: the sessions that this process has on it fail with 57P01 from now on.
    /// </summary>
    /// <returns>Whether there was one.</returns>
    public static bool Delete(PgDatabaseOptions options)
    {
        PgDatabase? open;
        lock (Opened)
        {
            open = Opened.GetValueOrDefault(KeyOf(options));
        }

        var file = open?.FilePath ?? (options.InMemory ? null : KeyOf(options));
        if (file is null)
        {
            return false;
        }

        var exists = File.Exists(file);
        open?.TerminateSessions(null);
        Forget(file);
        ClusterFiles.Delete(file);
        return exists;
    }

    /// <summary>
    /// Copies the database as its last commit left it, and opens the copy: a fast way to a fresh database for each test. Copies
    /// share their original's plans. Waits for a transaction that is writing.
    /// </summary>
    /// <param name="options">Where the copy goes: a file that is not there yet, or a database in memory.</param>
    /// <exception cref="PgException">42P04 when there is one already.</exception>
    public PgDatabase Clone(PgDatabaseOptions options)
    {
        var key = KeyOf(options);
        var name = options.DatabaseName ?? ClusterFiles.NameOf(options.Path);
        var file = options.InMemory ? MemoryFile() : key;
        if (File.Exists(file) || IsOpen(options))
        {
            throw PgCluster.AlreadyExists(name);
        }

        // What is not there under its name until it is whole cannot be taken for whole.
        var copy = file + ".new";
        var connection = _idle.TryTake(out var idle) ? idle : OpenConnection();
        var turn = new object();
        Transactions.Gate.Enter(turn, 0, CancellationToken.None);
        try
        {
            Transactions.SaveExactly(connection);
            _store.SaveShared(connection);
            DatabaseCopy.Copy(connection, FilePath, copy);
        }
        finally
        {
            Transactions.Gate.Exit(turn);
            _idle.Add(connection);
        }

        ClusterFiles.Move(copy, file);
        var database = new PgDatabase(key, file, options with { DatabaseName = name }, this);
        lock (Opened)
        {
            if (Opened.TryAdd(key, database))
            {
                return database;
            }
        }

        database.CloseConnections();
        throw PgCluster.AlreadyExists(name);
    }

    /// <summary>Starts a session.</summary>
    /// <exception cref="PgException">53300 when the database has as many sessions as it may.</exception>
    public PgSession CreateSession(PgSessionOptions? options = null)
    {
        Join();
        try
        {
            return StartSession(options ?? new PgSessionOptions());
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>Takes a session that a client has given back, or starts one.</summary>
    internal PgSession RentSession(PgSessionOptions options)
    {
        Join();
        try
        {
            return TakeRestingSession(options) ?? StartSession(options);
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>Gives a session back for the next client.</summary>
    internal void ReturnSession(PgSession session)
    {
        if (_isForgotten || !session.TryReset())
        {
            session.Dispose();
            return;
        }

        PgSession? surplus = null;
        lock (_sessions)
        {
            _sessions.Remove(session);
            if (_restingSessions.Count == MostResting)
            {
                surplus = _restingSessions[0];
                _restingSessions.RemoveAt(0);
            }

            _restingSessions.Add(session);
        }

        surplus?.Dispose();
        Leave();
    }

    /// <summary>The sessions of this database and of the others of its cluster that are open in this process.</summary>
    internal IEnumerable<PgSession> ClusterSessions() => OpenDatabases().SelectMany(static d => d.Sessions());

    /// <summary>This database and the others of its cluster that are open in this process.</summary>
    internal PgDatabase[] OpenDatabases()
    {
        lock (Opened)
        {
            return [.. Opened.Values.Where(d => ReferenceEquals(d, this) || ReferenceEquals(d.Cluster, Cluster))];
        }
    }

    /// <summary>The sessions that are now open.</summary>
    public IReadOnlyList<PgSession> Sessions()
    {
        lock (_sessions)
        {
            return [.. _sessions];
        }
    }

    /// <summary>Writes the log back into the file, as far as no reader is in the way.</summary>
    public void Checkpoint()
    {
        if (ReadOnly)
        {
            return;
        }

        Transactions.SharedReads?.Release();
        var connection = _idle.TryTake(out var idle) ? idle : OpenConnection();
        connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        _idle.Add(connection);
    }

    /// <summary>Gives the database up; it closes when nobody uses it.</summary>
    public void Dispose() => Leave();

    /// <summary>Opens a database as one of a cluster's.</summary>
    /// <param name="options">What to open.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="copyOf">The file that a new database in memory starts as a copy of.</param>
    internal static PgDatabase Open(PgDatabaseOptions options, PgCluster? cluster, string? copyOf = null)
    {
        WarmUp.Begin();
        var key = KeyOf(options);
        lock (Opened)
        {
            if (Opened.TryGetValue(key, out var database))
            {
                database._cluster ??= cluster;
                database.Share(cluster);
                database._users++;
                return database;
            }

            var file = options.InMemory ? MemoryFile() : key;
            if (copyOf is not null)
            {
                DatabaseCopy.Copy(copyOf, file);
            }

            database = new PgDatabase(key, file, options) { _cluster = cluster };
            try
            {
                database.Share(cluster);
            }
            catch
            {
                database.CloseConnections();
                throw;
            }

            Opened.Add(key, database);
            return database;
        }
    }

    /// <summary>Makes the file of a new database.</summary>
    internal static void CreateFile(string path, string name) =>
        new PgDatabase(path, path, new PgDatabaseOptions { Path = path, DatabaseName = name }).CloseConnections();

    /// <summary>Whether somebody in this process has the database open.</summary>
    internal static bool IsOpen(PgDatabaseOptions options)
    {
        lock (Opened)
        {
            return Opened.ContainsKey(KeyOf(options));
        }
    }

    /// <summary>The database of a file, if somebody in this process has it open.</summary>
    internal static PgDatabase? FindOpen(string file)
    {
        lock (Opened)
        {
            return Opened.GetValueOrDefault(file) ?? Opened.Values.FirstOrDefault(d => d.InMemory && d.FilePath == file);
        }
    }

    /// <summary>Takes leave of a file that is about to be deleted: who opens its path from now on opens what is there then.</summary>
    internal static void Forget(string file)
    {
        PgDatabase? database;
        lock (Opened)
        {
            database = FindOpen(file);
            if (database is null)
            {
                return;
            }

            Opened.Remove(database._key);
            database._isForgotten = true;
        }

        database.CloseRestingSessions();
        database.CloseConnections();
    }

    /// <summary>Gives the database another name and row of pg_database.</summary>
    internal void Rename(Catalog.Tables.PgDatabase row)
    {
        Name = row.datname;
        var connection = _idle.TryTake(out var idle) ? idle : OpenConnection();
        _store.Rename(connection, row);
        connection.SyncLog();
        _idle.Add(connection);
    }

    /// <summary>How many sessions there are besides one.</summary>
    internal int CountSessions(PgSession? besides)
    {
        Autovacuum?.Stop();
        lock (_sessions)
        {
            return _sessions.Count - (besides is not null && _sessions.Contains(besides) ? 1 : 0);
        }
    }

    /// <summary>Ends all sessions but one: their next statement fails with 57P01.</summary>
    internal void TerminateSessions(PgSession? besides)
    {
        foreach (var session in Sessions())
        {
            if (session != besides)
            {
                session.Terminate();
            }
        }
    }

    /// <summary>One more user of the database, who disposes of it too.</summary>
    internal PgDatabase Join()
    {
        lock (Opened)
        {
            ObjectDisposedException.ThrowIf(_users == 0, this);
            _users++;
            return this;
        }
    }

    internal int NextBackendPid() => Interlocked.Increment(ref _lastPid);

    internal void Release(PgSession session)
    {
        bool wasResting;
        lock (_sessions)
        {
            wasResting = !_sessions.Remove(session);
        }

        Transactions.Locks.ReleaseSession(session.LockOwner);
        session.Connection.Owner = null;
        if (_idle.Count < MostResting)
        {
            _idle.Add(session.Connection);
        }
        else
        {
            session.Connection.Dispose();
        }

        if (_isForgotten)
        {
            CloseConnections();
        }

        // A resting session does not keep the database open.
        if (!wasResting)
        {
            Leave();
        }
    }

    private PgSession StartSession(PgSessionOptions options)
    {
        var session = new PgSession(this, _idle.TryTake(out var connection) ? connection : OpenConnection(), options);
        lock (_sessions)
        {
            if (!HasRoomFor(session))
            {
                GiveUp(session);
                throw new PgException(SqlState.TooManyConnections, $"too many connections for database \"{Name}\"");
            }

            _sessions.Add(session);
        }

        // Counted when all who come at once are seen, in whichever database.
        if (session.Catalog.FindRole(session.SessionRole) is { rolconnlimit: >= 0, rolsuper: false } role
            && ClusterSessions().Count(s => s.SessionRole == role.rolname) > role.rolconnlimit)
        {
            lock (_sessions)
            {
                _sessions.Remove(session);
            }

            GiveUp(session);
            throw new PgException(SqlState.TooManyConnections, $"too many connections for role \"{role.rolname}\"");
        }

        return session;
    }

    private void GiveUp(PgSession session)
    {
        Transactions.Locks.ReleaseSession(session.LockOwner);
        session.Connection.Owner = null;
        _idle.Add(session.Connection);
    }

    private PgSession? TakeRestingSession(PgSessionOptions options)
    {
        lock (_sessions)
        {
            for (var i = _restingSessions.Count - 1; i >= 0; i--)
            {
                var session = _restingSessions[i];
                if (ReferenceEquals(session.Options, options) && !session.IsTerminated && HasRoomFor(session))
                {
                    _restingSessions.RemoveAt(i);
                    _sessions.Add(session);
                    session.EndTurn();
                    return session;
                }
            }

            return null;
        }
    }

    private bool HasRoomFor(PgSession session) =>
        Row.datconnlimit < 0 || _sessions.Count < Row.datconnlimit || session.IsSuperuser;

    private static string KeyOf(PgDatabaseOptions options) => options.InMemory ? "memory:" + options.Path : Path.GetFullPath(options.Path);

    private static string MemoryFile()
    {
        var folder = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        return Path.Combine(folder, $"pgmicro-{Environment.ProcessId}-{Guid.NewGuid():N}.db");
    }

    private SqliteConnectionHandle OpenConnection()
    {
        var connection = _file.OpenConnection();
        try
        {
            Configure(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    SqliteConnectionHandle IConnectionSource.Rent() => _idle.TryTake(out var connection) ? connection : OpenConnection();

    void IConnectionSource.Return(SqliteConnectionHandle connection) => _idle.Add(connection);

    private BranchConnection OpenBranch(SqliteConnectionHandle pin) => BranchConnection.Open(FilePath, pin, connection =>
    {
        SqliteFileSettings.Branch.Apply(connection);
        Register(connection);
    });

    private void Configure(SqliteConnectionHandle connection)
    {
        ApplySettings(connection);
        Register(connection);
    }

    private void ApplySettings(SqliteConnectionHandle connection)
    {
        FileSettings.Apply(connection);
        if (!ReadOnly)
        {
            connection.WatchLog();
        }
    }

    private SqliteFileSettings FileSettings => InMemory ? SqliteFileSettings.Volatile : SqliteFileSettings.Shared;

    // It takes no part in SQL.
    private SqliteConnectionHandle OpenForMaintenance()
    {
        var connection = _file.OpenConnection();
        try
        {
            FileSettings.Apply(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Register(SqliteConnectionHandle connection)
    {
        FunctionTable.RegisterAll(connection);
        connection.Collations.Supplier = name => CodecCollations.Find(connection, name);
        foreach (var module in SystemRelations)
        {
            connection.VirtualTables.Register(module);
        }

        connection.VirtualTables.Register(SequenceStates);
    }

    private void Leave()
    {
        bool isLast;
        lock (Opened)
        {
            isLast = --_users == 0;
            if (isLast && !_isForgotten)
            {
                Opened.Remove(_key);
            }
        }

        if (!isLast)
        {
            if (Autovacuum is { IsRunning: true } && Volatile.Read(ref _users) == 1)
            {
                // Then it closes the database, and not later than now.
                Autovacuum.Stop();
            }

            return;
        }

        Autovacuum?.Dispose();
        CloseRestingSessions();
        SaveCounters();
        CloseConnections();
        if (InMemory)
        {
            _cluster?.Release(this);
            ClusterFiles.Delete(FilePath);
        }
    }

    // Its file's copy of what the cluster shares follows when it closes, unless it is out of date from the start.
    private void Share(PgCluster? cluster)
    {
        if (cluster?.Shared is not { } shared || _store.Shared is not null)
        {
            return;
        }

        var connection = _idle.TryTake(out var idle) ? idle : OpenConnection();
        try
        {
            _store.Share(shared, connection);
            if (!ReadOnly)
            {
                SaveShared(connection);
            }
        }
        catch (SqliteException e)
        {
            throw SqliteErrors.Map(e);
        }
        finally
        {
            _idle.Add(connection);
        }
    }

    private void SaveShared(SqliteConnectionHandle connection)
    {
        try
        {
            _store.SaveShared(connection);
        }
        catch (SqliteException e) when (e.Code is SqliteResultCode.Busy)
        {
            // Somebody is writing to the file.
        }
    }

    private void CloseRestingSessions()
    {
        PgSession[] sessions;
        lock (_sessions)
        {
            sessions = [.. _restingSessions];
            _restingSessions.Clear();
        }

        foreach (var session in sessions)
        {
            session.Dispose();
        }
    }

    // What a crash leaves undone: sequences go on where they are, not where they might have been.
    private void SaveCounters()
    {
        if (InMemory || ReadOnly || _isForgotten || !_idle.TryTake(out var connection))
        {
            return;
        }

        try
        {
            Transactions.SaveExactly(connection);
            _store.SaveShared(connection);
        }
        catch (SqliteException e) when (e.Code is SqliteResultCode.Busy or SqliteResultCode.Full or SqliteResultCode.IoErr or SqliteResultCode.ReadOnly)
        {
            // Values are left out then, as after a crash; the commits are safe. The copy of what the cluster shares is made when it is opened again.
        }

        _idle.Add(connection);
    }

    private void CloseConnections()
    {
        _store.Shared?.Remove(_store);
        Transactions.SharedReads?.Dispose();
        Transactions.CloseBranches();
        Transactions.Maintenance?.Dispose();
        while (_idle.TryTake(out var connection))
        {
            if (_isForgotten || Transactions.Log is { IsFailed: true })
            {
                // The path may be another file's by now: its log is not ours to remove. One that the disk has not taken is what the next user recovers from.
                connection.LeaveLogOnClose();
            }

            connection.Dispose();
        }

        Transactions.Writer?.Dispose();
    }
}
