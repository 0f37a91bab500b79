using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Partitioning;

namespace PgMicro.Core.Execution.Ddl.Partitions;

/// <summary>Indexes of partitioned tables: each stands for one of every partition.</summary>
internal static class PartitionedIndexes
{
    /// <summary>Makes an index of a table, and of every partition of it (DefineIndex).</summary>
    /// <param name="ddl">The statement.</param>
    /// <param name="relation">The table.</param>
    /// <param name="name">The index's name.</param>
    /// <param name="definition">What it is.</param>
    /// <param name="created">Takes the indexes that are to be made in the file.</param>
    /// <param name="recurse">Whether partitions get it too; without, the index of a table that has some is not valid.</param>
    /// <param name="parent">The index that it is a partition of, or 0.</param>
    internal static PgClass Create(DdlContext ddl, PgClass relation, string name, IndexDefinition definition, List<uint> created, bool recurse, uint parent = 0)
    {
        if (relation.relkind == 'p')
        {
            RequireKey(ddl, relation, definition);
        }

        var index = IndexRows.Create(ddl, relation, name, definition, parent);
        if (parent != 0)
        {
            SetParent(ddl, index.oid, parent, relation.oid);
        }

        if (relation.relkind != 'p')
        {
            created.Add(index.oid);
            return index;
        }

        var partitions = PartitionDescriptor.Of(ddl.Catalog, relation.oid)!.Partitions;
        var isValid = recurse || partitions.Length == 0;
        foreach (var partition in recurse ? partitions : [])
        {
            if (ddl.Catalog.Class(partition) is { relkind: 'f' })
            {
                if (definition.IsUnique)
                {
                    throw new PgException(SqlState.WrongObjectType, $"cannot create unique index on partitioned table \"{relation.relname}\"")
                        .WithDetail($"Table \"{relation.relname}\" contains partitions that are foreign tables.");
                }

                continue;
            }

            isValid &= Ensure(ddl, index.oid, partition, created);
        }

        if (!isValid)
        {
            ddl.Put(ddl.Catalog.Index(index.oid)! with { indisvalid = false });
        }

        return index;
    }

    /// <summary>Gives a new partition the indexes of its table.</summary>
    internal static void CloneAll(DdlContext ddl, uint table, uint partition, List<uint> created)
    {
        foreach (var index in IndexesFor(ddl, table, partition))
        {
            Clone(ddl, index.indexrelid, partition, created);
        }
    }

    // A foreign table has none, so that nothing would keep its rows unique.
    private static IEnumerable<PgIndex> IndexesFor(DdlContext ddl, uint table, uint partition)
    {
        var indexes = ddl.Catalog.IndexesOf(table).OrderBy(static i => i.indexrelid);
        if (ddl.Catalog.Class(partition) is not { relkind: 'f' } foreign)
        {
            return indexes;
        }

        return indexes.Any(static i => i.indisunique)
            ? throw new PgException(SqlState.WrongObjectType, foreign.relispartition
                ? $"cannot create foreign partition of partitioned table \"{ddl.Catalog.Class(table)!.relname}\""
                : $"cannot attach foreign table \"{foreign.relname}\" as partition of partitioned table \"{ddl.Catalog.Class(table)!.relname}\"")
                .WithDetail($"{(foreign.relispartition ? "Table" : "Partitioned table")} \"{ddl.Catalog.Class(table)!.relname}\" contains {(foreign.relispartition ? "indexes that are unique" : "unique indexes")}.")
            : [];
    }

    /// <summary>Gives a table that becomes a partition the indexes that it lacks, and makes those that it has partitions of its table's (AttachPartitionEnsureIndexes).</summary>
    internal static void EnsureAll(DdlContext ddl, uint table, uint partition, List<uint> created)
    {
        foreach (var index in IndexesFor(ddl, table, partition))
        {
            Ensure(ddl, index.indexrelid, partition, created);
        }
    }

    // Whether the partition's index is valid.
    private static bool Ensure(DdlContext ddl, uint parent, uint partition, List<uint> created)
    {
        var catalog = ddl.Catalog;
        var wanted = IndexDefinition.Of(ddl, catalog.Index(parent)!, partition);
        var constraint = catalog.ConstraintOfIndex(parent);
        foreach (var index in catalog.IndexesOf(partition).OrderBy(static i => i.indexrelid))
        {
            if (catalog.ParentsOf(index.indexrelid).IsEmpty && wanted.Matches(catalog, IndexDefinition.Of(ddl, index, partition))
                && (constraint is null || catalog.ConstraintOfIndex(index.indexrelid)?.contype == constraint.contype))
            {
                Attach(ddl, index.indexrelid, parent, partition);
                return index.indisvalid;
            }
        }

        return Clone(ddl, parent, partition, created);
    }

    private static bool Clone(DdlContext ddl, uint parent, uint partition, List<uint> created)
    {
        var relation = ddl.Catalog.Class(partition)!;
        var definition = IndexDefinition.Of(ddl, ddl.Catalog.Index(parent)!, partition);
        var index = Create(ddl, relation, definition.ChooseName(ddl, relation), definition, created, recurse: true, parent);
        return ddl.Catalog.Index(index.oid)!.indisvalid;
    }

    /// <summary>Makes an index a partition of another, and its constraint one of the other's.</summary>
    internal static void Attach(DdlContext ddl, uint index, uint parent, uint partition)
    {
        SetParent(ddl, index, parent, partition);
        if (ddl.Catalog.ConstraintOfIndex(parent) is { } constraint && ddl.Catalog.ConstraintOfIndex(index) is { } own)
        {
            SetParentConstraint(ddl, own, constraint.oid, partition);
        }
    }

    /// <summary>ConstraintSetParentConstraint.</summary>
    internal static void SetParentConstraint(DdlContext ddl, PgConstraint own, uint parent, uint partition)
    {
        ddl.Put(own with { conislocal = false, coninhcount = (short)(own.coninhcount + 1), conparentid = parent });
        ddl.DependOnParent(ObjectAddress.Constraint(own.oid), ObjectAddress.Constraint(parent), partition);
    }

    /// <summary>Takes an index and its constraint out of the index that it is a partition of.</summary>
    internal static void Detach(DdlContext ddl, uint index)
    {
        ClearParent(ddl, index);
        if (ddl.Catalog.ConstraintOfIndex(index) is { conparentid: not 0 } constraint)
        {
            ClearParentConstraint(ddl, constraint);
        }
    }

    /// <summary>Takes a constraint out of the one that it is a partition's of.</summary>
    internal static void ClearParentConstraint(DdlContext ddl, PgConstraint constraint)
    {
        ddl.Put(constraint with { conislocal = true, coninhcount = (short)(constraint.coninhcount - 1), conparentid = 0 });
        ForgetParent(ddl, ObjectAddress.Constraint(constraint.oid));
    }

    // IndexSetParentIndex
    private static void SetParent(DdlContext ddl, uint index, uint parent, uint partition)
    {
        ddl.Put(new PgInherits { inhrelid = index, inhparent = parent, inhseqno = 1 });
        ddl.Put(ddl.Catalog.Class(index)! with { relispartition = true });
        if (!ddl.Catalog.Class(parent)!.relhassubclass)
        {
            ddl.Put(ddl.Catalog.Class(parent)! with { relhassubclass = true });
        }

        ddl.DependOnParent(ObjectAddress.Relation(index), ObjectAddress.Relation(parent), partition);
    }

    private static void ClearParent(DdlContext ddl, uint index)
    {
        foreach (var row in ddl.Catalog.ParentsOf(index))
        {
            ddl.Remove(row);
        }

        ddl.Put(ddl.Catalog.Class(index)! with { relispartition = false });
        ForgetParent(ddl, ObjectAddress.Relation(index));
    }

    private static void ForgetParent(DdlContext ddl, ObjectAddress address) =>
        ddl.ForgetDependencies(address, static d => d.deptype is DependencyType.PartitionPrimary or DependencyType.PartitionSecondary);

    /// <summary>Raises 0A000 for a unique index that could not be kept by each partition alone.</summary>
    private static void RequireKey(DdlContext ddl, PgClass relation, IndexDefinition definition)
    {
        if (!definition.IsUnique && definition.Operators is null)
        {
            return;
        }

        var kind = definition.IsPrimary ? "PRIMARY KEY" : definition.IsUnique ? "UNIQUE" : "EXCLUDE";
        var key = PartitionKey.Of(ddl.Catalog, relation.oid)!;
        foreach (var column in key.Columns)
        {
            if (column.Number == 0)
            {
                throw new PgException(SqlState.FeatureNotSupported, $"unsupported {kind} constraint with partition key definition")
                    .WithDetail($"{kind} constraints cannot be used when partition keys include expressions.");
            }

            if (!Enumerable.Range(0, definition.KeyCount).Any(i => Covers(ddl, key, column, definition, i)))
            {
                throw new PgException(SqlState.FeatureNotSupported, "unique constraint on partitioned table must include all partitioning columns")
                    .WithDetail($"{kind} constraint on table \"{relation.relname}\" lacks column \"{ddl.Catalog.Attribute(relation.oid, column.Number)!.attname}\" which is part of the partition key.");
            }
        }
    }

    // Equal in the index means equal in the partition key.
    private static bool Covers(DdlContext ddl, PartitionKey key, PartitionKeyColumn column, IndexDefinition definition, int position)
    {
        if (definition.Numbers[position] != column.Number || definition.Collations[position] != column.Collation)
        {
            return false;
        }

        var catalog = ddl.Catalog;
        var wanted = Equal(catalog, column.Opclass, key.Strategy == 'h');
        var given = definition.Operators is { } operators ? operators[position] : Equal(catalog, catalog.Opclass(definition.Classes[position])!, definition.Am.oid == BuiltInOids.HashAm);
        if (wanted == given)
        {
            return true;
        }

        return definition.Operators is null
            ? false
            : throw new PgException(
                SqlState.FeatureNotSupported,
                $"cannot match partition key to index on column \"{catalog.Attribute(key.Table, column.Number)!.attname}\" using non-equal operator \"{catalog.Operator(given)!.oprname}\"");
    }

    private static uint Equal(CatalogSnapshot catalog, PgOpclass opclass, bool isHash) =>
        catalog.OperatorOfStrategy(opclass.opcfamily, opclass.opcintype, opclass.opcintype, isHash ? 1 : BtreeStrategy.Equal);
}
