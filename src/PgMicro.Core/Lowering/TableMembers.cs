using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;

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

    /// <summary>Those of a relation and all of its descendants.</summary>
    internal static IReadOnlyList<uint> All(CatalogSnapshot catalog, uint relation) =>
        [.. Inheritance.Descendants(catalog, relation).Where(oid => catalog.Class(oid)!.relkind is not 'p')];
}
