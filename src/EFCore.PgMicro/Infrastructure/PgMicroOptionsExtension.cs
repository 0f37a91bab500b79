using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.Internal;
using Npgsql.EntityFrameworkCore.PostgreSQL.Storage.Internal;
using PgMicro.EntityFrameworkCore.Storage;
using PgMicro.EntityFrameworkCore.Update;

namespace PgMicro.EntityFrameworkCore.Infrastructure;

/// <summary>
/// Stands beside Npgsql's own extension, whose type must stay exactly that for EF to find it, and replaces the three services that know
/// how to reach a server.
/// </summary>
public sealed class PgMicroOptionsExtension : IDbContextOptionsExtension
{
    /// <inheritdoc/>
    public DbContextOptionsExtensionInfo Info => field ??= new ExtensionInfo(this);

    /// <inheritdoc/>
    public void ApplyServices(IServiceCollection services)
    {
        // EF applies extensions in an order of its own: what Npgsql adds with TryAdd after us finds these already there, what it added before is removed.
        services.RemoveAll<INpgsqlRelationalConnection>().AddScoped<INpgsqlRelationalConnection, PgMicroRelationalConnection>();
        services.RemoveAll<IRelationalDatabaseCreator>().AddScoped<IRelationalDatabaseCreator, PgMicroDatabaseCreator>();
        services.RemoveAll<IModificationCommandBatchFactory>().AddScoped<IModificationCommandBatchFactory, PgMicroModificationCommandBatchFactory>();
    }

    /// <inheritdoc/>
    public void Validate(IDbContextOptions options)
    {
        if (options.FindExtension<NpgsqlOptionsExtension>() is null)
        {
            throw new InvalidOperationException("UseNpgsqlCompatibleFile needs Npgsql's provider, which another provider's Use… call has removed.");
        }
    }

    private sealed class ExtensionInfo(IDbContextOptionsExtension extension) : DbContextOptionsExtensionInfo(extension)
    {
        public override bool IsDatabaseProvider => false;

        public override string LogFragment => "PgMicro ";

        public override int GetServiceProviderHashCode() => 0x50674D69;

        public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other) => other is ExtensionInfo;

        public override void PopulateDebugInfo(IDictionary<string, string> debugInfo) => debugInfo["PgMicro"] = "1";
    }
}
