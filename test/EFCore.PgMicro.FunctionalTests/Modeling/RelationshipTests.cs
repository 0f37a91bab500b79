using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Modeling;

/// <summary>Many-to-many, query filters, includes and split queries.</summary>
public sealed class RelationshipTests : RecordedTest
{
    [Fact]
    public Task Many_to_many_with_payload() => Run(async db =>
    {
        await SeedAsync(db);
        await using var context = new SchoolContext(db.Options<SchoolContext>());
        db.Note("students", (await context.Students.Include(s => s.Courses).OrderBy(s => s.Name).ToListAsync()).Select(s => $"{s.Name}: {string.Join(",", s.Courses.Select(c => c.Title).Order())}"));
        db.Note("counts", await context.Courses.OrderBy(c => c.Title).Select(c => new { c.Title, Students = c.Students.Count(), Best = c.Enrolments.Max(e => e.Grade) }).ToListAsync());
        var student = await context.Students.Include(s => s.Courses).SingleAsync(s => s.Name == "Ann");
        student.Courses.RemoveAll(c => c.Title == "Art");
        student.Courses.Add(await context.Courses.SingleAsync(c => c.Title == "Zen"));
        await context.SaveChangesAsync();
        db.Note("joins", await context.Set<Enrolment>().OrderBy(e => e.StudentId).ThenBy(e => e.CourseId).Select(e => new { e.StudentId, e.CourseId, e.Grade }).ToListAsync());
        context.Remove(student);
        await context.SaveChangesAsync();
        db.Note("left", await context.Set<Enrolment>().CountAsync());
    });

    [Fact]
    public Task Split_queries_give_what_single_ones_give() => Run(async db =>
    {
        await SeedAsync(db);
        await using var context = new SchoolContext(db.Options<SchoolContext>(npgsql => npgsql.UseQuerySplittingBehavior(QuerySplittingBehavior.SplitQuery)));
        static object Shape(IEnumerable<Course> courses) => courses.Select(c => $"{c.Title}: {string.Join(",", c.Enrolments.Select(e => e.Student!.Name).Order())} {string.Join(",", c.Rooms.Select(r => r.Name).Order())}").ToArray();
        db.Note("split", Shape(await context.Courses.AsNoTracking().Include(c => c.Enrolments).ThenInclude(e => e.Student).Include(c => c.Rooms).OrderBy(c => c.Title).ToListAsync()));
        db.Note("single", Shape(await context.Courses.AsNoTracking().AsSingleQuery().Include(c => c.Enrolments).ThenInclude(e => e.Student).Include(c => c.Rooms).OrderBy(c => c.Title).ToListAsync()));
        db.Note("paged", Shape(await context.Courses.AsNoTracking().Include(c => c.Enrolments).ThenInclude(e => e.Student).Include(c => c.Rooms).OrderBy(c => c.Title).Skip(1).Take(1).ToListAsync()));
        db.Note("filtered include", Shape(context.Courses.AsNoTracking().Include(c => c.Rooms.Where(r => r.Seats > 10).OrderBy(r => r.Seats).Take(1)).OrderBy(c => c.Title).ToList()));
    });

    [Fact]
    public Task Query_filters_apply_until_ignored() => Run(async db =>
    {
        await SeedAsync(db);
        await using var context = new SchoolContext(db.Options<SchoolContext>()) { Tenant = 1 };
        db.Note("rooms", await context.Rooms.OrderBy(r => r.Name).Select(r => r.Name).ToListAsync());
        db.Note("through navigation", await context.Courses.OrderBy(c => c.Title).Select(c => c.Rooms.Count).ToListAsync());
        context.Tenant = 2;
        db.Note("other tenant", await context.Rooms.OrderBy(r => r.Name).Select(r => r.Name).ToListAsync());
        db.Note("all", await context.Rooms.IgnoreQueryFilters().CountAsync());
        db.Note("deleted", await context.Rooms.ExecuteDeleteAsync());
        db.Note("all", await context.Rooms.IgnoreQueryFilters().CountAsync());
    });

    [Fact]
    public Task Loading_on_demand() => Run(async db =>
    {
        await SeedAsync(db);
        await using var context = new SchoolContext(db.Options<SchoolContext>());
        var course = await context.Courses.SingleAsync(c => c.Title == "Art");
        await context.Entry(course).Collection(c => c.Enrolments).LoadAsync();
        db.Note("loaded", course.Enrolments.Count);
        db.Note("counted", await context.Entry(course).Collection(c => c.Rooms).Query().CountAsync());
        var enrolment = course.Enrolments[0];
        await context.Entry(enrolment).Reference(e => e.Student).LoadAsync();
        db.Note("student", enrolment.Student!.Name);
        db.Note("found", (await context.Students.FindAsync(enrolment.StudentId))!.Name);
        db.Note("found", (await context.Students.FindAsync(12345))?.Name);
        await context.Entry(course).ReloadAsync();
    });

    private static async Task SeedAsync(TestDatabase db)
    {
        await using var context = new SchoolContext(db.Options<SchoolContext>());
        await db.CreateAsync(context);
        Course[] courses = [new() { Title = "Art" }, new() { Title = "Bio" }, new() { Title = "Zen" }];
        courses[0].Rooms.AddRange([new Room { Name = "r1", Seats = 20, Tenant = 1 }, new Room { Name = "r2", Seats = 5, Tenant = 1 }, new Room { Name = "r3", Seats = 30, Tenant = 2 }]);
        courses[1].Rooms.Add(new Room { Name = "r4", Seats = 12, Tenant = 1 });
        Student[] students = [new() { Name = "Ann" }, new() { Name = "Bob" }, new() { Name = "Cid" }];
        context.AddRange(courses);
        context.AddRange(students);
        using (db.Interceptor.Silence())
        {
            await context.SaveChangesAsync();
        }

        context.AddRange(
            new Enrolment { Student = students[0], Course = courses[0], Grade = 3 }, new Enrolment { Student = students[0], Course = courses[1] },
            new Enrolment { Student = students[1], Course = courses[0], Grade = 5 });
        await context.SaveChangesAsync();
    }

    private sealed class SchoolContext(DbContextOptions<SchoolContext> options) : DbContext(options)
    {
        public int Tenant { get; set; } = 1;

        public DbSet<Student> Students => Set<Student>();

        public DbSet<Course> Courses => Set<Course>();

        public DbSet<Room> Rooms => Set<Room>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Student>().HasMany(s => s.Courses).WithMany(c => c.Students).UsingEntity<Enrolment>(
                e => e.HasOne(x => x.Course).WithMany(c => c.Enrolments), e => e.HasOne(x => x.Student).WithMany(s => s.Enrolments));
            modelBuilder.Entity<Room>().HasQueryFilter(r => r.Tenant == Tenant);
        }
    }

    private sealed class Student
    {
        public int Id { get; set; }

        public required string Name { get; set; }

        public List<Course> Courses { get; } = [];

        public List<Enrolment> Enrolments { get; } = [];
    }

    private sealed class Course
    {
        public int Id { get; set; }

        public required string Title { get; set; }

        public List<Student> Students { get; } = [];

        public List<Enrolment> Enrolments { get; } = [];

        public List<Room> Rooms { get; } = [];
    }

    private sealed class Enrolment
    {
        public int StudentId { get; set; }

        public Student? Student { get; set; }

        public int CourseId { get; set; }

        public Course? Course { get; set; }

        public int? Grade { get; set; }
    }

    private sealed class Room
    {
        public int Id { get; set; }

        public required string Name { get; set; }

        public int Seats { get; set; }

        public int Tenant { get; set; }

        public int CourseId { get; set; }
    }
}
