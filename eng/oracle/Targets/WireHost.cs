using PgMicro.Oracle.Answers;

namespace PgMicro.Oracle.Targets;

/// <summary>Makes databases on a server: the real PostgreSQL, or ours.</summary>
public sealed class WireHost(string host, int port, string user = "postgres", string maintenanceDatabase = "postgres") : IConformanceHost
{
    /// <inheritdoc/>
    public async Task<IConformanceDatabase> CreateDatabaseAsync(string name, CancellationToken cancellationToken = default)
    {
        await RunAsync($"DROP DATABASE IF EXISTS {Quote(name)} WITH (FORCE)", cancellationToken);
        await RunAsync($"CREATE DATABASE {Quote(name)}", cancellationToken);
        return new Database(this, name);
    }

    private async Task RunAsync(string sql, CancellationToken cancellationToken)
    {
        await using var target = await WireTarget.OpenAsync(host, port, user, maintenanceDatabase, null, cancellationToken: cancellationToken);
        var answer = await target.ExecuteAsync(sql, null, cancellationToken: cancellationToken);
        if (answer.Error is { } error)
        {
            throw new TargetLostException($"{sql}: {error.Sqlstate} {error.Message}");
        }
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private sealed class Database(WireHost owner, string name) : IConformanceDatabase
    {
        private readonly List<IConformanceTarget> _targets = [];
        private readonly (string Host, int Port, string User) _server = owner.Server;

        public async Task<IConformanceTarget> ConnectAsync(
            IReadOnlyDictionary<string, string>? settings = null, CancellationToken cancellationToken = default)
        {
            var target = await WireTarget.OpenAsync(_server.Host, _server.Port, _server.User, name, settings, cancellationToken);
            _targets.Add(target);
            return target;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var target in _targets)
            {
                await target.DisposeAsync();
            }

            await owner.RunAsync($"DROP DATABASE IF EXISTS {Quote(name)} WITH (FORCE)", CancellationToken.None);
        }
    }

    private (string Host, int Port, string User) Server => (host, port, user);
}
