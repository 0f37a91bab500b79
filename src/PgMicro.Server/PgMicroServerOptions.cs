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

    /// <summary>Longest message taken from a client, in bytes.</summary>
    public int MaxMessageSize { get; init; } = (1 << 30) - 1;

    /// <summary>Told of what the server's log would say: connections refused, internal errors.</summary>
    public Action<string>? Log { get; init; }
}
