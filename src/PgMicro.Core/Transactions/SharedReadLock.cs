using PgMicro.Core.Storage;

namespace PgMicro.Core.Transactions;

/// <summary>
/// While statements come thick and fast, one connection keeps a read transaction open and the marks by which others read. The
/// connections of a process share their locks on SQLite's write-ahead log, so that the others, those who write included, read without a system call
/// (measured: 0.4 µs instead of 2 µs for a row by its key). It is let go before a write that may begin the log anew, and while
/// the log is long, renewed a few times a second, and given up when they get rarer.
/// </summary>
/// <param name="open">Opens a connection to the file.</param>
internal sealed class SharedReadLock(Func<SqliteConnectionHandle> open) : IDisposable
{
    // Transactions of SQLite within a period, or since a commit that has outdated it, that make it worth its while.
    private const int Many = 32;
    private const int PeriodMilliseconds = 100;

    // Pages in a log that should begin anew, be it another process that has made it so long.
    private const int LongLog = 2 * LogMaintenance.UsualThreshold;

    private static readonly SqlText Begin = new("BEGIN");
    private static readonly SqlText Read = new("SELECT 1 FROM sqlite_schema LIMIT 1");

    private readonly Lock _lock = new();
    private SqliteConnectionHandle? _connection;
    private Timer? _timer;
    private volatile bool _held;
    private volatile bool _holdsMarks;
    private volatile bool _isOld;
    private volatile bool _isBarred;
    private bool _ticking;
    private bool _disposed;
    private int _reads;

    /// <summary>Whether the lock is held that reads use.</summary>
    internal bool IsHeld => _held && !_isOld;

    /// <summary>A SQLite transaction is about to begin; those that write read first. A count that threads race for is near enough.</summary>
    internal void NoteRead()
    {
        if (++_reads >= Many && !IsHeld)
        {
            Take();
        }
    }

    /// <summary>Somebody has committed. Who has read the file alone reads the log from now on.</summary>
    internal void NoteCommit()
    {
        if (!_holdsMarks && !_isOld)
        {
            _isOld = true;
            _reads = 0;
        }
    }

    /// <summary>Lets the lock go until <see cref="Unbar"/>: the log is to begin anew.</summary>
    internal void Bar()
    {
        _isBarred = true;
        Release();
    }

    /// <summary>The log may be kept as it is.</summary>
    internal void Unbar() => _isBarred = false;

    /// <summary>Takes the lock anew if it is held: checkpoints get as far as the newest state then.</summary>
    internal void Renew()
    {
        lock (_lock)
        {
            if (_held)
            {
                LetGo();
                if (!_isBarred)
                {
                    Hold();
                }
            }
        }
    }

    /// <summary>Lets the lock go: somebody wants to be alone with the file.</summary>
    internal void Release()
    {
        _reads = 0;
        if (_held)
        {
            lock (_lock)
            {
                LetGo();
            }
        }
    }

    /// <summary>Closes the connection; the lock is not taken again.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            Close();
            _timer?.Dispose();
        }
    }

    private void Take()
    {
        lock (_lock)
        {
            if (_disposed || IsHeld)
            {
                return;
            }

            LetGo();
            if (_isBarred)
            {
                _reads = 0;
                return;
            }

            Hold();
            if (!_ticking)
            {
                _timer ??= new Timer(static s => ((SharedReadLock)s!).OnTick(), this, Timeout.Infinite, Timeout.Infinite);
                _timer.Change(PeriodMilliseconds, PeriodMilliseconds);
                _ticking = true;
            }
        }
    }

    private void OnTick()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            var isWorthwhile = _reads >= Many + Many;
            LetGo();
            _reads = 0;
            if (!isWorthwhile)
            {
                _timer!.Change(Timeout.Infinite, Timeout.Infinite);
                _ticking = false;
            }
            else if (!_isBarred)
            {
                Hold();
            }
        }
    }

    private void Hold()
    {
        try
        {
            var connection = _connection ??= open();
            _isOld = false;
            connection.Execute(Read);
            var (frames, written) = LogIndex.Length(connection);
            if (frames == written)
            {
                connection.Execute(Begin);
                connection.Execute(Read);
            }
            else if (frames >= LongLog)
            {
                _reads = 0;
                return;
            }
            else if (connection.BeginSnapshot())
            {
                _holdsMarks = true;
                LogIndex.HoldMarks(connection);
            }

            _held = true;
        }
        catch (SqliteException)
        {
            // Reads do without; what is wrong with the file they tell themselves.
            _reads = 0;
            Close();
        }
    }

    private void LetGo()
    {
        if (!_held)
        {
            return;
        }

        _held = false;
        try
        {
            _connection!.Commit();
            ReleaseMarks(_connection);
        }
        catch (SqliteException)
        {
            // The lock goes with the connection.
            Close();
        }
    }

    private void ReleaseMarks(SqliteConnectionHandle connection)
    {
        if (_holdsMarks)
        {
            _holdsMarks = false;
            LogIndex.ReleaseMarks(connection);
        }
    }

    private void Close()
    {
        if (_connection is { } connection)
        {
            // SQLite would keep the locks of a connection that closes with them for as long as the process has the file open.
            (_connection, _held) = (null, false);
            ReleaseMarks(connection);
            connection.Dispose();
        }
    }
}
