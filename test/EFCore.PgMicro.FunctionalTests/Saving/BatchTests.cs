using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Saving;

/// <summary>Many rows in one SaveChanges.</summary>
public sealed class BatchTests : RecordedTest
{
    [Fact]
    public Task Keys_of_a_thousand_rows_come_back_to_their_entities() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(context);
        for (var i = 0; i < 250; i++)
        {
            var owner = new Owner { Name = $"owner {i}" };
            owner.Accounts.AddRange(Enumerable.Range(1, 4).Select(n => new Account { Number = n, Balance = i + n }));
            context.Add(owner);
        }

        db.Note("saved", await context.SaveChangesAsync());
        db.Note("versions", context.Accounts.Local.All(a => a.Version != 0));
        db.Note("keys match", context.Owners.Local.All(o => o.Accounts.All(a => a.OwnerId == o.Id)));
        await using var other = new AccountsContext(db.Options<AccountsContext>());
        var rows = await other.Accounts.AsNoTracking().Select(a => new { a.Id, a.OwnerId, a.Number, a.Balance, a.Owner!.Name, a.Version }).ToListAsync();
        db.Note("rows", rows.Count);
        db.Note("as saved", rows.All(r => context.Accounts.Local.FindEntry(r.Id) is { } e && (e.Entity.OwnerId, e.Entity.Number, e.Entity.Balance, e.Entity.Owner!.Name, e.Entity.Version) == (r.OwnerId, r.Number, r.Balance, r.Name, r.Version)));
    });

    [Fact]
    public Task Inserts_updates_and_deletes_mix() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(context);
        Owner[] owners = [new() { Name = "a", Email = "a@x" }, new() { Name = "b", Email = "b@x" }, new() { Name = "c" }];
        context.AddRange(owners);
        db.Note("saved", await context.SaveChangesAsync());
        owners[0].Email = null;
        owners[1].Email = "a@x"; // what the first gives up, the second takes: order matters
        context.Remove(owners[2]);
        context.Add(new Owner { Name = "d", Accounts = { new Account { Number = 1, Balance = 1 } } });
        db.Note("saved", context.SaveChanges());
        db.Note("rows", await context.Owners.AsNoTracking().OrderBy(o => o.Name).Select(o => new { o.Name, o.Email, Accounts = o.Accounts.Count }).ToListAsync());
        db.Note("nothing to save", await context.SaveChangesAsync());
    });

    [Fact]
    public Task Batch_size_limits_statements() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>(npgsql => npgsql.MaxBatchSize(2)));
        await db.CreateAsync(context);
        context.AddRange(Enumerable.Range(1, 5).Select(i => new Owner { Name = $"n{i}" }));
        db.Note("saved", await context.SaveChangesAsync());
        foreach (var owner in context.Owners.Local)
        {
            owner.Name += "!";
        }

        db.Note("saved", context.SaveChanges());
    });
}
