using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Scaffolding;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace PgMicro.EntityFrameworkCore.Scaffolding;

/// <summary>The Use… call of a generated context.</summary>
public sealed class PgMicroCodeGenerator(ProviderCodeGeneratorDependencies dependencies) : ProviderCodeGenerator(dependencies)
{
    private static readonly MethodInfo Use = typeof(PgMicroDbContextOptionsBuilderExtensions).GetMethod(
        nameof(PgMicroDbContextOptionsBuilderExtensions.UseNpgsqlCompatibleFile),
        [typeof(DbContextOptionsBuilder), typeof(string), typeof(Action<NpgsqlDbContextOptionsBuilder>)])!;

    /// <inheritdoc/>
    public override MethodCallCodeFragment GenerateUseProvider(string connectionString, MethodCallCodeFragment? providerOptions) => new(
        Use, providerOptions is null ? [connectionString] : [connectionString, new NestedClosureCodeFragment("x", providerOptions)]);
}
