using System.Data.Common;

namespace PgMicro.Data;

/// <summary>Makes connections to one database file.</summary>
public sealed class PgMicroDataSource : DbDataSource
{
    private readonly PgMicroConnectionStringBuilder _options;

    /// <summary>A data source of a connection string, or of a file.</summary>
    public PgMicroDataSource(string connectionStringOrPath) => _options = Parse(connectionStringOrPath);

    /// <inheritdoc/>
    public override string ConnectionString => _options.ConnectionString;

    /// <summary>Makes a data source.</summary>
    public static PgMicroDataSource Create(string connectionStringOrPath) => new(connectionStringOrPath);

    /// <summary>Makes a closed connection.</summary>
    public new PgMicroConnection CreateConnection() => new(ConnectionString);

    /// <summary>Makes an open connection.</summary>
    public new PgMicroConnection OpenConnection() => (PgMicroConnection)base.OpenConnection();

    internal static PgMicroConnectionStringBuilder Parse(string text) =>
        text.Contains('=') ? new PgMicroConnectionStringBuilder(text) : new PgMicroConnectionStringBuilder { DataSource = text };

    /// <inheritdoc/>
    protected override DbConnection CreateDbConnection() => CreateConnection();
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
    public override DbConnection CreateConnection() => new PgMicroConnection();

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
