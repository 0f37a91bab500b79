using Microsoft.EntityFrameworkCore;
using PgMicro.Recording;

namespace PgMicro.Server.Tests.Clients;

/// <summary>EF Core with Npgsql's provider and a plain connection string.</summary>
[Collection("server")]
public sealed class EfCoreTests(TestServer server)
{
    [Fact]
    public async Task A_model_goes_round()
    {
        var transcript = new Transcript();
        await using (var database = await server.CreateDatabaseAsync("ef_model"))
        {
            await using (var context = new Shop(database.ConnectionString))
            {
                transcript.Value("created", await context.Database.EnsureCreatedAsync());
                transcript.Value("again", await context.Database.EnsureCreatedAsync());
                context.Customers.Add(new Customer
                {
                    Name = "Ada",
                    Tags = ["a", "b"],
                    Orders = { new Order { At = new DateTime(2024, 1, 2, 0, 0, 0, DateTimeKind.Utc), Total = 12.5m }, new Order { At = new DateTime(2024, 2, 2, 0, 0, 0, DateTimeKind.Utc), Total = 7m } },
                });
                context.Customers.AddRange(Enumerable.Range(1, 50).Select(i => new Customer { Name = $"c{i:00}" }));
                transcript.Value("saved", await context.SaveChangesAsync());
            }

            await using (var context = new Shop(database.ConnectionString))
            {
                var ada = await context.Customers.Include(c => c.Orders.OrderBy(o => o.Id)).SingleAsync(c => c.Name == "Ada");
                transcript.Line($"{ada.Id} {string.Join('+', ada.Tags)} {string.Join(", ", ada.Orders.Select(o => FormattableString.Invariant($"{o.At:O} {o.Total}")))}");
                transcript.Value("sum", await context.Orders.SumAsync(o => o.Total));
                transcript.Value("like", await context.Customers.CountAsync(c => EF.Functions.ILike(c.Name, "C0%")));
                transcript.Value("tags", await context.Customers.Where(c => c.Tags.Contains("b")).Select(c => c.Name).ToListAsync());
                transcript.Value(
                    "groups", await context.Orders.GroupBy(o => o.Customer!.Name).Select(g => g.Key + " " + g.Count()).ToListAsync());
                ada.Name = "Ada L.";
                ada.Orders.RemoveAt(0);
                transcript.Value("changed", await context.SaveChangesAsync());
                transcript.Value("updated", await context.Customers.Where(c => c.Name.StartsWith("c1")).ExecuteUpdateAsync(s => s.SetProperty(c => c.Name, c => c.Name + "!")));
                transcript.Value("deleted", await context.Customers.Where(c => c.Name.EndsWith("!")).ExecuteDeleteAsync());
                context.Customers.Add(new Customer { Name = "c20" });
                await transcript.ThrowsAsync("unique", () => context.SaveChangesAsync());
            }

            await using (var context = new Shop(database.ConnectionString))
            {
                await using var transaction = await context.Database.BeginTransactionAsync();
                await context.Database.ExecuteSqlAsync($"DELETE FROM \"Orders\"");
                await transaction.RollbackAsync();
                transcript.Value("left", await context.Orders.CountAsync());
                transcript.Value("pages", await context.Customers.OrderBy(c => c.Name).Skip(5).Take(3).Select(c => c.Name).ToListAsync());
            }
        }

        Recordings.Check("PgMicro.Server.Tests", "EfCoreTests.A_model_goes_round", transcript);
    }

    public sealed class Customer
    {
        public int Id { get; set; }

        public string Name { get; set; } = "";

        public List<string> Tags { get; set; } = [];

        public List<Order> Orders { get; } = [];
    }

    public sealed class Order
    {
        public long Id { get; set; }

        public Customer? Customer { get; set; }

        public DateTime At { get; set; }

        public decimal Total { get; set; }
    }

    public sealed class Shop(string connectionString) : DbContext
    {
        public DbSet<Customer> Customers => Set<Customer>();

        public DbSet<Order> Orders => Set<Order>();

        protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseNpgsql(connectionString);

        protected override void OnModelCreating(ModelBuilder model) => model.Entity<Customer>().HasIndex(c => c.Name).IsUnique();
    }
}
