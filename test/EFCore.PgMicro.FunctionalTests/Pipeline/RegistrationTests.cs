using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using Microsoft.Extensions.DependencyInjection;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.Internal;
using Npgsql.EntityFrameworkCore.PostgreSQL.Storage.Internal;
using PgMicro.EntityFrameworkCore.Infrastructure;

namespace EFCore.PgMicro.FunctionalTests.Pipeline;

/// <summary>What the provider replaces of Npgsql's, and that it is no more.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public void Three_services_are_replaced()
    {
        var npgsql = Services(new NpgsqlOptionsExtension());
        var ours = Services(new NpgsqlOptionsExtension(), new PgMicroOptionsExtension());
        var replaced = ours.Except(npgsql).Where(s => !npgsql.Any(n => n.Service == s.Service && n.Implementation == s.Implementation)).Select(s => s.Service).Order();
        Assert.Equal(new[] { nameof(IModificationCommandBatchFactory), nameof(INpgsqlRelationalConnection), nameof(IRelationalDatabaseCreator) }, replaced);
        Assert.Equal(npgsql.Select(s => s.Service).Order(), ours.Select(s => s.Service).Order());
    }

    [Fact]
    public void They_are_replaced_whichever_extension_comes_first()
    {
        foreach (var extensions in (IDbContextOptionsExtension[][])[[new NpgsqlOptionsExtension(), new PgMicroOptionsExtension()], [new PgMicroOptionsExtension(), new NpgsqlOptionsExtension()]])
        {
            Assert.All(
                Services(extensions).Where(s => s.Service is nameof(IModificationCommandBatchFactory) or nameof(INpgsqlRelationalConnection) or nameof(IRelationalDatabaseCreator)),
                s => Assert.StartsWith("PgMicro", s.Implementation, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Npgsqls_provider_is_of_version_10_0()
    {
        var version = typeof(NpgsqlOptionsExtension).Assembly.GetName().Version!;
        Assert.Equal((10, 0), (version.Major, version.Minor));
    }

    [Fact]
    public void The_provider_is_Npgsqls()
    {
        using var context = new Plain("x.db");
        Assert.True(context.Database.IsNpgsql());
        Assert.Equal("Npgsql.EntityFrameworkCore.PostgreSQL", context.Database.ProviderName);
        Assert.Equal("PgMicroRelationalConnection", context.GetService<IRelationalConnection>().GetType().Name);
        Assert.Equal("PgMicroDatabaseCreator", context.GetService<IDatabaseCreator>().GetType().Name);
    }

    [Fact]
    public void A_connection_of_another_kind_is_refused()
    {
        using var connection = new Npgsql.NpgsqlConnection();
        Assert.Throws<ArgumentException>(() => new DbContextOptionsBuilder().UseNpgsqlCompatibleFile(connection));
    }

    [Fact]
    public void Another_providers_options_alone_are_refused() => Assert.Throws<InvalidOperationException>(() =>
    {
        var builder = new DbContextOptionsBuilder();
        ((IDbContextOptionsBuilderInfrastructure)builder).AddOrUpdateExtension(new PgMicroOptionsExtension());
        using var context = new DbContext(builder.Options);
        _ = context.Model;
    });

    private static List<(string Service, string Implementation)> Services(params IDbContextOptionsExtension[] extensions)
    {
        var services = new ServiceCollection();
        foreach (var extension in extensions)
        {
            extension.ApplyServices(services);
        }

        return [.. services.Select(s => (s.ServiceType.Name, s.ImplementationType?.FullName ?? s.ImplementationFactory?.Method.Name ?? ""))];
    }

    private sealed class Plain(string file) : DbContext
    {
        protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.UseNpgsqlCompatibleFile(file);
    }
}
