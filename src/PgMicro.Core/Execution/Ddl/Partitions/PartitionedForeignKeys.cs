using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Partitioning;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.Partitions;

/// <summary>
/// Foreign keys of partitioned tables and to such. Each partition of the referencing table has one of its own, a child of its table's; for each partition of the
/// referenced table the referencing one has a further row, which says what a change of that partition's keys does.
/// </summary>
internal static class PartitionedForeignKeys
{
    /// <summary>Writes a foreign key with all that comes of it in partitions.</summary>
    internal static void Store(DdlContext ddl, PgConstraint key)
    {
        Put(ddl, key);
        AddReferenced(ddl, key);
        AddReferencing(ddl, key);
    }

    /// <summary>Gives a new partition the foreign keys of its table, and has those that refer to the table refer to it (CloneForeignKeyConstraints).</summary>
    internal static void CloneAll(DdlContext ddl, uint table, uint partition)
    {
        foreach (var key in Roots(ddl.Catalog.ConstraintsOf(table).Where(static c => c.contype == 'f')))
        {
            RequireUnreferenced(ddl, key, partition);
            AddReferencing(ddl, key, partition);
        }

        // Those that the partition has had itself have just become its table's.
        foreach (var key in Roots(ddl.Catalog.ForeignKeysReferencing(table)))
        {
            AddReferenced(ddl, key, partition);
        }
    }

    // A table cannot refer to what becomes a part of itself.
    private static void RequireUnreferenced(DdlContext ddl, PgConstraint key, uint partition)
    {
        if (key.confrelid == partition)
        {
            throw new PgException(
                SqlState.FeatureNotSupported,
                $"cannot attach table \"{ddl.Catalog.Class(partition)!.relname}\" as a partition because it is referenced by foreign key \"{key.conname}\"");
        }

        if (key.confrelid != key.conrelid && Inheritance.Descendants(ddl.Catalog, partition).Contains(key.confrelid))
        {
            throw new PgException(
                SqlState.ObjectInUse, $"cannot ALTER TABLE \"{ddl.Catalog.Class(key.confrelid)!.relname}\" because it is being used by active queries in this session");
        }
    }

    /// <summary>The foreign keys of tables that have rows which a foreign key stands for: itself or those of the partitions.</summary>
    internal static IEnumerable<PgConstraint> OfLeaves(CatalogSnapshot catalog, PgConstraint key) => catalog.Class(key.conrelid)!.relkind != 'p'
        ? [key]
        : Children(catalog, key).Where(c => c.conrelid != key.conrelid).SelectMany(c => OfLeaves(catalog, c));

    /// <summary>A foreign key and all that come of it.</summary>
    internal static IEnumerable<PgConstraint> Tree(CatalogSnapshot catalog, PgConstraint key) =>
        Children(catalog, key).SelectMany(c => Tree(catalog, c)).Prepend(key);

    /// <summary>Makes a former partition's foreign keys its own (DetachPartitionFinalize).</summary>
    internal static void Detach(DdlContext ddl, uint partition)
    {
        foreach (var key in ddl.Catalog.ConstraintsOf(partition).Where(static c => c is { contype: 'f', conparentid: not 0 }))
        {
            if (ddl.Catalog.Constraint(key.conparentid)?.conrelid != partition)
            {
                PartitionedIndexes.ClearParentConstraint(ddl, key);

                // Its table's said what a change of keys in the partitions of the referenced table does.
                AddReferenced(ddl, ddl.Catalog.Constraint(key.oid)!);
            }
        }

        // No part of the referenced key space any more.
        foreach (var key in ReferencingAsPartition(ddl.Catalog, partition))
        {
            DropPart(ddl, key);
        }
    }

    private static void DropPart(DdlContext ddl, PgConstraint key)
    {
        ddl.ForgetDependencies(ObjectAddress.Constraint(key.oid), static d => d is { refclassid: PgConstraint.RelationOid, deptype: 'i' });
        Drop.Perform(ddl, [ObjectAddress.Constraint(key.oid)], Pg.DropBehavior.DropRestrict);
    }

    /// <summary>The foreign keys to a partitioned table that refer to a partition of it because it is one.</summary>
    internal static List<PgConstraint> ReferencingAsPartition(CatalogSnapshot catalog, uint partition) =>
        [.. catalog.ForeignKeysReferencing(partition).Where(c => c.conparentid != 0 && catalog.Constraint(c.conparentid) is { } parent && parent.confrelid != partition).OrderBy(static c => c.oid)];

    // Those that do not come of another among them.
    private static List<PgConstraint> Roots(IEnumerable<PgConstraint> keys)
    {
        var all = keys.OrderBy(static k => k.oid).ToList();
        return [.. all.Where(k => !all.Exists(o => o.oid == k.conparentid))];
    }

    private static IEnumerable<PgConstraint> Children(CatalogSnapshot catalog, PgConstraint key) =>
        catalog.UserRowsOf(PgConstraint.Relation).Where(c => c.conparentid == key.oid).OrderBy(static c => c.oid);

    // addFkRecurseReferenced
    private static void AddReferenced(DdlContext ddl, PgConstraint key)
    {
        if (PartitionDescriptor.Of(ddl.Catalog, key.confrelid) is { } referenced)
        {
            foreach (var partition in referenced.Partitions)
            {
                AddReferenced(ddl, key, partition);
            }
        }
    }

    private static void AddReferenced(DdlContext ddl, PgConstraint key, uint partition)
    {
        var catalog = ddl.Catalog;
        var relation = catalog.Class(key.conrelid)!;
        var index = catalog.IndexesOf(partition).FirstOrDefault(i => catalog.ParentsOf(i.indexrelid).Any(p => p.inhparent == key.conindid))
            ?? throw new PgException(SqlState.InternalError, $"index for {key.conindid} not found in partition {catalog.Class(partition)!.relname}");
        var map = Inheritance.Map(catalog, key.confrelid, partition);
        var child = key with
        {
            oid = ddl.NewOid(),
            conname = ObjectNames.ChooseConstraintName(
                catalog, relation.relname, ObjectNames.Addition(key.conkey!.Select(c => catalog.Attribute(relation.oid, c)!.attname)), "fkey", relation.relnamespace),
            conparentid = key.oid,
            confrelid = partition,
            conindid = index.indexrelid,
            confkey = [.. key.confkey!.Select(c => map[c])],
            conislocal = false,
            coninhcount = 1,
            connoinherit = false,
        };
        Put(ddl, child);
        ddl.Depend(ObjectAddress.Constraint(child.oid), ObjectAddress.Constraint(key.oid), DependencyType.Internal);
        AddReferenced(ddl, child);
    }

    // addFkRecurseReferencing
    private static void AddReferencing(DdlContext ddl, PgConstraint key)
    {
        if (PartitionDescriptor.Of(ddl.Catalog, key.conrelid) is { } referencing)
        {
            foreach (var partition in referencing.Partitions)
            {
                AddReferencing(ddl, key, partition);
            }
        }
    }

    private static void AddReferencing(DdlContext ddl, PgConstraint key, uint partition)
    {
        var catalog = ddl.Catalog;
        var relation = catalog.Class(partition)!;
        var map = Inheritance.Map(catalog, key.conrelid, partition);
        short[] columns = [.. key.conkey!.Select(c => map[c])];
        if (catalog.ConstraintsOf(partition).Where(c => Serves(c, key, columns)).MinBy(static c => c.oid) is { } own)
        {
            // What it says of the referenced table's partitions, that of the table says from now on.
            foreach (var part in Children(catalog, own).Where(c => c.conrelid == partition).ToList())
            {
                DropPart(ddl, part);
            }

            PartitionedIndexes.SetParentConstraint(ddl, own, key.oid, partition);
            return;
        }

        var child = key with
        {
            oid = ddl.NewOid(),
            conname = catalog.FindConstraint(partition, key.conname) is null ? key.conname : ObjectNames.ChooseConstraintName(
                catalog, relation.relname, ObjectNames.Addition(columns.Select(c => catalog.Attribute(partition, c)!.attname)), "fkey", relation.relnamespace),
            connamespace = relation.relnamespace,
            conparentid = key.oid,
            conrelid = partition,
            conkey = columns,
            confdelsetcols = key.confdelsetcols is { } set ? [.. set.Select(c => map[c])] : null,
            conislocal = false,
            coninhcount = 1,
            connoinherit = false,
        };
        Put(ddl, child);
        ddl.DependOnParent(ObjectAddress.Constraint(child.oid), ObjectAddress.Constraint(key.oid), partition);
        AddReferencing(ddl, child);
    }

    // tryAttachPartitionForeignKey: a foreign key that the partition has already.
    private static bool Serves(PgConstraint own, PgConstraint key, short[] columns) =>
        own is { contype: 'f', conparentid: 0, convalidated: true } && own.confrelid == key.confrelid
            && own.conkey!.AsSpan().SequenceEqual(columns) && own.confkey!.AsSpan().SequenceEqual(key.confkey) && own.conpfeqop!.AsSpan().SequenceEqual(key.conpfeqop)
            && own.condeferrable == key.condeferrable && own.condeferred == key.condeferred
            && own.confupdtype == key.confupdtype && own.confdeltype == key.confdeltype && own.confmatchtype == key.confmatchtype;

    private static void Put(DdlContext ddl, PgConstraint key)
    {
        ddl.Put(key);
        var address = ObjectAddress.Constraint(key.oid);
        Constraints.DependOnColumns(ddl, address, key.conrelid, key.conkey!, 'a');
        Constraints.DependOnColumns(ddl, address, key.confrelid, key.confkey!, 'n');
        ddl.Depend(address, ObjectAddress.Relation(key.conindid));
        foreach (var oid in new[] { key.conrelid, key.confrelid })
        {
            if (!ddl.Catalog.Class(oid)!.relhastriggers)
            {
                ddl.Put(ddl.Catalog.Class(oid)! with { relhastriggers = true });
            }
        }
    }
}
