using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Saving;

/// <summary>xmin as a concurrency token.</summary>
public sealed class ConcurrencyTests : RecordedTest
{
    [Fact]
    public Task A_lost_update_is_noticed() => Run(async db =>
    {
        await using var first = new AccountsContext(db.Options<AccountsContext>());
        await using var second = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(first);
        using (db.Interceptor.Silence())
        {
            first.Add(new Owner { Accounts = { new Account { Number = 1, Balance = 10 } } });
            await first.SaveChangesAsync();
            var mine = first.Accounts.Local.Single();
            var theirs = await second.Accounts.SingleAsync();
            db.Note("same version", mine.Version == theirs.Version && mine.Version != 0);
            theirs.Balance = 20;
            var before = theirs.Version;
            await second.SaveChangesAsync();
            db.Note("version moved", before != theirs.Version);
            mine.Balance = 30;
        }

        try
        {
            using (db.Interceptor.Silence())
            {
                await first.SaveChangesAsync();
            }
        }
        catch (DbUpdateConcurrencyException e)
        {
            db.Note("conflict", e);
            var entry = e.Entries.Single();
            using (db.Interceptor.Silence())
            {
                var current = (await entry.GetDatabaseValuesAsync())!;
                db.Note("database has", current[nameof(Account.Balance)]);
                entry.OriginalValues.SetValues(current);
                db.Note("saved", await first.SaveChangesAsync());
            }
        }

        using (db.Interceptor.Silence())
        {
            second.Remove(second.Accounts.Local.Single());
            await db.Transcript.ThrowsAsync("delete of what has changed", () => second.SaveChangesAsync());
            db.Note("rows", await first.Accounts.AsNoTracking().Select(a => a.Balance).ToListAsync());
        }
    });

    [Fact]
    public Task A_conflict_in_a_batch_undoes_all_of_it() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(context);
        using var silence = db.Interceptor.Silence();
        var owner = new Owner();
        owner.Accounts.AddRange(Enumerable.Range(1, 5).Select(i => new Account { Number = i, Balance = i }));
        context.Add(owner);
        await context.SaveChangesAsync();
        await context.Database.ExecuteSqlAsync($"""DELETE FROM "Accounts" WHERE "Number" = 4""");
        await context.Database.ExecuteSqlAsync($"""UPDATE "Accounts" SET "Balance" = 100 WHERE "Number" = 2""");
        foreach (var account in owner.Accounts)
        {
            account.Balance += 1000;
        }

        context.Add(new Account { Owner = owner, Number = 6, Balance = 6 });
        try
        {
            await context.SaveChangesAsync();
        }
        catch (DbUpdateConcurrencyException e)
        {
            db.Note("conflict", e);
            db.Note("entries", e.Entries.Select(x => ((Account)x.Entity).Number));
        }

        db.Note("rows", await context.Accounts.AsNoTracking().OrderBy(a => a.Number).Select(a => new { a.Number, a.Balance }).ToListAsync());
    });

    [Fact]
    public Task Deleting_what_is_gone_is_a_conflict() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(context);
        context.AddRange(new Owner { Name = "a" }, new Owner { Name = "b" }, new Owner { Name = "c" });
        await context.SaveChangesAsync();
        await context.Database.ExecuteSqlAsync($"""DELETE FROM "Owners" WHERE "Name" = 'b'""");
        context.RemoveRange(context.Owners.Local);
        try
        {
            await context.SaveChangesAsync();
        }
        catch (DbUpdateConcurrencyException e)
        {
            db.Note("conflict", e);
            db.Note("entries", e.Entries.Select(x => ((Owner)x.Entity).Name));
        }

        db.Note("rows", await context.Owners.AsNoTracking().OrderBy(a => a.Name).Select(o => o.Name).ToListAsync());
    });
}
