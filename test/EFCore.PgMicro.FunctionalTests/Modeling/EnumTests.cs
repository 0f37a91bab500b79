using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;

namespace EFCore.PgMicro.FunctionalTests.Modeling;

/// <summary>PostgreSQL enums that MapEnum declares.</summary>
public sealed class EnumTests : RecordedTest
{
    public enum Mood
    {
        Sad,
        [PgName("so-so")]
        SoSo,
        Happy,
    }

    public enum Size
    {
        Small,
        Large,
    }

    [Fact]
    public Task Values_are_saved_and_compared_in_declaration_order() => Run(async db =>
    {
        await using (var context = Context(db))
        {
            db.Note("created", await context.Database.EnsureCreatedAsync());
            context.AddRange(
                new Person { Id = 1, Mood = Mood.Happy, Before = Mood.Sad, Moods = [Mood.Happy, Mood.SoSo], Size = Size.Large },
                new Person { Id = 2, Mood = Mood.SoSo, Moods = [] }, new Person { Id = 3, Mood = Mood.Sad, Before = Mood.SoSo, Moods = [Mood.Sad] });
            await context.SaveChangesAsync();
        }

        await using (var context = Context(db))
        {
            db.Note("ordered", await context.People.OrderBy(p => p.Mood).Select(p => new { p.Id, p.Mood, p.Before, p.Moods, p.Size }).ToListAsync());
            db.Note("greater", await context.People.Where(p => p.Mood > Mood.Sad).OrderBy(p => p.Id).Select(p => p.Id).ToListAsync());
            var wanted = Mood.SoSo;
            db.Note("parameter", await context.People.Where(p => p.Mood == wanted || p.Before == wanted).OrderBy(p => p.Id).Select(p => p.Id).ToListAsync());
            Mood?[] some = [Mood.Happy, null];
            db.Note("contains", await context.People.Where(p => some.Contains(p.Before) || p.Moods.Contains(Mood.Happy)).OrderBy(p => p.Id).Select(p => p.Id).ToListAsync());
            db.Note("text", await context.People.OrderBy(p => p.Id).Select(p => p.Mood.ToString()).ToListAsync());
            db.Note("max", await context.People.MaxAsync(p => p.Mood));
            db.Note("grouped", await context.People.GroupBy(p => p.Before).Select(g => new { g.Key, Count = g.Count() }).OrderBy(g => g.Key).ToListAsync());
            var person = await context.People.SingleAsync(p => p.Id == 2);
            person.Mood = Mood.Sad;
            person.Moods.Add(Mood.SoSo);
            await context.SaveChangesAsync();
            db.Note("updated", await context.People.Where(p => p.Id == 1).ExecuteUpdateAsync(s => s.SetProperty(p => p.Before, (Mood?)null).SetProperty(p => p.Mood, wanted)));
            db.Note("after", await context.People.OrderBy(p => p.Id).Select(p => new { p.Mood, p.Before, p.Moods }).ToListAsync());
        }

        await db.NoteRowsAsync("labels", "SELECT mood::text, mood >= 'so-so' FROM \"People\" p, LATERAL (SELECT p.\"Mood\" AS mood) AS m ORDER BY p.\"Id\"");
        await using var connection = db.Connect();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO \"People\" (\"Id\", \"Mood\", \"Moods\", \"Size\") VALUES (9, 'elated', '{}', 'small')";
        await db.Transcript.ThrowsAsync("unknown label", () => command.ExecuteNonQueryAsync());
    });

    private static PeopleContext Context(TestDatabase db) =>
        new(db.Options<PeopleContext>(npgsql => npgsql.MapEnum<Mood>().MapEnum<Size>("shirt_size", "wear")));

    private sealed class PeopleContext(DbContextOptions<PeopleContext> options) : DbContext(options)
    {
        public DbSet<Person> People => Set<Person>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Person>().Property(p => p.Id).ValueGeneratedNever();
    }

    private sealed class Person
    {
        public int Id { get; set; }

        public Mood Mood { get; set; }

        public Mood? Before { get; set; }

        public List<Mood> Moods { get; set; } = [];

        public Size Size { get; set; }
    }
}
