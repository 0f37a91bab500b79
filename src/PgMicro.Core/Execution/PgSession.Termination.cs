using PgMicro.Core.Errors;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions;

namespace PgMicro.Core.Execution;

/// <content>How the session is ended from outside: by an administrator, or because its client is idle or its transaction open for too long.</content>
public sealed partial class PgSession
{
    // Whose turn it is: a client's call, nobody's (the client is to say something), or of who ends the session meanwhile.
    private const int InUse = 0;
    private const int Waiting = 1;
    private const int Over = 2;

    private int _turn = Waiting;
    private int _isDisposing;
    private volatile TerminationCause _terminationCause;
    private Alarm? _transactionTimeout;
    private Alarm? _idleTimeout;
    private bool _isIdleTimed;
    private int _idleSessionTimeout;
    private int _idleInTransactionTimeout;

    private enum TerminationCause
    {
        None,
        AdministratorCommand,
        TransactionTimeout,
        IdleInTransactionTimeout,
        IdleSessionTimeout,
    }

    /// <summary>What a client is told when its session has been ended: 57P01, 25P04, 25P03, 57P05.</summary>
    public PgException TerminationError => _terminationCause switch
    {
        TerminationCause.TransactionTimeout => Terminated(SqlState.TransactionTimeout, "transaction timeout"),
        TerminationCause.IdleInTransactionTimeout => Terminated(SqlState.IdleInTransactionSessionTimeout, "idle-in-transaction timeout"),
        TerminationCause.IdleSessionTimeout => Terminated(SqlState.IdleSessionTimeout, "idle-session timeout"),
        _ => Terminated(SqlState.AdminShutdown, "administrator command"),
    };

    /// <summary>transaction_timeout in milliseconds; 0 for none.</summary>
    internal int TransactionTimeout { get; private set; }

    /// <summary>Whether somebody has ended it.</summary>
    internal bool IsTerminated => _terminationCause != TerminationCause.None;

    /// <summary>
    /// Ends the session as pg_terminate_backend does: what runs is cancelled, what is open is rolled back, and every statement from now on fails
    /// with 57P01. Any thread.
    /// </summary>
    public void Terminate() => Terminate(TerminationCause.AdministratorCommand);

    /// <summary>Rolls back what is open and gives the connection back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposing, 1) != 0)
        {
            return;
        }

        EndWork();
        _isIdleTimed = false;
        lock (_cancelLock)
        {
            _disposed = true;
        }

        _statementTimeout?.Dispose();
        _transactionTimeout?.Dispose();
        _idleTimeout?.Dispose();
        Database.Release(this);
    }

    private static PgException Terminated(string state, string cause) => new(state, "terminating connection due to " + cause) { Severity = "FATAL" };

    private void Terminate(TerminationCause cause)
    {
        if (_terminationCause == TerminationCause.None)
        {
            _terminationCause = cause;
        }

        // Nobody else can end what an idle client has left open. Not on this thread: it may hold what another session waits for.
        if (TryEndTurn())
        {
            ThreadPool.UnsafeQueueUserWorkItem(static s => s.EndAbandoned(), this, preferLocal: false);
        }
        else
        {
            Cancel();
        }

        TerminationRequested?.Invoke();
    }

    // Its client is to learn that what it has not yet been told to be committed is not.
    private void EndTerminated()
    {
        var isPending = _transaction is not null && !_inBlock && !_implicitFailed;
        Volatile.Write(ref _turn, Over);
        Dispose();
        if (isPending)
        {
            throw TerminationError;
        }
    }

    private bool TryEndTurn() => Interlocked.CompareExchange(ref _turn, Over, Waiting) == Waiting;

    private void EndAbandoned()
    {
        try
        {
            Dispose();
        }
        catch (Exception e) when (e is PgException or SqliteException or IOException)
        {
            // There is nobody to tell. What SQLite has not rolled back it rolls back when the connection is used again.
        }
    }

    // A call of the client begins.
    private void BeginTurn()
    {
        if (Volatile.Read(ref _turn) == InUse && !IsTerminated)
        {
            return;
        }

        if (Interlocked.CompareExchange(ref _turn, InUse, Waiting) == Over)
        {
            // Whoever has just taken the turn says why as the next thing.
            SpinWait.SpinUntil(() => IsTerminated);
        }

        StopIdleTimeout();
        if (IsTerminated)
        {
            throw TerminationError;
        }
    }

    /// <summary>The client is to say what comes next.</summary>
    internal void EndTurn()
    {
        if ((_idleSessionTimeout | _idleInTransactionTimeout) != 0)
        {
            TimeIdleness();
        }

        Interlocked.Exchange(ref _turn, Waiting);
        if (IsTerminated && TryEndTurn())
        {
            EndAbandoned();
        }
    }

    // For whom nobody waits: a session that rests until a client comes. False when it has been ended.
    private bool TryRest()
    {
        var isOver = Interlocked.CompareExchange(ref _turn, InUse, Waiting) == Over;
        StopIdleTimeout();
        return !isOver;
    }

    private void StopIdleTimeout()
    {
        if (_isIdleTimed && Volatile.Read(ref _turn) != Over)
        {
            _isIdleTimed = false;
            _idleTimeout!.Stop();
        }
    }

    private void TimeIdleness()
    {
        // A transaction_timeout that comes first has the word.
        var timeout = !_inBlock ? _idleSessionTimeout
            : TransactionTimeout == 0 || _idleInTransactionTimeout < TransactionTimeout ? _idleInTransactionTimeout
            : 0;
        if (timeout > 0)
        {
            _isIdleTimed = true;
            (_idleTimeout ??= new Alarm(OnIdle)).Start(timeout);
        }
    }

    private void OnIdle()
    {
        if (TryEndTurn())
        {
            _terminationCause = _inBlock ? TerminationCause.IdleInTransactionTimeout : TerminationCause.IdleSessionTimeout;
            EndAbandoned();
            TerminationRequested?.Invoke();
        }
    }

    private void StartTransactionTimeout() => (_transactionTimeout ??= new Alarm(OnTransactionTimeout)).Start(TransactionTimeout);

    private void StopTransactionTimeout() => _transactionTimeout?.Stop();

    private void OnTransactionTimeout()
    {
        if (_transaction is not null)
        {
            Terminate(TerminationCause.TransactionTimeout);
        }
    }
}
