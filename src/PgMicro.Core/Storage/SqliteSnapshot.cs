using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>
/// A point in the write-ahead log that other connections can read from, as long as no checkpoint has passed it: keep a
/// read transaction open on it.
/// </summary>
internal sealed unsafe class SqliteSnapshot : IDisposable
{
    private nint _snapshot;

    private SqliteSnapshot(nint snapshot)
    {
        _snapshot = snapshot;
    }

    ~SqliteSnapshot() => Free();

    /// <summary>The snapshot that the connection's open read transaction sees.</summary>
    internal static SqliteSnapshot Get(SqliteConnectionHandle connection)
    {
        fixed (byte* main = "main\0"u8)
        {
            nint snapshot;
            connection.Check(sqlite3_snapshot_get(connection.Db, main, &snapshot));
            return new SqliteSnapshot(snapshot);
        }
    }

    /// <summary>Puts the transaction that the connection has just begun, before any read, on this snapshot.</summary>
    /// <exception cref="SqliteException"><see cref="SqliteResultCode.ErrorSnapshot"/>: it is no longer there.</exception>
    internal void Open(SqliteConnectionHandle connection)
    {
        ObjectDisposedException.ThrowIf(_snapshot == 0, this);
        fixed (byte* main = "main\0"u8)
        {
            connection.Check(sqlite3_snapshot_open(connection.Db, main, _snapshot));
        }
    }

    /// <summary>Negative if this snapshot is older than the other, positive if it is newer.</summary>
    internal int CompareTo(SqliteSnapshot other) => sqlite3_snapshot_cmp(_snapshot, other._snapshot);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        sqlite3_snapshot_free(_snapshot);
        _snapshot = 0;
    }
}
