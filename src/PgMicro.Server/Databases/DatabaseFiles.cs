using PgMicro.Core.Errors;
using PgMicro.Core.Execution;

namespace PgMicro.Server.Databases;

/// <summary>A folder whose files are databases, one file, or one database in memory.</summary>
internal sealed class DatabaseFiles : IDatabaseSource
{
    private const string Extension = ".db";

    private readonly string _path;
    private readonly bool _isFolder;
    private readonly PgDatabase? _single;

    internal DatabaseFiles(string path)
    {
        _path = path;
        _isFolder = Directory.Exists(path);
        if (_isFolder)
        {
            DefaultDatabase = "postgres";
            return;
        }

        var inMemory = path == ":memory:";
        _single = PgDatabase.Open(new PgDatabaseOptions
        {
            Path = inMemory ? Guid.NewGuid().ToString("N") : path,
            InMemory = inMemory,
            DatabaseName = inMemory ? "postgres" : null,
        });
        DefaultDatabase = _single.Name;
    }

    /// <inheritdoc/>
    public string DefaultDatabase { get; }

    /// <inheritdoc/>
    public PgDatabase Open(string name)
    {
        if (_single is not null)
        {
            return name == _single.Name
                ? PgDatabase.Open(new PgDatabaseOptions { Path = _path == ":memory:" ? _single.FilePath : _path })
                : throw DoesNotExist(name);
        }

        var file = Path.Combine(_path, name + Extension);
        if (name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || (name != DefaultDatabase && !File.Exists(file)))
        {
            throw DoesNotExist(name);
        }

        return PgDatabase.Open(new PgDatabaseOptions { Path = file, DatabaseName = name });
    }

    /// <inheritdoc/>
    public void Dispose() => _single?.Dispose();

    private static PgException DoesNotExist(string name) =>
        new(SqlState.InvalidCatalogName, $"database \"{name}\" does not exist") { Severity = "FATAL" };
}
