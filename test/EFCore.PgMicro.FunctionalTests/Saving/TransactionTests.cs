using System.Data;
using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace EFCore.PgMicro.FunctionalTests.Saving;

/// <summary>Transactions that the application begins, their savepoints and isolation.</summary>
public sealed class TransactionTests : RecordedTest
{
    [Fact]
    public Task SaveChanges_returns_to_its_savepoint_when_it_fails() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(context);
        await using (var transaction = await context.Database.BeginTransactionAsync())
        {
            context.Add(new Owner { Email = "x" });
            await context.SaveChangesAsync();
            var twice = new Owner { Email = "x" };
            context.Add(twice);
            await db.Transcript.ThrowsAsync("save", () => context.SaveChangesAsync());
            twice.Email = "y";
            db.Note("saved", await context.SaveChangesAsync());
            await transaction.CreateSavepointAsync("mine");
            db.Note("deleted", await context.Owners.ExecuteDeleteAsync());
            await transaction.RollbackToSavepointAsync("mine");
            await transaction.ReleaseSavepointAsync("mine");
            await transaction.CommitAsync();
        }

        db.Note("rows", await context.Owners.AsNoTracking().OrderBy(o => o.Email).Select(o => o.Email).ToListAsync());
    });

    [Fact]
    public Task Rollback_and_dispose_undo() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(context);
        using (var transaction = context.Database.BeginTransaction())
        {
            context.Add(new Owner { Name = "1" });
            context.SaveChanges();
            transaction.Rollback();
        }

        using (context.Database.BeginTransaction())
        {
            context.Add(new Owner { Name = "2" });
            context.SaveChanges();
        }

        await using (await context.Database.BeginTransactionAsync())
        {
            await db.Transcript.ThrowsAsync("error", () => context.Database.ExecuteSqlRawAsync("SELECT 1/0"));
            await db.Transcript.ThrowsAsync("after the error", () => context.Owners.CountAsync());
            await db.Transcript.ThrowsAsync("commit", () => context.Database.CommitTransactionAsync());
        }

        db.Note("rows", await context.Owners.CountAsync());
        await db.Transcript.ThrowsAsync("nested", async () =>
        {
            await using var outer = await context.Database.BeginTransactionAsync();
            await context.Database.BeginTransactionAsync();
        });
        db.Note("current", context.Database.CurrentTransaction is null);
    });

    [Fact]
    public Task Isolation_levels_see_what_they_should() => Run(async db =>
    {
        await using var reader = new AccountsContext(db.Options<AccountsContext>());
        await using var writer = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(reader);
        foreach (var level in (IsolationLevel[])[IsolationLevel.ReadUncommitted, IsolationLevel.ReadCommitted, IsolationLevel.RepeatableRead, IsolationLevel.Snapshot, IsolationLevel.Serializable])
        {
            await using var transaction = await reader.Database.BeginTransactionAsync(level);
            db.Note("level", transaction.GetDbTransaction().IsolationLevel);
            db.Note("shown", await reader.Database.SqlQueryRaw<string>("SHOW transaction_isolation").ToListAsync());
            var before = await reader.Owners.CountAsync();
            writer.Add(new Owner());
            await writer.SaveChangesAsync();
            db.Note("others' commits seen", await reader.Owners.CountAsync() - before);
            await transaction.CommitAsync();
        }

        await db.Transcript.ThrowsAsync("chaos", () => reader.Database.BeginTransactionAsync(IsolationLevel.Chaos));
    });

    [Fact]
    public Task A_stale_repeatable_read_cannot_write() => Run(async db =>
    {
        await using var first = new AccountsContext(db.Options<AccountsContext>());
        await using var second = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(first);
        first.Add(new Owner { Name = "o" });
        await first.SaveChangesAsync();
        await using var transaction = await first.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        db.Note("read", await first.Owners.AsNoTracking().Select(o => o.Name).SingleAsync());
        db.Note("changed by another", await second.Owners.ExecuteUpdateAsync(s => s.SetProperty(o => o.Name, "other")));
        await db.Transcript.ThrowsAsync("update", () => first.Owners.ExecuteUpdateAsync(s => s.SetProperty(o => o.Name, "mine")));
        await transaction.RollbackAsync();
        db.Note("after", await first.Owners.AsNoTracking().Select(o => o.Name).SingleAsync());
    });

    [Fact]
    public Task Connection_and_transaction_are_shared() => Run(async db =>
    {
        await using var connection = db.Connect();
        await connection.OpenAsync();
        var options = (DbContextOptions<AccountsContext>)db.Use(new DbContextOptionsBuilder<AccountsContext>(), connection).Options;
        await using var first = new AccountsContext(options);
        await using var second = new AccountsContext(options);
        await db.CreateAsync(first);
        await using (var transaction = await first.Database.BeginTransactionAsync())
        {
            await second.Database.UseTransactionAsync(transaction.GetDbTransaction());
            first.Add(new Owner { Name = "first" });
            await first.SaveChangesAsync();
            db.Note("the other sees", await second.Owners.CountAsync());
            await using var command = connection.CreateCommand();
            command.Transaction = transaction.GetDbTransaction();
            command.CommandText = "INSERT INTO \"Owners\" (\"Name\") VALUES ('raw') RETURNING \"Id\"";
            db.Note("raw key", await command.ExecuteScalarAsync());
            second.Add(new Owner { Name = "second" });
            await second.SaveChangesAsync();
            await transaction.RollbackAsync();
        }

        db.Note("rows", await first.Owners.CountAsync());
        db.Note("connection", connection.State);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var third = new AccountsContext(options);
            await third.Database.UseTransactionAsync(transaction);
            third.Add(new Owner { Name = "third" });
            await third.SaveChangesAsync();
            await transaction.CommitAsync();
        }

        db.Note("rows", await first.Owners.Select(o => o.Name).ToListAsync());
    });

    [Fact]
    public Task AutoTransactionBehavior_is_honoured() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(context);
        foreach (var behaviour in (AutoTransactionBehavior[])[AutoTransactionBehavior.Always, AutoTransactionBehavior.WhenNeeded, AutoTransactionBehavior.Never])
        {
            context.Database.AutoTransactionBehavior = behaviour;
            context.ChangeTracker.Clear();
            context.Add(new Owner { Name = behaviour.ToString() });
            await context.SaveChangesAsync();
            context.AddRange(new Owner { Name = behaviour + "1", Email = "same" + behaviour }, new Owner { Name = behaviour + "2", Email = "same" + behaviour });
            await db.Transcript.ThrowsAsync("two", () => context.SaveChangesAsync());
            db.Note("rows", await context.Owners.CountAsync());
        }
    });

    [Fact]
    public Task Execution_strategy_runs_a_transaction() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>(npgsql => npgsql.EnableRetryOnFailure()));
        await db.CreateAsync(context);
        var saved = await context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await context.Database.BeginTransactionAsync();
            context.Add(new Owner { Name = "retried" });
            var count = await context.SaveChangesAsync();
            await transaction.CommitAsync();
            return count;
        });
        db.Note("saved", saved);
    });
}
