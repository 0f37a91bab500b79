using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Execution.Dml;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>Whether a statement may fire triggers: those of its table, or of tables that referential actions take it to.</summary>
internal static class TriggerReach
{
    internal static bool Of(IWriteNode node) => node switch
    {
        MergeNode { Table.Class.relkind: 'p' } merge => IsAnyReached(merge.Table, CommandType.Insert, CommandType.Update, CommandType.Delete),
        MergeNode merge => merge.Tables.Any(t => merge.Commands.Any(c => Of(t, c))),
        AppendWriteNode { Command: CommandType.Update, Table.Class.relkind: 'p' } => IsAnyReached(node.Table, CommandType.Insert, CommandType.Update, CommandType.Delete),
        AppendWriteNode all => all.Tables.Any(t => Of(t, all.Command)),
        ModifyTableNode { Conflict.Update: not null } or RoutedInsertNode { Conflict: OnConflictAction.Update } => IsAnyReached(node.Table, CommandType.Insert, CommandType.Update),
        _ => Of(node.Table, node.Command),
    };

    internal static bool Of(TableLayout table, CommandType command) =>
        table.Triggers is not null ? IsReached(table, command, []) : table.Catalog.UserRowsOf(PgTrigger.Relation) is { Count: > 0 } && IsReached(table, command, []);

    private static bool IsAnyReached(TableLayout table, params ReadOnlySpan<CommandType> commands)
    {
        foreach (var command in commands)
        {
            if (Of(table, command))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsReached(TableLayout table, CommandType command, HashSet<(uint, CommandType)> passed)
    {
        if (!passed.Add((table.Oid, command)))
        {
            return false;
        }

        if (table.Triggers?.HasAny(TableTriggers.Event(command)) == true
            || (table.Class.relkind == 'p' && Inheritance.Children(table.Catalog, table.Oid).Any(o => IsReached(TableLayout.Get(table.Catalog, o), command, passed))))
        {
            return true;
        }

        if (command is CommandType.Insert || table.IsView)
        {
            return false;
        }

        foreach (var key in table.ReferencedBy)
        {
            var action = command == CommandType.Delete ? key.Row.confdeltype : key.Row.confupdtype;
            if (action is ForeignKeyAction.Cascade or ForeignKeyAction.SetNull or ForeignKeyAction.SetDefault
                && IsReached(key.Referencing, command == CommandType.Delete && action == ForeignKeyAction.Cascade ? CommandType.Delete : CommandType.Update, passed))
            {
                return true;
            }
        }

        return false;
    }
}
