using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>
/// The index of a write-ahead log, which connections share: where SQLite's documented format ("WAL-mode File Format", 2 and 3) has what is used of
/// it, and its locks.
/// </summary>
internal static unsafe class LogIndex
{
    /// <summary>Bytes of a part of it.</summary>
    internal const int RegionSize = 32 * 1024;

    /// <summary>Bytes of its header, which stands at the beginning of the first part twice.</summary>
    internal const int HeaderSize = 48;

    /// <summary>Where the state of checkpoints stands: pages written back (4 bytes), then the read marks.</summary>
    internal const int CheckpointInfo = 2 * HeaderSize;

    /// <summary>Read marks. The first is for who reads the file alone and is not stored to.</summary>
    internal const int ReadMarks = 5;

    /// <summary>The mark of one that nobody reads by.</summary>
    internal const uint UnusedMark = uint.MaxValue;

    /// <summary>Where the header has the number of pages in the log.</summary>
    internal const int LastFrame = 16;

    private const int FirstReadLock = 3;
    private const int Unlock = 1;
    private const int Lock = 2;
    private const int Shared = 4;
    private const int Exclusive = 8;

    /// <summary>The database file of a connection.</summary>
    internal static SqliteFile* FileOf(SqliteConnectionHandle connection)
    {
        SqliteFile* file;
        fixed (byte* main = "main\0"u8)
        {
            connection.Check(sqlite3_file_control(connection.Db, main, FileControlFilePointer, &file));
        }

        return file;
    }

    /// <summary>A part of the index, in the memory that all connections share.</summary>
    internal static nint Region(SqliteFile* file, int number)
    {
        void* region;
        var rc = file->Methods->SharedMemoryMap(file, number, RegionSize, 0, &region);
        if (rc != SqliteResultCode.Ok || region == null)
        {
            throw new SqliteException(rc == SqliteResultCode.Ok ? SqliteResultCode.IoErr : rc, "The index of the write-ahead log cannot be read.");
        }

        return (nint)region;
    }

    /// <summary>Pages in the log, and how many of them are in the file: where all are, readers do without the log until the next commit.</summary>
    internal static (uint Frames, uint Written) Length(SqliteConnectionHandle connection)
    {
        var region = Region(FileOf(connection), 0);
        return (Volatile.Read(ref *(uint*)(region + LastFrame)), Volatile.Read(ref *(uint*)(region + CheckpointInfo)));
    }

    /// <summary>
    /// Has the connections of this process read by the mark of one connection's read transaction, whatever is committed: other marks are taken
    /// out of use, and the locks on all of them are held, which the connections of a process share. Until <see cref="ReleaseMarks"/>, a lock
    /// to read takes no system call, and checkpoints get as far as that mark.
    /// </summary>
    /// <param name="connection">A connection in a read transaction on the log (<see cref="SqliteConnectionHandle.BeginSnapshot()"/>).</param>
    internal static void HoldMarks(SqliteConnectionHandle connection)
    {
        var file = FileOf(connection);
        var marks = (uint*)(Region(file, 0) + CheckpointInfo + sizeof(uint));
        for (var i = 1; i < ReadMarks; i++)
        {
            // The first is always of use: who cannot write to the index has nothing else. Those by which somebody reads are locked.
            if (i > 1 && TryLock(file, i, Lock | Exclusive))
            {
                Volatile.Write(ref marks[i], UnusedMark);
                TryLock(file, i, Unlock | Exclusive);
            }

            TryLock(file, i, Lock | Shared);
        }
    }

    /// <summary>Undoes <see cref="HoldMarks"/>; the connection's read transaction has ended.</summary>
    internal static void ReleaseMarks(SqliteConnectionHandle connection)
    {
        var file = FileOf(connection);
        for (var i = 1; i < ReadMarks; i++)
        {
            TryLock(file, i, Unlock | Shared);
        }
    }

    private static bool TryLock(SqliteFile* file, int mark, int operation) =>
        file->Methods->SharedMemoryLock(file, FirstReadLock + mark, 1, operation) == SqliteResultCode.Ok;
}
