using System.Net;

namespace PgMicro.Core.Execution;

/// <summary>How to open a database.</summary>
public sealed record PgDatabaseOptions
{
    /// <summary>The file, or a name for a database in memory.</summary>
    public required string Path { get; init; }

    /// <summary>A database that lives until its last session closes, in a temporary file that is never synced.</summary>
    public bool InMemory { get; init; }

    /// <summary>Open without writing.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether to make the file when it is not there; otherwise 3D000.</summary>
    public bool Create { get; init; } = true;

    /// <summary>Whether tables that have changed much are vacuumed and analyzed in the background.</summary>
    public bool Autovacuum { get; init; } = true;

    /// <summary>current_database(); by default the file's name without extension.</summary>
    public string? DatabaseName { get; init; }
}

/// <summary>How a session starts.</summary>
public sealed record PgSessionOptions
{
    /// <summary>The role.</summary>
    public string User { get; init; } = "postgres";

    /// <summary>Where the client connects from, or null when it is in this process or on a Unix socket.</summary>
    public IPEndPoint? ClientEndPoint { get; init; }

    /// <summary>Where the client has connected to, or null likewise.</summary>
    public IPEndPoint? ServerEndPoint { get; init; }

    /// <summary>Whether the client's texts come in client_encoding and not in UTF-8 always.</summary>
    public bool ConvertsText { get; init; }

    /// <summary>Run-time parameters of the session's start, which RESET restores.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
