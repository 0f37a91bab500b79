using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EFCore.PgMicro.Tests;

/// <summary>A context works on a file from its creation to its deletion.</summary>
public sealed class BloggingTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"blogging-{Guid.NewGuid():N}.db");

    public void Dispose()
    {
        using var context = new BloggingContext(_file);
        context.Database.EnsureDeleted();
        Assert.False(File.Exists(_file));
    }

    [Fact]
    public void Rows_are_saved_read_changed_and_deleted()
    {
        using (var context = new BloggingContext(_file))
        {
            Assert.False(context.Database.CanConnect());
            Assert.True(context.Database.EnsureCreated());
            context.Add(new Blog { Name = "one", Posts = { new Post { Title = "a" }, new Post { Title = "b" } } });
            Assert.Equal(3, context.SaveChanges());
        }

        using (var context = new BloggingContext(_file))
        {
            var blog = context.Blogs.Include(b => b.Posts).Single(b => b.Name == "one");
            Assert.Equal(["a", "b"], blog.Posts.Select(p => p.Title).Order());
            blog.Name = "two";
            context.SaveChanges();
            Assert.Equal(1, context.Posts.Where(p => p.Title == "a").ExecuteDelete());
            Assert.Equal("two", context.Blogs.AsNoTracking().Single().Name);
        }
    }

    [Fact]
    public void Duplicate_key_is_a_PostgresException()
    {
        using var context = new BloggingContext(_file);
        context.Database.EnsureCreated();
        context.AddRange(new Blog { Name = "same" }, new Blog { Name = "same" });
        var e = Assert.Throws<DbUpdateException>(() => context.SaveChanges());
        Assert.Equal(("23505", "IX_Blogs_Name"), e.InnerException is PostgresException p ? (p.SqlState, p.ConstraintName) : default);
        Assert.Empty(context.Blogs.AsNoTracking());
    }

    [Fact]
    public void Lost_row_is_a_concurrency_conflict()
    {
        using var context = new BloggingContext(_file);
        context.Database.EnsureCreated();
        var blog = new Blog { Name = "lost" };
        context.Add(blog);
        context.SaveChanges();
        context.Blogs.ExecuteDelete();
        blog.Name = "found";
        Assert.Same(blog, Assert.Throws<DbUpdateConcurrencyException>(() => context.SaveChanges()).Entries.Single().Entity);
    }

    private sealed class BloggingContext(string file) : DbContext
    {
        public DbSet<Blog> Blogs => Set<Blog>();

        public DbSet<Post> Posts => Set<Post>();

        protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseNpgsqlCompatibleFile(file);

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Blog>().HasIndex(b => b.Name).IsUnique();
    }

    private sealed class Blog
    {
        public int Id { get; set; }

        public required string Name { get; set; }

        public List<Post> Posts { get; } = [];
    }

    private sealed class Post
    {
        public int Id { get; set; }

        public required string Title { get; set; }
    }
}
