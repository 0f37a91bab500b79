using System.Data;
using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Saving;

/// <summary>
/// The fixture that gives each test a transaction and rolls it back, while the code under test has a context, a connection and a
/// transaction of its own.
/// </summary>
public sealed class TestPerTransactionTests : RecordedTest
{
    [Fact]
    public Task Code_under_test_commits_beside_the_tests_transaction() => Run(async db =>
    {
        await using var test = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(test);
        await using (await test.Database.BeginTransactionAsync())
        {
            test.Add(new Owner { Name = "arranged", Email = "a" });
            db.Note("arranged", await test.SaveChangesAsync());
            db.Note("seen by the code", await RegisterAsync(db, "b"));
            db.Note("seen by the test", await NamesAsync(test));
            test.Add(new Owner { Name = "after", Email = "c" });
            db.Note("written after", await test.SaveChangesAsync());
            db.Note("seen by the code", await RegisterAsync(db, "d"));
        }

        db.Note("left", await NamesAsync(test));
    });

    [Fact]
    public Task The_tests_snapshot_stays() => Run(async db =>
    {
        await using var test = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(test);
        await using (await test.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead))
        {
            test.Add(new Owner { Name = "arranged", Email = "a" });
            await test.SaveChangesAsync();
            db.Note("seen by the code", await RegisterAsync(db, "b"));
            db.Note("seen by the test", await NamesAsync(test));
            await test.Owners.ExecuteUpdateAsync(s => s.SetProperty(o => o.Name, "changed"));
            db.Note("seen by the test", await NamesAsync(test));
        }

        db.Note("left", await NamesAsync(test));
    });

    [Fact]
    public Task Code_that_shares_the_connection_goes_with_the_test() => Run(async db =>
    {
        await using var connection = db.Connect();
        await connection.OpenAsync();
        var options = (DbContextOptions<AccountsContext>)db.Use(new DbContextOptionsBuilder<AccountsContext>(), connection).Options;
        await using var test = new AccountsContext(options);
        await db.CreateAsync(test);
        for (var i = 0; i < 2; i++)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var code = new AccountsContext(options);
            await code.Database.UseTransactionAsync(transaction);
            code.Add(new Owner { Name = "registered", Email = "x" });
            db.Note("saved", await code.SaveChangesAsync());
            code.Add(new Owner { Name = "again", Email = "x" });
            await db.Transcript.ThrowsAsync("twice", () => code.SaveChangesAsync());
            db.Note("seen", await code.Owners.Select(o => o.Name).ToListAsync());
            await transaction.RollbackAsync();
        }

        db.Note("left", await test.Owners.CountAsync());
    });

    [Fact]
    public Task Code_that_meets_a_row_of_the_test_does_not_wait_for_ever() => Run(async db =>
    {
        await using var test = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(test);
        test.Add(new Owner { Name = "shared", Email = "s" });
        await test.SaveChangesAsync();
        await using (await test.Database.BeginTransactionAsync())
        {
            await test.Owners.ExecuteUpdateAsync(s => s.SetProperty(o => o.Name, "test"));
            await using var code = new AccountsContext(db.Options<AccountsContext>());
            await code.Database.OpenConnectionAsync();
            await code.Database.ExecuteSqlRawAsync("SET lock_timeout = '100ms'");
            await db.Transcript.ThrowsAsync("the row", () => code.Owners.ExecuteUpdateAsync(s => s.SetProperty(o => o.Name, "code")));
            code.Add(new Owner { Name = "other", Email = "o" });
            db.Note("another row", await code.SaveChangesAsync());
            db.Note("seen by the code", await NamesAsync(code));
        }

        db.Note("left", await NamesAsync(test));
    });

    [Fact]
    public Task Savepoints_of_the_test_are_its_own() => Run(async db =>
    {
        await using var test = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(test);
        await using (var transaction = await test.Database.BeginTransactionAsync())
        {
            test.Add(new Owner { Name = "one", Email = "1" });
            await test.SaveChangesAsync();
            await transaction.CreateSavepointAsync("arranged");
            db.Note("seen by the code", await RegisterAsync(db, "b"));
            await test.Owners.ExecuteDeleteAsync();
            db.Note("seen by the test", await NamesAsync(test));
            await transaction.RollbackToSavepointAsync("arranged");
            db.Note("seen by the test", await NamesAsync(test));
            db.Note("seen by the code", await RegisterAsync(db, "c"));
            await transaction.CommitAsync();
        }

        db.Note("left", await NamesAsync(test));
    });

    [Fact]
    public Task A_reader_is_open_while_the_code_writes() => Run(async db =>
    {
        await using var test = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(test);
        test.AddRange(Enumerable.Range(1, 5).Select(i => new Owner { Name = "o" + i, Email = "e" + i }));
        await test.SaveChangesAsync();
        var seen = new List<string>();
        await foreach (var name in test.Owners.OrderBy(o => o.Id).Select(o => o.Name).AsAsyncEnumerable())
        {
            seen.Add(name);
            if (seen.Count == 2)
            {
                await using var code = new AccountsContext(db.Options<AccountsContext>());
                await using var transaction = await code.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                db.Note("deleted", await code.Owners.Where(o => o.Email != "e1").ExecuteDeleteAsync());
                await transaction.CommitAsync();
            }
        }

        db.Note("seen", seen);
        db.Note("left", await NamesAsync(test));
    });

    private static async Task<List<string>> RegisterAsync(TestDatabase db, string email)
    {
        await using var code = new AccountsContext(db.Options<AccountsContext>());
        await using var transaction = await code.Database.BeginTransactionAsync();
        code.Add(new Owner { Name = "registered " + email, Email = email });
        await code.SaveChangesAsync();
        var names = await NamesAsync(code);
        await transaction.CommitAsync();
        return names;
    }

    private static Task<List<string>> NamesAsync(AccountsContext context) => context.Owners.OrderBy(o => o.Email).Select(o => o.Name).ToListAsync();
}
