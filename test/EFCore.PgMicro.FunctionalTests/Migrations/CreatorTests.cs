using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace EFCore.PgMicro.FunctionalTests.Migrations;

/// <summary>EnsureCreated, EnsureDeleted and their parts.</summary>
public sealed class CreatorTests : RecordedTest
{
    [Fact]
    public Task EnsureCreated_makes_the_model_once() => Run(async db =>
    {
        await using var context = new NotesContext(db.Options<NotesContext>());
        db.Note("has tables", await context.GetService<IRelationalDatabaseCreator>().HasTablesAsync());
        db.Note("created", await context.Database.EnsureCreatedAsync());
        db.Note("has tables", context.GetService<IRelationalDatabaseCreator>().HasTables());
        db.Note("created again", context.Database.EnsureCreated());
        db.Note("script", context.Database.GenerateCreateScript());
        await MigrateTests.DescribeAsync(db);
    });

    [Fact]
    public Task Create_script_runs_as_one_command() => Run(async db =>
    {
        await using var context = new NotesContext(db.Options<NotesContext>());
        db.Note("affected", await context.Database.ExecuteSqlRawAsync(context.Database.GenerateCreateScript()));
        context.Add(new Note { Text = "x" });
        db.Note("saved", await context.SaveChangesAsync());
    });

    [Fact]
    public Task CreateTables_works_beside_what_is_there() => Run(async db =>
    {
        await using var context = new NotesContext(db.Options<NotesContext>());
        await context.Database.ExecuteSqlRawAsync("CREATE TABLE other (a int)");
        db.Note("created", await context.Database.EnsureCreatedAsync());
        await context.GetService<IRelationalDatabaseCreator>().CreateTablesAsync();
        await db.Transcript.ThrowsAsync("again", () => context.GetService<IRelationalDatabaseCreator>().CreateTablesAsync());
    });

    [Fact]
    public Task EnsureDeleted_ends_the_connections_of_others() => Run(
        async db =>
        {
            using var silence = db.Interceptor.Silence();
            await using var context = new NotesContext(db.Options<NotesContext>());
            db.Note("created", await context.Database.EnsureCreatedAsync());
            await using var other = db.Connect();
            await other.OpenAsync();
            db.Note("deleted", await context.Database.EnsureDeletedAsync());
            db.Note("created", await context.Database.EnsureCreatedAsync());
            await using var command = other.CreateCommand();
            command.CommandText = "SELECT 1";
            await db.Transcript.ThrowsAsync("the other", () => command.ExecuteScalarAsync());
            db.Note("state", other.State);
            await other.CloseAsync();
            await other.OpenAsync();
            db.Note("after opening again", await command.ExecuteScalarAsync());
            db.Note("rows", await context.Notes.CountAsync());
        },
        create: false);

    [Fact]
    public Task EnsureDeleted_works_on_an_open_context() => Run(
        async db =>
        {
            using var silence = db.Interceptor.Silence();
            await using var context = new NotesContext(db.Options<NotesContext>());
            await context.Database.EnsureCreatedAsync();
            await context.Database.OpenConnectionAsync();
            context.Add(new Note { Text = "gone" });
            await context.SaveChangesAsync();
            await context.Database.CloseConnectionAsync();
            db.Note("deleted", context.Database.EnsureDeleted());
            db.Note("created", context.Database.EnsureCreated());
            db.Note("rows", await context.Notes.CountAsync());
        },
        create: false);

    public sealed class NotesContext(DbContextOptions<NotesContext> options) : DbContext(options)
    {
        public DbSet<Note> Notes => Set<Note>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.HasDefaultSchema("jot").HasSequence<int>("order_numbers").StartsAt(5).IncrementsBy(2);
    }

    public sealed class Note
    {
        public int Id { get; set; }

        public required string Text { get; set; }

        public string[] Words { get; set; } = [];
    }
}
