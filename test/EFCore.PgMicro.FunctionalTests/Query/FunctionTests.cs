using EFCore.PgMicro.FunctionalTests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Query;

/// <summary>Methods that Npgsql translates to PostgreSQL's functions and operators.</summary>
public sealed class FunctionTests : RecordedTest
{
    [Fact]
    public Task Text() => Run(async db =>
    {
        await using var context = await SeedAsync(db);
        var q = context.Things.OrderBy(t => t.Id);
        db.Note("ilike", await q.Where(t => EF.Functions.ILike(t.Text, "%B_R%")).Select(t => t.Id).ToListAsync());
        db.Note("like escape", await q.Where(t => EF.Functions.Like(t.Text, "%!%%", "!")).Select(t => t.Id).ToListAsync());
        db.Note("contains", await q.Where(t => t.Text.Contains("o%")).Select(t => t.Id).ToListAsync());
        db.Note("starts, ends", await q.Where(t => t.Text.StartsWith("fo") || t.Text.EndsWith("_z")).Select(t => t.Id).ToListAsync());
        var part = "ba";
        db.Note("parameter", await q.Where(t => t.Text.Contains(part)).Select(t => t.Id).ToListAsync());
        db.Note("regex", await q.Where(t => System.Text.RegularExpressions.Regex.IsMatch(t.Text, "^[a-f]o+")).Select(t => t.Id).ToListAsync());
        db.Note("cases", await q.Select(t => new { Upper = t.Text.ToUpper(), Lower = t.Text.ToLower(), t.Text.Length }).ToListAsync());
        db.Note("parts", await q.Select(t => new { Sub = t.Text.Substring(1, 2), Rest = t.Text.Substring(2), Index = t.Text.IndexOf("o"), First = t.Text.FirstOrDefault() }).ToListAsync());
        db.Note("trims", await q.Select(t => new { All = (" " + t.Text + " x").Trim(), Start = t.Text.TrimStart('f', 'o'), End = t.Text.TrimEnd('z') }).ToListAsync());
        db.Note("replace, pad", await q.Select(t => new { Replaced = t.Text.Replace("o", "0"), Left = t.Text.PadLeft(8), Right = t.Text.PadRight(8, '*') + "|" }).ToListAsync());
        db.Note("compare", await q.Select(t => new { Sign = string.Compare(t.Text, "foo"), Greater = t.Text.CompareTo("b") > 0, Empty = string.IsNullOrWhiteSpace(t.Other) }).ToListAsync());
        db.Note("concat", await q.Select(t => t.Text + t.Other + t.Number + t.Real).ToListAsync());
        db.Note("split", await q.Select(t => t.Text.Split("o", StringSplitOptions.None)).ToListAsync());
        db.Note("reversed", await q.Select(t => EF.Functions.Reverse(t.Text)).ToListAsync());
        db.Note("joined", await context.Things.GroupBy(t => t.Flag).OrderBy(g => g.Key).Select(g => string.Join("; ", g.OrderBy(t => t.Id).Select(t => t.Text))).ToListAsync());
        db.Note("collated", await context.Things.OrderBy(t => EF.Functions.Collate(t.Text, "C")).Select(t => t.Id).ToListAsync());
    });

    [Fact]
    public Task Numbers() => Run(async db =>
    {
        await using var context = await SeedAsync(db);
        var q = context.Things.OrderBy(t => t.Id);
        db.Note("integers", await q.Select(t => new { Div = 7 / (t.Number + 10), Mod = t.Number % 3, Abs = Math.Abs(t.Number), Sign = Math.Sign(t.Number), Shift = t.Number << 2, And = t.Number & 6, Xor = t.Number ^ 5, Not = ~t.Number }).ToListAsync());
        db.Note("reals", await q.Select(t => new { Sqrt = Math.Sqrt(Math.Abs(t.Real)), Pow = Math.Pow(t.Real, 2), Floor = Math.Floor(t.Real), Ceil = Math.Ceiling(t.Real), Round = Math.Round(t.Real), Trunc = Math.Truncate(t.Real), Exp = Math.Round(Math.Exp(t.Number), 6), Nan = double.IsNaN(t.Real) }).ToListAsync());
        db.Note("decimals", await q.Select(t => new { Round = Math.Round(t.Money, 1), Floor = Math.Floor(t.Money), Sum = t.Money * 3 + 0.001m, Half = t.Money / 2, Text = t.Money.ToString() }).ToListAsync());
        db.Note("casts", await q.Select(t => new { Int = (long)t.Real, Long = (long)t.Money, Short = (short)t.Number, Dec = (decimal)t.Real, Dbl = (double)t.Money, Parsed = int.Parse("1" + Math.Abs(t.Number)) }).ToListAsync());
        db.Note("logarithms", await q.Select(t => new { Ln = Math.Round(Math.Log(Math.Abs(t.Real) + 1), 8), Log10 = Math.Log10(1000), Sin = Math.Round(Math.Sin(t.Real), 8), Atan2 = Math.Round(Math.Atan2(t.Real, 2), 8), Deg = Math.Round(double.RadiansToDegrees(t.Real), 8) }).ToListAsync());
        db.Note("bounds", await q.Select(t => new { Max = Math.Max(t.Number, 2), Min = Math.Min(t.Real, 0), Greatest = EF.Functions.Greatest(t.Number, 1, 5) }).ToListAsync());
        db.Note("aggregates", await context.Things.GroupBy(t => 1).Select(g => new { Count = g.Count(), Long = g.LongCount(), Sum = g.Sum(t => t.Number), Avg = g.Average(t => t.Number), AvgDec = g.Average(t => t.Money), Max = g.Max(t => t.Real), Min = g.Min(t => t.Text), Distinct = g.Select(t => t.Flag).Distinct().Count(), Some = g.Count(t => t.Flag) }).ToListAsync());
        db.Note("statistics", await context.Things.GroupBy(t => 1).Select(g => new { Dev = EF.Functions.StandardDeviationSample(g.Select(t => t.Number)), Var = EF.Functions.VariancePopulation(g.Select(t => t.Number)) }).ToListAsync());
        db.Note("average of none", await context.Things.Where(t => t.Id < 0).AverageAsync(t => (int?)t.Number));
        db.Note("sum of none", await context.Things.Where(t => t.Id < 0).SumAsync(t => t.Money));
    });

    [Fact]
    public Task Others() => Run(async db =>
    {
        await using var context = await SeedAsync(db);
        var q = context.Things.OrderBy(t => t.Id);
        db.Note("row values", await q.Where(t => EF.Functions.GreaterThan(ValueTuple.Create(t.Flag, t.Number), ValueTuple.Create(false, 2))).Select(t => t.Id).ToListAsync());
        db.Note("guid", await q.Select(t => t.Key.ToString()).ToListAsync());
        db.Note("bytes", await q.Select(t => new { t.Bytes.Length, First = t.Bytes.Contains((byte)1), Equal = t.Bytes == new byte[] { 1, 2 } }).ToListAsync());
        db.Note("coalesce", await q.Select(t => t.Other ?? "none").ToListAsync());
        db.Note("conditional", await q.Select(t => t.Flag ? t.Number > 0 ? "plus" : "minus" : null).ToListAsync());
        db.Note("three-valued", await q.Where(t => t.Other != "x").Select(t => t.Id).ToListAsync());
        db.Note("json", await q.Select(t => new { Name = t.Json.RootElement.GetProperty("name").GetString(), Second = t.Json.RootElement.GetProperty("list")[1].GetInt32() }).ToListAsync());
        db.Note("json contains", await q.Where(t => EF.Functions.JsonContains(t.Json, """{"name": "n1"}""")).Select(t => t.Id).ToListAsync());
        db.Note("json exists", await q.Where(t => EF.Functions.JsonExists(t.Json, "extra")).Select(t => t.Id).ToListAsync());
        db.Note("json typeof", await q.Select(t => EF.Functions.JsonTypeof(t.Json.RootElement.GetProperty("list"))).ToListAsync());
        db.Note("hex", await q.Select(t => Convert.ToHexString(t.Bytes)).ToListAsync());
        db.Note("random", (await q.Select(t => EF.Functions.Random()).ToListAsync()).All(r => r is >= 0 and < 1));
    });

    internal static async Task<ThingsContext> SeedAsync(TestDatabase db)
    {
        var context = new ThingsContext(db.Options<ThingsContext>());
        await db.CreateAsync(context);
        context.AddRange(
            new Thing { Id = 1, Text = "foo bar", Number = 3, Real = 2.5, Money = 12.345m, Flag = true, Bytes = [1, 2], Key = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), Json = System.Text.Json.JsonDocument.Parse("""{"name": "n1", "list": [1, 2], "extra": null}""") },
            new Thing { Id = 2, Text = "Ba%r", Other = "x", Number = -7, Real = -0.75, Money = -3.5m, Bytes = [], Json = System.Text.Json.JsonDocument.Parse("""{"name": null, "list": ["a", 7]}""") },
            new Thing { Id = 3, Text = "foo%baz_z", Other = "  ", Number = 0, Real = 1e10, Money = 0.05m, Flag = true, Bytes = [255, 1], Json = System.Text.Json.JsonDocument.Parse("""{"list": [true, 3]}""") });
        using (db.Interceptor.Silence())
        {
            await context.SaveChangesAsync();
        }

        return context;
    }

    internal sealed class ThingsContext(DbContextOptions<ThingsContext> options) : DbContext(options)
    {
        public DbSet<Thing> Things => Set<Thing>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Thing>().Property(t => t.Id).ValueGeneratedNever();
    }

    internal sealed class Thing
    {
        public int Id { get; set; }

        public required string Text { get; set; }

        public string? Other { get; set; }

        public int Number { get; set; }

        public double Real { get; set; }

        public decimal Money { get; set; }

        public bool Flag { get; set; }

        public byte[] Bytes { get; set; } = [];

        public Guid Key { get; set; }

        public required System.Text.Json.JsonDocument Json { get; set; }
    }
}
