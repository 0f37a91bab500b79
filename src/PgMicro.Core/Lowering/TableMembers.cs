using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Partitioning;

namespace PgMicro.Core.Lowering;

/// <summary>The tables that hold the rows of a relation and of those that inherit from it.</summary>
internal static class TableMembers
{
    /// <summary>
    /// Those of a range table entry, in the order in which they are read; null where the relation itself holds all of its rows. A partitioned table
    /// holds none: without partitions, or after ONLY, there is no table.
    /// </summary>
    internal static IReadOnlyList<uint>? Of(CatalogSnapshot catalog, RangeTableEntry entry)
    {
        if (entry.RteKind != RteKind.Relation)
        {
            return null;
        }

        if (entry.Inh && Inheritance.HasChildren(catalog, entry.Relid))
        {
            return All(catalog, entry.Relid);
        }

        return entry.RelKind == 'p' ? [] : null;
    }

    // Partitions come in the order of their bounds, those of a partition in its place.
    private static List<uint> All(CatalogSnapshot catalog, uint relation)
    {
        if (PartitionDescriptor.Of(catalog, relation) is not { } partitions)
        {
            return [.. Inheritance.Descendants(catalog, relation)];
        }

        var result = new List<uint>();
        foreach (var partition in partitions.Partitions)
        {
            result.AddRange(All(catalog, partition));
        }

        return result;
    }
}
