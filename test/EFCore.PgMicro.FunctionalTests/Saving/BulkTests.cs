using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Saving;

/// <summary>ExecuteUpdate and ExecuteDelete.</summary>
public sealed class BulkTests : RecordedTest
{
    [Fact]
    public Task Update_and_delete_by_query() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(context);
        context.AddRange(Enumerable.Range(1, 4).Select(i => new Owner
        {
            Name = $"o{i}",
            Email = i % 2 == 0 ? $"e{i}" : null,
            Accounts = { new Account { Number = i, Balance = i * 10 }, new Account { Number = -i, Balance = i } },
        }));
        using (db.Interceptor.Silence())
        {
            await context.SaveChangesAsync();
        }

        db.Note("constant", await context.Accounts.Where(a => a.Number > 2).ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, 7m)));
        db.Note("expression", await context.Accounts.ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, a => a.Balance + a.Number * 0.5m + 5).SetProperty(a => a.Number, a => a.Number * 2)));
        db.Note("by navigation", await context.Accounts.Where(a => a.Owner!.Email != null).ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, a => a.Balance + 100)));
        db.Note("subquery value", await context.Owners.ExecuteUpdateAsync(s => s.SetProperty(o => o.Name, o => o.Name + ":" + o.Accounts.Sum(a => a.Balance))));
        db.Note("with limit", await context.Accounts.OrderBy(a => a.Number).Skip(1).Take(2).ExecuteUpdateAsync(s => s.SetProperty(a => a.Number, a => a.Number - 100)));
        db.Note("conditional", context.Owners.ExecuteUpdate(s => s.SetProperty(o => o.Email, o => o.Email == null ? "none" + o.Id : null)));
        db.Note("owners", await context.Owners.AsNoTracking().OrderBy(o => o.Id).Select(o => new { o.Name, o.Email }).ToListAsync());
        db.Note("accounts", await context.Accounts.AsNoTracking().OrderBy(a => a.Id).Select(a => new { a.Number, a.Balance }).ToListAsync());
        db.Note("delete by navigation", await context.Accounts.Where(a => a.Owner!.Email == null && a.Number < 0).ExecuteDeleteAsync());
        db.Note("delete with order", await context.Accounts.OrderByDescending(a => a.Number).Take(2).ExecuteDeleteAsync());
        db.Note("delete without accounts", await context.Owners.Where(o => !o.Accounts.Any()).ExecuteDeleteAsync());
        db.Note("delete by union", await context.Accounts.Where(a => a.Number < -50).Union(context.Accounts.Where(a => a.Number > 5)).ExecuteDeleteAsync());
        db.Note("left", await context.Accounts.AsNoTracking().OrderBy(a => a.Id).Select(a => a.Number).ToListAsync());
        db.Note("none", await context.Accounts.Where(a => a.Number == 12345).ExecuteDeleteAsync());
    });

    [Fact]
    public Task Update_and_delete_by_joins() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(context);
        context.AddRange(Enumerable.Range(1, 5).Select(i => new Owner
        {
            Name = $"o{i}",
            Email = i % 2 == 0 ? $"e{i}" : null,
            Accounts = { new Account { Number = i, Balance = i * 10 }, new Account { Number = i + 100, Balance = i } },
        }));
        using (db.Interceptor.Silence())
        {
            await context.SaveChangesAsync();
        }

        db.Note("join", await context.Accounts.Join(context.Owners.Where(o => o.Email != null), a => a.OwnerId, o => o.Id, (a, o) => new { a, o }).ExecuteUpdateAsync(s => s.SetProperty(x => x.a.Balance, x => x.a.Balance + x.o.Name.Length)));
        db.Note("left join", await (from a in context.Accounts join o in context.Owners.Where(o => o.Email != null) on a.OwnerId equals o.Id into g from o in g.DefaultIfEmpty() select new { a, o }).ExecuteUpdateAsync(s => s.SetProperty(x => x.a.Number, x => x.a.Number + (x.o == null ? 1000 : 1))));
        db.Note("cross join", await (from a in context.Accounts from o in context.Owners where o.Name == "o1" && a.Number < 1000 select new { a, o }).ExecuteUpdateAsync(s => s.SetProperty(x => x.a.Balance, x => x.o.Id)));
        db.Note("cross apply", await (from a in context.Accounts from o in context.Owners.Where(o => o.Id == a.OwnerId).OrderBy(o => o.Name).Take(1) select new { a, o }).ExecuteUpdateAsync(s => s.SetProperty(x => x.a.Number, x => x.a.Number + x.o.Id)));
        db.Note("grouped", await context.Owners.Where(o => context.Accounts.GroupBy(a => a.OwnerId).Where(g => g.Count() > 1).Select(g => g.Key).Contains(o.Id)).ExecuteUpdateAsync(s => s.SetProperty(o => o.Name, o => o.Name + "+")));
        db.Note("accounts", await context.Accounts.AsNoTracking().OrderBy(a => a.Id).Select(a => new { a.Number, a.Balance }).ToListAsync());
        db.Note("delete by join", await context.Accounts.Join(context.Owners.Where(o => o.Email != null), a => a.OwnerId, o => o.Id, (a, o) => a).ExecuteDeleteAsync());
        db.Note("delete by left join", await (from a in context.Accounts join o in context.Owners.Where(o => o.Id < 2) on a.OwnerId equals o.Id into g from o in g.DefaultIfEmpty() where o == null select a).ExecuteDeleteAsync());
        db.Note("delete distinct", await context.Accounts.Distinct().Where(a => a.Balance > 5).ExecuteDeleteAsync());
        db.Note("left", await context.Accounts.AsNoTracking().OrderBy(a => a.Id).Select(a => new { a.Number, a.Balance }).ToListAsync());
        await db.Transcript.ThrowsAsync("held by a foreign key", () => context.Owners.ExecuteDeleteAsync());
    });
}
