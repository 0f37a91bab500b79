using Microsoft.EntityFrameworkCore.Storage;
using Npgsql.EntityFrameworkCore.PostgreSQL.Storage.Internal;
using PgMicro.Data;

namespace PgMicro.EntityFrameworkCore.Storage;

/// <summary>A database is a file: made by opening it, dropped by deleting it.</summary>
public sealed class PgMicroDatabaseCreator(
    RelationalDatabaseCreatorDependencies dependencies, INpgsqlRelationalConnection connection, IRawSqlCommandBuilder rawSqlCommandBuilder)
    : RelationalDatabaseCreator(dependencies)
{
    private const string CountTables = """
        SELECT CASE WHEN COUNT(*) = 0 THEN FALSE ELSE TRUE END
        FROM pg_class AS cls
        JOIN pg_namespace AS ns ON ns.oid = cls.relnamespace
        WHERE ns.nspname NOT IN ('pg_catalog', 'information_schema') AND cls.relkind IN ('r', 'v', 'm', 'f', 'p')
        """;

    private PgMicroConnectionStringBuilder Options => new(connection.ConnectionString);

    /// <inheritdoc/>
    public override bool Exists()
    {
        var options = Options;
        if (options.Mode == PgMicroOpenMode.Memory || connection.DbConnection.State == System.Data.ConnectionState.Open)
        {
            return true;
        }

        if (!File.Exists(options.DataSource))
        {
            return false;
        }

        // A file that cannot be opened as ours is an error, and one to be told.
        using var probe = new PgMicroConnection(options.ConnectionString);
        probe.Open();
        return true;
    }

    /// <inheritdoc/>
    public override Task<bool> ExistsAsync(CancellationToken cancellationToken = default) => Task.FromResult(Exists());

    /// <inheritdoc/>
    public override bool HasTables() => (bool)Command().ExecuteScalar(Parameters())!;

    /// <inheritdoc/>
    public override async Task<bool> HasTablesAsync(CancellationToken cancellationToken = default) =>
        (bool)(await Command().ExecuteScalarAsync(Parameters(), cancellationToken).ConfigureAwait(false))!;

    /// <inheritdoc/>
    public override void Create()
    {
        connection.Open();
        connection.Close();
    }

    /// <inheritdoc/>
    public override async Task CreateAsync(CancellationToken cancellationToken = default)
    {
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await connection.CloseAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void Delete()
    {
        var options = Options;
        if (connection.DbConnection.State == System.Data.ConnectionState.Open)
        {
            connection.DbConnection.Close();
        }

        PgMicroConnection.ClearPool(new PgMicroConnection(options.ConnectionString));
        if (options.Mode == PgMicroOpenMode.Memory)
        {
            return;
        }

        foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"])
        {
            File.Delete(options.DataSource + suffix);
        }
    }

    /// <inheritdoc/>
    public override Task DeleteAsync(CancellationToken cancellationToken = default)
    {
        Delete();
        return Task.CompletedTask;
    }

    private IRelationalCommand Command() => rawSqlCommandBuilder.Build(CountTables);

    private RelationalCommandParameterObject Parameters() =>
        new(connection, null, null, Dependencies.CurrentContext.Context, Dependencies.CommandLogger, Microsoft.EntityFrameworkCore.Diagnostics.CommandSource.Migrations);
}
