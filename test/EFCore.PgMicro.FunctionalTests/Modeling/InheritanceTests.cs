using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Modeling;

/// <summary>The three mappings of a class hierarchy.</summary>
public sealed class InheritanceTests : RecordedTest
{
    [Fact]
    public Task Table_per_hierarchy() => Run(db => TestAsync(db, m => m.Entity<Animal>().UseTphMappingStrategy()));

    [Fact]
    public Task Table_per_type() => Run(db => TestAsync(db, m => m.Entity<Animal>().UseTptMappingStrategy()));

    [Fact]
    public Task Table_per_concrete_type() => Run(db => TestAsync(db, m => m.Entity<Animal>().UseTpcMappingStrategy()));

    private static async Task TestAsync(TestDatabase db, Action<ModelBuilder> map)
    {
        await using (var context = new ZooContext(db.Options<ZooContext>(), map))
        {
            await context.Database.EnsureCreatedAsync();
            context.AddRange(
                new Dog { Name = "Rex", Bark = "wuff" }, new Puppy { Name = "Bit", Bark = "wif", Weeks = 5 }, new Cat { Name = "Tom", Lives = 9, Enemy = new Dog { Name = "Spike", Bark = "grr" } });
            await context.SaveChangesAsync();
        }

        await using (var context = new ZooContext(db.Options<ZooContext>(), map))
        {
            db.Note("all", (await context.Animals.OrderBy(a => a.Name).ToListAsync()).Select(a => $"{a.GetType().Name} {a.Name}"));
            db.Note("dogs", await context.Set<Dog>().OrderBy(d => d.Name).Select(d => new { d.Name, d.Bark }).ToListAsync());
            db.Note("of type", await context.Animals.OfType<Puppy>().Select(p => p.Weeks).ToListAsync());
            db.Note("is", await context.Animals.Where(a => a is Dog && !(a is Puppy)).OrderBy(a => a.Name).Select(a => a.Name).ToListAsync());
            db.Note("cast", await context.Animals.OrderBy(a => a.Name).Select(a => new { a.Name, Lives = (int?)((Cat)a).Lives }).ToListAsync());
            db.Note("included", (await context.Set<Cat>().Include(c => c.Enemy).ToListAsync()).Select(c => c.Enemy?.Name));
            var cat = await context.Set<Cat>().SingleAsync();
            cat.Lives--;
            cat.Name = "Thomas";
            context.Remove(await context.Set<Puppy>().SingleAsync());
            await context.SaveChangesAsync();
            db.Note("after", await context.Animals.OrderBy(a => a.Name).Select(a => a.Name).ToListAsync());
        }
    }

    private sealed class ZooContext(DbContextOptions<ZooContext> options, Action<ModelBuilder> map) : DbContext(options)
    {
        public DbSet<Animal> Animals => Set<Animal>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Dog>();
            modelBuilder.Entity<Puppy>();
            modelBuilder.Entity<Cat>();
            map(modelBuilder);
        }

        // Each test has a model of its own.
        protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.EnableServiceProviderCaching(false);
    }

    private abstract class Animal
    {
        public int Id { get; set; }

        public required string Name { get; set; }
    }

    private class Dog : Animal
    {
        public required string Bark { get; set; }
    }

    private sealed class Puppy : Dog
    {
        public int Weeks { get; set; }
    }

    private sealed class Cat : Animal
    {
        public int Lives { get; set; }

        public int? EnemyId { get; set; }

        public Dog? Enemy { get; set; }
    }
}
