using System.Data;
using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Saving;

/// <summary>Npgsql's retrying execution strategy tries again after 40001 and 40P01.</summary>
public sealed class RetryTests : RecordedTest
{
    [Theory]
    [InlineData(IsolationLevel.RepeatableRead)]
    [InlineData(IsolationLevel.Serializable)]
    public Task A_serialization_failure_is_tried_again(IsolationLevel level) => Run(
        async db =>
        {
            await using var context = new AccountsContext(db.Options<AccountsContext>(static npgsql => npgsql.EnableRetryOnFailure()));
            await using var other = new AccountsContext(db.Options<AccountsContext>());
            await ArrangeAsync(db, context);
            var attempts = 0;
            await context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
            {
                context.ChangeTracker.Clear();
                await using var transaction = await context.Database.BeginTransactionAsync(level);
                var account = await context.Accounts.SingleAsync(a => a.Number == 1);
                if (++attempts == 1)
                {
                    await other.Accounts.Where(a => a.Number == 1).ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, a => a.Balance + 5));
                }

                await context.Accounts.Where(a => a.Number == 1).ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, account.Balance + 1));
                await transaction.CommitAsync();
            });
            db.Note("attempts", attempts);
            db.Note("balance", await context.Accounts.Where(a => a.Number == 1).Select(a => a.Balance).SingleAsync());
        },
        test: $"A_serialization_failure_is_tried_again_{level}");

    [Fact]
    public Task Without_the_strategy_the_failure_is_the_callers() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        await using var other = new AccountsContext(db.Options<AccountsContext>());
        await ArrangeAsync(db, context);
        await using (await context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead))
        {
            var account = await context.Accounts.SingleAsync(a => a.Number == 1);
            await other.Accounts.Where(a => a.Number == 1).ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, 5m));
            await db.Transcript.ThrowsAsync("update", () => context.Accounts.ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, account.Balance + 1)));
        }

        db.Note("balances", await context.Accounts.OrderBy(a => a.Number).Select(a => a.Balance).ToListAsync());
    });

    [Fact]
    public Task A_deadlock_is_tried_again() => Run(async db =>
    {
        var attempts = 0;
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        using (db.Interceptor.Silence())
        {
            await ArrangeAsync(db, context);
            var (first, second) = (Signal(), Signal());
            await Task.WhenAll(Task.Run(() => TransferAsync(1, 2, first, second)), Task.Run(() => TransferAsync(2, 1, second, first)))
                .WaitAsync(TimeSpan.FromMinutes(1));
        }

        db.Note("attempts", attempts);
        db.Note("balances", await context.Accounts.OrderBy(a => a.Number).Select(a => a.Balance).ToListAsync());

        // Who signals goes on by itself, not after the one who waited for it.
        static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

        async Task TransferAsync(int from, int to, TaskCompletionSource mine, TaskCompletionSource others)
        {
            await using var one = new AccountsContext(db.Options<AccountsContext>(static npgsql => npgsql.EnableRetryOnFailure()));
            await one.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
            {
                Interlocked.Increment(ref attempts);
                await using var transaction = await one.Database.BeginTransactionAsync();
                await one.Accounts.Where(a => a.Number == from).ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, a => a.Balance - from));
                mine.TrySetResult();
                await others.Task;
                await one.Accounts.Where(a => a.Number == to).ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, a => a.Balance + from));
                await transaction.CommitAsync();
            });
        }
    });

    private static async Task ArrangeAsync(TestDatabase db, AccountsContext context)
    {
        await db.CreateAsync(context);
        var owner = new Owner { Email = "o" };
        owner.Accounts.AddRange([new Account { Number = 1, Balance = 100 }, new Account { Number = 2, Balance = 100 }]);
        using (db.Interceptor.Silence())
        {
            context.Add(owner);
            await context.SaveChangesAsync();
        }
    }
}
