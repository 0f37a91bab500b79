using PgMicro.Isolation.Format;
using PgMicro.Isolation.Running;
using PgMicro.Oracle.Scripts;
using PgMicro.Oracle.Targets;

namespace PgMicro.Isolation;

/// <summary>
/// Interleavings give what a real PostgreSQL 17 gave, its waiting included, step by step. No script falls below its number of steps in
/// <c>isolation-floor.tsv</c>, which only ever rises.
/// </summary>
public abstract class ScriptTests
{
    private static readonly string Root = Path.Combine(SharedFolder.RepositoryRoot, "test", "PgMicro.Isolation", "Specs");
    private static int _databases;

    /// <summary>The scripts of some folders.</summary>
    protected static TheoryData<string> Names(params string[] folders) =>
    [
        .. folders.Select(static folder => Path.Combine(Root, folder)).Where(Directory.Exists)
            .SelectMany(static folder => Directory.EnumerateFiles(folder, "*.spec"))
            .Select(static path => Path.ChangeExtension(Path.GetRelativePath(Root, path), null).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    /// <summary>All scripts there are.</summary>
    protected static IEnumerable<string> AllNames() => Directory.EnumerateDirectories(Root).SelectMany(static folder => Listed(Names(folder)));

    /// <summary>The names of a list.</summary>
    protected static IEnumerable<string> Listed(IEnumerable<object[]> names) => names.Select(static row => (string)row[0]);

    /// <summary>Records a script, or replays it and compares.</summary>
    protected static async Task CheckAsync(string name)
    {
        var script = IsolationScript.Read(Path.Combine(Root, name + ".spec"));
        if (OracleServer.Host is { } oracle)
        {
            await RecordAsync(oracle, script);
            return;
        }

        Assert.True(File.Exists(script.RecordedPath), $"{name} was never recorded: run it once with PGMICRO_ORACLE set.");
        var recorded = CaseTranscript.Read(script.RecordedPath);
        Assert.True(IsOf(recorded, script), $"{name} has changed since it was recorded: record it again.");
        var steps = recorded.Sum(static c => c.Steps.Count);
        var pace = Floor.Of(name) >= steps ? Pace.Replaying : Pace.Impatient;
        var runs = await Task.WhenAll(script.Cases.Select((one, i) => ReplayAsync($"isolation_{name.Replace('/', '_')}_{i}", one, recorded[i], pace)));
        var differences = runs.SelectMany(static r => r.Differences).ToArray();
        var same = runs.Sum(static r => r.Same);
        Floor.Report(name, same, steps);
        Keep(name, runs);
        Assert.True(same >= Floor.Of(name), $"{name}: {same} of {steps} steps are as PostgreSQL's; {Floor.Of(name)} were before\n{string.Join("\n", differences)}");
    }

    private static async Task RecordAsync(IConformanceHost oracle, IsolationScript script)
    {
        var transcripts = new List<CaseTranscript>();
        foreach (var one in script.Cases)
        {
            var database = $"pgmicro_isolation_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}";
            transcripts.Add(await CaseRunner.RunAsync(await WireCaseDatabase.CreateAsync(oracle, database), one, null, Pace.Recording));
        }

        await File.WriteAllTextAsync(script.RecordedPath, CaseTranscript.Write(transcripts));
    }

    private static bool IsOf(IReadOnlyList<CaseTranscript> recorded, IsolationScript script) =>
        recorded.Count == script.Cases.Count && recorded.Zip(script.Cases).All(static pair =>
            pair.First.Label == pair.Second.Label && pair.First.Steps.Select(static s => (s.Number, s.Session, s.Sql))
                .SequenceEqual(pair.Second.Steps.Select(static s => (s.Number, s.Session, s.Sql))));

    private static async Task<Run> ReplayAsync(string database, IsolationCase one, CaseTranscript recorded, Pace pace)
    {
        try
        {
            var transcript = await CaseRunner.RunAsync(new EngineCaseDatabase(database), one, recorded, pace);
            var differences = transcript.DifferencesFrom(recorded);
            return new Run(transcript, recorded.Steps.Count - differences.Count, differences);
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException or TargetLostException)
        {
            return new Run(null, 0, [e.Message]);
        }
    }

    private static void Keep(string name, IReadOnlyList<Run> runs)
    {
        if (Environment.GetEnvironmentVariable("PGMICRO_TRANSCRIPTS") is { Length: > 0 } folder)
        {
            var file = Path.Combine(folder, name.Replace('/', '_'));
            File.WriteAllText(file + ".out", CaseTranscript.Write(runs.Select(static r => r.Transcript).OfType<CaseTranscript>()));
            File.WriteAllLines(file + ".differences", runs.SelectMany(static r => r.Differences));
        }
    }

    private sealed record Run(CaseTranscript? Transcript, int Same, IReadOnlyList<string> Differences);
}

/// <summary>No script is left out.</summary>
public sealed class EveryScript : ScriptTests
{
    [Fact]
    public void Is_of_a_folder_that_is_run()
    {
        IEnumerable<object[]>[] run = [AnomalyScripts.Scripts, KeyScripts.Scripts, LockScripts.Scripts, SessionScripts.Scripts, RoutineScripts.Scripts];
        Assert.Equal(AllNames().Order(), run.SelectMany(Listed).Order());
    }
}

/// <summary>Anomalies at every level, and what a statement does after it has waited.</summary>
public sealed class AnomalyScripts : ScriptTests
{
    public static TheoryData<string> Scripts => Names("hermitage", "anomalies", "evalplanqual", "merge");

    [Theory]
    [MemberData(nameof(Scripts))]
    public Task Script(string name) => CheckAsync(name);
}

/// <summary>Keys under contention.</summary>
public sealed class KeyScripts : ScriptTests
{
    public static TheoryData<string> Scripts => Names("unique", "foreignkeys", "savepoints");

    [Theory]
    [MemberData(nameof(Scripts))]
    public Task Script(string name) => CheckAsync(name);
}

/// <summary>Locks.</summary>
public sealed class LockScripts : ScriptTests
{
    public static TheoryData<string> Scripts => Names("forupdate", "locktable", "advisory", "deadlock", "timeouts", "cancel");

    [Theory]
    [MemberData(nameof(Scripts))]
    public Task Script(string name) => CheckAsync(name);
}

/// <summary>What else a session has, beside others that write.</summary>
public sealed class SessionScripts : ScriptTests
{
    public static TheoryData<string> Scripts => Names("temptables", "cursors", "ddl", "sequences", "twophase", "snapshots");

    [Theory]
    [MemberData(nameof(Scripts))]
    public Task Script(string name) => CheckAsync(name);
}

/// <summary>Functions and triggers that write, and tables that have children.</summary>
public sealed class RoutineScripts : ScriptTests
{
    public static TheoryData<string> Scripts => Names("routines", "triggers", "inheritance", "partitions");

    [Theory]
    [MemberData(nameof(Scripts))]
    public Task Script(string name) => CheckAsync(name);
}
