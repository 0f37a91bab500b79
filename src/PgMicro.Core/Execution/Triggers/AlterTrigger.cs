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

        if (triggers.Any(t => t.tgname == statement.Newname))
        {
            throw new PgException(SqlState.DuplicateObject, $"trigger \"{statement.Newname}\" for relation \"{relation.relname}\" already exists");
        }

        ddl.Put(trigger with { tgname = statement.Newname });
        return "ALTER TRIGGER";
    }

    /// <summary>Says when triggers of a table fire: pg_trigger.tgenabled.</summary>
    internal static void Enable(DdlContext ddl, PgClass relation, Pg.AlterTableCmd command)
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
        if (command.Subtype == Pg.AlterTableType.AtDisableTrigAll && HasForeignKeys(ddl.Catalog, relation.oid))
        {
            throw PgErrors.FeatureNotSupported("ALTER TABLE DISABLE TRIGGER ALL of a table with foreign keys");
        }

        var found = false;
        foreach (var trigger in ddl.Catalog.TriggersOf(relation.oid))
        {
            if (isNamed && trigger.tgname != command.Name)
            {
                continue;
            }

            found = true;
            if (trigger.tgenabled != enabled)
            {
                ddl.Put(trigger with { tgenabled = enabled });
            }
        }

        if (isNamed && !found)
        {
            throw new PgException(SqlState.UndefinedObject, $"trigger \"{command.Name}\" for table \"{relation.relname}\" does not exist");
        }
    }

    // In PostgreSQL those are triggers too, which ALL would turn off.
    private static bool HasForeignKeys(CatalogSnapshot catalog, uint relation) =>
        catalog.ConstraintsOf(relation).Any(static c => c.contype == 'f') || !catalog.ForeignKeysReferencing(relation).IsEmpty;
}
