using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl.Partitions;
using PgMicro.Core.Partitioning;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <content>ATTACH PARTITION and DETACH PARTITION, of tables and of indexes.</content>
internal static partial class AlterTable
{
    private static void PlanAttach(DdlContext ddl, PgClass relation, Pg.PartitionCmd command, Queue queue)
    {
        var oid = relation.oid;
        if (relation.relkind == 'I')
        {
            queue.Add(oid, Pass.Misc, () => AttachIndex.Execute(ddl, Relation(ddl, oid), command.Name));
            return;
        }

        RequireTable(relation, "ATTACH PARTITION");
        queue.Add(oid, Pass.Misc, () =>
        {
            var key = RequirePartitioned(ddl, relation);
            var bound = new PartitionBoundBinding(ddl, key).Bind(command.Bound);
            var partition = ddl.FindRelation(command.Name);
            RequireTable(partition, "ATTACH PARTITION");
            Open(ddl, partition.oid);
            var keys = AttachPartition.Execute(ddl, Relation(ddl, oid), partition, bound);
            queue.Add(partition.oid, Pass.Check, () => AttachPartition.CheckRows(ddl, oid, partition.oid));
            queue.Add(partition.oid, Pass.CheckForeignKeys, () =>
            {
                foreach (var foreignKey in keys)
                {
                    Validate(ddl, foreignKey);
                }
            });
        });
    }

    private static void PlanDetach(DdlContext ddl, PgClass relation, Pg.AlterTableCmd command, Queue queue)
    {
        RequireTable(relation, Describe(command.Subtype));
        var partitionCommand = command.Def.PartitionCmd;
        if (partitionCommand.Concurrent)
        {
            ddl.Session.RejectInBlock("ALTER TABLE ... DETACH CONCURRENTLY", isWritingItself: true);
        }

        queue.Add(relation.oid, Pass.Misc, () =>
        {
            RequirePartitioned(ddl, relation);
            var partition = ddl.FindRelation(partitionCommand.Name);
            if (command.Subtype == Pg.AlterTableType.AtDetachPartitionFinalize)
            {
                DetachPartition.Finish(ddl, relation, partition);
            }

            DetachPartition.Execute(ddl, Relation(ddl, relation.oid), partition, partitionCommand.Concurrent);
        });
    }

    // ATCheckPartitionsNotInUse
    private static void RequirePartitionsUnused(DdlContext ddl, PgClass relation)
    {
        if (relation.relkind == 'p')
        {
            foreach (var partition in Inheritance.Descendants(ddl.Catalog, relation.oid).Skip(1))
            {
                RequireUnused(ddl, partition);
            }
        }
    }

    private static PartitionKey RequirePartitioned(DdlContext ddl, PgClass relation) => PartitionKey.Of(ddl.Catalog, relation.oid)
        ?? throw new PgException(SqlState.InvalidObjectDefinition, $"table \"{relation.relname}\" is not partitioned");

    // What has no storage has no parameters of it.
    private static PgException RejectOptions(PgClass relation, Pg.AlterTableCmd command) => relation.relkind == 'p'
        ? new PgException(SqlState.WrongObjectType, "cannot specify storage parameters for a partitioned table")
            .WithHint("Specify storage parameters for its leaf partitions instead.")
        : new PgException(SqlState.WrongObjectType, $"ALTER action {Describe(command.Subtype)} cannot be performed on relation \"{relation.relname}\"")
            .WithDetail(ObjectKinds.NotSupported(relation.relkind));
}
