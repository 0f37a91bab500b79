using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Query;

/// <summary>Arrays as columns and as parameters.</summary>
public sealed class PrimitiveCollectionTests : RecordedTest
{
    [Fact]
    public Task Columns() => Run(async db =>
    {
        await using var context = await SeedAsync(db);
        db.Note("contains", await context.Bags.Where(b => b.Numbers.Contains(2)).OrderBy(b => b.Id).Select(b => b.Id).ToListAsync());
        db.Note("contains null", await context.Bags.Where(b => b.Maybe.Contains(null)).Select(b => b.Id).ToListAsync());
        db.Note("length", await context.Bags.OrderBy(b => b.Id).Select(b => new { b.Numbers.Length, b.Words.Count }).ToListAsync());
        db.Note("index", await context.Bags.OrderBy(b => b.Id).Select(b => (int?)b.Numbers[1]).ToListAsync());
        db.Note("element at", await context.Bags.OrderBy(b => b.Id).Select(b => b.Words.ElementAtOrDefault(0)).ToListAsync());
        db.Note("any", await context.Bags.Where(b => b.Words.Any(w => w.StartsWith("a"))).Select(b => b.Id).ToListAsync());
        db.Note("all", await context.Bags.Where(b => b.Numbers.All(n => n > 1)).OrderBy(b => b.Id).Select(b => b.Id).ToListAsync());
        db.Note("sum", await context.Bags.OrderBy(b => b.Id).Select(b => b.Numbers.Sum()).ToListAsync());
        db.Note("max", await context.Bags.OrderBy(b => b.Id).Select(b => b.Days.Max(d => (DateOnly?)d)).ToListAsync());
        db.Note("ordered", await context.Bags.OrderBy(b => b.Id).Select(b => b.Numbers.OrderByDescending(n => n).Take(2).ToList()).ToListAsync());
        db.Note("distinct", await context.Bags.OrderBy(b => b.Id).Select(b => b.Numbers.Distinct().Count()).ToListAsync());
        db.Note("skip", await context.Bags.OrderBy(b => b.Id).Select(b => b.Numbers.Skip(1).ToArray()).ToListAsync());
        db.Note("concat", await context.Bags.OrderBy(b => b.Id).Select(b => b.Numbers.Concat(new[] { 9, 8 }).Count()).ToListAsync());
        db.Note("equal", await context.Bags.Where(b => b.Numbers == new[] { 2, 3 }).Select(b => b.Id).ToListAsync());
        db.Note("many", await context.Bags.SelectMany(b => b.Words, (b, w) => new { b.Id, w }).OrderBy(x => x.Id).ThenBy(x => x.w).ToListAsync());
        db.Note("joined", await context.Bags.Where(b => b.Numbers.Intersect(new[] { 3, 1 }).Any()).OrderBy(b => b.Id).Select(b => b.Id).ToListAsync());
        db.Note("index of", await context.Bags.OrderBy(b => b.Id).Select(b => Array.IndexOf(b.Numbers, 3)).ToListAsync());
        db.Note("string join", await context.Bags.OrderBy(b => b.Id).Select(b => string.Join("-", b.Words)).ToListAsync());
        db.Note("aggregate", await context.Bags.GroupBy(b => 1).Select(g => EF.Functions.ArrayAgg(g.OrderBy(x => x.Id).Select(x => x.Id))).ToListAsync());
        var bag = await context.Bags.SingleAsync(b => b.Id == 1);
        bag.Words.Add("added");
        bag.Numbers[0] = 77;
        await context.SaveChangesAsync();
        db.Note("bulk", await context.Bags.Where(b => b.Id == 2).ExecuteUpdateAsync(s => s.SetProperty(b => b.Numbers, new[] { 2, 3, 5 })));
        db.Note("rows", await context.Bags.AsNoTracking().OrderBy(b => b.Id).ToListAsync());
    });

    [Fact]
    public Task Parameters() => Run(async db =>
    {
        await using var context = await SeedAsync(db);
        int[] ids = [1, 3, 5];
        db.Note("ids", await context.Bags.Where(b => ids.Contains(b.Id)).OrderBy(b => b.Id).Select(b => b.Id).ToListAsync());
        db.Note("not in", await context.Bags.Where(b => !ids.Contains(b.Id)).Select(b => b.Id).ToListAsync());
        int?[] some = [1, null];
        db.Note("with null", await context.Bags.Where(b => some.Contains(b.Id)).Select(b => b.Id).ToListAsync());
        List<string> words = ["apple", "x'y"];
        db.Note("overlap", await context.Bags.Where(b => b.Words.Any(w => words.Contains(w))).Select(b => b.Id).ToListAsync());
        db.Note("subset", await context.Bags.Where(b => words.All(w => b.Words.Contains(w))).Select(b => b.Id).ToListAsync());
        db.Note("joined", await context.Bags.Join(ids, b => b.Id, i => i, (b, i) => b.Id * i).OrderBy(i => i).ToListAsync());
        db.Note("counted", await context.Bags.Where(b => ids.Count(i => i > b.Id) == 1).OrderBy(b => b.Id).Select(b => b.Id).ToListAsync());
        db.Note("like any", await context.Bags.Where(b => b.Words.Any(w => EF.Functions.Like(w, "%p%"))).Select(b => b.Id).ToListAsync());
        Guid[] guids = [Guid.Empty];
        db.Note("guids", await context.Bags.CountAsync(b => guids.Contains(b.Key)));
        DateOnly[] days = [new(2024, 1, 1)];
        db.Note("days", await context.Bags.Where(b => b.Days.Any(d => days.Contains(d))).Select(b => b.Id).ToListAsync());
        int[] none = [];
        db.Note("none", await context.Bags.CountAsync(b => none.Contains(b.Id)));
        db.Note("inline", await context.Bags.Where(b => new[] { 1, b.Numbers[0] }.Max() > 1).OrderBy(b => b.Id).Select(b => b.Id).ToListAsync());
    });

    private static async Task<BagsContext> SeedAsync(TestDatabase db)
    {
        var context = new BagsContext(db.Options<BagsContext>());
        await db.CreateAsync(context);
        context.AddRange(
            new Bag { Id = 1, Numbers = [1, 2, 3], Words = ["apple", "x'y", "a\"b"], Maybe = [1, null], Days = [new(2024, 1, 1), new(2025, 1, 1)] },
            new Bag { Id = 2, Numbers = [2, 3], Words = [] }, new Bag { Id = 3, Numbers = [], Words = ["pear,plum", "{brace}", "null", ""] });
        await context.SaveChangesAsync();
        context.ChangeTracker.Clear();
        return context;
    }

    private sealed class BagsContext(DbContextOptions<BagsContext> options) : DbContext(options)
    {
        public DbSet<Bag> Bags => Set<Bag>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Bag>().Property(b => b.Id).ValueGeneratedNever();
    }

    private sealed class Bag
    {
        public int Id { get; set; }

        public int[] Numbers { get; set; } = [];

        public List<string> Words { get; set; } = [];

        public List<int?> Maybe { get; set; } = [];

        public DateOnly[] Days { get; set; } = [];

        public Guid Key { get; set; }
    }
}
