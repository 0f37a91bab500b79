using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Routines;
using PgMicro.Core.Functions;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <content>
/// Calls of users' functions. Their statements run like those of a client, one after the other, when nothing else runs. Within a statement that SQLite
/// is running the connection has to stay what it is: such a statement is made ready for writing before it begins, and the tables that it reads are not
/// written to meanwhile.
/// </content>
public sealed partial class PgSession
{
    private CallerScope? _caller;
    private CallFrame? _within;
    private PrefetchedRows? _prefetched;
    private int _securityDepth;
    private int _routineDepth;
    private nint _stackBase;

    /// <summary>The users' functions that the session has called.</summary>
    internal RoutineCache Routines => field ??= new RoutineCache(this);

    /// <inheritdoc/>
    internal override PgDatum CallRoutine(CallSite site, PgDatum[] arguments)
    {
        if (TakePrefetched(site) is { } rows)
        {
            return rows[0][0];
        }

        var caller = EnterCall();
        try
        {
            return Call(site, arguments);
        }
        finally
        {
            LeaveCall(caller);
        }
    }

    /// <inheritdoc/>
    internal override IEnumerable<PgDatum[]> CallRoutineSet(CallSite site, PgDatum[] arguments, RecordShape? columns)
    {
        if (TakePrefetched(site) is { } rows)
        {
            return rows;
        }

        var caller = EnterCall();
        try
        {
            return CallSet(site, arguments, columns);
        }
        finally
        {
            LeaveCall(caller);
        }
    }

    /// <summary>Calls a function for one value.</summary>
    internal PgDatum Call(CallSite site, PgDatum[] arguments)
    {
        var routine = Routines.Get(site);
        if (routine.Proc.proisstrict && Array.Exists(arguments, static a => a.IsNull))
        {
            return PgDatum.Null;
        }

        using var scope = new RoutineScope(this, routine.Proc, isFunction: true);
        var result = routine.Call(this, arguments);
        return result.IsNull && site.ResultType == TypeOid.Void && !routine.IsVoidNull ? PgDatum.FromText("") : result;
    }

    /// <summary>Whether the running routine may not end the transaction: a function, and a procedure within one or within a transaction block (2D000).</summary>
    internal bool IsAtomic { get; private set; }

    /// <summary>Calls a procedure.</summary>
    internal PgDatum CallProcedure(CallSite site, PgDatum[] arguments)
    {
        var routine = Routines.Get(site);
        var outer = IsAtomic;
        IsAtomic = outer || InTransactionBlock || routine.Proc.prosecdef || routine.Proc.proconfig is not null;
        try
        {
            using var scope = new RoutineScope(this, routine.Proc);
            return routine.Call(this, arguments);
        }
        finally
        {
            IsAtomic = outer;
        }
    }

    /// <summary>Calls a function for its rows, all at once.</summary>
    internal IReadOnlyList<PgDatum[]> CallSet(CallSite site, PgDatum[] arguments, RecordShape? columns)
    {
        var routine = Routines.Get(site);
        if (routine.Proc.proisstrict && Array.Exists(arguments, static a => a.IsNull))
        {
            return [];
        }

        using var scope = new RoutineScope(this, routine.Proc, isFunction: true);
        var rows = new List<PgDatum[]>();
        foreach (var row in routine.CallSet(this, arguments, columns))
        {
            CheckForInterrupts();
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Says which plan the calls that follow belong to, until it is disposed.</summary>
    internal CallerScope? EnterCaller(ExecutablePlan plan) => plan.CallsRoutines ? _caller = new CallerScope(this, plan, _caller) : null;

    /// <summary>Runs a statement that contains one call whose rows are known.</summary>
    internal void Prefetch(CallSite site, IReadOnlyList<PgDatum[]> rows) => _prefetched = new PrefetchedRows(site, rows);

    /// <summary>Forgets rows that the statement has not asked for.</summary>
    internal void ForgetPrefetched() => _prefetched = null;

    private IReadOnlyList<PgDatum[]>? TakePrefetched(CallSite site)
    {
        if (_prefetched is not { } known || known.Site != site)
        {
            return null;
        }

        _prefetched = null;
        return known.Rows;
    }

    private CallerScope? EnterCall()
    {
        var caller = _caller;
        _within = new CallFrame(caller?.Plan, _within);
        _caller = null;
        return caller;
    }

    private void LeaveCall(CallerScope? caller)
    {
        _within = _within!.Outer;
        _caller = caller;
    }

    /// <summary>Goes on reading after a call: the transaction may stand elsewhere.</summary>
    internal void PrepareToReadAgain()
    {
        if (_within is null)
        {
            Transaction.PrepareToRead(Cancellation);
        }
    }

    // What the statement's functions write they write in the file, where nothing moves until it ends.
    private void PrepareToCall()
    {
        if (Transaction.ReadOnly)
        {
            return;
        }

        SpoolReaders();
        Transaction.PrepareToWrite("SELECT", LockTimeout, Cancellation, isLogged: true, inFile: true);
    }

    // The statement around it has made the transaction ready.
    private void PrepareWithin(ExecutablePlan plan)
    {
        if (plan.WriteCommand is not { } command)
        {
            return;
        }

        if (!Transaction.ReadOnly || plan.ChangesTemporaryOnly)
        {
            for (var frame = _within; frame is not null; frame = frame.Outer)
            {
                if (frame.Plan is not { CallsWriters: true } around || !Transaction.CanWriteWithin || (!plan.IsLogged && Transaction.IsInBranch))
                {
                    throw PgErrors.FeatureNotSupported($"{command} in a function that this statement calls");
                }

                foreach (var written in plan.LocksFor(this))
                {
                    if (written.Mode >= LockMode.RowExclusive && Array.Exists(around.Locks, l => l.Relation == written.Relation))
                    {
                        throw PgErrors.FeatureNotSupported(
                            $"{command} on table \"{Catalog.Class(written.Relation)?.relname}\" in a function, which the statement that calls it reads");
                    }
                }
            }

            SpoolReaders();
        }

        Transaction.PrepareToWrite(command, LockTimeout, Cancellation, plan.IsLogged, temporaryOnly: plan.ChangesTemporaryOnly);
    }

    /// <summary>The plan that runs.</summary>
    internal sealed class CallerScope(PgSession session, ExecutablePlan plan, CallerScope? outer) : IDisposable
    {
        internal ExecutablePlan Plan => plan;

        public void Dispose() => session._caller = outer;
    }

    /// <summary>What a call changes of the session while it runs: whose rights it has, settings of its own.</summary>
    private readonly struct RoutineScope : IDisposable
    {
        private readonly PgSession _session;
        private readonly bool _wasInFunction;
        private readonly bool _wasAtomic;
        private readonly string? _role;
        private readonly int _settings = -1;

        internal RoutineScope(PgSession session, PgProc proc, bool isFunction = false)
        {
            session.CheckStackDepth();
            session.CheckForInterrupts();
            session._routineDepth++;
            (_session, _wasInFunction, _wasAtomic) = (session, session.InFunction, session.IsAtomic);
            session.IsAtomic |= isFunction;
            session.InFunction = true;
            if (proc.prosecdef && session.Catalog.Role(proc.proowner) is { } owner)
            {
                _role = session.CurrentRole;
                session.ActAs(owner.rolname);
                session._securityDepth++;
            }

            if (proc.proconfig is { } settings)
            {
                _settings = session.Settings.Mark;
                foreach (var setting in settings)
                {
                    var equals = setting.IndexOf('=', StringComparison.Ordinal);
                    session.Settings.Set(setting[..equals], setting[(equals + 1)..], isLocal: true);
                }
            }
        }

        public void Dispose()
        {
            if (_settings >= 0)
            {
                _session.Settings.EndFunction(_settings);
            }

            _session._routineDepth--;
            if (_role is not null)
            {
                _session._securityDepth--;
                _session.ActAs(_role);
            }

            (_session.InFunction, _session.IsAtomic) = (_wasInFunction, _wasAtomic);
        }
    }

    // PostgreSQL's check_stack_depth: what lies between the outermost call and here.
    private unsafe void CheckStackDepth()
    {
        byte marker;
        var here = (nint)(&marker);
        if (_routineDepth == 0)
        {
            _stackBase = here;
        }

        if (_stackBase - here > StackDepthKilobytes() * 1024 || !System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new PgException(SqlState.StatementTooComplex, "stack depth limit exceeded");
        }
    }

    private void ActAs(string role)
    {
        CurrentRole = role;
        _planSettings = null;
    }

    /// <summary>A call from within SQLite, and the statement that contains it where it is known.</summary>
    private sealed record CallFrame(ExecutablePlan? Plan, CallFrame? Outer);

    private sealed record PrefetchedRows(CallSite Site, IReadOnlyList<PgDatum[]> Rows);
}
