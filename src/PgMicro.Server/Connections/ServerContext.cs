using System.Security.Cryptography.X509Certificates;
using PgMicro.Core.Execution;
using PgMicro.Server.Transport;

namespace PgMicro.Server.Connections;

/// <summary>What all connections of a server share.</summary>
internal sealed class ServerContext(PgMicroServerOptions options, PgCluster databases)
{
    internal PgMicroServerOptions Options { get; } = options;

    internal PgCluster Databases { get; } = databases;

    internal SessionRegistry Sessions { get; } = new();

    /// <summary>The certificate for TLS; null when it is not offered.</summary>
    internal X509Certificate2? Certificate { get; } =
        options.Certificate ?? (options.GenerateCertificate ? ServerCertificate.Generate(options.Host) : null);

    internal void Log(string message) => Options.Log?.Invoke(message);
}
