using System.Runtime.ExceptionServices;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Settings;
using PgMicro.Core.Functions;
using PgMicro.Core.Parser;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>
/// One client's session: what a PostgreSQL backend is. Used by one thread at a time; only <see cref="Cancel"/> may come from another.
/// Errors leave as <see cref="PgException"/> with PostgreSQL's SQLSTATE and message.
/// </summary>
public sealed partial class PgSession : FunctionContext, ITransactionHost, IDisposable
{
    private readonly SqliteConnectionHandle _connection;
    private readonly List<Portal> _openPortals = [];
    private readonly Dictionary<string, PreparedStatement> _prepared = [];
    private readonly Lock _cancelLock = new();
    private Transaction? _transaction;
    private Ddl.OnCommit? _onCommit;
    private Action<Transaction.Savepoint>? _rolledBackTo;
    private bool _isFreshTransaction;
    private bool _inBlock;
    private bool _failed;
    private bool _implicitFailed;
    private CancellationTokenSource _cancellation = new();
    private Alarm? _statementTimeout;
    private bool _timedOut;
    private bool _disposed;
    private long _readSequence;

    internal PgSession(PgDatabase database, SqliteConnectionHandle connection, PgSessionOptions options)
    {
        Database = database;
        Options = options;
        _connection = connection;
        CurrentRole = SessionRole = AuthenticatedRole = options.User;
        BackendPid = database.NextBackendPid();
        LockOwner = database.Transactions.Locks.Register(BackendPid);
        LockOwner.BeforeWait = BeforeWait;
        connection.Owner = this;
        Settings = new SessionSettings { Changing = TakeSetting, Changed = ForgetPlanSettings };
        Types = CatalogTypes;
        Reg = new Binding.RegResolver(() => Catalog, () => SearchPath(includeImplicit: true), this);
        Settings.Initialize("session_authorization", options.User);
        foreach (var (name, value) in DatabaseSettings())
        {
            Settings.Initialize(name, value);
        }

        foreach (var (name, value) in options.Settings)
        {
            Settings.Initialize(name, value);
        }

        EndTurn();
    }

    /// <summary>Told of notices as they are raised.</summary>
    public event Action<PgNotice>? NoticeReceived;

    /// <summary>Told, on the asking thread, that somebody wants the session to end.</summary>
    public event Action? TerminationRequested;

    /// <summary>Told when a run-time parameter changes: name, shown value.</summary>
    public event Action<string, string>? ParameterChanged
    {
        add => Settings.Changed += value;
        remove => Settings.Changed -= value;
    }

    /// <summary>How it was started.</summary>
    internal PgSessionOptions Options { get; }

    /// <summary>The database.</summary>
    public PgDatabase Database { get; }

    /// <summary>Transaction state for the client.</summary>
    public TransactionStatus TransactionStatus =>
        !_inBlock ? TransactionStatus.Idle : _failed ? TransactionStatus.Failed : TransactionStatus.InTransaction;

    /// <summary>The connection that its statements run on: its own, or that of its transaction's branch.</summary>
    internal SqliteConnectionHandle Connection => _transaction?.Connection ?? _connection;

    internal SessionSettings Settings { get; }

    /// <summary>The running transaction; there is one while a statement runs.</summary>
    internal Transaction Transaction => _transaction ?? throw new InvalidOperationException("No statement is running.");

    /// <summary>Whether a transaction block is open: one of BEGIN, or the implicit one of a query string with several statements.</summary>
    internal bool InTransactionBlock => _inBlock || InImplicitBlock;

    /// <summary>Whether BEGIN has opened a block.</summary>
    internal bool InExplicitBlock => _inBlock;

    /// <summary>Whether the running statement is one of several in a query string.</summary>
    internal bool InImplicitBlock { get; set; }

    /// <summary>Told of savepoints that are rolled back to.</summary>
    internal event Action<Transaction.Savepoint>? SavepointRolledBack;

    internal IDictionary<string, PreparedStatement> PreparedStatements => _prepared;

    internal Ddl.OnCommit OnCommit => _onCommit ??= new Ddl.OnCommit(this);

    internal CancellationToken Cancellation => _cancellation.Token;

    /// <summary>Splits and parses an SQL text.</summary>
    /// <exception cref="PgException">42601 syntax error; 54001 too deep.</exception>
    public IReadOnlyList<ParsedStatement> Parse(string sql)
    {
        try
        {
            var statements = ParseText(sql);
            if (statements.Count > 0 && statements[0].TruncatedNames.Count > 0)
            {
                NoteTruncatedNames(statements[0].TruncatedNames);
            }

            if (EscapesInStrings && Settings.Get("escape_string_warning") == "on")
            {
                foreach (var warning in StringEscapes.Warnings(statements))
                {
                    Notice(warning);
                }
            }

            return statements;
        }
        catch (PgException e)
        {
            throw Fail(e, null);
        }
    }

    /// <summary>The statements of a text as strings are written at present.</summary>
    internal IReadOnlyList<ParsedStatement> ParseText(string sql) => Database.Parser.Parse(sql, EscapesInStrings);

    /// <summary>Analyses a statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="parameterTypes">pg_type OIDs of $1, $2 …; 0 where the engine is to infer.</param>
    /// <exception cref="PgException">Any error of parse analysis.</exception>
    public PreparedStatement Prepare(ParsedStatement statement, uint[] parameterTypes) => Prepare(statement, (GivenParameters)parameterTypes);

    /// <summary>Analyses a statement that has no parameters: a simple query.</summary>
    /// <param name="statement">The statement.</param>
    /// <exception cref="PgException">Any error of parse analysis; 42P02 for a parameter.</exception>
    public PreparedStatement Prepare(ParsedStatement statement) => Prepare(statement, GivenParameters.None);

    private PreparedStatement Prepare(ParsedStatement statement, GivenParameters parameters)
    {
        using var latch = Latch.EnterScope();
        RejectInFailedTransaction(statement);
        EnsureTransaction();
        try
        {
            var plan = Database.Planner.GetPlan(this, statement, parameters);
            if (plan.Locks.Length > 0 && !TryLockRelations(plan))
            {
                BeginStatement();
                _query = statement.Source.Text;
                while (LockRelations(plan))
                {
                    plan = Database.Planner.GetPlan(this, statement, parameters);
                }
            }

            return new PreparedStatement(statement, parameters.Types, plan) { InfersParameters = parameters.Infers };
        }
        catch (Exception e)
        {
            throw Fail(e, statement);
        }
    }

    /// <summary>Analyses a client's statement, or finds its analysis.</summary>
    internal PreparedStatement Prepare(ClientStatement statement, ReadOnlySpan<uint> parameterTypes)
    {
        if (statement.Find(this, parameterTypes) is { } known)
        {
            RejectInFailedTransaction(known.Statement);
            EnsureTransaction();
            return known;
        }

        return statement.Keep(this, Prepare(statement.Parse(this), parameterTypes.ToArray()));
    }

    /// <summary>Starts a statement. Outside a transaction block it begins an implicit transaction, which <see cref="Sync"/> ends.</summary>
    /// <param name="prepared">The statement.</param>
    /// <param name="parameters">Values in storage form of <see cref="PreparedStatement.ParameterTypes"/>.</param>
    /// <exception cref="PgException">Any error of execution.</exception>
    public Portal Execute(PreparedStatement prepared, ReadOnlySpan<PgDatum> parameters) => Execute(prepared, parameters, prepared.Statement.Source.Text);

    private Portal Execute(PreparedStatement prepared, ReadOnlySpan<PgDatum> parameters, string text)
    {
        using var latch = Latch.EnterScope();
        RejectInFailedTransaction(prepared.Statement);
        ObjectDisposedException.ThrowIf(_disposed, this);
        EnsureTransaction();
        BeginStatement();
        _query = text;
        try
        {
            if (parameters.Length != prepared.ParameterTypes.Count)
            {
                throw new PgException(
                    SqlState.ProtocolViolation,
                    $"bind message supplies {parameters.Length} parameters, but prepared statement \"\" requires {prepared.ParameterTypes.Count}");
            }

            prepared = prepared.With(Database.Planner.Revalidate(this, prepared));
            while (LockRelations(prepared.Plan))
            {
                prepared = prepared.With(Database.Planner.Revalidate(this, prepared));
            }

            var plan = prepared.Plan;
            if (plan.CallsWriters)
            {
                PrepareToCall();
                prepared = Relock(prepared);
                plan = prepared.Plan;
            }

            if (plan.WriteCommand is { } command)
            {
                SpoolReaders();
                Transaction.PrepareToWrite(command, LockTimeout, Cancellation, plan.IsLogged, plan.IsRepeatable(this), plan.ChangesTemporaryOnly);
                prepared = Relock(prepared);
                plan = prepared.Plan;
            }
            else if (plan.NeedsSnapshot)
            {
                if (Transaction.IsInBranch || IsHeldBack())
                {
                    SpoolReaders();
                }

                Transaction.PrepareToRead(Cancellation);
            }

            MakeRoomToWait(plan);
            NoteReads(plan, parameters);
            var portal = new Portal(this, prepared, plan.Start(this, parameters));
            if (portal.IsComplete)
            {
                EndStatement();
            }
            else
            {
                portal.ReadInBlocks(Transaction.IsWriting);
                _openPortals.Add(portal);
            }

            _transaction?.LeaveGateIfAsked();

            return portal;
        }
        catch (Exception e)
        {
            throw Fail(e, prepared.Statement);
        }
    }

    // A function of the plan may wait within SQLite, where the transaction cannot leave the gate to others.
    private void MakeRoomToWait(ExecutablePlan plan)
    {
        if (plan.MayWait || (plan.WriteCommand is null && MeetsLockedSequence(plan)))
        {
            SpoolReaders();
            if (!Transaction.KeepsOtherProcessesOut)
            {
                Transaction.BeforeWait();
            }

            Transaction.PrepareToRead();
        }
    }

    // The catalog may have changed until the transaction could write.
    private PreparedStatement Relock(PreparedStatement prepared)
    {
        while (true)
        {
            var plan = Database.Planner.Revalidate(this, prepared);
            if (ReferenceEquals(plan, prepared.Plan))
            {
                return prepared;
            }

            prepared = prepared.With(plan);
            LockRelations(plan);
        }
    }

    /// <summary>Ends the implicit transaction of the statements since the last call: what Sync and the end of a simple query do.</summary>
    /// <exception cref="PgException">An error of the commit: a deferred constraint. 57P01 and others of <see cref="TerminationError"/> where there was something to commit.</exception>
    public void Sync()
    {
        using var latch = Latch.EnterScope();
        if (IsTerminated)
        {
            EndTerminated();
            return;
        }

        if (_inBlock)
        {
            _implicitFailed = false;
            EndTurn();
            return;
        }

        CloseOpenPortals();
        if (_transaction is null)
        {
            _implicitFailed = false;
        }
        else if (_implicitFailed)
        {
            EndTransaction(commit: false);
        }
        else
        {
            try
            {
                EndTransaction(commit: true);
            }
            catch (Exception e)
            {
                throw Fail(e, null);
            }
        }

        DeliverNotifications();
        EndTurn();
    }

    /// <summary>Cancels the running statement (57014). May be called from any thread; does nothing when none runs.</summary>
    public void Cancel()
    {
        lock (_cancelLock)
        {
            // Another session may have its connection by now.
            if (_disposed)
            {
                return;
            }

            _cancellation.Cancel();
            _connection.Interrupt();
            _transaction?.InterruptBranch();
        }
    }

    /// <summary>Makes the session as it was when it started, for another client: DISCARD ALL. False when it cannot be used again.</summary>
    internal bool TryReset()
    {
        if (!TryRest())
        {
            return false;
        }

        EndWork();
        if (IsTerminated || _disposed)
        {
            return false;
        }

        NoticeReceived = null;
        NotificationReceived = null;
        NotificationsPending = null;
        Settings.Changed = ForgetPlanSettings;
        DiscardState();
        Settings.EndTransaction(committed: true);
        Settings.IsTouched = false;
        return true;
    }

    private void EndWork()
    {
        using var latch = Latch.EnterScope();
        if (_disposed)
        {
            return;
        }

        CloseOpenPortals();
        if (_transaction is not null)
        {
            EndTransaction(commit: false);
        }

        CloseCursors();
        StopListening(null);
        _inBlock = _failed = _implicitFailed = false;
        DropTempObjects();
        HasTempObjects = false;
        _onCommit = null;
    }

    private void ForgetPlanSettings(string name, string value) => _planSettings = null;

    // When another session does not let the gate go, the rows stay behind; who gets this session's number next removes them.
    private void DropTempObjects()
    {
        const int Patience = 1000;
        if (!HasTempObjects || Catalog.FindNamespace(TempSchemaName) is null)
        {
            return;
        }

        EnsureTransaction();
        try
        {
            Transaction.PrepareToWrite("DISCARD TEMP", Patience, CancellationToken.None);
        }
        catch (PgException)
        {
            EndTransaction(commit: false);
            return;
        }

        // Whatever goes wrong, a session that ends must not keep the gate.
        var discarded = false;
        try
        {
            Ddl.TempObjects.Discard(this);
            discarded = true;
        }
        finally
        {
            EndTransaction(commit: discarded);
        }
    }

    /// <summary>Takes an error as the end of a statement: maps it, places it, and aborts the transaction.</summary>
    internal PgException Fail(Exception e, ParsedStatement? statement)
    {
        using var latch = Latch.EnterScope();
        EndStatement();
        var error = e switch
        {
            PgException pg => pg,
            SqliteException sqlite => SqliteErrors.Map(sqlite),
            InsufficientExecutionStackException => new PgException(SqlState.StatementTooComplex, "stack depth limit exceeded", e),
            _ => null,
        };
        if (error is { SqlState: SqlState.StatementTooComplex, Message: "stack depth limit exceeded", Hint: null })
        {
            error.Hint = "Increase the configuration parameter \"max_stack_depth\" (currently "
                + $"{StackDepthKilobytes()}kB), after ensuring the platform's stack depth limit is adequate.";
        }

        if (error is { SqlState: SqlState.QueryCanceled } && IsTerminated)
        {
            (error, var where) = (TerminationError, error.Where);
            error.Where = where;
        }
        else if (error is { SqlState: SqlState.QueryCanceled } && _timedOut)
        {
            error = new PgException(SqlState.QueryCanceled, "canceling statement due to statement timeout", e) { Where = error.Where };
        }

        CloseOpenPortals();
        if (_inBlock)
        {
            _failed = true;
            if (_transaction is { } transaction)
            {
                if (transaction.Savepoints.Count == 0)
                {
                    DropCursorsOf(transaction);
                    transaction.ForgetPredicates();
                }

                transaction.Abort();
            }
        }
        else if (_transaction is not null)
        {
            EndTransaction(commit: false);
            _implicitFailed = true;
        }

        if (error is null)
        {
            // A defect of ours: the transaction is aborted, the exception is not dressed up as one of PostgreSQL's.
            ExceptionDispatchInfo.Throw(e);
        }

        if (error!.Position == 0 && error.Location >= 0 && statement is not null)
        {
            error.Position = statement.Source.ToCursorPosition(error.Location);
        }

        return error;
    }

    /// <summary>A portal has been read to its end or closed.</summary>
    internal void Closed(Portal portal)
    {
        if (_openPortals.Remove(portal) && _openPortals.Count == 0)
        {
            EndStatement();
        }
    }

    /// <summary>BEGIN.</summary>
    internal void BeginBlock() => _inBlock = true;

    /// <summary>COMMIT or ROLLBACK of a block; true when it was committed.</summary>
    internal bool EndBlock(bool commit, bool chain)
    {
        SpoolOpenPortals();
        CloseOpenPortals();
        commit &= !_failed;
        var (isolation, readOnly, deferrable) = (Transaction.IsolationLevel, Transaction.ReadOnly, Transaction.Deferrable);
        _inBlock = false;
        _failed = false;
        EndTransaction(commit);
        EnsureTransaction();
        if (chain)
        {
            _inBlock = true;
            (_transaction!.IsolationLevel, _transaction.ReadOnly, _transaction.Deferrable) = (isolation, readOnly, deferrable);
        }

        return commit;
    }

    /// <summary>ROLLBACK TO: a failed transaction goes on.</summary>
    internal void RollbackTo(string savepoint)
    {
        SpoolOpenPortals();
        SpoolCursors();
        Transaction.RollbackToSavepoint(savepoint);
        _failed = false;
    }

    private void RejectInFailedTransaction(ParsedStatement statement)
    {
        BeginTurn();
        if (_failed && !statement.EndsTransaction)
        {
            throw new PgException(
                SqlState.InFailedSqlTransaction, "current transaction is aborted, commands ignored until end of transaction block");
        }
    }

    /// <summary>Begins an implicit transaction unless one runs.</summary>
    internal void EnsureTransaction()
    {
        if (_transaction is not null)
        {
            return;
        }

        _implicitFailed = false;
        _transaction = new Transaction(
            Database.Transactions, this, _connection, DefaultIsolation, DefaultReadOnly || Database.ReadOnly, DefaultDeferrable)
        {
            LockOwner = LockOwner,
            RolledBackTo = _rolledBackTo ??= savepoint =>
            {
                Settings.RollbackTo(savepoint.SettingsMark);
                DropCursorsWithin(savepoint);
                SavepointRolledBack?.Invoke(savepoint);
                ForgetNotificationsWithin(savepoint);
            },
        };
        LockOwner.LocalXid++;
        LockOwner.IsInTransaction = true;
        if (TransactionTimeout > 0)
        {
            StartTransactionTimeout();
        }

        _onCommit?.Attach(_transaction);
        TransactionTimestamp = StatementTimestamp = Now();
        _isFreshTransaction = true;
        try
        {
            _transaction.KeepUp(now: false);
            FollowRoles();
        }
        catch (Exception e) when (e is SqliteException or PgException)
        {
            throw Fail(e, null);
        }
    }

    private void EndTransaction(bool commit)
    {
        var transaction = _transaction!;
        var waits = _waitsForDisk;
        try
        {
            if (commit)
            {
                HoldCursors();
                transaction.Commit();
            }
        }
        catch
        {
            commit = false;
            throw;
        }
        finally
        {
            _transaction = null;
            StopTransactionTimeout();
            if (!commit)
            {
                DropCursorsOf(transaction);
                transaction.Rollback();
            }

            EndStatistics(commit);
            Settings.EndTransaction(commit);
            EndNotifications(commit);
            EndStatement();
        }

        FinishCommit(transaction, waits);
    }

    private void BeginStatement()
    {
        // A transaction begins at the time of its first statement.
        if (!_isFreshTransaction)
        {
            StatementTimestamp = Now();
        }

        _isFreshTransaction = false;
        _timedOut = false;
        _isWaiting = false;
        if (_cancellation.IsCancellationRequested)
        {
            lock (_cancelLock)
            {
                _cancellation.Dispose();
                _cancellation = new CancellationTokenSource();
            }
        }

        _isRunning = true;
        if (StatementTimeout > 0)
        {
            (_statementTimeout ??= new Alarm(OnTimeout)).Start(StatementTimeout);
        }
    }

    private void EndStatement()
    {
        CancelTimeout();
        if (_isRunning)
        {
            _isRunning = false;
            _idleSince = Environment.TickCount64;
        }
    }

    private void CancelTimeout() => _statementTimeout?.Stop();

    private void OnTimeout()
    {
        _timedOut = true;
        Cancel();
    }

    /// <summary>Who has it may act for the session: another one that waits for its transaction to make room.</summary>
    internal Lock Latch { get; } = new();

    Lock ITransactionHost.Latch => Latch;

    bool ITransactionHost.InTransactionBlock => InTransactionBlock;

    ChangeLog ITransactionHost.Changes { get; } = new();

    bool ITransactionHost.IsWaiting
    {
        set => _isWaiting = value;
    }

    RowVersions? ITransactionHost.VersionsOf(Core.Catalog.CatalogSnapshot catalog, uint table) =>
        catalog.Class(table) is { } found && Versions.TableVersions.IsKept(found, _keepsVersions) ? Dml.TableLayout.Get(catalog, table).Versions : null;

    string ITransactionHost.ApplicationName => _applicationName;

    bool ITransactionHost.HasTempObjects => HasTempObjects;

    void ITransactionHost.SpoolReaders() => SpoolReaders();

    private void SpoolReaders()
    {
        SpoolOpenPortals();
        SpoolCursors();
    }

    // A statement that SQLite has open keeps the connection on the state that it reads, which READ COMMITTED has left when others have committed.
    private bool IsHeldBack()
    {
        var newest = Database.Transactions.CommitSequence;
        var isHeldBack = newest != _readSequence && (_openPortals.Count > 0 || _cursors.Count > 0)
            && Transaction is { IsWriting: false, IsolationLevel: < PgIsolationLevel.RepeatableRead };
        _readSequence = newest;
        return isHeldBack;
    }

    private void SpoolOpenPortals()
    {
        foreach (var portal in _openPortals)
        {
            portal.Spool();
        }
    }

    private void CloseOpenPortals()
    {
        while (_openPortals.Count > 0)
        {
            _openPortals[^1].Close();
        }
    }

    private static long Now() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
