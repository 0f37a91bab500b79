using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Modeling;

/// <summary>Owned entities and complex types in one jsonb column.</summary>
public sealed class OwnedJsonTests : RecordedTest
{
    [Fact]
    public Task Queries_reach_into_the_document() => Run(async db =>
    {
        await SeedAsync(db);
        await using var context = new OrdersContext(db.Options<OrdersContext>());
        db.Note("scalar", await context.Orders.Where(o => o.Address.City == "Rome").Select(o => o.Id).ToListAsync());
        db.Note("nested", await context.Orders.OrderBy(o => o.Id).Select(o => new { o.Address.Geo.Lat, o.Address.Geo.Seen, o.Address.Zip }).ToListAsync());
        db.Note("collection count", await context.Orders.OrderBy(o => o.Id).Select(o => o.Lines.Count).ToListAsync());
        db.Note("collection any", await context.Orders.Where(o => o.Lines.Any(l => l.Amount > 2 && l.Product.StartsWith("p"))).Select(o => o.Id).OrderBy(i => i).ToListAsync());
        db.Note("collection sum", await context.Orders.OrderBy(o => o.Id).Select(o => o.Lines.Sum(l => l.Amount * l.Price)).ToListAsync());
        db.Note("indexed", await context.Orders.OrderBy(o => o.Id).Select(o => o.Lines[0].Product).ToListAsync());
        db.Note("flattened", await context.Orders.SelectMany(o => o.Lines, (o, l) => new { o.Id, l.Product, l.Tags }).OrderBy(l => l.Id).ThenBy(l => l.Product).ToListAsync());
        db.Note("primitive collection", await context.Orders.Where(o => o.Address.Phones.Contains("1")).Select(o => o.Id).ToListAsync());
        db.Note("ordered inside", await context.Orders.OrderBy(o => o.Id).Select(o => o.Lines.OrderByDescending(l => l.Price).Select(l => l.Product).FirstOrDefault()).ToListAsync());
        db.Note("null", await context.Orders.Where(o => o.Address.Zip == null).Select(o => o.Id).ToListAsync());
        db.Note("enum and date", await context.Orders.Where(o => o.Address.Kind == AddressKind.Work && o.Address.Since > new DateOnly(2020, 1, 1)).Select(o => o.Id).ToListAsync());
        db.Note("entities", (await context.Orders.AsNoTracking().OrderBy(o => o.Id).ToListAsync()).Select(o => new { o.Id, o.Address, o.Lines }));
        db.Note("projected owned", await context.Orders.AsNoTracking().OrderBy(o => o.Id).Select(o => o.Address.Geo).ToListAsync());
    });

    [Fact]
    public Task Changes_are_written_as_small_as_possible() => Run(async db =>
    {
        await SeedAsync(db);
        await using (var context = new OrdersContext(db.Options<OrdersContext>()))
        {
            var order = await context.Orders.SingleAsync(o => o.Id == 1);
            order.Address.City = "Naples \"x\" \\ é";
            await context.SaveChangesAsync();
            order.Address.Geo.Lat = 40.85;
            order.Address.Since = new DateOnly(2024, 2, 29);
            await context.SaveChangesAsync();
            order.Lines[1].Amount = 99;
            await context.SaveChangesAsync();
            order.Lines.Add(new Line { Product = "added", Amount = 1, Price = 0.5m, Tags = ["n"] });
            order.Lines.RemoveAt(0);
            await context.SaveChangesAsync();
            order.Address.Phones.Add("9");
            await context.SaveChangesAsync();
            order.Address = new Address { City = "new", Geo = new Geo { Lat = 1, Seen = new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc) } };
            order.Note = new Remark { Text = "first" };
            await context.SaveChangesAsync();
            order.Note = null;
            await context.SaveChangesAsync();
        }

        await db.NoteRowsAsync("documents", """SELECT "Id", "Address"::text, "Lines"::text, "Note"::text FROM "Orders" ORDER BY 1""");
        await using (var context = new OrdersContext(db.Options<OrdersContext>()))
        {
            db.Note("deleted", await context.Orders.Where(o => o.Lines.Any(l => l.Product == "added")).ExecuteDeleteAsync());
        }

        await db.NoteRowsAsync("documents", """SELECT "Id", "Address"::text FROM "Orders" ORDER BY 1""");
    });

    [Fact]
    public Task Complex_types_are_columns_or_documents() => Run(async db =>
    {
        await using (var context = new ShopContext(db.Options<ShopContext>()))
        {
            await context.Database.EnsureCreatedAsync();
            context.Add(new Shop { Id = 1, Main = new Place { Street = "a", Number = 1, Spot = new Spot(1, 2) }, Stored = new Place { Street = "s", Number = 5, Spot = new Spot(3, 4) } });
            context.Add(new Shop { Id = 2, Main = new Place { Street = "b", Number = 2, Spot = new Spot(5, 6) }, Stored = new Place { Street = "t", Number = 6, Spot = new Spot(7, 8) } });
            await context.SaveChangesAsync();
        }

        await using (var context = new ShopContext(db.Options<ShopContext>()))
        {
            db.Note("by part", await context.Shops.Where(s => s.Main.Spot.X > 1).Select(s => new { s.Id, s.Main.Street, s.Main.Spot }).ToListAsync());
            db.Note("by document part", await context.Shops.Where(s => s.Stored.Number == 5).Select(s => s.Stored.Street).ToListAsync());
            var value = new Place { Street = "b", Number = 2, Spot = new Spot(5, 6) };
            db.Note("by value", await context.Shops.Where(s => s.Main == value).Select(s => s.Id).ToListAsync());
            db.Note("updated", await context.Shops.Where(s => s.Id == 1).ExecuteUpdateAsync(u => u.SetProperty(s => s.Main, s => value)));
            db.Note("part updated", await context.Shops.Where(s => s.Id == 2).ExecuteUpdateAsync(u => u.SetProperty(s => s.Stored.Street, "bulk").SetProperty(s => s.Stored.Number, s => s.Stored.Number + 1).SetProperty(s => s.Main.Number, 9)));
            var shop = await context.Shops.SingleAsync(s => s.Id == 1);
            shop.Main.Number = 77;
            shop.Stored.Street = "changed";
            await context.SaveChangesAsync();
            db.Note("entities", await context.Shops.AsNoTracking().OrderBy(s => s.Id).ToListAsync());
        }
    });

    private static async Task SeedAsync(TestDatabase db)
    {
        await using var context = new OrdersContext(db.Options<OrdersContext>());
        await context.Database.EnsureCreatedAsync();
        context.AddRange(
            new Order
            {
                Id = 1,
                Address = new Address { City = "Rome", Zip = "00100", Kind = AddressKind.Work, Since = new DateOnly(2021, 5, 6), Phones = ["1", "2"], Geo = new Geo { Lat = 41.9, Seen = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc) } },
                Lines = { new Line { Product = "pen", Amount = 3, Price = 1.25m, Tags = ["a", "b"] }, new Line { Product = "ink", Amount = 1, Price = 10m } },
            },
            new Order { Id = 2, Address = new Address { City = "Oslo", Geo = new Geo { Lat = 59.9 } }, Note = new Remark { Text = "it's" } });
        await context.SaveChangesAsync();
    }

    private enum AddressKind
    {
        Home,
        Work,
    }

    private sealed class OrdersContext(DbContextOptions<OrdersContext> options) : DbContext(options)
    {
        public DbSet<Order> Orders => Set<Order>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Order>(order =>
        {
            order.Property(o => o.Id).ValueGeneratedNever();
            order.OwnsOne(o => o.Address, address =>
            {
                address.ToJson();
                address.OwnsOne(a => a.Geo);
            });
            order.OwnsMany(o => o.Lines, lines => lines.ToJson());
            order.OwnsOne(o => o.Note, note => note.ToJson());
        });
    }

    private sealed class Order
    {
        public int Id { get; set; }

        public required Address Address { get; set; }

        public List<Line> Lines { get; } = [];

        public Remark? Note { get; set; }
    }

    private sealed class Address
    {
        public required string City { get; set; }

        public string? Zip { get; set; }

        public AddressKind Kind { get; set; }

        public DateOnly Since { get; set; }

        public List<string> Phones { get; set; } = [];

        public required Geo Geo { get; set; }
    }

    private sealed class Geo
    {
        public double Lat { get; set; }

        public DateTime Seen { get; set; }
    }

    private sealed class Line
    {
        public required string Product { get; set; }

        public int Amount { get; set; }

        public decimal Price { get; set; }

        public string[] Tags { get; set; } = [];
    }

    private sealed class Remark
    {
        public string? Text { get; set; }
    }

    private sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
    {
        public DbSet<Shop> Shops => Set<Shop>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Shop>(shop =>
        {
            shop.Property(s => s.Id).ValueGeneratedNever();
            shop.ComplexProperty(s => s.Main, main => main.ComplexProperty(p => p.Spot));
            shop.ComplexProperty(s => s.Stored, stored =>
            {
                stored.ToJson();
                stored.ComplexProperty(p => p.Spot);
            });
        });
    }

    private sealed class Shop
    {
        public int Id { get; set; }

        public required Place Main { get; set; }

        public required Place Stored { get; set; }
    }

    private sealed class Place
    {
        public required string Street { get; set; }

        public int Number { get; set; }

        public Spot Spot { get; set; }
    }

    private readonly record struct Spot(int X, int Y);
}
