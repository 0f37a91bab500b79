using System.Globalization;

namespace PgMicro.Core.Storage;

/// <summary>How much a commit waits for the disk.</summary>
internal enum SqliteSynchronous
{
    /// <summary>Not at all: for databases that need not survive a power loss.</summary>
    Off = 0,

    /// <summary>A power loss may undo the latest commits, whole.</summary>
    Normal = 1,

    /// <summary>A commit is on disk when it returns.</summary>
    Full = 2,
}

/// <summary>The settings of a database file and of each connection to it.</summary>
internal sealed record SqliteFileSettings
{
    /// <summary>A durable database.</summary>
    internal static readonly SqliteFileSettings Durable = new();

    /// <summary>A durable database whose commits wait for the disk together, and whose log others write back.</summary>
    internal static readonly SqliteFileSettings Shared = new() { Synchronous = SqliteSynchronous.Normal, WalAutoCheckpointPages = 0 };

    /// <summary>A database that lives as long as the process.</summary>
    internal static readonly SqliteFileSettings Volatile = new() { Synchronous = SqliteSynchronous.Off, WalAutoCheckpointPages = 0 };

    /// <summary>A branch, whose log is nobody's to write back.</summary>
    internal static readonly SqliteFileSettings Branch = new() { Synchronous = SqliteSynchronous.Off, WalAutoCheckpointPages = 0 };

    internal SqliteSynchronous Synchronous { get; init; } = SqliteSynchronous.Full;

    /// <summary>Bytes in a page; it counts for a new file only.</summary>
    internal int PageSize { get; init; } = 4096;

    /// <summary>KiB of page cache for each connection.</summary>
    internal int CacheKibibytes { get; init; } = 16 * 1024;

    /// <summary>Pages of log after which a commit checkpoints.</summary>
    internal int WalAutoCheckpointPages { get; init; } = 4000;

    /// <summary>Bytes that the log file is cut back to after a checkpoint has emptied it.</summary>
    internal long WalSizeLimitBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Applies the settings to a connection, and makes its file a write-ahead logged one if it is not yet.</summary>
    /// <exception cref="SqliteException">The file cannot be put in WAL mode, or is no database.</exception>
    internal void Apply(SqliteConnectionHandle connection)
    {
        // No memory mapping: SQLite gives the map up whenever another connection has committed, which interrupts all processors, and scans
        // are no faster with it (measured: 8 sessions get 1.5 times as far without).
        connection.Execute(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            PRAGMA page_size = {PageSize};
            PRAGMA cache_size = -{CacheKibibytes};
            PRAGMA mmap_size = 0;
            PRAGMA temp_store = MEMORY;
            """));
        if (connection.IsReadOnly)
        {
            return;
        }

        string? mode = connection.QueryText("PRAGMA journal_mode = WAL");
        if (mode != "wal")
        {
            throw new SqliteException(SqliteResultCode.CantOpen, $"The file stays in journal mode {mode}.");
        }

        SetSynchronous(connection, Synchronous);
        connection.Execute(string.Create(
            CultureInfo.InvariantCulture,
            $"PRAGMA wal_autocheckpoint = {WalAutoCheckpointPages}; PRAGMA journal_size_limit = {WalSizeLimitBytes};"));
    }

    /// <summary>Changes how much this connection's commits wait; outside a transaction only.</summary>
    internal static void SetSynchronous(SqliteConnectionHandle connection, SqliteSynchronous synchronous) =>
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA synchronous = {(int)synchronous}"));

    /// <summary>The number that tells whose file it is.</summary>
    internal static int GetApplicationId(SqliteConnectionHandle connection) =>
        (int)connection.QueryInt64("PRAGMA application_id");

    internal static void SetApplicationId(SqliteConnectionHandle connection, int id) =>
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {id}"));

    /// <summary>The number that the owner of the file counts its format's versions with.</summary>
    internal static int GetUserVersion(SqliteConnectionHandle connection) =>
        (int)connection.QueryInt64("PRAGMA user_version");

    internal static void SetUserVersion(SqliteConnectionHandle connection, int version) =>
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {version}"));
}
