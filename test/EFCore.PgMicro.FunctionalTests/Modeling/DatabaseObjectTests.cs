using System.ComponentModel.DataAnnotations.Schema;
using EFCore.PgMicro.FunctionalTests.Design;
using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Scaffolding;
using Microsoft.Extensions.DependencyInjection;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;
using NpgsqlTypes;

namespace EFCore.PgMicro.FunctionalTests.Modeling;

/// <summary>What a model can declare of a PostgreSQL database beside tables: how it is made, used, and read back.</summary>
public sealed class DatabaseObjectTests : RecordedTest
{
    [Fact]
    public Task Everything_declared_is_made() => Run(async db =>
    {
        await using (var context = new ObjectsContext(db.Options<ObjectsContext>(n => n.MapEnum<Level>("level", "side"))))
        {
            db.Note("script", context.Database.GenerateCreateScript());
            await context.Database.EnsureCreatedAsync();
        }

        await db.NoteRowsAsync("indexes", "SELECT indexdef FROM pg_indexes WHERE schemaname IN ('public', 'side') ORDER BY 1");
        await db.NoteRowsAsync("tables", "SELECT relname, relpersistence, reloptions, obj_description(oid) FROM pg_class WHERE relkind IN ('r', 'S', 'v') AND relnamespace IN ('public'::regnamespace, 'side'::regnamespace) ORDER BY 1");
        await db.NoteRowsAsync("constraints", "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace IN ('public'::regnamespace, 'side'::regnamespace) ORDER BY 1");
        await db.NoteRowsAsync("columns", "SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, collname, col_description(attrelid, attnum), pg_get_expr(adbin, adrelid) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_collation l ON l.oid = attcollation LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum WHERE relkind = 'r' AND attnum > 0 AND relnamespace IN ('public'::regnamespace, 'side'::regnamespace) ORDER BY 1, attnum");
        await db.NoteRowsAsync("collations", "SELECT collname, collprovider, collisdeterministic, colllocale FROM pg_collation WHERE oid >= 16384 ORDER BY 1");
        await using var connection = db.Connect();
        ModelText.Write(db.Transcript, ScaffoldTests.Services().GetRequiredService<IDatabaseModelFactory>().Create(connection, new DatabaseModelFactoryOptions()));
    });

    [Fact]
    public Task They_are_used() => Run(async db =>
    {
        await using var context = new ObjectsContext(db.Options<ObjectsContext>(n => n.MapEnum<Level>("level", "side")));
        await db.CreateAsync(context);
        await context.Database.ExecuteSqlAsync($"CREATE VIEW titles AS SELECT title AS \"Title\", length(title) AS \"Size\" FROM side.items GROUP BY title");
        context.AddRange(
            new Item { Code = "a", Title = "First", Level = Level.High, Period = new(1, 5), Tags = ["x=1", "y"], Levels = [Level.Low, Level.High] },
            new Item { Code = "B", Title = "first", Level = Level.Low, Period = new(4, 9), Tags = [] },
            new Item { Code = "c", Title = "Third", Level = Level.Middle, Period = new(10, 12), Tags = ["x"] });
        await context.SaveChangesAsync();
        db.Note("view", await context.Titles.OrderBy(t => t.Title).ToListAsync());
        db.Note("view joined", await context.Titles.Join(context.Items, t => t.Title, i => i.Title, (t, i) => new { i.Code, t.Size }).OrderBy(x => x.Code).ToListAsync());
        db.Note("query type", await context.Set<Count>().OrderBy(c => c.Level).ToListAsync());
        db.Note("function", await context.Items.OrderBy(i => i.Id).Select(i => ObjectsContext.Initcap(i.Title + " of all") + ObjectsContext.Repeat(i.Code, 2)).ToListAsync());
        string[] options = ["a=1", "b=two"];
        db.Note("table function", await context.Options(options).OrderByDescending(o => o.Name).ToListAsync());
        db.Note("table function, applied", await context.Items.SelectMany(i => context.Options(i.Tags), (i, o) => new { i.Code, o.Name, o.Value }).OrderBy(x => x.Code).ThenBy(x => x.Name).ToListAsync());
        db.Note("enum", await context.Items.Where(i => i.Level >= Level.Middle && i.Levels.Contains(Level.High) || i.Level == Level.Low).OrderBy(i => i.Level).Select(i => new { i.Code, i.Level, Text = i.Level.ToString() }).ToListAsync());
        db.Note("enum parameter", await context.Items.CountAsync(i => new[] { Level.Low, Level.High }.Contains(i.Level)));
        db.Note("computed", await context.Items.OrderBy(i => i.Id).Select(i => new { i.Id, i.Lower, i.Serial, i.Made }).ToListAsync());
        db.Note("sql query", await context.Database.SqlQuery<int>($"SELECT length(code) AS \"Value\" FROM side.items").OrderBy(v => v).ToListAsync());
        db.Note("sql query of records", await context.Database.SqlQueryRaw<Named>("SELECT code AS \"Name\", id AS \"Id\" FROM side.items").Where(n => n.Id > 1).OrderBy(n => n.Id).ToListAsync());
        await db.Transcript.ThrowsAsync("check", () => context.Items.ExecuteUpdateAsync(s => s.SetProperty(i => i.Title, "")));
        await db.Transcript.ThrowsAsync("unique, nulls not distinct", async () =>
        {
            context.Add(new Item { Code = "a", Title = "again" });
            await context.SaveChangesAsync();
        });
        await db.Transcript.ThrowsAsync("view is read", () => context.Database.ExecuteSqlAsync($"INSERT INTO titles VALUES ('x', 1, 2)"));
    });

    public enum Level
    {
        Low,
        Middle,
        [PgName("very high")]
        High,
    }

    private sealed record Named(string Name, int Id);

    internal sealed class ObjectsContext(DbContextOptions<ObjectsContext> options) : DbContext(options)
    {
        public DbSet<Item> Items => Set<Item>();

        public DbSet<TitleView> Titles => Set<TitleView>();

        [DbFunction("initcap", IsBuiltIn = true)]
        public static string Initcap(string text) => throw new NotSupportedException();

        public static string Repeat(string text, int times) => throw new NotSupportedException();

        public IQueryable<Option> Options(string[] options) => FromExpression(() => Options(options));

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.HasPostgresExtension("citext").HasPostgresEnum<Color>().HasPostgresEnum("side", "shape", ["round", "square"]);
            modelBuilder.HasCollation("plain", locale: "C", provider: "libc");
            modelBuilder.HasCollation("side", "Folded", locale: "en-u-ks-level1", provider: "icu", deterministic: false);
            modelBuilder.HasPostgresRange("side", "percent", "numeric");
            modelBuilder.HasSequence<short>("counter", "side").StartsAt(7).IncrementsBy(2).HasMax(100).IsCyclic();
            modelBuilder.HasDbFunction(typeof(ObjectsContext).GetMethod(nameof(Repeat))!).HasName("repeat").IsBuiltIn();
            modelBuilder.HasDbFunction(typeof(ObjectsContext).GetMethod(nameof(Options))!).HasName("pg_options_to_table").IsBuiltIn();
            modelBuilder.Entity<Option>().HasNoKey().ToTable(t => t.ExcludeFromMigrations());
            modelBuilder.Entity<Item>(item =>
            {
                item.ToTable("items", "side", t =>
                {
                    t.HasComment("what there is");
                    t.HasCheckConstraint("ck_title", "title <> ''");
                });
                item.HasStorageParameter("fillfactor", 70);
                item.Property(i => i.Id).HasColumnName("id").UseIdentityAlwaysColumn().HasIdentityOptions(startValue: 10, incrementBy: 5);
                item.Property(i => i.Code).HasColumnName("code").HasColumnType("citext").HasComment("its code");
                item.Property(i => i.Title).HasColumnName("title").HasMaxLength(50).UseCollation("C");
                item.Property(i => i.Lower).HasComputedColumnSql("lower(title)", stored: true);
                item.Property(i => i.Serial).HasDefaultValueSql("nextval('side.counter')");
                item.Property(i => i.Made).HasDefaultValue(new DateOnly(2024, 2, 29));
                item.Property(i => i.Level).HasColumnName("level").HasDefaultValue(Level.Middle);
                item.HasAlternateKey(i => i.Serial).HasName("ak_serial");
                item.HasIndex(i => i.Title, "ix_title").HasOperators("varchar_pattern_ops");
                item.HasIndex(i => new { i.Code, i.Lower }).IsUnique().AreNullsDistinct(false).HasDatabaseName("ix_code");
                item.HasIndex(i => i.Level).IncludeProperties(i => new { i.Title, i.Made }).HasFilter("level <> 'low'").HasDatabaseName("ix_level");
                item.HasIndex(i => new { i.Made, i.Serial }).IsDescending(true, false).HasNullSortOrder(NullSortOrder.NullsLast, NullSortOrder.NullsFirst).HasDatabaseName("ix_order");
                item.HasIndex(i => i.Tags).HasMethod("gin").HasDatabaseName("ix_tags");
                item.HasIndex(i => i.Period).HasMethod("gist").HasDatabaseName("ix_period");
                item.HasIndex(i => i.Title, "ix_collated").UseCollation("C").HasStorageParameter("fillfactor", 60);
                item.HasIndex(i => new { i.Title, i.Lower }).IsTsVectorExpressionIndex("simple").HasMethod("gin").HasDatabaseName("ix_text");
            });
            modelBuilder.Entity<Scratch>().ToTable("scratch").IsUnlogged().Property(s => s.Text).UseCompressionMethod("pglz").UseCollation("plain");
            modelBuilder.Entity<TitleView>().HasNoKey().ToView("titles");
            modelBuilder.Entity<Count>().HasNoKey().ToSqlQuery("SELECT level AS \"Level\", count(*) AS \"Number\" FROM side.items GROUP BY level");
        }
    }

    private enum Color
    {
        Red,
        Green,
    }

    internal sealed class Item
    {
        public int Id { get; set; }

        public required string Code { get; set; }

        public required string Title { get; set; }

        public string? Lower { get; set; }

        public short Serial { get; set; }

        public DateOnly Made { get; set; }

        public Level Level { get; set; }

        public Level[] Levels { get; set; } = [];

        public NpgsqlRange<int> Period { get; set; }

        public string[] Tags { get; set; } = [];
    }

    private sealed class Scratch
    {
        public long Id { get; set; }

        public string? Text { get; set; }
    }

    internal sealed class TitleView
    {
        public required string Title { get; set; }

        public int Size { get; set; }
    }

    private sealed class Count
    {
        public Level Level { get; set; }

        public long Number { get; set; }
    }

    internal sealed class Option
    {
        [Column("option_name")]
        public required string Name { get; set; }

        [Column("option_value")]
        public string? Value { get; set; }
    }
}
