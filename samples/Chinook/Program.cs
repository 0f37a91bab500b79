using Chinook;
using Chinook.Model;
using Microsoft.EntityFrameworkCore;

// A music store in a file. The first run makes it; later runs find it migrated and go on with it.
var file = args.Length > 0 ? args[0] : "chinook.db";
await using var db = new MusicStore(MusicStore.Use(new DbContextOptionsBuilder(), file).Options);

var pending = (await db.Database.GetPendingMigrationsAsync()).ToArray();
await Show.Timed($"migrate {file}: {(pending.Length == 0 ? "nothing pending" : string.Join(", ", pending))}", () => db.Database.MigrateAsync());
if (!await db.Customers.AnyAsync())
{
    await Show.Timed("sell some tracks", () => Sales.SellAsync(db));
}

await Queries.RunAsync(db);
await Changes.RunAsync(db);
