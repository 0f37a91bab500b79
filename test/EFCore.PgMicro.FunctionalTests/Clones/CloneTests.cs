using EFCore.PgMicro.FunctionalTests.Saving;
using Microsoft.EntityFrameworkCore;
using PgMicro.Data;

namespace EFCore.PgMicro.FunctionalTests.Clones;

/// <summary>
/// Test classes that xUnit runs in parallel, each test on a clone of one template in memory: none sees what another one does.
/// </summary>
public abstract class CloneTests
{
    private static readonly Lazy<PgMicroDataSource> Template = new(static () =>
    {
        var template = PgMicroDataSource.Create($"Data Source=template-{Guid.NewGuid():N};Mode=Memory");

        // The template lives as long as somebody is connected.
        var connection = template.OpenConnection();
        using var context = new AccountsContext((DbContextOptions<AccountsContext>)Options(new DbContextOptionsBuilder<AccountsContext>(), connection));
        context.Database.EnsureCreated();
        context.AddRange(Enumerable.Range(1, 20).Select(static i => new Owner { Name = "seed", Email = "seed" + i }));
        context.SaveChanges();
        return template;
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_clone_has_the_seed_and_what_its_own_test_writes(int writers)
    {
        await using var source = Template.Value.CloneToMemory();
        DbContextOptions<AccountsContext> Own() =>
            (DbContextOptions<AccountsContext>)new DbContextOptionsBuilder<AccountsContext>().UseNpgsqlCompatibleFile(source.ConnectionString).Options;
        await using (var context = new AccountsContext(Own()))
        {
            Assert.Equal(20, await context.Owners.CountAsync());
            await context.Owners.Where(o => o.Email == "seed1").ExecuteUpdateAsync(s => s.SetProperty(o => o.Name, GetType().Name + writers));
        }

        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            await using var context = new AccountsContext(Own());
            await using var transaction = await context.Database.BeginTransactionAsync();
            context.Add(new Owner { Name = "own", Email = "own" + writer });
            await context.SaveChangesAsync();
            await transaction.CommitAsync();
        }))).WaitAsync(TimeSpan.FromMinutes(1));
        await using (var context = new AccountsContext(Own()))
        {
            Assert.Equal(20 + writers, await context.Owners.CountAsync());
            Assert.Equal(GetType().Name + writers, await context.Owners.Where(o => o.Email == "seed1").Select(o => o.Name).SingleAsync());
            Assert.Equal(20 + writers, await context.Owners.MaxAsync(o => o.Id));
        }
    }

    private static DbContextOptions Options(DbContextOptionsBuilder builder, PgMicroConnection connection) => builder.UseNpgsqlCompatibleFile(connection).Options;
}

public sealed class FirstCloneTests : CloneTests;

public sealed class SecondCloneTests : CloneTests;

public sealed class ThirdCloneTests : CloneTests;

public sealed class FourthCloneTests : CloneTests;
