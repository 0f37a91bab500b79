using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>
/// The internal triggers that foreign keys are to PostgreSQL. Foreign keys need none here; what DISABLE TRIGGER ALL turns off is kept in rows of
/// pg_trigger, which are made when a table is first told so.
/// </summary>
internal static class KeyTriggers
{
    /// <summary>Whether a table's part in a foreign key, as the referencing or the referenced one, is turned off.</summary>
    internal static bool AreDisabled(CatalogSnapshot catalog, PgConstraint key, uint table)
    {
        var found = false;
        foreach (var trigger in catalog.TriggersOf(table))
        {
            if (trigger.tgisinternal && trigger.tgconstraint == key.oid)
            {
                if (trigger.tgenabled != 'D')
                {
                    return false;
                }

                found = true;
            }
        }

        return found;
    }

    /// <summary>Turns the foreign keys of a table, and of its partitions, on or off with all its triggers.</summary>
    /// <exception cref="PgException">42501 unless a superuser does.</exception>
    internal static void Enable(DdlContext ddl, PgClass relation, char enabled, bool recurse)
    {
        if (enabled == 'D')
        {
            Make(ddl, relation.oid);
        }

        foreach (var trigger in ddl.Catalog.TriggersOf(relation.oid))
        {
            if (!trigger.tgisinternal)
            {
                continue;
            }

            if (!RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
            {
                throw new PgException(SqlState.InsufficientPrivilege, $"permission denied: \"{trigger.tgname}\" is a system trigger");
            }

            if (trigger.tgenabled != enabled)
            {
                ddl.Put(trigger with { tgenabled = enabled });
            }
        }

        if (recurse && relation.relkind == 'p')
        {
            foreach (var partition in Inheritance.Children(ddl.Catalog, relation.oid).ToList())
            {
                Enable(ddl, ddl.Catalog.Class(partition)!, enabled, recurse);
            }
        }
    }

    private static void Make(DdlContext ddl, uint table)
    {
        foreach (var key in ddl.Catalog.ConstraintsOf(table).Where(static c => c.contype == 'f').OrderBy(static c => c.oid).ToList())
        {
            Make(ddl, key, table, 'c', TriggerType.Insert, "RI_FKey_check_ins");
            Make(ddl, key, table, 'c', TriggerType.Update, "RI_FKey_check_upd");
        }

        foreach (var key in ddl.Catalog.ForeignKeysReferencing(table).OrderBy(static c => c.oid).ToList())
        {
            Make(ddl, key, table, 'a', TriggerType.Delete, $"RI_FKey_{Action(key.confdeltype)}_del");
            Make(ddl, key, table, 'a', TriggerType.Update, $"RI_FKey_{Action(key.confupdtype)}_upd");
        }
    }

    private static void Make(DdlContext ddl, PgConstraint key, uint table, char side, TriggerType command, string function)
    {
        var type = (short)(TriggerType.Row | command);
        if (ddl.Catalog.TriggersOf(table).Any(t => t.tgisinternal && t.tgconstraint == key.oid && t.tgtype == type && t.tgconstrrelid == Other(key, side)))
        {
            return;
        }

        // Actions are for the end of the statement or later only where they are NO ACTION.
        var waits = side == 'c' || (command == TriggerType.Delete ? key.confdeltype : key.confupdtype) == 'a';
        var oid = ddl.NewOid();
        var trigger = ddl.Put(new PgTrigger
        {
            oid = oid,
            tgrelid = table,
            tgname = $"RI_ConstraintTrigger_{side}_{oid}",
            tgfoid = TypeRows.Proc(ddl, function),
            tgtype = type,
            tgisinternal = true,
            tgconstrrelid = Other(key, side),
            tgconstrindid = key.conindid,
            tgconstraint = key.oid,
            tgdeferrable = waits && key.condeferrable,
            tginitdeferred = waits && key.condeferred,
        });
        var address = new ObjectAddress(PgTrigger.RelationOid, trigger.oid);
        ddl.Depend(address, ObjectAddress.Constraint(key.oid), 'i');
    }

    private static uint Other(PgConstraint key, char side) => side == 'c' ? key.confrelid : key.conrelid;

    private static string Action(char action) => action switch
    {
        'c' => "cascade",
        'n' => "setnull",
        'd' => "setdefault",
        'r' => "restrict",
        _ => "noaction",
    };
}
