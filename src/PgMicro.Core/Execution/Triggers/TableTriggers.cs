using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Execution.Dml;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>The triggers of a table or view in the order in which they fire: by name.</summary>
internal sealed class TableTriggers
{
    private readonly Trigger[] _all;

    private TableTriggers(Trigger[] all) => _all = all;

    /// <summary>Those of a table; null when it has none, or none that is ever to fire.</summary>
    internal static TableTriggers? Of(TableLayout table)
    {
        var rows = table.Catalog.TriggersOf(table.Oid);
        if (rows.IsEmpty)
        {
            return null;
        }

        Trigger[] all = [.. rows.Where(static r => r is { tgenabled: not 'D', tgisinternal: false }).OrderBy(static r => r.tgname, StringComparer.Ordinal).Select(r => new Trigger(table, r))];
        return all.Length == 0 ? null : new TableTriggers(all);
    }

    /// <summary>Those of a level and timing that fire for an event and, where it is UPDATE, for the columns that are assigned to.</summary>
    internal Trigger[] For(TriggerType level, TriggerType timing, TriggerType command, IReadOnlySet<int>? assigned = null) =>
        Array.FindAll(_all, t => t.Row.Fires(level, timing, command) && t.ConcernsAny(command, assigned));

    /// <summary>Whether any fires for an event.</summary>
    internal bool HasAny(TriggerType command) => Array.Exists(_all, t => t.Row.Has(command));

    /// <summary>Whether a view has INSTEAD OF triggers for an event.</summary>
    internal static bool HasInsteadOf(CatalogSnapshot catalog, uint view, CommandType command)
    {
        foreach (var trigger in catalog.TriggersOf(view))
        {
            if (trigger.Fires(TriggerType.Row, TriggerType.InsteadOf, Event(command)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The event of a command.</summary>
    internal static TriggerType Event(CommandType command) => command switch
    {
        CommandType.Insert => TriggerType.Insert,
        CommandType.Update => TriggerType.Update,
        CommandType.Delete => TriggerType.Delete,
        _ => TriggerType.None,
    };
}
