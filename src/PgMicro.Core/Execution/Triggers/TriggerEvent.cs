using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>An AFTER trigger that is to fire at the end of its statement or, when it is deferred, of its transaction.</summary>
internal sealed class TriggerEvent(Trigger trigger, uint table, TriggerType command, PgDatum[]? old, PgDatum[]? @new, StatementChanges? changes) : ConstraintEvent
{
    /// <summary>Whether a later one of the same statement fires in its place.</summary>
    internal bool IsCanceled { get; set; }

    internal override uint ConstraintOid => trigger.Row.tgconstraint;

    internal override uint RelationOid => table;

    internal override bool IsRolledBack => true;

    internal override bool IsDeferred(PgSession session) =>
        trigger.Row.tgdeferrable && session.Catalog.Constraint(trigger.Row.tgconstraint) is { } constraint && DeferredConstraints.IsDeferred(session, constraint);

    internal override void Check(PgSession session, RowLocking? locking = null)
    {
        if (IsCanceled)
        {
            return;
        }

        if (trigger.HasTransitionTables)
        {
            changes!.IsClosed = true;
        }

        trigger.Fire(session, command, old, @new, changes);
    }
}
