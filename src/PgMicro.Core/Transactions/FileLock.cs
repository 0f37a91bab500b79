using PgMicro.Core.Errors;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Transactions;

/// <summary>SQLite's write lock on the file, for which the processes that have it open wait as their sessions wait for each other.</summary>
internal static class FileLock
{
    // How long one call of SQLite may wait before timeouts and cancellation are looked at.
    private const int SliceMilliseconds = 100;

    /// <summary>Takes the lock for a connection that has no transaction.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="lockTimeout">As in <see cref="WriteGate.Enter"/>.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <param name="mark">Tells who has it, and whom it has been given to.</param>
    /// <param name="application">The name of the application that takes it.</param>
    /// <exception cref="PgException">55P03 after lock_timeout, 57014.</exception>
    internal static void Take(SqliteConnectionHandle connection, int lockTimeout, CancellationToken cancellation, WriterMark? mark, string application)
    {
        Wait(connection, static c => c.BeginWrite(), lockTimeout, cancellation, mark);
        mark?.Set(application);
    }

    /// <summary>Takes the lock for a connection that reads; false when its snapshot is not the newest any more.</summary>
    /// <exception cref="PgException">55P03, 57014.</exception>
    internal static bool TryUpgrade(SqliteConnectionHandle connection, int lockTimeout, CancellationToken cancellation, WriterMark? mark, string application)
    {
        try
        {
            Wait(connection, static c => c.Execute("UPDATE pgmicro_counter SET value = value WHERE 0"), lockTimeout, cancellation, mark);
            mark?.Set(application);
            return true;
        }
        catch (SqliteException e) when (e.Code == SqliteResultCode.Busy)
        {
            return false;
        }
    }

    private static void Wait(SqliteConnectionHandle connection, Action<SqliteConnectionHandle> take, int lockTimeout, CancellationToken cancellation, WriterMark? mark)
    {
        var start = Environment.TickCount64;
        var patience = connection.BusyTimeout;
        try
        {
            if (lockTimeout != 0)
            {
                connection.BusyTimeout = Math.Min(Math.Max(lockTimeout, 0), SliceMilliseconds);
            }

            while (true)
            {
                try
                {
                    take(connection);
                    return;
                }
                catch (SqliteException e) when (e.ExtendedCode == SqliteResultCode.Busy)
                {
                    if (cancellation.IsCancellationRequested)
                    {
                        throw new PgException(SqlState.QueryCanceled, "canceling statement due to user request", e) { Detail = mark?.Describe() };
                    }

                    var left = lockTimeout == 0 ? SliceMilliseconds : lockTimeout - (Environment.TickCount64 - start);
                    if (left <= 0)
                    {
                        throw new PgException(SqlState.LockNotAvailable, "canceling statement due to lock timeout", e) { Detail = mark?.Describe() };
                    }

                    connection.BusyTimeout = (int)Math.Min(left, SliceMilliseconds);
                }
            }
        }
        finally
        {
            connection.BusyTimeout = patience;
        }
    }
}
