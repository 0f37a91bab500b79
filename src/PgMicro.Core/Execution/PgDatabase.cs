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
public sealed class PgDatabase : IDisposable
{
    private static readonly Dictionary<string, PgDatabase> Opened = new(StringComparer.Ordinal);
    private static readonly IReadOnlyList<RelationModule> SystemRelations =
        CatalogRelations.CreateModules(static connection => ((PgSession)connection.Owner!).Catalog);
    private static int _lastPid;

    private readonly ConcurrentBag<SqliteConnectionHandle> _idle = [];
    private readonly string _key;
    private readonly DatabaseFile _file;
    private readonly bool _inMemory;
    private int _users = 1;

    private PgDatabase(string key, string file, PgDatabaseOptions options)
    {
        _key = key;
        _inMemory = options.InMemory;
        Name = options.DatabaseName ?? Path.GetFileNameWithoutExtension(options.Path);
        Planner = new Planner();
        SqliteConnectionHandle? connection = null;
        try
        {
            // Nothing is written before the file is known to be ours.
            _file = DatabaseFile.Open(file, options, Name, out connection);
            Configure(connection);
            var store = CatalogStore.Open(connection, Name);
            if (!ReadOnly)
            {
                TransactionManager.Initialize(connection);
            }

            Transactions = new TransactionManager(store);
            Transactions.Load(connection);
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
    public string Name { get; }

    /// <summary>Whether no session may write.</summary>
    public bool ReadOnly => _file.ReadOnly;

    /// <summary>The file that holds it.</summary>
    public string FilePath => _file.Path;

    internal ParseTreeCache Parser { get; } = new();

    internal Planner Planner { get; }

    internal TransactionManager Transactions { get; }

    internal AdvisoryLocks AdvisoryLocks { get; } = new();

    /// <summary>Opens a database, or joins those who have it open.</summary>
    /// <exception cref="PgException">3D000 when it does not exist and may not be made; 42501, 42809, 53100, 55000, 58P01, XX001 for a file that cannot be used.</exception>
    public static PgDatabase Open(PgDatabaseOptions options)
    {
        var key = options.InMemory ? "memory:" + options.Path : Path.GetFullPath(options.Path);
        lock (Opened)
        {
            if (Opened.TryGetValue(key, out var database))
            {
                database._users++;
                return database;
            }

            database = new PgDatabase(key, options.InMemory ? MemoryFile() : key, options);
            Opened.Add(key, database);
            return database;
        }
    }

    /// <summary>Starts a session.</summary>
    public PgSession CreateSession(PgSessionOptions? options = null)
    {
        lock (Opened)
        {
            ObjectDisposedException.ThrowIf(_users == 0, this);
            _users++;
        }

        try
        {
            return new PgSession(this, _idle.TryTake(out var connection) ? connection : OpenConnection(), options ?? new PgSessionOptions());
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>Gives the database up; it closes when nobody uses it.</summary>
    public void Dispose() => Leave();

    internal int NextBackendPid() => Interlocked.Increment(ref _lastPid);

    internal void Release(PgSession session)
    {
        AdvisoryLocks.ReleaseAll(session);
        session.Connection.Owner = null;
        _idle.Add(session.Connection);
        Leave();
    }

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

    private void Configure(SqliteConnectionHandle connection)
    {
        (_inMemory ? SqliteFileSettings.Volatile : SqliteFileSettings.Durable).Apply(connection);
        FunctionTable.RegisterAll(connection);
        connection.Collations.Supplier = name => CodecCollations.Find(connection, name);
        foreach (var module in SystemRelations)
        {
            connection.VirtualTables.Register(module);
        }
    }

    private void Leave()
    {
        lock (Opened)
        {
            if (--_users > 0)
            {
                return;
            }

            Opened.Remove(_key);
        }

        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }

        if (_inMemory)
        {
            foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"])
            {
                File.Delete(_file.Path + suffix);
            }
        }
    }
}
