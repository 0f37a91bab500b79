using System.Data.Common;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;

namespace PgMicro.Data;

/// <summary>Makes connections to one database file.</summary>
public sealed class PgMicroDataSource : DbDataSource
{
    private readonly PgMicroConnectionStringBuilder _options;
    private readonly Lock _lock = new();
    private PgDatabase? _database;

    /// <summary>A data source of a connection string, or of a file.</summary>
    public PgMicroDataSource(string connectionStringOrPath) => _options = Parse(connectionStringOrPath);

    /// <inheritdoc/>
    public override string ConnectionString => _options.ConnectionString;

    /// <summary>Makes a data source.</summary>
    public static PgMicroDataSource Create(string connectionStringOrPath) => new(connectionStringOrPath);

    /// <summary>Makes a closed connection.</summary>
    public new PgMicroConnection CreateConnection() => new ByName.NpgsqlConnection(ConnectionString);

    /// <summary>Makes an open connection.</summary>
    public new PgMicroConnection OpenConnection() => (PgMicroConnection)base.OpenConnection();

    /// <summary>
    /// Copies the database, as its last commit left it, to a new file. A migrated database serves as the template of each
    /// test's own: the copy takes about a millisecond, and finds the template's plans.
    /// </summary>
    /// <param name="path">A file that is not there yet.</param>
    /// <returns>A data source of the copy, which stays open until that is disposed of; the file remains.</returns>
    /// <exception cref="Npgsql.PostgresException">42P04 when there is such a file.</exception>
    public PgMicroDataSource CloneTo(string path) => Clone(new PgMicroConnectionStringBuilder { DataSource = path });

    /// <summary>Copies the database, as its last commit left it, to memory.</summary>
    /// <param name="name">Its name, by which connection strings with <c>Mode=Memory</c> find it; by default a new one.</param>
    /// <returns>A data source of the copy, which is gone when that is disposed of and the last connection is closed.</returns>
    public PgMicroDataSource CloneToMemory(string? name = null) => Clone(new PgMicroConnectionStringBuilder
    {
        DataSource = name ?? Guid.NewGuid().ToString("N"),
        Mode = PgMicroOpenMode.Memory,
    });

    internal static PgMicroConnectionStringBuilder Parse(string text) =>
        text.Contains('=') ? new PgMicroConnectionStringBuilder(text) : new PgMicroConnectionStringBuilder { DataSource = text };

    /// <inheritdoc/>
    protected override DbConnection CreateDbConnection() => CreateConnection();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Interlocked.Exchange(ref _database, null)?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    protected override ValueTask DisposeAsyncCore()
    {
        Dispose(disposing: true);
        return base.DisposeAsyncCore();
    }

    private PgMicroDataSource Clone(PgMicroConnectionStringBuilder target)
    {
        try
        {
            lock (_lock)
            {
                // Kept open, so that one copy after the other is made from what is in memory.
                _database ??= DatabasePool.Open(ConnectionSettings.Of(_options.ConnectionString));
            }

            target.Database = _options.Database ?? (target.Mode == PgMicroOpenMode.Memory ? _database.Name : null);
            return new PgMicroDataSource(target.ConnectionString) { _database = _database.Clone(DatabasePool.Describe(target)) };
        }
        catch (PgException e)
        {
            throw Errors.ToPostgresException(e);
        }
    }
}

/// <summary>The provider's factory.</summary>
public sealed class PgMicroProviderFactory : DbProviderFactory
{
    /// <summary>The one instance.</summary>
    public static readonly PgMicroProviderFactory Instance = new();

    private PgMicroProviderFactory()
    {
    }

    /// <inheritdoc/>
    public override bool CanCreateBatch => true;

    /// <inheritdoc/>
    public override DbConnection CreateConnection() => new ByName.NpgsqlConnection(null);

    /// <inheritdoc/>
    public override DbCommand CreateCommand() => new PgMicroCommand();

    /// <inheritdoc/>
    public override DbParameter CreateParameter() => new Npgsql.NpgsqlParameter();

    /// <inheritdoc/>
    public override DbConnectionStringBuilder CreateConnectionStringBuilder() => new PgMicroConnectionStringBuilder();

    /// <inheritdoc/>
    public override DbBatch CreateBatch() => new PgMicroBatch();

    /// <inheritdoc/>
    public override DbBatchCommand CreateBatchCommand() => new PgMicroBatchCommand();

    /// <inheritdoc/>
    public override DbDataSource CreateDataSource(string connectionString) => new PgMicroDataSource(connectionString);
}
