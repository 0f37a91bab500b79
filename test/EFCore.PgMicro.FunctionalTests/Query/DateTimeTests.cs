using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Query;

/// <summary>DateTime, DateTimeOffset, DateOnly, TimeOnly and TimeSpan.</summary>
public sealed class DateTimeTests : RecordedTest
{
    [Fact]
    public Task Values_round_trip_and_are_taken_apart() => Run(async db =>
    {
        await using var context = await SeedAsync(db);
        var q = context.Events.AsNoTracking().OrderBy(e => e.Id);
        db.Note("rows", await q.ToListAsync());
        db.Note("parts", await q.Select(e => new { e.At.Year, e.At.Month, e.At.Day, e.At.Hour, e.At.Minute, e.At.Second, e.At.DayOfYear, e.At.DayOfWeek, e.At.Date, Time = e.Local.TimeOfDay }).ToListAsync());
        db.Note("arithmetic", await q.Select(e => new { Days = e.At.AddDays(1.5), Months = e.Local.AddMonths(1), Years = e.Day.AddYears(-1), Minutes = e.At.AddMinutes(-90), Span = e.At + e.Length }).ToListAsync());
        db.Note("differences", await q.Select(e => new { Span = e.At - new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc), Days = e.Day.DayNumber - new DateOnly(2024, 1, 1).DayNumber, (e.Local - e.Local.Date).TotalHours }).ToListAsync());
        db.Note("spans", await q.Select(e => new { e.Length.Days, e.Length.Hours, e.Length.Minutes, e.Length.TotalDays, e.Length.TotalMinutes, Negated = -e.Length }).ToListAsync());
        db.Note("days", await q.Select(e => new { e.Day.Year, Next = e.Day.AddDays(1), e.Day.DayOfWeek, AsTime = e.Day.ToDateTime(new TimeOnly(1, 2)), From = DateOnly.FromDateTime(e.Local) }).ToListAsync());
        db.Note("times", await q.Select(e => new { e.Clock.Hour, e.Clock.Minute, Later = e.Clock.AddHours(3), Between = e.Clock.IsBetween(new TimeOnly(8, 0), new TimeOnly(12, 0)), From = TimeOnly.FromDateTime(e.Local) }).ToListAsync());
        db.Note("offsets", await q.Select(e => new { e.Offset.Year, Plus = e.Offset.AddHours(2), e.Offset.Hour }).ToListAsync());
        db.Note("zones", await q.Select(e => new { Berlin = TimeZoneInfo.ConvertTimeBySystemTimeZoneId(e.At, "Europe/Berlin"), Utc = TimeZoneInfo.ConvertTimeToUtc(e.Local), Kind = DateTime.SpecifyKind(e.At, DateTimeKind.Unspecified) }).ToListAsync());
        db.Note("made", await q.Select(e => new { When = new DateTime(e.Local.Year, 1, e.Id, 10, 0, 0), Day = new DateOnly(e.Local.Year, e.Id, 1) }).ToListAsync());
        db.Note("compared", await q.Where(e => e.At > new DateTime(2024, 3, 1, 0, 0, 0, DateTimeKind.Utc) && e.Length < TimeSpan.FromDays(2) && e.At < DateTime.UtcNow && e.Day < DateOnly.FromDateTime(DateTime.Now)).Select(e => e.Id).ToListAsync());
        var (from, to) = (new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateOnly(2024, 12, 31));
        db.Note("parameters", await q.Where(e => e.Offset >= from && e.Day <= to).Select(e => e.Id).ToListAsync());
        db.Note("aggregates", await context.Events.GroupBy(e => e.At.Year).OrderBy(g => g.Key).Select(g => new { g.Key, First = g.Min(e => e.At), Last = g.Max(e => e.Day), Total = EF.Functions.Sum(g.Select(e => e.Length)), Average = EF.Functions.Average(g.Select(e => e.Length)) }).ToListAsync());
        db.Note("infinity", await context.Events.Where(e => e.Until == DateTime.MaxValue).Select(e => e.Id).ToListAsync());
    });

    [Fact]
    public Task Wrong_kinds_are_refused() => Run(async db =>
    {
        await using var context = await SeedAsync(db);
        await Try("local in timestamptz", e => e.At = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Local));
        await Try("unspecified in timestamptz", e => e.At = new DateTime(2024, 1, 1));
        await Try("utc in timestamp", e => e.Local = DateTime.UnixEpoch);
        await Try("offset", e => e.Offset = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.FromHours(2)));

        async Task Try(string title, Action<Event> change)
        {
            context.ChangeTracker.Clear();
            using var silence = db.Interceptor.Silence();
            var e = await context.Events.FirstAsync(x => x.Id == 1);
            change(e);
            await db.Transcript.ThrowsAsync(title, () => context.SaveChangesAsync());
        }
    });

    private static async Task<EventsContext> SeedAsync(TestDatabase db)
    {
        var context = new EventsContext(db.Options<EventsContext>());
        await db.CreateAsync(context);
        context.AddRange(
            new Event
            {
                Id = 1,
                At = new DateTime(2024, 2, 29, 23, 59, 58, DateTimeKind.Utc).AddTicks(1234560),
                Local = new DateTime(2024, 2, 29, 12, 30, 0),
                Day = new DateOnly(2024, 2, 29),
                Clock = new TimeOnly(9, 15, 30, 250),
                Length = new TimeSpan(1, 2, 3, 4, 5),
                Offset = new DateTimeOffset(2024, 7, 1, 10, 0, 0, TimeSpan.Zero),
                Until = DateTime.MaxValue,
            },
            new Event { Id = 2, At = new DateTime(2025, 6, 15, 0, 0, 0, DateTimeKind.Utc), Local = new DateTime(1999, 12, 31, 23, 59, 59, 999), Day = new DateOnly(5, 1, 2), Clock = new TimeOnly(23, 59, 59), Length = TimeSpan.FromMinutes(-90), Offset = DateTimeOffset.UnixEpoch, Until = DateTime.MinValue },
            new Event { Id = 3, At = DateTime.UnixEpoch, Local = new DateTime(2000, 1, 1), Day = new DateOnly(9990, 12, 30), Clock = TimeOnly.MinValue, Length = TimeSpan.Zero, Offset = new DateTimeOffset(2024, 12, 31, 23, 0, 0, TimeSpan.Zero), Until = null });
        await context.SaveChangesAsync();
        return context;
    }

    private sealed class EventsContext(DbContextOptions<EventsContext> options) : DbContext(options)
    {
        public DbSet<Event> Events => Set<Event>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Event>(e =>
        {
            e.Property(x => x.Id).ValueGeneratedNever();
            e.Property(x => x.Local).HasColumnType("timestamp without time zone");
        });
    }

    private sealed class Event
    {
        public int Id { get; set; }

        public DateTime At { get; set; }

        public DateTime Local { get; set; }

        public DateOnly Day { get; set; }

        public TimeOnly Clock { get; set; }

        public TimeSpan Length { get; set; }

        public DateTimeOffset Offset { get; set; }

        public DateTime? Until { get; set; }
    }
}
