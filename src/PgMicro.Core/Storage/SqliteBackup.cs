using static PgMicro.Core.Storage.NativeMethods;

namespace PgMicro.Core.Storage;

/// <summary>SQLite's online backup: a copy of a file that is in use, as its last commit left it. Nobody waits for it.</summary>
internal static unsafe class SqliteBackup
{
    private const int PagesAtOnce = 1024;

    /// <summary>Copies the main database of a connection that is in no transaction into a new file, and waits until the disk has it.</summary>
    /// <param name="source">What to copy.</param>
    /// <param name="file">The file to make.</param>
    /// <param name="pause">Called between steps; what it raises ends the copy.</param>
    /// <exception cref="SqliteException">As of the two files.</exception>
    internal static void Copy(SqliteConnectionHandle source, string file, Action pause)
    {
        using var copy = SqliteConnectionHandle.Open(file);

        // One snapshot for all steps: a commit meanwhile would have the copy begin anew.
        source.Execute("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1");
        try
        {
            Copy(source, copy, pause);
        }
        finally
        {
            source.Rollback();
        }
    }

    private static void Copy(SqliteConnectionHandle source, SqliteConnectionHandle copy, Action pause)
    {
        nint backup;
        fixed (byte* main = "main\0"u8)
        {
            backup = sqlite3_backup_init(copy.Db, main, source.Db, main);
        }

        if (backup == 0)
        {
            copy.ThrowError(SqliteResultCode.Error);
        }

        int step;
        try
        {
            while ((step = sqlite3_backup_step(backup, PagesAtOnce)) == SqliteResultCode.Ok)
            {
                pause();
            }
        }
        finally
        {
            // Its code repeats that of the last step, unless that was BUSY or LOCKED: then it says that all is well.
            _ = sqlite3_backup_finish(backup);
        }

        if (step != SqliteResultCode.Done)
        {
            copy.ThrowError(step);
        }
    }
}
