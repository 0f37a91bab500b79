using PgMicro.Server.Databases;

namespace PgMicro.Server.Connections;

/// <summary>What all connections of a server share.</summary>
internal sealed class ServerContext(PgMicroServerOptions options, IDatabaseSource databases)
{
    internal PgMicroServerOptions Options { get; } = options;

    internal IDatabaseSource Databases { get; } = databases;

    internal SessionRegistry Sessions { get; } = new();

    internal void Log(string message) => Options.Log?.Invoke(message);
}
