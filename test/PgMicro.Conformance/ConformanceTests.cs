using PgMicro.Oracle.Scripts;

namespace PgMicro.Conformance;

/// <summary>Every script must be answered as the real PostgreSQL answered it.</summary>
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
        var report = await ScriptRunner.VerifyAsync(ScriptFolder.Read(name), target);
        Assert.True(report.Count == 0, $"{name}: {report.Count} steps differ\n{string.Join("\n", report)}");
    }
}
