using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Partitioning;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.Partitions;

/// <summary>ALTER TABLE … ATTACH PARTITION (ATExecAttachPartition).</summary>
internal static class AttachPartition
{
    /// <summary>Makes a table a partition.</summary>
    /// <param name="ddl">The statement.</param>
    /// <param name="parent">The partitioned table.</param>
    /// <param name="relation">The table.</param>
    /// <param name="bound">Its bound.</param>
    /// <returns>The foreign keys that its rows have to be looked at for.</returns>
    internal static IReadOnlyList<PgConstraint> Execute(DdlContext ddl, PgClass parent, PgClass relation, Binding.BoundTree.BoundPartitionBound bound)
    {
        RequireAttachable(ddl, parent, relation);
        NewPartition.Check(ddl, relation.relname, parent.oid, bound);
        var before = ddl.Catalog;
        InheritanceLinks.Create(ddl, relation.oid, parent.oid, isPartition: true);
        PartitionOf.StoreBound(ddl, relation.oid, parent.oid, bound);
        var created = new List<uint>();
        PartitionedIndexes.EnsureAll(ddl, parent.oid, relation.oid, created);
        CreateIndex.BuildAll(ddl, before, created);
        CreateTrigger.CloneAll(ddl, parent.oid, relation.oid);
        var keys = ddl.Catalog.UserRowsOf(PgConstraint.Relation).Select(static c => c.oid).ToHashSet();
        PartitionedForeignKeys.CloneAll(ddl, parent.oid, relation.oid);
        return [.. ddl.Catalog.UserRowsOf(PgConstraint.Relation).Where(c => c.contype == 'f' && !keys.Contains(c.oid) && c.conparentid != 0
            && ddl.Catalog.Constraint(c.conparentid)?.conrelid != c.conrelid)];
    }

    /// <summary>Looks at the rows of a new partition, and at those of the default one beside it.</summary>
    internal static void CheckRows(DdlContext ddl, uint parent, uint partition)
    {
        PartitionRows.RequireConstraint(ddl, partition);
        if (PartitionDescriptor.Of(ddl.Catalog, parent) is { Default: not 0 } descriptor && descriptor.Default != partition)
        {
            PartitionRows.RequireDefault(ddl, descriptor.Default);
        }
    }

    private static void RequireAttachable(DdlContext ddl, PgClass parent, PgClass relation)
    {
        static PgException Wrong(string message) => new(SqlState.WrongObjectType, message);
        var catalog = ddl.Catalog;
        if (relation.relispartition)
        {
            throw Wrong($"\"{relation.relname}\" is already a partition");
        }

        if (relation.reloftype != 0)
        {
            throw Wrong("cannot attach a typed table as partition");
        }

        if (!catalog.ParentsOf(relation.oid).IsEmpty)
        {
            throw Wrong("cannot attach inheritance child as partition");
        }

        if (relation.relkind == 'r' && !catalog.ChildrenOf(relation.oid).IsEmpty)
        {
            throw Wrong("cannot attach inheritance parent as partition");
        }

        if (Inheritance.Descendants(catalog, relation.oid).Contains(parent.oid))
        {
            throw new PgException(SqlState.DuplicateTable, "circular inheritance not allowed").WithDetail($"\"{parent.relname}\" is already a child of \"{relation.relname}\".");
        }

        if ((parent.relpersistence == 't') != (relation.relpersistence == 't'))
        {
            throw Wrong(parent.relpersistence == 't'
                ? $"cannot attach a permanent relation as partition of temporary relation \"{parent.relname}\""
                : $"cannot attach a temporary relation as partition of permanent relation \"{parent.relname}\"");
        }

        foreach (var column in catalog.Attributes(relation.oid).Where(static a => !a.attisdropped))
        {
            if (column.attidentity != 0)
            {
                throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"table \"{relation.relname}\" being attached contains an identity column \"{column.attname}\"")
                    .WithDetail("The new partition may not contain an identity column.");
            }

            if (catalog.FindAttribute(parent.oid, column.attname) is null)
            {
                throw new PgException(SqlState.DatatypeMismatch, $"table \"{relation.relname}\" contains column \"{column.attname}\" not found in parent \"{parent.relname}\"")
                    .WithDetail("The new partition may contain only the columns present in parent.");
            }
        }

        if (catalog.TriggersOf(relation.oid).FirstOrDefault(static t => ((TriggerType)t.tgtype & TriggerType.Row) != 0 && (t.tgoldtable is not null || t.tgnewtable is not null)) is { } trigger)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"trigger \"{trigger.tgname}\" prevents table \"{relation.relname}\" from becoming a partition")
                .WithDetail("ROW triggers with transition tables are not supported on partitions.");
        }
    }
}
