using System.Globalization;
using PgMicro.Isolation.Running;
using PgMicro.Oracle.Answers;
using PgMicro.Oracle.Targets;

namespace PgMicro.Isolation.Model;

/// <summary>
/// Where random transactions run: the engine, or with PGMICRO_ORACLE a PostgreSQL, which shows that it is the checks that are right.
/// PGMICRO_MODEL_TRANSACTIONS says how many transactions a test runs, PGMICRO_MODEL_SEED which.
/// </summary>
internal static class ModelServer
{
    private static int _databases;

    /// <summary>How many transactions a test runs.</summary>
    internal static int Transactions { get; } = Number("PGMICRO_MODEL_TRANSACTIONS", 1500);

    /// <summary>The seed of all that is random; another one in each run unless it is given.</summary>
    internal static int Seed { get; } = Number("PGMICRO_MODEL_SEED", Environment.TickCount & 0xFFFFFF);

    /// <summary>A session that waits longer than this hangs.</summary>
    internal static TimeSpan Watchdog { get; } = TimeSpan.FromSeconds(60 + (Transactions / 50));

    /// <summary>Makes a database.</summary>
    internal static async Task<CaseDatabase> CreateDatabaseAsync() => OracleServer.Host is { } oracle
        ? await WireCaseDatabase.CreateAsync(oracle, $"pgmicro_model_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}")
        : new EngineCaseDatabase("model");

    /// <summary>Opens a session.</summary>
    internal static async Task<ModelSession> ConnectAsync(CaseDatabase database) =>
        new(await database.ConnectAsync(new Dictionary<string, string> { ["deadlock_timeout"] = Pace.DeadlockTimeout }));

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}

/// <summary>One session of a model test. What it does is kept for the message of a hang.</summary>
internal sealed class ModelSession(IConformanceTarget target) : IAsyncDisposable
{
    private volatile string _doing = "nothing";

    internal string Doing => _doing;

    /// <summary>Runs a statement with bigint parameters. An error that a client answers by trying again is null; any other throws.</summary>
    internal StatementAnswer? Try(string sql, params long[] parameters)
    {
        _doing = $"{sql} ({string.Join(", ", parameters)})";
        var values = parameters.Select(static p => new StatementParameter(20, null, p.ToString(CultureInfo.InvariantCulture), null)).ToArray();
        var answer = target.ExecuteAsync(sql, values.Length == 0 ? null : values).GetAwaiter().GetResult();
        _doing = "nothing";
        return answer.Error switch
        {
            null => answer,
            { Sqlstate: "40001" or "40P01" } => null,
            var error => throw new InvalidOperationException($"{sql} ({string.Join(", ", parameters)}): {error.Sqlstate} {error.Message}"),
        };
    }

    /// <summary>Runs a statement that must succeed.</summary>
    internal StatementAnswer Run(string sql, params long[] parameters) =>
        Try(sql, parameters) ?? throw new InvalidOperationException($"{sql}: not serializable, or a deadlock");

    /// <summary>The first value.</summary>
    internal static long Value(StatementAnswer answer) => long.Parse(answer.Rows![0][0]!, CultureInfo.InvariantCulture);

    public ValueTask DisposeAsync() => target.DisposeAsync();

    /// <summary>Runs an action on a thread of its own for each session, and waits for all, but not for ever.</summary>
    internal static async Task RunAllAsync(IReadOnlyList<ModelSession> sessions, Action<ModelSession, int> action)
    {
        var failure = new TaskCompletionSource();
        var tasks = sessions.Select((session, i) => Task.Factory.StartNew(
            () =>
            {
                try
                {
                    action(session, i);
                }
                catch (Exception e)
                {
                    failure.TrySetException(e);
                    throw;
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        var all = Task.WhenAll(tasks);
        var first = await Task.WhenAny(all, failure.Task, Task.Delay(ModelServer.Watchdog));
        if (first != all && first != failure.Task)
        {
            throw new TimeoutException(
                $"seed {ModelServer.Seed}: not at its end after {ModelServer.Watchdog.TotalSeconds} seconds:\n{string.Join("\n", sessions.Select(static (s, i) => $"  session {i}: {s.Doing}"))}");
        }

        await first;
    }
}
