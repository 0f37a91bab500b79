using System.Data.Common;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using PgMicro.Data;
using PgMicro.EntityFrameworkCore.Infrastructure;

#pragma warning disable IDE0130 // where EF applications look for provider methods
namespace Microsoft.EntityFrameworkCore;

/// <summary>Points a DbContext that was written for Npgsql at a local file.</summary>
public static class PgMicroDbContextOptionsBuilderExtensions
{
    /// <summary>Uses a database file with everything that Npgsql's provider does.</summary>
    /// <param name="optionsBuilder">The context's options.</param>
    /// <param name="fileOrConnectionString">A path ("app.db"), or a connection string ("Data Source=app.db;…").</param>
    /// <param name="npgsqlOptionsAction">Npgsql's own options.</param>
    public static DbContextOptionsBuilder UseNpgsqlCompatibleFile(
        this DbContextOptionsBuilder optionsBuilder, string fileOrConnectionString, Action<NpgsqlDbContextOptionsBuilder>? npgsqlOptionsAction = null)
    {
        ArgumentNullException.ThrowIfNull(optionsBuilder);
        var options = fileOrConnectionString.Contains('=')
            ? new PgMicroConnectionStringBuilder(fileOrConnectionString)
            : new PgMicroConnectionStringBuilder { DataSource = fileOrConnectionString };
        optionsBuilder.UseNpgsql(options.ConnectionString, npgsqlOptionsAction);
        return Accompany(optionsBuilder);
    }

    /// <summary>Uses an open or closed connection, which stays the caller's.</summary>
    /// <param name="optionsBuilder">The context's options.</param>
    /// <param name="connection">A PgMicroConnection.</param>
    /// <param name="npgsqlOptionsAction">Npgsql's own options.</param>
    public static DbContextOptionsBuilder UseNpgsqlCompatibleFile(
        this DbContextOptionsBuilder optionsBuilder, DbConnection connection, Action<NpgsqlDbContextOptionsBuilder>? npgsqlOptionsAction = null)
    {
        ArgumentNullException.ThrowIfNull(optionsBuilder);
        if (connection is not PgMicroConnection)
        {
            throw new ArgumentException($"Expected a PgMicroConnection, not a {connection?.GetType().Name ?? "null"}.", nameof(connection));
        }

        optionsBuilder.UseNpgsql(connection, npgsqlOptionsAction);
        return Accompany(optionsBuilder);
    }

    /// <inheritdoc cref="UseNpgsqlCompatibleFile(DbContextOptionsBuilder, string, Action{NpgsqlDbContextOptionsBuilder}?)"/>
    public static DbContextOptionsBuilder<TContext> UseNpgsqlCompatibleFile<TContext>(
        this DbContextOptionsBuilder<TContext> optionsBuilder, string fileOrConnectionString, Action<NpgsqlDbContextOptionsBuilder>? npgsqlOptionsAction = null)
        where TContext : DbContext =>
        (DbContextOptionsBuilder<TContext>)UseNpgsqlCompatibleFile((DbContextOptionsBuilder)optionsBuilder, fileOrConnectionString, npgsqlOptionsAction);

    /// <inheritdoc cref="UseNpgsqlCompatibleFile(DbContextOptionsBuilder, DbConnection, Action{NpgsqlDbContextOptionsBuilder}?)"/>
    public static DbContextOptionsBuilder<TContext> UseNpgsqlCompatibleFile<TContext>(
        this DbContextOptionsBuilder<TContext> optionsBuilder, DbConnection connection, Action<NpgsqlDbContextOptionsBuilder>? npgsqlOptionsAction = null)
        where TContext : DbContext =>
        (DbContextOptionsBuilder<TContext>)UseNpgsqlCompatibleFile((DbContextOptionsBuilder)optionsBuilder, connection, npgsqlOptionsAction);

    private static DbContextOptionsBuilder Accompany(DbContextOptionsBuilder optionsBuilder)
    {
        if (optionsBuilder.Options.FindExtension<PgMicroOptionsExtension>() is null)
        {
            ((IDbContextOptionsBuilderInfrastructure)optionsBuilder).AddOrUpdateExtension(new PgMicroOptionsExtension());
        }

        return optionsBuilder;
    }
}
