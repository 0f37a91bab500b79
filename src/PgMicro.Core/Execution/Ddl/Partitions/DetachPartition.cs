using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Partitioning;

namespace PgMicro.Core.Execution.Ddl.Partitions;

/// <summary>ALTER TABLE … DETACH PARTITION (ATExecDetachPartition).</summary>
internal static class DetachPartition
{
    /// <summary>Makes a partition a table of its own.</summary>
    /// <param name="ddl">The statement.</param>
    /// <param name="parent">The partitioned table.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="concurrently">Whether a CHECK keeps what the bound was, as CONCURRENTLY has it.</param>
    internal static void Execute(DdlContext ddl, PgClass parent, PgClass partition, bool concurrently)
    {
        var oid = partition.oid;
        if (concurrently && PartitionDescriptor.Of(ddl.Catalog, parent.oid)!.Default != 0)
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, "cannot detach partitions concurrently when a default partition exists");
        }

        var references = PartitionedForeignKeys.ReferencingAsPartition(ddl.Catalog, oid);
        foreach (var key in references)
        {
            PartitionRows.RequireUnreferenced(ddl, oid, key);
        }

        // A hash partition's constraint would refer to the table that it leaves.
        var constraint = concurrently && PartitionKey.Of(ddl.Catalog, parent.oid)!.Strategy != 'h' ? PartitionConstraint.Of(ddl.Catalog, oid) : null;
        InheritanceLinks.Remove(ddl, oid, parent.oid, isPartition: true);
        if (constraint is not null)
        {
            AddCheck(ddl, oid, FoldArrays(ddl, Planner.FoldConstants(ddl.Session, constraint)));
        }

        CreateTrigger.DropClones(ddl, oid);
        PartitionedForeignKeys.Detach(ddl, oid);
        foreach (var index in ddl.Catalog.IndexesOf(oid).Where(i => !ddl.Catalog.ParentsOf(i.indexrelid).IsEmpty))
        {
            PartitionedIndexes.Detach(ddl, index.indexrelid);
        }

        ddl.Put(ddl.Catalog.Class(oid)! with { relispartition = false, relpartbound = null });
        if (ddl.Catalog.Find(PgPartitionedTable.Relation, new(parent.oid)) is { } row && row.partdefid == oid)
        {
            ddl.Put(row with { partdefid = 0 });
        }

        // Identity is the partitioned table's.
        foreach (var table in Inheritance.Descendants(ddl.Catalog, oid))
        {
            foreach (var column in ddl.Catalog.Attributes(table).Where(static a => a.attidentity != 0))
            {
                ddl.Put(column with { attidentity = '\0' });
            }
        }
    }

    /// <summary>DETACH … FINALIZE: what has been detached concurrently is so at once, so that nothing is ever left to end.</summary>
    internal static void Finish(DdlContext ddl, PgClass parent, PgClass partition)
    {
        if (!ddl.Catalog.ParentsOf(partition.oid).Any(p => p.inhparent == parent.oid))
        {
            throw new PgException(SqlState.UndefinedTable, $"relation \"{partition.relname}\" is not a partition of relation \"{parent.relname}\"");
        }

        throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"cannot complete detaching partition \"{partition.relname}\"")
            .WithDetail("There's no pending concurrent detach.");
    }

    // The values of a list bound as one constant.
    private static BoundExpr FoldArrays(DdlContext ddl, BoundExpr expr) => expr is BoundArrayExpr array && array.Elements.TrueForAll(static e => e is BoundConst)
        ? new BoundConst { Type = array.Type, Collation = array.Collation, Value = Planner.Evaluate(ddl.Session, array) }
        : expr.MapChildren(child => FoldArrays(ddl, child));

    // DetachAddConstraintIfNeeded
    private static void AddCheck(DdlContext ddl, uint table, BoundExpr constraint)
    {
        var relation = ddl.Catalog.Class(table)!;
        short[] columns = [.. DdlExpressions.Columns(constraint).Where(static c => c > 0)];
        var name = ObjectNames.ChooseConstraintName(
            ddl.Catalog, relation.relname, columns is [var only] ? ddl.Catalog.Attribute(table, only)!.attname : null, "check", relation.relnamespace);
        Constraints.AddCheck(ddl, relation, name, constraint, columns, validated: true);
    }
}
