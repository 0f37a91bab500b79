using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Triggers;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>TRUNCATE (manual: "TRUNCATE").</summary>
internal static class Truncate
{
    internal static string Execute(DdlContext ddl, Pg.TruncateStmt statement)
    {
        var tables = new List<PgClass>();
        foreach (var node in statement.Relations)
        {
            var relation = ddl.FindRelation(node.RangeVar);
            if (relation.relkind == 'f')
            {
                throw Catalog.ForeignData.NoHandler(ddl.Catalog, relation.oid);
            }

            if (relation.relkind is not ('r' or 'p'))
            {
                throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is not a table");
            }

            if (relation.oid < BuiltInOids.FirstNormalObjectId)
            {
                ddl.RequireUserRelation(relation);
            }

            if (PrivilegeCheck.OnClass(ddl.Catalog, relation, ddl.Owner, AclMode.Truncate) == 0)
            {
                throw Roles.QueryPermissions.Denied(relation);
            }

            if (relation.relkind == 'p' && !node.RangeVar.Inh)
            {
                throw new PgException(SqlState.WrongObjectType, "cannot truncate only a partitioned table")
                    .WithHint("Do not specify the ONLY keyword, or use TRUNCATE ONLY on the partitions directly.");
            }

            // The privilege is for the named table alone.
            foreach (var oid in node.RangeVar.Inh ? Inheritance.Descendants(ddl.Catalog, relation.oid) : [relation.oid])
            {
                Add(ddl, tables, ddl.Catalog.Class(oid)!);
            }
        }

        for (var i = 0; i < tables.Count; i++)
        {
            foreach (var key in ddl.Catalog.ForeignKeysReferencing(tables[i].oid))
            {
                var referencing = ddl.Catalog.Class(key.conrelid)!;
                if (tables.Exists(t => t.oid == referencing.oid))
                {
                    continue;
                }

                if (statement.Behavior != Pg.DropBehavior.DropCascade)
                {
                    throw new PgException(SqlState.FeatureNotSupported, "cannot truncate a table referenced in a foreign key constraint")
                        .WithDetail($"Table \"{referencing.relname}\" references \"{tables[i].relname}\".")
                        .WithHint($"Truncate table \"{referencing.relname}\" at the same time, or use TRUNCATE ... CASCADE.");
                }

                ddl.Notice($"truncate cascades to table \"{referencing.relname}\"");
                Add(ddl, tables, referencing);
            }
        }

        Fire(ddl, tables, TriggerType.Before);
        foreach (var table in tables)
        {
            if (table.relkind == 'r')
            {
                ddl.Session.Transaction.NoteTruncate(table.oid);
                ddl.Run("DELETE FROM " + SqliteTables.Name(ddl.Catalog, table.oid));
                ddl.Session.Transaction.Truncated.Add(table.oid);
            }

            if (!statement.RestartSeqs)
            {
                continue;
            }

            foreach (var column in ddl.Catalog.Attributes(table.oid))
            {
                if (ddl.Catalog.Sequence(ddl.Catalog.SequenceOwnedBy(table.oid, column.attnum)) is { } sequence)
                {
                    ddl.Session.Transaction.OnRollback(ddl.Session.Database.Transactions.Sequences.Restart(ddl.Connection, sequence, sequence.seqstart));
                }
            }
        }

        Fire(ddl, tables, TriggerType.None);
        return "TRUNCATE TABLE";
    }

    private static void Add(DdlContext ddl, List<PgClass> tables, PgClass table)
    {
        if (!tables.Exists(t => t.oid == table.oid))
        {
            Dml.DeferredConstraints.RequireNone(ddl.Session, table, "TRUNCATE");
            tables.Add(table);
        }
    }

    private static void Fire(DdlContext ddl, List<PgClass> tables, TriggerType timing)
    {
        foreach (var table in tables)
        {
            if (!table.relhastriggers || Dml.TableLayout.Get(ddl.Session.Catalog, table.oid).Triggers is not { } triggers)
            {
                continue;
            }

            foreach (var trigger in triggers.For(TriggerType.None, timing, TriggerType.Truncate))
            {
                if (trigger.IsEnabled(ddl.Session) && trigger.Holds(ddl.Session, null, null))
                {
                    trigger.Fire(ddl.Session, TriggerType.Truncate, null, null);
                }
            }
        }
    }
}
