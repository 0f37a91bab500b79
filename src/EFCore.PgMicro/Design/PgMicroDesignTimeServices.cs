using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Scaffolding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql.EntityFrameworkCore.PostgreSQL.Design.Internal;
using PgMicro.EntityFrameworkCore.Scaffolding;

[assembly: DesignTimeProviderServices("PgMicro.EntityFrameworkCore.Design.PgMicroDesignTimeServices")]

namespace PgMicro.EntityFrameworkCore.Design;

/// <summary>
/// What <c>dotnet ef</c> uses: Npgsql's services, with the two that know where a database is replaced. <c>dotnet ef dbcontext scaffold
/// "Data Source=app.db" EFCore.PgMicro</c> finds it by the assembly's attribute; migrations need nothing of it.
/// </summary>
public sealed class PgMicroDesignTimeServices : IDesignTimeServices
{
    /// <inheritdoc/>
    public void ConfigureDesignTimeServices(IServiceCollection serviceCollection)
    {
        new NpgsqlDesignTimeServices().ConfigureDesignTimeServices(serviceCollection);
        serviceCollection.RemoveAll<IDatabaseModelFactory>().AddScoped<IDatabaseModelFactory, PgMicroDatabaseModelFactory>();
        serviceCollection.RemoveAll<IProviderConfigurationCodeGenerator>().AddSingleton<IProviderConfigurationCodeGenerator, PgMicroCodeGenerator>();
    }
}
