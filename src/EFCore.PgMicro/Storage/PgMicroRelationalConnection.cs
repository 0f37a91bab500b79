using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.Internal;
using Npgsql.EntityFrameworkCore.PostgreSQL.Storage.Internal;
using PgMicro.Data;

namespace PgMicro.EntityFrameworkCore.Storage;

/// <summary>A context's connection to its file.</summary>
public sealed class PgMicroRelationalConnection : RelationalConnection, INpgsqlRelationalConnection
{
    private readonly RelationalConnectionDependencies _dependencies;

    /// <summary>Made by EF.</summary>
    public PgMicroRelationalConnection(RelationalConnectionDependencies dependencies)
        : base(dependencies)
    {
        _dependencies = dependencies;
        foreach (var mapping in dependencies.ContextOptions.FindExtension<NpgsqlOptionsExtension>()?.EnumDefinitions ?? [])
        {
            Data.Converters.EnumLabels.Map(mapping.ClrType, mapping.Labels);
        }
    }

    /// <summary>None: connections come from the connection string.</summary>
    public DbDataSource? DataSource => null;

    /// <inheritdoc/>
    protected override bool SupportsAmbientTransactions => false;

    /// <summary>A connection of its own to the same file: there is no other database to connect to.</summary>
    public INpgsqlRelationalConnection CreateAdminConnection() => Clone(ConnectionString!);

    /// <inheritdoc/>
    public ValueTask<INpgsqlRelationalConnection> CloneWith(string connectionString, bool async, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Clone(connectionString));

    /// <inheritdoc/>
    /// <remarks>Only the database creator makes files: else a query would leave an empty one where PostgreSQL says 3D000.</remarks>
    protected override DbConnection CreateDbConnection()
    {
        var options = new PgMicroConnectionStringBuilder(GetValidatedConnectionString());
        if (options.Mode == PgMicroOpenMode.ReadWriteCreate)
        {
            options.Mode = PgMicroOpenMode.ReadWrite;
        }

        return new PgMicroDataSource(options.ConnectionString).CreateConnection();
    }

    internal INpgsqlRelationalConnection Clone(string connectionString) => new PgMicroRelationalConnection(_dependencies with
    {
        ContextOptions = new DbContextOptionsBuilder().UseNpgsqlCompatibleFile(connectionString).Options,
    });
}
