using System.Globalization;
using PgMicro.Conformance;
using PgMicro.Core.Execution;
using PgMicro.Oracle.Targets;

namespace PgMicro.Isolation.Running;

/// <summary>A database for a case, which can tell who waits.</summary>
internal abstract class CaseDatabase : IAsyncDisposable
{
    /// <summary>Opens a session.</summary>
    internal abstract Task<IConformanceTarget> ConnectAsync(IReadOnlyDictionary<string, string> settings);

    /// <summary>Whether a session waits for others.</summary>
    /// <param name="control">A session that does nothing else.</param>
    /// <param name="pid">The process id of the session.</param>
    internal virtual async Task<bool> IsBlockedAsync(IConformanceTarget control, string pid)
    {
        var sql = $"SELECT count(*) FROM pg_stat_activity WHERE pid = {pid} AND (wait_event_type = 'Lock' OR wait_event = 'SafeSnapshot')";
        return (await control.ExecuteAsync(sql, null)).Rows![0][0] != "0";
    }

    public abstract ValueTask DisposeAsync();
}

/// <summary>A database on a server.</summary>
internal sealed class WireCaseDatabase(IConformanceDatabase database) : CaseDatabase
{
    internal static async Task<CaseDatabase> CreateAsync(IConformanceHost host, string name) => new WireCaseDatabase(await host.CreateDatabaseAsync(name));

    internal override Task<IConformanceTarget> ConnectAsync(IReadOnlyDictionary<string, string> settings) => database.ConnectAsync(settings);

    public override ValueTask DisposeAsync() => database.DisposeAsync();
}

/// <summary>A database of the engine, in memory. It answers who waits from its lock table: the moment a lock is given, its waiter waits no more.</summary>
internal sealed class EngineCaseDatabase(string name) : CaseDatabase
{
    private readonly PgDatabase _database = PgDatabase.Open(
        new PgDatabaseOptions { Path = $"{name}-{Guid.NewGuid():N}", InMemory = true, DatabaseName = name });

    internal override Task<IConformanceTarget> ConnectAsync(IReadOnlyDictionary<string, string> settings)
    {
        var all = new Dictionary<string, string>(SessionSettings.Default);
        foreach (var (setting, value) in settings)
        {
            all[setting] = value;
        }

        return Task.FromResult<IConformanceTarget>(new EngineTarget(_database.CreateSession(new PgSessionOptions { Settings = all })));
    }

    internal override async Task<bool> IsBlockedAsync(IConformanceTarget control, string pid) =>
        _database.Transactions.Locks.Blockers(int.Parse(pid, CultureInfo.InvariantCulture)).Count > 0 || await base.IsBlockedAsync(control, pid);

    public override ValueTask DisposeAsync()
    {
        _database.Dispose();
        return ValueTask.CompletedTask;
    }
}
