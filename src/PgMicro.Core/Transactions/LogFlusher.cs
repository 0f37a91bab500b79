using PgMicro.Core.Errors;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Transactions;

/// <summary>
/// Group commit. SQLite writes a commit into its log without waiting for the disk; who has committed waits here, the gate left.
/// The first who waits has the disk take the log; those who have committed before that began are served by it, those who
/// come meanwhile by the next one. What a checkpoint has moved into the file needs no log any more, and the checkpoint has waited for that itself.
/// </summary>
/// <param name="path">The database file.</param>
internal sealed class LogFlusher(string path)
{
    private readonly object _turn = new();
    private long _written;
    private long _flushed;
    private bool _isFlushing;
    private volatile SqliteException? _failure;

    /// <summary>Commits that have been written.</summary>
    internal long Position => Interlocked.Read(ref _written);

    /// <summary>Commits that are known to be on the disk.</summary>
    internal long Flushed
    {
        get
        {
            lock (_turn)
            {
                return _flushed;
            }
        }
    }

    /// <summary>Whether the disk has failed, so that nothing more is written until the database is opened anew.</summary>
    internal bool IsFailed => _failure is not null;

    /// <summary>Counts a commit that SQLite has just written.</summary>
    internal long Written() => Interlocked.Increment(ref _written);

    /// <summary>Waits until a commit is on the disk.</summary>
    /// <param name="position">Its number.</param>
    /// <param name="connection">A connection of the calling thread, to ask the disk by.</param>
    /// <exception cref="PgException">58030, 53100: nobody knows whether the commit will be there after a crash.</exception>
    internal void Wait(long position, SqliteConnectionHandle connection)
    {
        lock (_turn)
        {
            while (true)
            {
                if (_flushed >= position)
                {
                    return;
                }

                ThrowIfFailed();
                if (!_isFlushing)
                {
                    break;
                }

                Monitor.Wait(_turn);
            }

            _isFlushing = true;
        }

        var upTo = Position;
        SqliteException? failure = null;
        try
        {
            connection.SyncLog();
            StorageMeters.Flushes.Add(1);
        }
        catch (SqliteException e)
        {
            failure = e;
        }

        lock (_turn)
        {
            _isFlushing = false;
            if (failure is null)
            {
                _flushed = upTo;
            }
            else
            {
                _failure = failure;
            }

            Monitor.PulseAll(_turn);
        }

        ThrowIfFailed();
    }

    /// <summary>Somebody else has had the disk take the log, and it has not.</summary>
    internal void Fail(SqliteException failure)
    {
        lock (_turn)
        {
            _failure ??= failure;
            Monitor.PulseAll(_turn);
        }
    }

    /// <summary>Refuses to go on after the disk has failed: the system may have dropped what it could not write, and would not say so again.</summary>
    /// <exception cref="PgException">58030, 53100.</exception>
    internal void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            var (state, reason) = failure.Code == SqliteResultCode.Full
                ? (SqlState.DiskFull, "No space left on device")
                : (SqlState.IoError, "Input/output error");
            throw new PgException(state, $"could not fsync file \"{path}-wal\": {reason}", failure)
                .WithHint("Whether the last commits survive a crash is not known. Nothing more is written until all have closed the database and it is opened again.");
        }
    }
}
