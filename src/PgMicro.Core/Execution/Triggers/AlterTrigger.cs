using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>ALTER TRIGGER … RENAME, and ALTER TABLE … ENABLE and DISABLE TRIGGER.</summary>
internal static class AlterTrigger
{
    internal static string Rename(DdlContext ddl, Pg.RenameStmt statement)
    {
        var relation = ddl.FindRelation(statement.Relation);
        if (relation.relkind is not ('r' or 'v' or 'p' or 'f'))
        {
            throw CreateTrigger.CannotHave(relation);
        }

        ddl.RequireUserRelation(relation);
        var triggers = ddl.Catalog.TriggersOf(relation.oid);
        var trigger = triggers.FirstOrDefault(t => t.tgname == statement.Subname)
            ?? throw new PgException(SqlState.UndefinedObject, $"trigger \"{statement.Subname}\" for table \"{relation.relname}\" does not exist");
        if (statement.Newname == statement.Subname)
        {
            return "ALTER TRIGGER";
        }

        if (trigger.tgparentid != 0 && ddl.Catalog.Find(PgTrigger.Relation, new(trigger.tgparentid)) is { } parent)
        {
            throw new PgException(SqlState.InternalError, $"cannot rename trigger \"{trigger.tgname}\" on table \"{relation.relname}\"")
                .WithHint($"Rename the trigger on the partitioned table \"{ddl.Catalog.Class(parent.tgrelid)!.relname}\" instead.");
        }

        Rename(ddl, trigger, statement.Newname);
        return "ALTER TRIGGER";
    }

    private static void Rename(DdlContext ddl, PgTrigger trigger, string name)
    {
        var triggers = ddl.Catalog.TriggersOf(trigger.tgrelid);
        if (triggers.Any(t => t.tgname == name))
        {
            throw new PgException(SqlState.DuplicateObject, $"trigger \"{name}\" for relation \"{ddl.Catalog.Class(trigger.tgrelid)!.relname}\" already exists");
        }

        ddl.Put(trigger with { tgname = name });
        foreach (var clone in Clones(ddl.Catalog, trigger))
        {
            Rename(ddl, clone, name);
        }
    }

    // The partitions' triggers that come of one.
    private static List<PgTrigger> Clones(CatalogSnapshot catalog, PgTrigger trigger) => catalog.Class(trigger.tgrelid) is not { relkind: 'p' } ? []
        : [.. Inheritance.Children(catalog, trigger.tgrelid).SelectMany(child => catalog.TriggersOf(child)).Where(t => t.tgparentid == trigger.oid)];

    /// <summary>Says when triggers of a table fire: pg_trigger.tgenabled.</summary>
    internal static void Enable(DdlContext ddl, PgClass relation, Pg.AlterTableCmd command, bool recurse)
    {
        var (enabled, isNamed) = command.Subtype switch
        {
            Pg.AlterTableType.AtEnableTrig => ('O', true),
            Pg.AlterTableType.AtEnableAlwaysTrig => ('A', true),
            Pg.AlterTableType.AtEnableReplicaTrig => ('R', true),
            Pg.AlterTableType.AtDisableTrig => ('D', true),
            Pg.AlterTableType.AtEnableTrigAll or Pg.AlterTableType.AtEnableTrigUser => ('O', false),
            _ => ('D', false),
        };
        if (command.Subtype is Pg.AlterTableType.AtDisableTrigAll or Pg.AlterTableType.AtEnableTrigAll)
        {
            KeyTriggers.Enable(ddl, relation, enabled, recurse);
        }

        var found = false;
        foreach (var trigger in ddl.Catalog.TriggersOf(relation.oid))
        {
            if (isNamed ? trigger.tgname != command.Name : trigger.tgisinternal)
            {
                continue;
            }

            if (trigger.tgisinternal)
            {
                throw PgErrors.FeatureNotSupported("ALTER TABLE ENABLE or DISABLE TRIGGER of one of the triggers that a foreign key is made of");
            }

            found = true;
            Enable(ddl, trigger, enabled, recurse);
        }

        if (isNamed && !found)
        {
            throw new PgException(SqlState.UndefinedObject, $"trigger \"{command.Name}\" for table \"{relation.relname}\" does not exist");
        }
    }

    private static void Enable(DdlContext ddl, PgTrigger trigger, char enabled, bool recurse)
    {
        if (trigger.tgenabled != enabled)
        {
            ddl.Put(trigger with { tgenabled = enabled });
        }

        foreach (var clone in recurse ? Clones(ddl.Catalog, trigger) : [])
        {
            Enable(ddl, clone, enabled, recurse);
        }
    }
}
