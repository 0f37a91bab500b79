using System.Security.Cryptography.X509Certificates;

namespace PgMicro.Server;

/// <summary>What to serve, and where.</summary>
public sealed record PgMicroServerOptions
{
    /// <summary>A database file, a folder of them, or ":memory:".</summary>
    public required string Path { get; init; }

    /// <summary>Address to listen on.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>Folder for a Unix socket of PostgreSQL's name (.s.PGSQL.PORT); null for none.</summary>
    public string? UnixSocketDirectory { get; init; }

    /// <summary>Most sessions at a time; more get 53300.</summary>
    public int MaxConnections { get; init; } = 1000;

    /// <summary>Time that a client has from connecting to being authenticated.</summary>
    public TimeSpan AuthenticationTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How clients prove who they are. Anything but a loopback address or a Unix socket needs more than trust.</summary>
    public PgMicroAuthentication Authentication { get; init; }

    /// <summary>The certificate, with its private key, for clients that ask for TLS; null for none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Whether to make a self-signed certificate when none is given.</summary>
    public bool GenerateCertificate { get; init; }

    /// <summary>How long a client may leave what it asked for unread before it is cut off.</summary>
    public TimeSpan SlowReaderTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest message taken from a client, in bytes.</summary>
    public int MaxMessageSize { get; init; } = (1 << 30) - 1;

    /// <summary>Told of what the server's log would say: connections refused, internal errors.</summary>
    public Action<string>? Log { get; init; }
}
