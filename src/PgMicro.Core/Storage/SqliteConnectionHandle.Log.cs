using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <content>The write-ahead log of the main database.</content>
internal sealed unsafe partial class SqliteConnectionHandle
{
    private const int FileControlJournalPointer = 28;
    private const int SyncNormal = 2;

    private int _logFrames;
    private bool _hasRead;

    /// <summary>Has the connection note how long the log is after each of its commits; SQLite checkpoints by itself no more.</summary>
    internal void WatchLog() => sqlite3_wal_hook(_db, &OnCommitted, SelfPointer);

    /// <summary>Pages in the log after the last commit; 0 when nothing has been committed since this was asked last.</summary>
    internal int TakeLogFrames() => (_logFrames, _logFrames = 0).Item1;

    /// <summary>Waits until all that has been written to the log is on the disk, by whatever connection.</summary>
    /// <exception cref="SqliteException">The disk reports an error.</exception>
    internal void SyncLog()
    {
        SqliteFile* log = null;
        fixed (byte* main = "main\0"u8)
        {
            Check(sqlite3_file_control(_db, main, FileControlJournalPointer, &log));
        }

        if (log == null || log->Methods == null)
        {
            return;
        }

        var rc = log->Methods->Sync(log, SyncNormal);
        if (rc != SqliteResultCode.Ok)
        {
            throw new SqliteException(rc, Utf8(sqlite3_errstr(rc)));
        }
    }

    /// <summary>
    /// Begins a read transaction that keeps the log as it is: others may write on, but not begin it anew. (An ordinary one may content itself
    /// with the file when all of the log has been written back.)
    /// </summary>
    /// <returns>Whether there is a log.</returns>
    internal bool BeginSnapshot()
    {
        if (!_hasRead)
        {
            // A connection opens the log when it first reads, and only one that has it open can ask that it be kept.
            Execute("SELECT 1 FROM sqlite_schema LIMIT 1");
            _hasRead = true;
        }

        Begin();
        nint snapshot;
        int rc;
        fixed (byte* main = "main\0"u8)
        {
            rc = sqlite3_snapshot_get(_db, main, &snapshot);
        }

        // ERROR: there has never been a log; the transaction has begun.
        if (rc != SqliteResultCode.Error)
        {
            Check(rc);
            sqlite3_snapshot_free(snapshot);
        }

        return rc != SqliteResultCode.Error;
    }

    /// <summary>Begins a read transaction on a snapshot that another connection keeps in place.</summary>
    internal void BeginSnapshot(SqliteSnapshot snapshot)
    {
        if (!_hasRead)
        {
            Execute("SELECT 1 FROM sqlite_schema LIMIT 1");
            _hasRead = true;
        }

        Begin();
        try
        {
            snapshot.Open(this);
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    /// <summary>Writes pages of the log back into the file.</summary>
    /// <param name="waits">Whether to wait, as long as the busy timeout, for readers of the log, so that the next writer begins it anew.</param>
    /// <exception cref="SqliteException">The disk reports an error.</exception>
    internal LogState Checkpoint(bool waits)
    {
        const int Passive = 0;
        const int Restart = 2;
        int frames, done, rc;
        fixed (byte* main = "main\0"u8)
        {
            rc = sqlite3_wal_checkpoint_v2(_db, main, waits ? Restart : Passive, &frames, &done);
        }

        if (rc != SqliteResultCode.Ok && (rc & 0xFF) != SqliteResultCode.Busy)
        {
            ThrowError(rc);
        }

        return new LogState(Math.Max(frames, 0), Math.Max(done, 0), rc == SqliteResultCode.Ok);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCommitted(nint connection, nint db, byte* schema, int pages)
    {
        // "main" or "temp": only the first has a log.
        FromPointer(connection)._logFrames = pages;
        return SqliteResultCode.Ok;
    }
}

/// <summary>What a checkpoint left.</summary>
/// <param name="Frames">Pages in the log.</param>
/// <param name="Done">Those of them that are in the file now.</param>
/// <param name="IsFree">Whether nothing was in the way.</param>
internal readonly record struct LogState(int Frames, int Done, bool IsFree);
