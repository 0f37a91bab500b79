using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Saving;

/// <summary>Errors of the database as they leave SaveChanges.</summary>
public sealed class ViolationTests : RecordedTest
{
    [Fact]
    public Task Constraints_name_themselves() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(context);
        var owner = new Owner { Email = "taken@x", Accounts = { new Account { Number = 1 } } };
        context.Add(owner);
        await context.SaveChangesAsync();
        await Try("unique", new Owner { Email = "taken@x" });
        await Try("unique of two in one batch", new Owner { Email = "new@x" }, new Owner { Email = "new@x" });
        await Try("partial unique", new Account { OwnerId = owner.Id, Number = 1 });
        await Try("outside the partial index", new Account { OwnerId = owner.Id, Number = -1 }, new Account { OwnerId = owner.Id, Number = -1 });
        await Try("check", new Account { OwnerId = owner.Id, Number = 5, Balance = -0.5m });
        await Try("foreign key", new Account { OwnerId = 4711, Number = 5 });
        await Try("not null", new Owner { Name = null! });
        await Try("too long", new Owner { Email = new string('x', 21) });
        await Try("numeric overflow", new Account { OwnerId = owner.Id, Number = 6, Balance = 1234567.5m });
        context.ChangeTracker.Clear();
        await db.Transcript.ThrowsAsync("restricted delete", () => context.Owners.Where(o => o.Id == owner.Id).ExecuteDeleteAsync());
        await db.Transcript.ThrowsAsync("update", () => context.Accounts.ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, -1m)));
        await db.Transcript.ThrowsAsync("null by update", () => context.Owners.ExecuteUpdateAsync(s => s.SetProperty(o => o.Name, (string)null!)));
        db.Note("rows", await context.Accounts.OrderBy(a => a.Id).Select(a => a.Number).ToListAsync());

        async Task Try(string title, params object[] entities)
        {
            context.ChangeTracker.Clear();
            context.AddRange(entities);
            try
            {
                db.Note(title + ", saved", await context.SaveChangesAsync());
            }
            catch (DbUpdateException e)
            {
                db.Note(title, e);
                db.Note("entries", e.Entries.Select(x => x.Entity));
            }
        }
    });

    [Fact]
    public Task Queries_fail_as_they_do_there() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(context);
        context.Add(new Owner { Accounts = { new Account { Number = 0, Balance = 1 } } });
        await context.SaveChangesAsync();
        await db.Transcript.ThrowsAsync("division", () => context.Accounts.Select(a => 1 / a.Number).ToListAsync());
        await db.Transcript.ThrowsAsync("overflow", () => context.Accounts.Select(a => (a.Number + int.MaxValue) * 2).ToListAsync());
        await db.Transcript.ThrowsAsync("cast", () => context.Owners.Select(o => Convert.ToInt32(o.Name)).ToListAsync());
        await db.Transcript.ThrowsAsync("syntax", () => context.Database.ExecuteSqlRawAsync("SELEC 1"));
        await db.Transcript.ThrowsAsync("relation", () => context.Database.SqlQueryRaw<int>("""SELECT "Id" AS "Value" FROM "Ownerz" """).ToListAsync());
        await db.Transcript.ThrowsAsync("column", () => context.Database.SqlQueryRaw<int>("""SELECT o."Idd" AS "Value" FROM "Owners" o""").ToListAsync());
        await db.Transcript.ThrowsAsync("function", () => context.Database.SqlQueryRaw<int>("SELECT frobnicate(1, 'a') AS \"Value\"").ToListAsync());
        await db.Transcript.ThrowsAsync("more than one row", () => context.Owners.Select(o => context.Accounts.SelectMany(a => new[] { 1, 2 }).Single()).ToListAsync());
        await db.Transcript.ThrowsAsync("single of none", () => context.Owners.Where(o => o.Id < 0).SingleAsync());
        db.Note("goes on", await context.Owners.CountAsync());
    });
}
