namespace PgMicro.Core.Storage;

/// <summary>How a connection is opened.</summary>
internal sealed record SqliteConnectionOptions
{
    internal static readonly SqliteConnectionOptions Default = new();

    /// <summary>Opens an existing file for reading only.</summary>
    internal bool ReadOnly { get; init; }

    /// <summary>The file does not change while it is open, so that neither locks nor shared memory are needed.</summary>
    internal bool Immutable { get; init; }

    /// <summary>Creates the file when it does not exist.</summary>
    internal bool Create { get; init; } = true;

    /// <summary>
    /// Milliseconds to wait for another process's lock. Inside this process writers queue at the write gate, so that this
    /// is never how they wait for each other.
    /// </summary>
    internal int BusyTimeoutMilliseconds { get; init; } = 250;

    /// <summary>The VFS that its files go through; null for the default one.</summary>
    internal string? Vfs { get; init; }

    /// <summary>Idle prepared statements that the connection keeps.</summary>
    internal int StatementCacheCapacity { get; init; } = 256;
}
