using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Modeling;

/// <summary>Keys and columns that the database fills.</summary>
public sealed class ValueGenerationTests : RecordedTest
{
    [Fact]
    public Task HiLo_takes_keys_in_blocks() => Run(db => TestAsync(db, m => m.UseHiLo("item_numbers"), 13));

    [Fact]
    public Task Identity_by_default() => Run(db => TestAsync(db, m => m.UseIdentityByDefaultColumns(), 3, explicitKey: 50));

    [Fact]
    public Task Identity_always() => Run(db => TestAsync(db, m => m.UseIdentityAlwaysColumns(), 3, explicitKey: 50));

    [Fact]
    public Task Identity_with_options() => Run(db => TestAsync(
        db, m => m.Entity<Item>().Property(i => i.Id).HasIdentityOptions(startValue: 100, incrementBy: 10, minValue: 5, maxValue: 115, cyclic: true), 3));

    [Fact]
    public Task Serial() => Run(db => TestAsync(db, m => m.UseSerialColumns(), 3, explicitKey: 50));

    [Fact]
    public Task Key_sequence() => Run(db => TestAsync(db, m => m.UseKeySequences("_keys"), 3));

    [Fact]
    public Task Sequence_by_default_expression() => Run(db => TestAsync(
        db, m =>
        {
            m.HasSequence<long>("numbers", "side").StartsAt(1000).IncrementsBy(-5).HasMin(-100).HasMax(1000).IsCyclic();
            m.Entity<Item>().Property(i => i.Id).HasDefaultValueSql("nextval('side.numbers')");
        },
        3));

    [Fact]
    public Task Defaults_computed_columns_and_sentinels() => Run(async db =>
    {
        await using var context = new DefaultsContext(db.Options<DefaultsContext>());
        db.Note("created", await context.Database.EnsureCreatedAsync());
        Filled[] rows = [new(), new() { Level = 0, Active = false, Price = 2.5m, Label = "set", Day = new DateOnly(2020, 2, 2) }, new() { Level = 7, Active = true, Price = 3, First = "A", Last = "B" }];
        context.AddRange(rows);
        await context.SaveChangesAsync();
        db.Note("saved", rows.Select(r => new { r.Level, r.Active, r.Label, r.Price, r.Gross, r.FullName, r.Tags, r.Day, Stamp = r.Stamp > DateTime.UtcNow.AddMinutes(-5), Key = r.Key != Guid.Empty }));
        rows[2].Price = 10;
        rows[2].First = "Ada";
        await context.SaveChangesAsync();
        db.Note("changed", new { rows[2].Gross, rows[2].FullName });
        db.Note("by computed", await context.Set<Filled>().Where(f => f.Gross > 5).Select(f => f.FullName).ToListAsync());
        await db.Transcript.ThrowsAsync("writing a generated column", () => context.Database.ExecuteSqlRawAsync("""UPDATE "Filled" SET "Gross" = 1"""));
    });

    private static async Task TestAsync(TestDatabase db, Action<ModelBuilder> map, int count, int? explicitKey = null)
    {
        await using var context = new ItemsContext(db.Options<ItemsContext>(), map);
        db.Note("created", await context.Database.EnsureCreatedAsync());
        var items = Enumerable.Range(1, count).Select(i => new Item { Name = $"n{i}" }).ToArray();
        context.AddRange(items);
        await context.SaveChangesAsync();
        db.Note("keys", items.Select(i => i.Id));
        if (explicitKey is { } key)
        {
            context.Add(new Item { Id = key, Name = "explicit" });
            await db.Transcript.ThrowsAsync("explicit key", () => context.SaveChangesAsync());
            context.ChangeTracker.Clear();
        }

        await using var other = new ItemsContext(db.Options<ItemsContext>(), map);
        var more = new Item { Name = "more" };
        other.Add(more);
        await other.SaveChangesAsync();
        db.Note("next key", more.Id);
        db.Note("rows", await context.Items.OrderBy(i => i.Id).Select(i => new { i.Id, i.Name }).ToListAsync());
    }

    private sealed class ItemsContext(DbContextOptions<ItemsContext> options, Action<ModelBuilder> map) : DbContext(options)
    {
        public DbSet<Item> Items => Set<Item>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) => map(modelBuilder);

        protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.EnableServiceProviderCaching(false);
    }

    private sealed class Item
    {
        public int Id { get; set; }

        public required string Name { get; set; }
    }

    private sealed class DefaultsContext(DbContextOptions<DefaultsContext> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Filled>(filled =>
        {
            filled.ToTable("Filled");
            filled.Property(f => f.Level).HasDefaultValue(3).HasSentinel(-1);
            filled.Property(f => f.Active).HasDefaultValue(true).HasSentinel(true);
            filled.Property(f => f.Label).HasDefaultValue("it's");
            filled.Property(f => f.Stamp).HasDefaultValueSql("now()");
            filled.Property(f => f.Key).HasDefaultValueSql("gen_random_uuid()");
            filled.Property(f => f.Price).HasPrecision(10, 2).HasDefaultValue(1.5m);
            filled.Property(f => f.Gross).HasComputedColumnSql("round(\"Price\" * 1.2, 2)", stored: true);
            filled.Property(f => f.FullName).HasComputedColumnSql("coalesce(\"First\", '') || ' ' || coalesce(\"Last\", '')", stored: true);
            filled.Property(f => f.Tags).HasDefaultValue(new[] { "x", "y z" });
            filled.Property(f => f.Day).HasDefaultValue(new DateOnly(2000, 1, 1));
        });
    }

    private sealed class Filled
    {
        public int Id { get; set; }

        public int Level { get; set; } = -1;

        public bool Active { get; set; } = true;

        public string? Label { get; set; }

        public DateTime Stamp { get; set; }

        public Guid Key { get; set; }

        public decimal Price { get; set; }

        public decimal Gross { get; set; }

        public string? First { get; set; }

        public string? Last { get; set; }

        public string? FullName { get; set; }

        public string[]? Tags { get; set; }

        public DateOnly Day { get; set; }
    }
}
