using PgMicro.Oracle.Scripts;

namespace PgMicro.Conformance;

/// <summary>
/// Scripts are answered as the real PostgreSQL answered them: no script may fall below the number of steps in <c>conformance-floor.tsv</c>,
/// which only ever rises. What is below the script's own number of steps is not there yet, and docs/compatibility lists it.
/// </summary>
public sealed class ConformanceTests
{
    public static TheoryData<string> Scripts => [.. Names(loadsData: false)];

    public static TheoryData<string> DataScripts => [.. Names(loadsData: true)];

    [EngineTheory]
    [MemberData(nameof(Scripts))]
    public Task Script(string name) => VerifyAsync(name);

    [EngineTheory("data")]
    [MemberData(nameof(DataScripts))]
    public Task DataScript(string name) => VerifyAsync(name);

    private static IEnumerable<string> Names(bool loadsData) =>
        ScriptFolder.Names.Where(name => ScriptFolder.Read(name).LoadsData == loadsData);

    private static async Task VerifyAsync(string name)
    {
        await using var database = await ConformanceEngine.Host!.CreateDatabaseAsync("conformance_" + name.Replace('/', '_'));
        await using var target = await database.ConnectAsync();
        var script = ScriptFolder.Read(name);
        var report = await ScriptRunner.VerifyAsync(script, target);
        var matched = script.Steps.Count - report.Count;
        ConformanceFloor.Report(name, matched, script.Steps.Count);
        Assert.True(
            matched >= ConformanceFloor.Of(name),
            $"{name}: {matched} of {script.Steps.Count} steps are answered as PostgreSQL does; {ConformanceFloor.Of(name)} were before\n{string.Join("\n", report)}");
    }
}
