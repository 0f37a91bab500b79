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
    private readonly Lock _turn = new();
    private readonly List<Waiter> _waiters = [];
    private readonly List<Waiter> _served = [];
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
        Waiter? waiter = null;
        lock (_turn)
        {
            if (_flushed >= position)
            {
                return;
            }

            ThrowIfFailed();
            if (_isFlushing)
            {
                waiter = Waiter.OfThread(position);
                _waiters.Add(waiter);
            }

            _isFlushing = true;
        }

        if (waiter is null || waiter.WaitForTurn())
        {
            Flush(connection);
        }

        if (Flushed < position)
        {
            ThrowIfFailed();
        }
    }

    private void Flush(SqliteConnectionHandle connection)
    {
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

        Waiter? next = null;
        lock (_turn)
        {
            _failure ??= failure;
            if (_failure is null)
            {
                _flushed = upTo;
            }

            Serve();
            if (_waiters.Count > 0)
            {
                next = _waiters[0];
                _waiters.RemoveAt(0);
            }

            _isFlushing = next is not null;
            next?.Wake(isItsTurn: true);
            _served.ForEach(static w => w.Wake(isItsTurn: false));
            _served.Clear();
        }
    }

    // Whom the disk has served, or will never serve. Each is woken by itself: those who would only go on waiting take no processor's time.
    private void Serve()
    {
        for (var i = 0; i < _waiters.Count;)
        {
            if (_waiters[i].Position <= _flushed || _failure is not null)
            {
                _served.Add(_waiters[i]);
                _waiters.RemoveAt(i);
            }
            else
            {
                i++;
            }
        }
    }

    /// <summary>Somebody else has had the disk take the log, and it has not.</summary>
    internal void Fail(SqliteException failure)
    {
        lock (_turn)
        {
            _failure ??= failure;
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

    /// <summary>A thread that waits for its commit.</summary>
    private sealed class Waiter
    {
        [ThreadStatic]
        private static Waiter? _ofThread;

        private bool _isAwake;
        private bool _isItsTurn;

        internal long Position { get; private set; }

        internal static Waiter OfThread(long position)
        {
            var waiter = _ofThread ??= new Waiter();
            waiter._isAwake = false;
            waiter.Position = position;
            return waiter;
        }

        /// <summary>False when another one's flush has taken its commit along, or the disk has failed.</summary>
        internal bool WaitForTurn()
        {
            lock (this)
            {
                while (!_isAwake)
                {
                    Monitor.Wait(this);
                }

                return _isItsTurn;
            }
        }

        internal void Wake(bool isItsTurn)
        {
            lock (this)
            {
                _isItsTurn = isItsTurn;
                _isAwake = true;
                Monitor.Pulse(this);
            }
        }
    }
}
