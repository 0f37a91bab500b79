using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <content>Triggers that fire in the session.</content>
public sealed partial class PgSession
{
    private int _triggerDepth;

    /// <inheritdoc/>
    public override int TriggerDepth => _triggerDepth;

    /// <summary>Whether it applies what comes from elsewhere: session_replication_role.</summary>
    internal bool IsReplica => Settings.Get("session_replication_role") == "replica";

    /// <summary>The statements that write at the moment and whose triggers may change rows that they are about to write, the innermost last.</summary>
    internal List<DmlExecution>? FiringWrites { get; set; }

    /// <summary>Calls a trigger's function.</summary>
    internal PgDatum[]? FireTrigger(uint function, TriggerCall call)
    {
        var routine = TriggerFunctions.Get(this, function);
        _triggerDepth++;
        try
        {
            return routine.Fire(this, call);
        }
        finally
        {
            _triggerDepth--;
        }
    }
}
