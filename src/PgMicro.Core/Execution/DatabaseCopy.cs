using PgMicro.Core.Storage;

namespace PgMicro.Core.Execution;

/// <summary>Copies of database files. Where the file system shares blocks between files, a copy costs nothing.</summary>
internal static class DatabaseCopy
{
    /// <summary>Copies a database as its last commit left it; its sessions go on, writers wait.</summary>
    internal static void Copy(string from, string to)
    {
        using var connection = SqliteConnectionHandle.Open(from, new SqliteConnectionOptions { Create = false });
        Copy(connection, from, to);
    }

    /// <summary>Copies the database of a connection that is in no transaction.</summary>
    internal static void Copy(SqliteConnectionHandle connection, string from, string to)
    {
        // With everything in the file there is no log to copy. A reader may be in the way: then the log is copied too.
        var log = new FileInfo(from + "-wal");
        if (log.Exists && log.Length > 0)
        {
            connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        // While the write lock is held the log only grows by nothing and is not reset, and what a checkpoint of another
        // process writes to the file meanwhile is in the log's copy as well.
        connection.BeginWrite();
        try
        {
            log.Refresh();
            if (log.Exists && log.Length > 0)
            {
                File.Copy(log.FullName, to + "-wal");
            }

            File.Copy(from, to);
        }
        finally
        {
            connection.Rollback();
        }
    }

    /// <summary>Waits until a file that nobody has open is on the disk.</summary>
    internal static void Flush(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }
}
