using PgMicro.Core.Storage;

namespace PgMicro.Core.Transactions;

/// <summary>
/// While statements that read come thick and fast, one connection keeps a read transaction open. The connections of a process share
/// their locks on SQLite's write-ahead log, so that as long as that one holds the newest mark, the others read without a system call
/// (measured: 0.4 µs instead of 2 µs for a row by its key). A commit makes a newer mark, to which it moves when the next few have read. It is
/// let go before a write when the log is long, so that it can begin anew, renewed a few times a second, and given up when reads get rarer.
/// </summary>
/// <param name="open">Opens a connection to the file.</param>
internal sealed class SharedReadLock(Func<SqliteConnectionHandle> open) : IDisposable
{
    // Reads since the last write, or within a period, that make it worth its while.
    private const int Many = 32;
    private const int PeriodMilliseconds = 100;

    // Where so many have read between two writes, the lock moves after a few.
    private const int Few = 2;

    private static readonly SqlText Begin = new("BEGIN");
    private static readonly SqlText Read = new("SELECT 1 FROM sqlite_schema LIMIT 1");

    private readonly Lock _lock = new();
    private SqliteConnectionHandle? _connection;
    private Timer? _timer;
    private volatile bool _held;
    private volatile bool _isOld;
    private volatile bool _isBarred;
    private bool _ticking;
    private bool _disposed;
    private int _reads;
    private int _enough = Many;

    /// <summary>Whether the lock is held that reads use.</summary>
    internal bool IsHeld => _held && !_isOld;

    /// <summary>A statement is about to read outside a SQLite transaction. A count that threads race for is near enough.</summary>
    internal void NoteRead()
    {
        if (++_reads >= _enough && !IsHeld)
        {
            Take();
        }
    }

    /// <summary>Somebody has committed.</summary>
    internal void NoteCommit()
    {
        _enough = _reads >= Many ? Few : Many;
        _isOld = true;
        _reads = 0;
    }

    /// <summary>Lets the lock go until <see cref="Unbar"/>: the log is to begin anew.</summary>
    internal void Bar()
    {
        _isBarred = true;
        Release();
    }

    /// <summary>The log may be kept as it is.</summary>
    internal void Unbar() => _isBarred = false;

    /// <summary>Lets the lock go: somebody wants to be alone with the file.</summary>
    internal void Release()
    {
        (_reads, _enough) = (0, Many);
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

            var isWorthwhile = _held && _reads >= Many + Many;
            LetGo();
            _reads = 0;
            if (isWorthwhile && !_isBarred)
            {
                _reads = _enough = Many;
                Hold();
            }
            else
            {
                _timer!.Change(Timeout.Infinite, Timeout.Infinite);
                _ticking = false;
            }
        }
    }

    private void Hold()
    {
        try
        {
            _connection ??= open();
            _isOld = false;
            _connection.Execute(Begin);
            _connection.Execute(Read);
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
        if (_held)
        {
            _held = false;
            _connection!.Commit();
        }
    }

    private void Close()
    {
        _held = false;
        _connection?.Dispose();
        _connection = null;
    }
}
