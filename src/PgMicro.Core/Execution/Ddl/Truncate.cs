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
            if (relation.relkind != 'r')
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

            Dml.DeferredConstraints.RequireNone(ddl.Session, relation, "TRUNCATE");
            if (!tables.Contains(relation))
            {
                tables.Add(relation);
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
                tables.Add(referencing);
            }
        }

        Fire(ddl, tables, TriggerType.Before);
        foreach (var table in tables)
        {
            ddl.Session.Transaction.NoteTruncate(table.oid);
            ddl.Run("DELETE FROM " + SqliteTables.Name(ddl.Catalog, table.oid));
            ddl.Session.Transaction.Truncated.Add(table.oid);
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
