using System.Collections;
using System.Net;
using System.Net.NetworkInformation;
using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;

namespace EFCore.PgMicro.FunctionalTests.Query;

/// <summary>Columns of types that only PostgreSQL has, and what Npgsql translates over them.</summary>
public sealed class PostgresTypeTests : RecordedTest
{
    [Fact]
    public Task Ranges() => Run(async db =>
    {
        await using var context = await SeedAsync(db);
        var q = context.Rows.OrderBy(r => r.Id);
        db.Note("contains", await q.Where(r => r.Numbers.Contains(4)).Select(r => r.Id).ToListAsync());
        db.Note("contains range", await q.Where(r => r.Numbers.Contains(new NpgsqlRange<int>(2, 3))).Select(r => r.Id).ToListAsync());
        db.Note("contained", await q.Where(r => r.Numbers.ContainedBy(new NpgsqlRange<int>(0, 100))).Select(r => r.Id).ToListAsync());
        db.Note("overlaps", await q.Where(r => r.Stay.Overlaps(new NpgsqlRange<DateOnly>(new(2024, 1, 5), new(2024, 1, 6)))).Select(r => r.Id).ToListAsync());
        db.Note("left, right, adjacent", await q.Select(r => new
        {
            Left = r.Numbers.IsStrictlyLeftOf(new NpgsqlRange<int>(50, 60)),
            Right = r.Numbers.IsStrictlyRightOf(new NpgsqlRange<int>(-5, 0)),
            NotRight = r.Numbers.DoesNotExtendRightOf(new NpgsqlRange<int>(0, 9)),
            NotLeft = r.Numbers.DoesNotExtendLeftOf(new NpgsqlRange<int>(2, 9)),
            Adjacent = r.Numbers.IsAdjacentTo(new NpgsqlRange<int>(10, 12)),
        }).ToListAsync());
        db.Note("bounds", await q.Select(r => new { Lower = (int?)r.Numbers.LowerBound, Upper = (int?)r.Numbers.UpperBound, r.Numbers.LowerBoundIsInclusive, r.Numbers.UpperBoundIsInclusive, r.Numbers.LowerBoundInfinite, r.Numbers.UpperBoundInfinite, r.Numbers.IsEmpty }).ToListAsync());
        db.Note("intersect", await q.Select(r => r.Numbers.Intersect(new NpgsqlRange<int>(3, 40))).ToListAsync());
        db.Note("union", await q.Where(r => r.Id == 1).Select(r => r.Numbers.Union(new NpgsqlRange<int>(3, 40))).ToListAsync());
        db.Note("except", await q.Select(r => r.Numbers.Except(new NpgsqlRange<int>(5, 100))).ToListAsync());
        db.Note("merge", await q.Select(r => r.Numbers.Merge(new NpgsqlRange<int>(60, 70))).ToListAsync());
        db.Note("multirange", await q.Where(r => r.Free.Any(f => f.Contains(7)) || r.Free.Contains(3)).Select(r => r.Id).ToListAsync());
        db.Note("multirange contains", await q.Select(r => r.Free.Contains(new NpgsqlRange<int>(1, 2))).ToListAsync());
        db.Note("aggregates", await context.Rows.GroupBy(r => 1).Select(g => new { All = g.Select(r => r.Numbers).RangeAgg(), Common = g.Where(r => r.Id != 3).Select(r => r.Numbers).RangeIntersectAgg() }).ToListAsync());
        db.Note("rows", await q.Select(r => new { r.Numbers, r.Stay, r.Free, r.Window }).ToListAsync());
        db.Note("equal", await q.CountAsync(r => r.Numbers == new NpgsqlRange<int>(1, true, 10, false)));
    });

    [Fact]
    public Task Networks() => Run(async db =>
    {
        await using var context = await SeedAsync(db);
        var q = context.Rows.OrderBy(r => r.Id);
        var address = IPAddress.Parse("10.1.2.3");
        db.Note("equal", await q.Where(r => r.Address == address).Select(r => r.Id).ToListAsync());
        db.Note("less", await q.Where(r => EF.Functions.LessThan(r.Address, IPAddress.Parse("10.1.2.4"))).Select(r => r.Id).ToListAsync());
        db.Note("contained", await q.Where(r => EF.Functions.ContainedBy(r.Address, r.Net)).Select(r => r.Id).ToListAsync());
        db.Note("contains", await q.Where(r => EF.Functions.ContainsOrEqual(r.Net, r.Address)).Select(r => r.Id).ToListAsync());
        db.Note("functions", await q.Select(r => new { Host = EF.Functions.Host(r.Address), Family = EF.Functions.Family(r.Address), Mask = EF.Functions.MaskLength(r.Address), Text = EF.Functions.Text(r.Address), Short = EF.Functions.Abbreviate(r.Address), Broadcast = EF.Functions.Broadcast(r.Address), Netmask = EF.Functions.Netmask(r.Address) }).ToListAsync());
        db.Note("arithmetic", await q.Where(r => r.Id == 1).Select(r => new { Plus = EF.Functions.Add(r.Address, 7), And = EF.Functions.BitwiseAnd(r.Address, IPAddress.Parse("255.255.0.0")), Not = EF.Functions.BitwiseNot(r.Address) }).ToListAsync());
        db.Note("mac", await q.Select(r => new { r.Mac, Cut = EF.Functions.Truncate(r.Mac), To8 = EF.Functions.Set7BitMac8(EF.Functions.BitwiseOr(r.Mac8, PhysicalAddress.Parse("000000000000FF00"))) }).ToListAsync());
        db.Note("parsed", await q.Where(r => r.Address.Equals(IPAddress.Parse(r.Name == "one" ? "10.1.2.3" : "::1"))).Select(r => r.Id).ToListAsync());
        db.Note("rows", await q.Select(r => new { r.Address, r.Net, r.Mac8 }).ToListAsync());
    });

    [Fact]
    public Task Maps_bits_and_points() => Run(async db =>
    {
        await using var context = await SeedAsync(db);
        var q = context.Rows.OrderBy(r => r.Id);
        db.Note("hstore", await q.Select(r => r.Map).ToListAsync());
        db.Note("bits", await q.Select(r => new { r.Bits, r.Mask, And = r.Mask.And(new BitArray(new[] { true, false, true, false })) }).Select(r => new { r.Bits, r.Mask }).ToListAsync());
        db.Note("point", await q.Select(r => new { r.Place, r.Box }).ToListAsync());
        db.Note("citext", await q.Where(r => r.Folded == "ONE").Select(r => r.Id).ToListAsync());
        db.Note("citext like", await q.Where(r => r.Folded.StartsWith("TW")).Select(r => r.Id).ToListAsync());
        db.Note("ltree", await q.Where(r => r.Path.IsDescendantOf("top.a") || r.Path.MatchesLQuery("*.c")).Select(r => new { r.Id, r.Path, r.Path.NLevel, Sub = r.Path.Subtree(0, 1) }).ToListAsync());
        db.Note("ltree text query", await q.Where(r => r.Path.MatchesLTxtQuery("top & a")).Select(r => r.Id).ToListAsync());
        var row = await context.Rows.SingleAsync(r => r.Id == 1);
        row.Map = new() { ["z"] = null, ["k"] = "v \"q\"" };
        row.Bits = new BitArray(new[] { true, true });
        row.Place = new NpgsqlPoint(1.5, -2);
        row.Path = "top.new";
        row.Free = [new(1, 2), new(4, true, 9, false)];
        row.Address = IPAddress.IPv6Loopback;
        await context.SaveChangesAsync();
        db.Note("saved", await context.Rows.AsNoTracking().SingleAsync(r => r.Id == 1));
    });

    [Fact]
    public Task Full_text_search() => Run(async db =>
    {
        await using var context = await SeedAsync(db);
        var q = context.Rows.OrderBy(r => r.Id);
        db.Note("column", await q.Where(r => r.Search.Matches("cat & !dogs")).Select(r => r.Id).ToListAsync());
        db.Note("computed there", await q.Where(r => EF.Functions.ToTsVector("english", r.Body).Matches(EF.Functions.ToTsQuery("english", "jump | run:*"))).Select(r => r.Id).ToListAsync());
        db.Note("plain, phrase, web", await q.Select(r => new
        {
            Plain = r.Search.Matches(EF.Functions.PlainToTsQuery("english", "fat cats")),
            Phrase = r.Search.Matches(EF.Functions.PhraseToTsQuery("english", "jumping dogs")),
            Web = r.Search.Matches(EF.Functions.WebSearchToTsQuery("english", "\"fat cats\" or -dogs")),
        }).ToListAsync());
        db.Note("rank", await q.Select(r => Math.Round(r.Search.Rank(EF.Functions.ToTsQuery("english", "cat")), 6)).ToListAsync());
        db.Note("rank cd", await q.Select(r => Math.Round(r.Search.RankCoverDensity(EF.Functions.ToTsQuery("english", "cat | dog")), 6)).ToListAsync());
        db.Note("headline", await q.Select(r => EF.Functions.ToTsQuery("english", "cat").GetResultHeadline("english", r.Body, "StartSel=<, StopSel=>")).ToListAsync());
        db.Note("vector", await q.Select(r => new { r.Search, Length = r.Search.GetLength(), Stripped = r.Search.ToStripped(), Weighted = r.Search.SetWeight('A'), Less = r.Search.Delete("cat") }).ToListAsync());
        db.Note("concat", await q.Select(r => r.Search.Concat(EF.Functions.ToTsVector("english", r.Name))).ToListAsync());
        db.Note("query", await q.Where(r => r.Id == 1).Select(r => new { And = EF.Functions.ToTsQuery("a").And(EF.Functions.ToTsQuery("b")), Or = EF.Functions.ToTsQuery("a").Or(EF.Functions.ToTsQuery("b")), Not = EF.Functions.ToTsQuery("a").ToNegative(), Nodes = EF.Functions.ToTsQuery("english", "fat & cats").GetNodeCount() }).ToListAsync());
    });

    [Fact]
    public Task Extensions() => Run(async db =>
    {
        await using var context = await SeedAsync(db);
        var q = context.Rows.OrderBy(r => r.Id);
        db.Note("similar", await q.Where(r => EF.Functions.TrigramsAreSimilar(r.Body, "fat cat")).Select(r => r.Id).ToListAsync());
        db.Note("similarity", await q.Select(r => new { Whole = EF.Functions.TrigramsSimilarity(r.Body, "fat cats"), Word = EF.Functions.TrigramsWordSimilarity("cat", r.Body), Strict = EF.Functions.TrigramsStrictWordSimilarity("cat", r.Body), Distance = EF.Functions.TrigramsSimilarityDistance(r.Name, "tone"), Shown = EF.Functions.TrigramsShow(r.Name) }).ToListAsync());
        db.Note("nearest", await context.Rows.OrderBy(r => EF.Functions.TrigramsWordSimilarityDistance("dog", r.Body)).ThenBy(r => r.Id).Select(r => r.Id).ToListAsync());
        db.Note("fuzzy", await q.Select(r => new { Soundex = EF.Functions.FuzzyStringMatchSoundex(r.Name), Difference = EF.Functions.FuzzyStringMatchDifference(r.Name, "tow"), Levenshtein = EF.Functions.FuzzyStringMatchLevenshtein(r.Name, "thrown"), Limited = EF.Functions.FuzzyStringMatchLevenshteinLessEqual(r.Name, "thrown", 2), Metaphone = EF.Functions.FuzzyStringMatchMetaphone(r.Name, 4) }).ToListAsync());
        db.Note("unaccent", await q.Select(r => EF.Functions.Unaccent("é" + r.Name)).ToListAsync());
    });

    [Fact]
    public Task Aggregates() => Run(async db =>
    {
        await using var context = await SeedAsync(db);
        var g = context.Rows.GroupBy(r => r.Id > 1).OrderBy(x => x.Key);
        db.Note("arrays and json", await g.Select(x => new
        {
            Array = EF.Functions.ArrayAgg(x.OrderByDescending(r => r.Id).Select(r => r.Name)),
            Json = EF.Functions.JsonAgg(x.OrderBy(r => r.Id).Select(r => r.Name)),
            Jsonb = EF.Functions.JsonbAgg(x.OrderBy(r => r.Id).Select(r => r.Value)),
            Object = EF.Functions.JsonbObjectAgg(x.OrderBy(r => r.Id).Select(r => ValueTuple.Create(r.Name, r.Value))),
        }).ToListAsync());
        db.Note("statistics", await context.Rows.GroupBy(r => 1).Select(x => new
        {
            Sample = Math.Round(EF.Functions.StandardDeviationSample(x.Select(r => r.Value))!.Value, 8),
            Population = Math.Round(EF.Functions.VariancePopulation(x.Select(r => r.Value))!.Value, 8),
            Correlation = EF.Functions.Correlation(x.Select(r => ValueTuple.Create(r.Value, (double)r.Id))),
            Covariance = EF.Functions.CovariancePopulation(x.Select(r => ValueTuple.Create(r.Value, (double)r.Id))),
        }).ToListAsync());
        db.Note("text", await g.Select(x => string.Join("|", x.Where(r => r.Id != 2).OrderBy(r => r.Name).Select(r => r.Name))).ToListAsync());
        db.Note("rows in a list", await context.Rows.Where(r => new[] { ValueTuple.Create(1, "one"), ValueTuple.Create(2, "no") }.Contains(ValueTuple.Create(r.Id, r.Name))).Select(r => r.Id).ToListAsync());
        db.Note("conversions", await context.Rows.OrderBy(r => r.Id).Select(r => new { Date = EF.Functions.ToDate("05 Dec 2000", "DD Mon YYYY"), Stamp = EF.Functions.ToTimestamp("05 Dec 2000", "DD Mon YYYY") }).FirstAsync());
    });

    private static async Task<RowsContext> SeedAsync(TestDatabase db)
    {
        var context = new RowsContext(db.Options<RowsContext>());
        await db.CreateAsync(context);
        context.AddRange(
            new Row { Id = 1, Name = "one", Folded = "One", Body = "Fat cats sat on fat cats", Value = 1.5, Numbers = new(1, 9), Stay = new(new(2024, 1, 1), new(2024, 1, 10)), Free = [new(1, 5)], Address = IPAddress.Parse("10.1.2.3"), Net = IPNetwork.Parse("10.0.0.0/8"), Map = new() { ["a"] = "1", ["n"] = null }, Bits = new(new[] { true, false, true }), Mask = new(new[] { true, true, false, false }), Place = new(1, 2), Box = new(3, 4, 1, 2), Path = "top.a.b" },
            new Row { Id = 2, Name = "two", Folded = "TWO", Body = "The cat runs; jumping dogs sleep", Value = -2, Numbers = new(5, true, false, 0, false, true), Stay = new(new(2024, 1, 5), true, new(2024, 1, 6), false), Free = [new(1, 2), new(6, 8)], Address = IPAddress.Parse("192.168.0.1"), Net = IPNetwork.Parse("192.168.0.0/24"), Map = new() { ["b"] = "x" }, Bits = new(0), Mask = new(4), Place = new(0, -1.5), Box = new(1, 1, 0, 0), Path = "top.c" },
            new Row { Id = 3, Name = "three", Folded = "three", Body = "Nothing here", Value = 10, Numbers = NpgsqlRange<int>.Empty, Stay = NpgsqlRange<DateOnly>.Empty, Free = [], Address = IPAddress.Parse("fe80::1"), Net = IPNetwork.Parse("fe80::/10"), Bits = new(new[] { false }), Mask = new(4, true), Path = "other" });
        using (db.Interceptor.Silence())
        {
            await context.SaveChangesAsync();
        }

        context.ChangeTracker.Clear();
        return context;
    }

    private sealed class RowsContext(DbContextOptions<RowsContext> options) : DbContext(options)
    {
        public DbSet<Row> Rows => Set<Row>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            foreach (var extension in new[] { "hstore", "citext", "ltree", "pg_trgm", "fuzzystrmatch", "unaccent" })
            {
                modelBuilder.HasPostgresExtension(extension);
            }

            modelBuilder.Entity<Row>(row =>
            {
                row.Property(r => r.Id).ValueGeneratedNever();
                row.Property(r => r.Folded).HasColumnType("citext");
                row.Property(r => r.Mask).HasColumnType("bit(4)");
                row.Property(r => r.Mac8).HasColumnType("macaddr8");
                row.Property(r => r.Search).HasComputedColumnSql("to_tsvector('english', \"Body\")", stored: true);
                row.HasIndex(r => r.Search).HasMethod("GIN");
                row.HasIndex(r => r.Numbers).HasMethod("gist");
            });
        }
    }

    private sealed class Row
    {
        public int Id { get; set; }

        public required string Name { get; set; }

        public required string Folded { get; set; }

        public required string Body { get; set; }

        public double Value { get; set; }

        public NpgsqlRange<int> Numbers { get; set; }

        public NpgsqlRange<DateOnly> Stay { get; set; }

        public NpgsqlRange<int>[] Free { get; set; } = [];

        public NpgsqlRange<DateTime>? Window { get; set; }

        public required IPAddress Address { get; set; }

        public IPNetwork Net { get; set; }

        public PhysicalAddress Mac { get; set; } = PhysicalAddress.Parse("08002B010203");

        public PhysicalAddress Mac8 { get; set; } = PhysicalAddress.Parse("08002B0102030405");

        public Dictionary<string, string?> Map { get; set; } = [];

        public required BitArray Bits { get; set; }

        public required BitArray Mask { get; set; }

        public NpgsqlPoint Place { get; set; }

        public NpgsqlBox Box { get; set; }

        public LTree Path { get; set; }

        public NpgsqlTsVector Search { get; set; } = null!;
    }
}
