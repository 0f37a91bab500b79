using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Execution.Dml;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>The FOR EACH STATEMENT triggers of a statement, by the events that it may cause.</summary>
internal sealed class StatementTriggers
{
    private readonly TableLayout _table;
    private readonly (TriggerType Command, Trigger[] Before, Trigger[] After)[] _commands;

    private StatementTriggers(TableLayout table, (TriggerType, Trigger[], Trigger[])[] commands) => (_table, _commands) = (table, commands);

    /// <summary>Those of a statement; null when there are none.</summary>
    /// <param name="table">The table.</param>
    /// <param name="commands">What it may do, in the order in which BEFORE triggers fire, and the columns that an UPDATE assigns to.</param>
    internal static StatementTriggers? Of(TableLayout table, params (CommandType Command, IReadOnlySet<int>? Assigned)[] commands)
    {
        if (table.Triggers is not { } triggers)
        {
            return null;
        }

        var found = commands.Select(c =>
        {
            var command = TableTriggers.Event(c.Command);
            return (command, triggers.For(TriggerType.None, TriggerType.Before, command, c.Assigned), triggers.For(TriggerType.None, TriggerType.None, command, c.Assigned));
        }).Where(static c => c.Item2.Length + c.Item3.Length > 0).ToArray();
        return found.Length == 0 ? null : new StatementTriggers(table, found);
    }

    /// <summary>Fires BEFORE triggers, once for a table and event in a statement.</summary>
    internal void Before(DmlExecution execution)
    {
        foreach (var (command, before, _) in _commands)
        {
            var changes = execution.Changes(_table.Oid, command);
            if (changes.IsBegun)
            {
                continue;
            }

            changes.IsBegun = true;
            foreach (var trigger in before)
            {
                if (trigger.IsEnabled(execution.Session) && trigger.Holds(execution.Session, null, null))
                {
                    trigger.Fire(execution.Session, command, null, null);
                }
            }
        }
    }

    /// <summary>Has AFTER triggers fire when all rows' have: those of the last event first, as far as BEFORE ones are concerned.</summary>
    internal void After(DmlExecution execution)
    {
        for (var i = _commands.Length - 1; i >= 0; i--)
        {
            var (command, _, after) = _commands[i];
            var changes = execution.Changes(_table.Oid, command);
            foreach (var earlier in changes.After)
            {
                earlier.IsCanceled = true;
            }

            changes.After.Clear();
            foreach (var trigger in after)
            {
                if (trigger.IsEnabled(execution.Session) && trigger.Holds(execution.Session, null, null))
                {
                    var fired = new TriggerEvent(trigger, _table.Oid, command, null, null, changes);
                    changes.After.Add(fired);
                    execution.Add(fired);
                }
            }
        }
    }
}
