using EFCore.PgMicro.FunctionalTests.Infrastructure;
using EFCore.PgMicro.FunctionalTests.Saving;
using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Query;

/// <summary>Compiled, streamed and buffered queries.</summary>
public sealed class CompiledQueryTests : RecordedTest
{
    private static readonly Func<AccountsContext, string, IAsyncEnumerable<Owner>> ByName =
        EF.CompileAsyncQuery((AccountsContext context, string name) => context.Owners.Where(o => o.Name == name));

    private static readonly Func<AccountsContext, int, int> CountFrom = EF.CompileQuery((AccountsContext context, int number) => context.Accounts.Count(a => a.Number >= number));

    [Fact]
    public Task Compiled_queries_take_parameters() => Run(async db =>
    {
        await using var context = await SeedAsync(db);
        foreach (var name in (string[])["o1", "o2", "nobody"])
        {
            var found = new List<int>();
            await foreach (var owner in ByName(context, name))
            {
                found.Add(owner.Id);
            }

            db.Note(name, found);
            db.Note("count", CountFrom(context, found.Count));
        }
    });

    [Fact]
    public Task Rows_stream_and_can_be_left_early() => Run(async db =>
    {
        await using var context = await SeedAsync(db);
        await foreach (var owner in context.Owners.AsNoTracking().OrderBy(o => o.Id).AsAsyncEnumerable())
        {
            db.Note("first", owner.Name);
            break;
        }

        foreach (var owner in context.Owners.AsNoTracking().OrderBy(o => o.Id))
        {
            db.Note("first", owner.Name);
            break;
        }

        db.Note("afterwards", await context.Owners.CountAsync());
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        try
        {
            await context.Owners.ToListAsync(cancelled.Token);
        }
        catch (OperationCanceledException)
        {
            db.Note("cancelled", true);
        }

        await db.Transcript.ThrowsAsync("two readers on one connection", async () =>
        {
            await foreach (var owner in context.Owners.AsAsyncEnumerable())
            {
                await context.Accounts.Where(a => a.OwnerId == owner.Id).ToListAsync();
            }
        });
    });

    private static async Task<AccountsContext> SeedAsync(TestDatabase db)
    {
        var context = new AccountsContext(db.Options<AccountsContext>());
        using var silence = db.Interceptor.Silence();
        await context.Database.EnsureCreatedAsync();
        context.AddRange(Enumerable.Range(1, 3).Select(i => new Owner { Name = $"o{i}", Accounts = { new Account { Number = i } } }));
        await context.SaveChangesAsync();
        context.ChangeTracker.Clear();
        return context;
    }
}
