using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;
using DatabaseRow = PgMicro.Core.Catalog.Tables.PgDatabase;

namespace PgMicro.Core.Execution;

/// <summary>
/// The databases that a server serves together (manual: "Managing Databases"): the files of a folder, the files beside one
/// database's, or databases in memory. <c>postgres</c> and <c>template1</c> are always there: their files are made when somebody
/// connects to them. Thread-safe.
/// </summary>
public sealed class PgCluster : IDisposable, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PgDatabase> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KnownRow> _rows = new(StringComparer.Ordinal);
    private readonly ClusterFiles? _files;
    private readonly string _memoryKey;
    private readonly (string Name, string Path)? _main;
    private readonly bool _readOnly;
    private bool _disposed;

    private PgCluster(ClusterFiles? files, string memoryKey, (string, string)? main, string defaultDatabase, bool readOnly, SharedCatalog? shared = null)
    {
        Shared = shared;
        _files = files;
        _memoryKey = memoryKey;
        _main = main;
        _readOnly = readOnly;
        DefaultDatabase = defaultDatabase;
    }

    /// <summary>The database to connect to when a client names none: that of the file, else <c>postgres</c>.</summary>
    public string DefaultDatabase { get; }

    /// <summary>What its databases know of roles together; null where each has its own: beside a database's file, not in a folder.</summary>
    internal SharedCatalog? Shared { get; }

    /// <summary>Who changes roles holds it to the end of the transaction.</summary>
    internal Transactions.WriteGate SharedGate { get; } = new();

    /// <summary>The names of the databases that can be connected to, in order.</summary>
    public IReadOnlyList<string> DatabaseNames => [.. Rows().Where(static r => r.datallowconn).Select(static r => r.datname)];

    /// <summary>Opens a folder, a file with those beside it, or a cluster in memory.</summary>
    /// <exception cref="PgException">58P01 when nothing is there and nothing may be made; what <see cref="PgDatabase.Open"/> raises for a file.</exception>
    public static PgCluster Open(PgClusterOptions options)
    {
        if (options.InMemory)
        {
            return new PgCluster(null, $"{options.Path}/{Guid.NewGuid():N}/", null, "postgres", options.ReadOnly, SharedCatalog.InMemory());
        }

        var path = Path.GetFullPath(options.Path);
        var isFolder = Directory.Exists(path) || (!File.Exists(path) && Path.GetExtension(path).Length == 0);
        if (isFolder)
        {
            if (!Directory.Exists(path))
            {
                if (!options.Create)
                {
                    throw new PgException(SqlState.UndefinedFile, $"could not open directory \"{options.Path}\": No such file or directory");
                }

                Directory.CreateDirectory(path);
            }

            return new PgCluster(
                new ClusterFiles(path, ClusterFiles.DefaultExtension), "", null, "postgres", options.ReadOnly, SharedCatalog.Open(path, options.ReadOnly));
        }

        var name = ClusterFiles.NameOf(path);
        var cluster = Around(path, name, options.ReadOnly);
        cluster._open.Add(name, PgDatabase.Open(
            new PgDatabaseOptions { Path = path, DatabaseName = name, ReadOnly = options.ReadOnly, Create = options.Create }, cluster));
        return cluster;
    }

    /// <summary>The database of a name; null when there is none. It stays open until the cluster closes: do not dispose of it.</summary>
    public PgDatabase? Find(string name)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_open.TryGetValue(name, out var open))
            {
                return open;
            }

            var path = PathOf(name);
            var exists = path is not null && File.Exists(path);
            if (name == "template0" || (!exists && name is not ("postgres" or "template1")))
            {
                return null;
            }

            var database = OpenDatabase(name, create: !exists && !_readOnly);
            _open.Add(name, database);
            return database;
        }
    }

    /// <summary>The database of a name, to connect to.</summary>
    /// <exception cref="PgException">3D000 when there is none; 55000 when it takes no connections; 53300 when it has as many sessions as it may.</exception>
    public PgDatabase Get(string name)
    {
        Shared?.Refresh();
        var database = Find(name);
        if (database is null ? name == "template0" : !database.Row.datallowconn)
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"database \"{name}\" is not currently accepting connections");
        }

        return database ?? throw DoesNotExist(name);
    }

    /// <summary>Makes a database as a copy of its template.</summary>
    /// <exception cref="PgException">42P04, 3D000 for the template, 55006 when the template is in use, 42710 for an OID that is taken.</exception>
    public void Create(string name, PgCreateDatabaseOptions? options = null) => Create(name, options ?? new PgCreateDatabaseOptions(), null);

    /// <summary>Removes a database.</summary>
    /// <param name="name">The database.</param>
    /// <param name="force">Whether its sessions are ended (57P01).</param>
    /// <exception cref="PgException">3D000, 42809 for a template, 55006 when it is in use.</exception>
    public void Drop(string name, bool force = false) => Drop(name, force, null);

    /// <summary>Gives a database another name.</summary>
    /// <exception cref="PgException">3D000, 42P04, 55006 when it is in use.</exception>
    public void Rename(string name, string newName)
    {
        lock (_lock)
        {
            var row = FindRow(name) ?? throw DoesNotExist(name);
            if (FindRow(newName) is not null)
            {
                throw AlreadyExists(newName);
            }

            RejectOthers($"database \"{name}\" is being accessed by other users", name, null);
            var database = Materialize(name);
            if (_files is null)
            {
                _open.Remove(name);
                _open.Add(newName, database);
                database.Rename(row with { datname = newName });
                return;
            }

            Release(name);
            ClusterFiles.Move(database.FilePath, _files.PathOf(newName));
            WriteRow(_files.PathOf(newName), row with { datname = newName });
        }
    }

    /// <summary>Writes the logs back into the files and closes every database that has no session left.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            foreach (var database in _open.Values)
            {
                database.Checkpoint();
                database.Dispose();
            }

            _open.Clear();
            Shared?.Release();
        }
    }

    /// <summary>The cluster of a database that was opened by itself.</summary>
    internal static PgCluster Around(PgDatabase database) => database.InMemory
        ? new PgCluster(null, "", (database.Name, database.FilePath), database.Name, database.ReadOnly)
        : Around(database.FilePath, database.Name, database.ReadOnly);

    /// <summary>The rows of pg_database.</summary>
    internal IReadOnlyList<DatabaseRow> Rows()
    {
        lock (_lock)
        {
            var names = new SortedSet<string>(StringComparer.Ordinal) { "postgres", "template0", "template1" };
            names.UnionWith(_open.Keys);
            if (_main is var (main, _))
            {
                names.Add(main);
            }

            names.UnionWith(_files?.Names() ?? []);
            var rows = new Dictionary<uint, DatabaseRow>();
            foreach (var name in names.OrderByDescending(DatabaseRows.IsInitial))
            {
                if (FindRow(name) is not { } row)
                {
                    continue;
                }

                // A file that was copied has the OID of its original.
                for (var attempt = 0; !rows.TryAdd(row.oid, row); attempt++)
                {
                    row = row with { oid = DatabaseRows.NewOid(name, attempt) };
                }
            }

            return [.. rows.Values.OrderBy(static r => r.oid)];
        }
    }

    internal DatabaseRow? FindRow(uint oid) => Rows().FirstOrDefault(r => r.oid == oid);

    /// <summary>The row of a database; null when there is none.</summary>
    internal DatabaseRow? FindRow(string name)
    {
        lock (_lock)
        {
            if (_open.GetValueOrDefault(name) is { } open)
            {
                return open.Row;
            }

            if (PathOf(name) is not { } path || !File.Exists(path))
            {
                return DatabaseRows.IsInitial(name) ? DatabaseRows.New(name) : null;
            }

            if (PgDatabase.FindOpen(path) is { } joined)
            {
                return joined.Row with { datname = name };
            }

            // What the file says of its database changes only with the file.
            var file = new FileInfo(path);
            if (!_rows.TryGetValue(path, out var known) || known.Written != file.LastWriteTimeUtc || known.Length != file.Length)
            {
                known = new KnownRow(file.LastWriteTimeUtc, file.Length, ReadRow(path));
                _rows[path] = known;
            }

            return known.Row is { } row ? row with { datname = name } : null;
        }
    }

    /// <summary>Bytes of a database's files.</summary>
    internal long SizeOf(string name)
    {
        lock (_lock)
        {
            _ = FindRow(name) ?? throw DoesNotExist(name);
            var path = _open.GetValueOrDefault(name)?.FilePath ?? PathOf(name);
            return path is null ? 0 : new[] { path, path + "-wal" }.Where(File.Exists).Sum(static f => new FileInfo(f).Length);
        }
    }

    internal void Create(string name, PgCreateDatabaseOptions options, PgSession? asked)
    {
        lock (_lock)
        {
            var template = options.Template;
            var source = FindRow(template) ?? throw new PgException(SqlState.InvalidCatalogName, $"template database \"{template}\" does not exist");
            if (FindRow(name) is not null || (PathOf(name) is { } taken && File.Exists(taken)))
            {
                throw AlreadyExists(name);
            }

            var oid = options.Oid;
            if (oid == 0)
            {
                var used = Rows().Select(static r => r.oid).ToHashSet();
                for (var attempt = 0; used.Contains(oid = DatabaseRows.NewOid(name, attempt)); attempt++)
                {
                }
            }
            else if (FindRow(oid) is { } same)
            {
                throw new PgException(SqlState.InvalidParameterValue, $"database OID {oid} is already in use by database \"{same.datname}\"");
            }

            RejectOthers($"source database \"{template}\" is being accessed by other users", template, asked);
            var row = DatabaseRows.New("postgres") with
            {
                oid = oid,
                datname = name,
                datdba = options.OwnerOid,
                datistemplate = options.IsTemplate,
                datallowconn = options.AllowConnections,
                datconnlimit = options.ConnectionLimit,
                datacl = null,
            };
            var from = _open.GetValueOrDefault(template)?.FilePath ?? PathOf(template);
            if (_files is null)
            {
                CreateInMemory(row, from);
                return;
            }

            var path = _files.NewPath();
            try
            {
                if (from is not null && File.Exists(from))
                {
                    DatabaseCopy.Copy(from, path);
                }
                else
                {
                    PgDatabase.CreateFile(path, name);
                }

                WriteRow(path, row);
                DatabaseCopy.Flush(path);
                File.Move(path, _files.PathOf(name));
            }
            finally
            {
                ClusterFiles.Delete(path);
            }
        }
    }

    internal void Drop(string name, bool force, PgSession? asked)
    {
        var oid = Remove(name, force, asked);
        Shared?.ForgetDatabase(oid);
    }

    private uint Remove(string name, bool force, PgSession? asked)
    {
        lock (_lock)
        {
            var row = FindRow(name) ?? throw DoesNotExist(name);
            if (asked is not null && asked.Database.Name == name)
            {
                throw new PgException(SqlState.ObjectInUse, "cannot drop the currently open database");
            }

            if (row.datistemplate)
            {
                throw new PgException(SqlState.WrongObjectType, "cannot drop a template database");
            }

            if (force)
            {
                if (CountPrepared(name) is var prepared and > 0)
                {
                    throw new PgException(SqlState.ObjectInUse, $"database \"{name}\" is being used by prepared transactions").WithDetail(
                        prepared == 1 ? "There is 1 prepared transaction using the database." : $"There are {prepared} prepared transactions using the database.");
                }

                Users(name)?.TerminateSessions(asked);
            }
            else
            {
                RejectOthers($"database \"{name}\" is being accessed by other users", name, asked);
            }

            Release(name);
            if (PathOf(name) is { } path)
            {
                PgDatabase.Forget(path);
                ClusterFiles.Delete(path);
            }

            return row.oid;
        }
    }

    /// <summary>A database whose file there is, or which is in memory, for as long as the caller works with it; null when there is none.</summary>
    internal PgDatabase? OpenExisting(string name)
    {
        lock (_lock)
        {
            return _open.GetValueOrDefault(name)?.Join() ?? (_files is not null && PathOf(name) is { } path && File.Exists(path) ? OpenDatabase(name, create: false) : null);
        }
    }

    /// <summary>A database that is there for as long as the caller works with it, and not held by the cluster.</summary>
    internal PgDatabase OpenShared(string name)
    {
        lock (_lock)
        {
            return _open.GetValueOrDefault(name)?.Join() ?? (FindRow(name) is null ? throw DoesNotExist(name) : OpenDatabase(name, create: true));
        }
    }

    internal static PgException DoesNotExist(string name) => new(SqlState.InvalidCatalogName, $"database \"{name}\" does not exist");

    internal static PgException AlreadyExists(string name) => new(SqlState.DuplicateDatabase, $"database \"{name}\" already exists");

    private static PgCluster Around(string path, string name, bool readOnly) => new(
        new ClusterFiles(Path.GetDirectoryName(path)!, Path.GetExtension(path)), "", (name, path), name, readOnly);

    private string? PathOf(string name) => _main is var (main, path) && main == name ? path : _files?.PathOf(name);

    private PgDatabase OpenDatabase(string name, bool create) => PgDatabase.Open(
        _files is null
            ? new PgDatabaseOptions { Path = _memoryKey + name, InMemory = true, DatabaseName = name, ReadOnly = _readOnly }
            : new PgDatabaseOptions { Path = PathOf(name)!, DatabaseName = name, ReadOnly = _readOnly, Create = create },
        this);

    private void CreateInMemory(DatabaseRow row, string? from)
    {
        var options = new PgDatabaseOptions { Path = _memoryKey + row.datname, InMemory = true, DatabaseName = row.datname };
        if (PgDatabase.IsOpen(options))
        {
            throw AlreadyExists(row.datname);
        }

        var database = PgDatabase.Open(options, this, from);
        database.Rename(row);
        _open.Add(row.datname, database);
    }

    /// <summary>A database in memory that was opened by itself has closed: those made beside it go with it.</summary>
    internal void Release(PgDatabase database)
    {
        if (_main is var (_, path) && path == database.FilePath)
        {
            Dispose();
        }
    }

    private PgDatabase Materialize(string name) => Find(name) ?? throw DoesNotExist(name);

    // The database of a name if anybody in this process uses it.
    private PgDatabase? Users(string name) =>
        _open.GetValueOrDefault(name) ?? (PathOf(name) is { } path ? PgDatabase.FindOpen(path) : null);

    private void RejectOthers(string message, string name, PgSession? asked)
    {
        var (others, prepared) = (Users(name)?.CountSessions(asked) ?? 0, CountPrepared(name));
        if (others > 0 || prepared > 0)
        {
            throw new PgException(SqlState.ObjectInUse, message).WithDetail((others, prepared) switch
            {
                (1, 0) => "There is 1 other session using the database.",
                (_, 0) => $"There are {others} other sessions using the database.",
                (0, 1) => "There is 1 prepared transaction using the database.",
                (0, _) => $"There are {prepared} prepared transactions using the database.",
                _ => $"There are {others} other session(s) and {prepared} prepared transaction(s) using the database.",
            });
        }
    }

    private int CountPrepared(string name)
    {
        if (_open.GetValueOrDefault(name) is { } open)
        {
            return open.Transactions.Prepared.All.Count;
        }

        if (PathOf(name) is not { } path || !File.Exists(path))
        {
            return 0;
        }

        using var connection = SqliteConnectionHandle.Open(path, new SqliteConnectionOptions { Create = false });
        return connection.QueryInt64("SELECT count(*) FROM sqlite_schema WHERE name = 'pgmicro_prepared'") == 0
            ? 0 : (int)connection.QueryInt64("SELECT count(*) FROM pgmicro_prepared");
    }

    private void Release(string name)
    {
        if (_open.Remove(name, out var database))
        {
            database.Dispose();
        }
    }

    private static DatabaseRow? ReadRow(string path)
    {
        try
        {
            using var connection = SqliteConnectionHandle.Open(path, new SqliteConnectionOptions { Create = false });
            return DatabaseRows.Read(connection);
        }
        catch (SqliteException e) when (e.Code is SqliteResultCode.NotADb)
        {
            return null;
        }
    }

    private static void WriteRow(string path, DatabaseRow row)
    {
        using var connection = SqliteConnectionHandle.Open(path, new SqliteConnectionOptions { Create = false });
        connection.BeginWrite();
        DatabaseRows.Write(connection, row);
        connection.Commit();
    }

    private sealed record KnownRow(DateTime Written, long Length, DatabaseRow? Row);
}
