using System.Globalization;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Transactions;

/// <summary>
/// Keeps the write-ahead log short, off the threads that commit: a commit that makes it long has it written back in the background. Only when it
/// grows several times over does a commit wait for that. It also has the disk take commits that nobody waits for.
/// </summary>
/// <param name="open">Opens a connection of its own.</param>
/// <param name="gate">The database's write gate.</param>
/// <param name="flusher">Who waits for the disk; null where nobody does.</param>
/// <param name="renewReads">Has those who keep a snapshot for others' sake take a newer one: what comes after a snapshot cannot be written back.</param>
internal sealed class LogMaintenance(Func<SqliteConnectionHandle> open, WriteGate gate, LogFlusher? flusher, Action renewReads) : IDisposable
{
    /// <summary>What <see cref="Threshold"/> is at first.</summary>
    internal const int UsualThreshold = 4000;

    // The log is this many times as long as it should get before a commit waits.
    private const int Patience = 4;

    // Times that the worker goes through the log beside writers, to leave little for which they have to wait.
    private const int Passes = 3;
    private const int GatePatienceMilliseconds = 20;
    private const int ReaderPatienceMilliseconds = 50;
    private const int PageSize = 4096;

    private readonly Lock _work = new();
    private readonly Lock _state = new();
    private SqliteConnectionHandle? _connection;
    private Timer? _timer;
    private PgNotice? _notice;
    private bool _isRunning;
    private bool _isFlushPending;
    private bool _disposed;
    private volatile int _frames;
    private volatile int _done;
    private volatile int _nextAlarm;

    /// <summary>Pages of log after which it is written back.</summary>
    internal int Threshold { get; set; } = UsualThreshold;

    /// <summary>Whether the next write may begin the log anew, for which nobody may read from it.</summary>
    internal bool MayBeginAnew { get; private set; }

    /// <summary>Checkpoints made.</summary>
    internal int Checkpoints { get; private set; }

    /// <summary>Times that a reader was found to keep the log long.</summary>
    internal int Alarms { get; private set; }

    /// <summary>A commit has been written; its session holds the gate and is in no transaction any more.</summary>
    /// <param name="connection">The session's connection.</param>
    /// <param name="frames">Pages in the log.</param>
    internal void NoteCommit(SqliteConnectionHandle connection, int frames)
    {
        _frames = frames;
        MayBeginAnew = frames >= 2 * Threshold;
        if (frames < Threshold)
        {
            _done = 0;
            return;
        }

        if (frames < _done)
        {
            // It has begun anew.
            _done = 0;
        }

        if (flusher is { IsFailed: true })
        {
            return;
        }

        if (frames >= Math.Max(Patience * Threshold, _nextAlarm) && _work.TryEnter())
        {
            try
            {
                CheckpointAtOnce(connection);
            }
            finally
            {
                _work.Exit();
            }
        }
        else if (frames - _done >= Threshold)
        {
            StorageMeters.LogSize.Record((long)frames * PageSize);
            Start();
        }
    }

    /// <summary>Writes the log back as far as nobody reads from it, and waits for the disk.</summary>
    /// <exception cref="SqliteException">The disk reports an error.</exception>
    /// <exception cref="PgException">58030, 53100: it has before.</exception>
    internal void Checkpoint()
    {
        lock (_work)
        {
            if (_disposed)
            {
                return;
            }

            // A connection knows the log once it has read.
            var connection = _connection ??= open();
            connection.Execute("SELECT 1 FROM sqlite_schema LIMIT 1");
            try
            {
                flusher?.Wait(flusher.Position, connection);
                renewReads();
                Count(connection.Checkpoint(waits: false));
            }
            catch (SqliteException e)
            {
                NoteFailure(e);
                throw;
            }
        }
    }

    /// <summary>Does the same after a commit, for which it does not matter whether that succeeds.</summary>
    internal void CheckpointIfPossible()
    {
        try
        {
            Checkpoint();
        }
        catch (SqliteException e)
        {
            Tell(e);
        }
        catch (PgException)
        {
            // The flusher tells whoever wants to write next.
        }
    }

    /// <summary>What is to be told to the session that has committed, once.</summary>
    internal PgNotice? TakeNotice() => _notice is null ? null : Interlocked.Exchange(ref _notice, null);

    /// <summary>Has the disk take what has been committed within a time.</summary>
    internal void FlushWithin(int milliseconds)
    {
        lock (_state)
        {
            if (!_isFlushPending && !_disposed)
            {
                _isFlushPending = true;
                _timer ??= new Timer(static s => ((LogMaintenance)s!).Flush(), this, Timeout.Infinite, Timeout.Infinite);
                _timer.Change(milliseconds, Timeout.Infinite);
            }
        }
    }

    /// <summary>Waits for what runs in the background and closes its connection.</summary>
    public void Dispose()
    {
        bool flushes;
        lock (_state)
        {
            _disposed = true;
            flushes = _isFlushPending;
            _timer?.Dispose();
        }

        lock (_work)
        {
            if (flushes)
            {
                FlushNow();
            }

            _connection?.Dispose();
            _connection = null;
        }
    }

    private void Start()
    {
        lock (_state)
        {
            if (_isRunning || _disposed)
            {
                return;
            }

            _isRunning = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static m => m.Run(), this, preferLocal: false);
    }

    private void Run()
    {
        try
        {
            lock (_work)
            {
                if (!_disposed)
                {
                    CheckpointInBackground();
                }
            }
        }
        catch (SqliteException e)
        {
            Tell(e);
        }
        finally
        {
            lock (_state)
            {
                _isRunning = false;
            }
        }
    }

    private void CheckpointInBackground()
    {
        var connection = _connection ??= open();
        var passes = 0;
        do
        {
            renewReads();
            Count(connection.Checkpoint(waits: false));
        }
        while (_frames - _done > Threshold / 10 && ++passes < Passes);

        MayBeginAnew = true;
        if (_done < _frames)
        {
            if (!gate.TryEnter(this, GatePatienceMilliseconds))
            {
                MayBeginAnew = false;
                return;
            }

            // What has been committed meanwhile; when all is in the file, the next writer begins the log anew.
            try
            {
                Count(connection.Checkpoint(waits: false));
            }
            finally
            {
                gate.Exit(this);
            }
        }
    }

    // The worker cannot keep up, or a reader is in the way.
    private void CheckpointAtOnce(SqliteConnectionHandle connection)
    {
        var patience = connection.BusyTimeout;
        try
        {
            connection.BusyTimeout = ReaderPatienceMilliseconds;
            var state = connection.Checkpoint(waits: true);
            Count(state);
            if (state.IsFree)
            {
                _nextAlarm = 0;
                return;
            }

            // Twice as long before it is tried, and told, again.
            _nextAlarm = 2 * state.Frames;
            Alarms++;
            StorageMeters.LogAlarms.Add(1);
            var megabytes = ((long)state.Frames * PageSize) >> 20;
            _notice = new PgNotice("WARNING", SqlState.Warning, string.Create(CultureInfo.InvariantCulture, $"the write-ahead log has grown to {megabytes} MB"))
            {
                Hint = "A transaction or a cursor that was begun long ago still reads what was there before. The log is written back when it ends.",
            };
        }
        catch (SqliteException e)
        {
            Tell(e);
        }
        finally
        {
            connection.BusyTimeout = patience;
        }
    }

    private void Count(LogState state)
    {
        _done = state.Done;
        MayBeginAnew |= state.Done == state.Frames && state.Frames >= Threshold;
        Checkpoints++;
        StorageMeters.Checkpoints.Add(1);
    }

    // The system may have dropped what it could not write, and would not say so again: commits that nobody has had flushed may be among it.
    private void NoteFailure(SqliteException e)
    {
        if (e.ExtendedCode == SqliteResultCode.IoErrFsync)
        {
            flusher?.Fail(e);
        }
    }

    // The commits are safe in the log. The next checkpoint tries again.
    private void Tell(SqliteException e)
    {
        NoteFailure(e);
        var error = SqliteErrors.Map(e);
        _notice = new PgNotice("WARNING", error.SqlState, "could not write the write-ahead log back: " + error.Message);
    }

    private void Flush()
    {
        lock (_work)
        {
            lock (_state)
            {
                if (!_isFlushPending || _disposed)
                {
                    return;
                }

                _isFlushPending = false;
            }

            FlushNow();
        }
    }

    private void FlushNow()
    {
        if (flusher is null or { IsFailed: true })
        {
            return;
        }

        try
        {
            if (_connection is null)
            {
                _connection = open();
            }

            // A connection knows the log once it has read.
            _connection.Execute("SELECT 1 FROM sqlite_schema LIMIT 1");
            flusher.Wait(flusher.Position, _connection);
        }
        catch (SqliteException e)
        {
            Tell(e);
        }
        catch (PgException)
        {
            // The flusher tells whoever wants to write next.
        }
    }
}
