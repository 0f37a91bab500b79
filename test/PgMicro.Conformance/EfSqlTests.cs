using System.Globalization;
using PgMicro.Oracle.Answers;
using PgMicro.Oracle.EfSql;
using PgMicro.Oracle.Scripts;
using PgMicro.Oracle.Targets;

namespace PgMicro.Conformance;

/// <summary>The SQL that EF Core generates: no database may fall below its floor in <c>efsql-floor.tsv</c>.</summary>
/// <remarks>The floor is written by <c>dotnet run --project eng/efsql -- --floor FILE</c> and only ever rises.</remarks>
public sealed class EfSqlTests
{
    private static readonly Dictionary<string, int> Floors = ReadFloors();

    public static TheoryData<string> Databases => [.. EfSqlSuite.Databases.DefaultIfEmpty("none")];

    [EngineTheory("efsql")]
    [MemberData(nameof(Databases))]
    public Task DatabaseHoldsItsFloor(string name) => HoldsItsFloorAsync(ConformanceEngine.Host!, name);

    [EngineTheory("efsql")]
    [MemberData(nameof(Databases))]
    public Task DatabaseHoldsItsFloorThroughAdoNet(string name) => HoldsItsFloorAsync(new AdoHost(), name);

    [Fact]
    public void DigestIsTheRecordings()
    {
        // sha256 of [["a","\u00e9\n\ud83d\ude00"],[null,""]] as ASCII
        Assert.Equal("9e5358641eec74280aa8c7d87f4942e9c0086ee6b637276878e0cb01a608ace4", RowDigest.Of([["a", "é\n😀"], [null, ""]]));
    }

    [Fact]
    public void RowsSortByCodePointWithNullLast()
    {
        IReadOnlyList<string?>[] rows = [[null], ["\U0001F600"], ["\uFFFD"], ["b"], ["a"]];
        Assert.Equal(["a", "b", "\uFFFD", "\U0001F600", null], RowDigest.Sort(rows).Select(static row => row[0]));
    }

    [Fact]
    public void DifferencesAreMultisets() =>
        Assert.Equal(["a", "c"], RowDigest.Except([["a"], ["a"], ["b"], ["c"]], [["b"], ["a"], ["d"]]).Select(static row => row[0]));

    [Fact]
    public void WrongAnswersAreRejected()
    {
        const string line = """
            {"id":"x","sql":"s","params":[],"expect":{"columns":[{"name":"a","oid":23,"type":"int4"}],"rows":[["1"],["2"]],"ordered":false,"tag":"SELECT 2"}}
            """;
        var query = EfQuery.Parse(line);
        var right = new StatementAnswer { Columns = [new("a", 23, null, -1)], Rows = [["2"], ["1"]], Tag = "SELECT 2" };
        Assert.Null(EfSqlJudge.Judge(query, right, null, true));
        StatementAnswer[] wrong =
        [
            right with { Rows = [["2"], ["3"]] }, right with { Rows = [["1"]] }, right with { Tag = "SELECT 1" },
            right with { Columns = [new("b", 23, null, -1)] }, right with { Columns = [new("a", 20, null, -1)] },
            new() { Error = new() { Sqlstate = "42703", Message = "m" } },
        ];
        Assert.All(wrong, answer => Assert.NotNull(EfSqlJudge.Judge(query, answer, null, true)));
        var ordered = EfQuery.Parse(line.Replace("\"ordered\":false", "\"ordered\":true", StringComparison.Ordinal));
        Assert.Equal("row order differs", EfSqlJudge.Judge(ordered, right, null, true)!.Text);
    }

    private static async Task HoldsItsFloorAsync(IConformanceHost host, string name)
    {
        var score = await new EfSqlScorer(host).ScoreAsync(name);
        Assert.True(score.Passed >= Floors.GetValueOrDefault(name), EfSqlReport.Summary([score], 20));
    }

    private static Dictionary<string, int> ReadFloors()
    {
        var path = Path.Combine(SharedFolder.RepositoryRoot, "test", "PgMicro.Conformance", "efsql-floor.tsv");
        return !File.Exists(path) ? [] : File.ReadLines(path).Select(static line => line.Split('\t'))
            .ToDictionary(static part => part[0], static part => int.Parse(part[1], CultureInfo.InvariantCulture));
    }
}
