using System.Diagnostics;
using Chinook;
using Microsoft.EntityFrameworkCore;

// A small music store in a file of its own, made afresh by every run.
using var db = new MusicStore("chinook.db");
await db.Database.EnsureDeletedAsync();
await Timed("create the schema", async () => await db.Database.EnsureCreatedAsync());
await Timed("seed", () =>
{
    db.AddRange(Seed.Artists());
    return db.SaveChangesAsync();
});

await Show("artists by name", db.Artists.OrderBy(a => a.Name).Select(a => a.Name));
await Show("tracks longer than five minutes", db.Tracks.Where(t => t.Milliseconds > 300_000).OrderBy(t => t.Name).Select(t => t.Name));
await Show("albums with their artist", db.Albums.OrderBy(a => a.Title).Select(a => a.Title + " by " + a.Artist!.Name));
await Show("case-insensitive search", db.Tracks.Where(t => EF.Functions.ILike(t.Name, "%back%")).Select(t => t.Name));
await Show("tracks per artist", db.Artists.OrderBy(a => a.Name)
    .Select(a => a.Name + ": " + a.Albums.SelectMany(b => b.Tracks).Count() + " tracks"));
await Show("the longest track of each album", db.Albums.OrderBy(a => a.Title)
    .Select(a => a.Title + ": " + a.Tracks.OrderByDescending(t => t.Milliseconds).First().Name));
await Show("average price per genre", db.Tracks.GroupBy(t => t.Genre).OrderBy(g => g.Key)
    .Select(g => g.Key + ": " + g.Average(t => t.Price)));
await Show("artists without albums", db.Artists.Where(a => !a.Albums.Any()).Select(a => a.Name));

var raised = 0;
await Timed("raise prices of rock by ten percent", async () =>
    raised = await db.Tracks.Where(t => t.Genre == "Rock").ExecuteUpdateAsync(s => s.SetProperty(t => t.Price, t => t.Price * 1.1m)));
Console.WriteLine($"{raised} rows");

db.Artists.Add(new Artist { Name = "AC/DC" });
try
{
    await db.SaveChangesAsync();
}
catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" } error)
{
    Console.WriteLine($"as on PostgreSQL: {error.MessageText} {error.Detail}");
}

static async Task Show(string title, IQueryable<string> query)
{
    Console.WriteLine($"\n-- {title}\n{query.ToQueryString()}");
    await Timed("", async () =>
    {
        foreach (var row in await query.ToListAsync())
        {
            Console.WriteLine($"   {row}");
        }
    });
}

static async Task Timed(string what, Func<Task> action)
{
    var clock = Stopwatch.StartNew();
    await action();
    Console.WriteLine($"{what} ({clock.Elapsed.TotalMilliseconds:0.0} ms)");
}
