using Microsoft.EntityFrameworkCore;

namespace PgMicro.Benchmarks.Model;

public sealed class Item
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public int Quantity { get; set; }

    public double Amount { get; set; }

    public DateTime Created { get; set; }

    public bool Active { get; set; }
}

public sealed class Customer
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public List<Order> Orders { get; } = [];
}

public sealed class Order
{
    public int Id { get; set; }

    public int CustomerId { get; set; }

    public DateTime Placed { get; set; }

    public Customer? Customer { get; set; }

    public List<Line> Lines { get; } = [];
}

public sealed class Line
{
    public int Id { get; set; }

    public int OrderId { get; set; }

    public int ProductId { get; set; }

    public int Quantity { get; set; }

    public Order? Order { get; set; }

    public Product? Product { get; set; }
}

public sealed class Product
{
    public int Id { get; set; }

    public required string Title { get; set; }
}

/// <summary>The tables that the scenarios read and write.</summary>
public sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Item> Items => Set<Item>();

    public DbSet<Customer> Customers => Set<Customer>();

    public DbSet<Order> Orders => Set<Order>();

    public DbSet<Line> Lines => Set<Line>();

    public DbSet<Product> Products => Set<Product>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Item>().ToTable("items");
        modelBuilder.Entity<Customer>().ToTable("customers");
        modelBuilder.Entity<Order>().ToTable("orders");
        modelBuilder.Entity<Line>().ToTable("lines");
        modelBuilder.Entity<Product>().ToTable("products");
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(property.Name.ToLowerInvariant());
            }
        }
    }
}
