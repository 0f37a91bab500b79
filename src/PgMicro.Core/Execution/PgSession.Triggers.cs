using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Definitions;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Execution.EventTriggers;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <content>Triggers that fire in the session.</content>
public sealed partial class PgSession
{
    // An error that passes through so many calls, each adding its context, takes several times the stack that the calls have taken.
    private const int MostNestedTriggers = 128;
    private int _triggerDepth;
    private IReadOnlyList<EphemeralTable> _ephemeralTables = [];
    private TransitionStorage? _transitions;

    /// <inheritdoc/>
    public override int TriggerDepth => _triggerDepth;

    /// <inheritdoc/>
    public override IReadOnlyList<EphemeralTable> EphemeralTables => _ephemeralTables;

    /// <summary>Whether it applies what comes from elsewhere: session_replication_role.</summary>
    internal bool IsReplica { get; private set; }

    /// <summary>The statements that write at the moment and whose triggers may change rows that they are about to write, the innermost last.</summary>
    internal List<DmlExecution>? FiringWrites { get; set; }

    /// <summary>Calls a trigger's function.</summary>
    internal PgDatum[]? FireTrigger(uint function, TriggerCall call)
    {
        if (_triggerDepth >= MostNestedTriggers)
        {
            throw new PgException(SqlState.StatementTooComplex, "stack depth limit exceeded");
        }

        var site = CallSite.Get(function, TypeOid.Trigger, []);
        var routine = BuiltInTriggerFunction.Find(this, site) ?? Routines.Get(site);
        var (outer, again, caller) = (_ephemeralTables, StageAgain, _caller);
        using var scope = new RoutineScope(this, routine.Proc, isFunction: true);
        _triggerDepth++;

        // The statement is not in SQLite now: it waits for its triggers.
        _caller = null;
        try
        {
            if (call.OldTable is not null || call.NewTable is not null || outer.Count > 0)
            {
                var (storage, depth) = (_transitions ??= new TransitionStorage(), _triggerDepth);
                _ephemeralTables = storage.Store(this, call, depth);
                StageAgain = () =>
                {
                    again?.Invoke();
                    storage.Store(this, call, depth);
                };
            }

            return routine.Fire(this, call);
        }
        finally
        {
            (_ephemeralTables, StageAgain, _caller) = (outer, again, caller);
            _triggerDepth--;
        }
    }

    /// <summary>What event triggers are told of the running command; null when none watch it.</summary>
    internal EventTriggerState? EventTriggers { get; set; }

    /// <inheritdoc/>
    public override (uint Table, int Reason)? RewrittenTable => EventTriggers is { RewrittenTable: not 0 } state ? (state.RewrittenTable, (int)state.RewriteReason) : null;

    /// <summary>Calls an event trigger's function.</summary>
    internal void FireEventTrigger(uint function, string name, string tag)
    {
        var routine = Routines.Get(CallSite.Get(function, TypeOid.EventTrigger, []));
        var caller = _caller;
        using var scope = new RoutineScope(this, routine.Proc, isFunction: true);
        _caller = null;
        try
        {
            routine.FireEvent(this, name, tag);
        }
        finally
        {
            _caller = caller;
        }
    }

    // Without triggers that watch there is nothing to tell.
    private List<PgDatum[]> DdlCommandRows() => EventTriggers is { } state
        ? state.CommandRows(Catalog, Functions.Session.SessionInformation.TempSchema(this))
        : throw Functions.Session.EventTriggers.Outside("pg_event_trigger_ddl_commands", "an event trigger function");

    private List<PgDatum[]> DroppedObjectRows() => EventTriggers is { InSqlDrop: true } state
        ? state.DroppedRows(items => ObjectNamesFunctions.Array(this, items))
        : throw Functions.Session.EventTriggers.Outside("pg_event_trigger_dropped_objects", "a sql_drop event trigger function");

    /// <summary>A statement whose triggers have seen transition tables has ended.</summary>
    internal void ForgetTransitionTables() => _transitions?.Forget();
}
