using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Update;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.Internal;

namespace PgMicro.EntityFrameworkCore.Update;

/// <summary>Makes batches that read statement row counts from our reader.</summary>
public sealed class PgMicroModificationCommandBatchFactory : IModificationCommandBatchFactory
{
    private const int DefaultMaxBatchSize = 1000;
    private readonly ModificationCommandBatchFactoryDependencies _dependencies;
    private readonly int _maxBatchSize;

    /// <summary>Made by EF.</summary>
    public PgMicroModificationCommandBatchFactory(ModificationCommandBatchFactoryDependencies dependencies, IDbContextOptions options)
    {
        _dependencies = dependencies;
        _maxBatchSize = options.FindExtension<NpgsqlOptionsExtension>()?.MaxBatchSize ?? DefaultMaxBatchSize;
    }

    /// <inheritdoc/>
    public ModificationCommandBatch Create() => new PgMicroModificationCommandBatch(_dependencies, _maxBatchSize);
}
