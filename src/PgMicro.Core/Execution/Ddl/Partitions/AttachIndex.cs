using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.Partitions;

/// <summary>ALTER INDEX … ATTACH PARTITION (ATExecAttachPartitionIdx).</summary>
internal static class AttachIndex
{
    internal static void Execute(DdlContext ddl, PgClass parent, Pg.RangeVar name)
    {
        var index = ddl.FindRelation(name);
        if (index.relkind is not ('i' or 'I'))
        {
            throw new PgException(SqlState.InvalidObjectDefinition, $"\"{index.relname}\" is not an index");
        }

        ddl.RequireUserRelation(index);
        var catalog = ddl.Catalog;
        var parents = catalog.ParentsOf(index.oid);
        if (parents.Any(p => p.inhparent == parent.oid))
        {
            return;
        }

        PgException Wrong(string state, string detail) =>
            new PgException(state, $"cannot attach index \"{index.relname}\" as a partition of index \"{parent.relname}\"").WithDetail(detail);
        var (row, parentRow) = (catalog.Index(index.oid)!, catalog.Index(parent.oid)!);
        var (partition, table) = (catalog.Class(row.indrelid)!, catalog.Class(parentRow.indrelid)!);
        if (AttachedTo(catalog, partition.oid, parent.oid) is not null)
        {
            throw Wrong(SqlState.ObjectNotInPrerequisiteState, $"Another index is already attached for partition \"{partition.relname}\".");
        }

        if (!parents.IsEmpty)
        {
            throw Wrong(SqlState.ObjectNotInPrerequisiteState, $"Index \"{index.relname}\" is already attached to another index.");
        }

        if (!catalog.ParentsOf(partition.oid).Any(p => p.inhparent == table.oid))
        {
            throw Wrong(SqlState.ObjectNotInPrerequisiteState, $"Index \"{index.relname}\" is not an index on any partition of table \"{table.relname}\".");
        }

        if (!IndexDefinition.Of(ddl, parentRow, partition.oid).Matches(catalog, IndexDefinition.Of(ddl, row, partition.oid)))
        {
            throw Wrong(SqlState.InvalidObjectDefinition, "The index definitions do not match.");
        }

        if (catalog.ConstraintOfIndex(parent.oid) is not null && catalog.ConstraintOfIndex(index.oid) is null)
        {
            throw Wrong(
                SqlState.InvalidObjectDefinition,
                $"The index \"{parent.relname}\" belongs to a constraint in table \"{table.relname}\" but no constraint exists for index \"{index.relname}\".");
        }

        PartitionedIndexes.Attach(ddl, index.oid, parent.oid, partition.oid);
        Validate(ddl, parent.oid);
    }

    private static PgIndex? AttachedTo(CatalogSnapshot catalog, uint partition, uint parent) =>
        catalog.IndexesOf(partition).FirstOrDefault(i => catalog.ParentsOf(i.indexrelid).Any(p => p.inhparent == parent));

    // validatePartitionedIndex: it is valid once every partition has a valid one, and so may be the one that it is a partition of.
    private static void Validate(DdlContext ddl, uint index)
    {
        var row = ddl.Catalog.Index(index)!;
        if (row.indisvalid || !Inheritance.Children(ddl.Catalog, row.indrelid).All(p => AttachedTo(ddl.Catalog, p, index) is { indisvalid: true }))
        {
            return;
        }

        ddl.Put(row with { indisvalid = true });
        foreach (var parent in ddl.Catalog.ParentsOf(index))
        {
            Validate(ddl, parent.inhparent);
        }
    }
}
