using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace PgMicro.Core.Catalog;

/// <summary>Which relations inherit from which, by pg_inherits: inheritance children and partitions alike.</summary>
internal static class Inheritance
{
    private static readonly ConditionalWeakTable<CatalogSnapshot, ConcurrentDictionary<(uint Parent, uint Child), AttributeMap>> Maps = [];

    /// <summary>Whether a relation has children. The mark of pg_class outlives them, so it is only asked first.</summary>
    internal static bool HasChildren(CatalogSnapshot catalog, uint oid) =>
        catalog.Class(oid) is { relhassubclass: true } && !catalog.ChildrenOf(oid).IsEmpty;

    /// <summary>The direct children by OID (find_inheritance_children).</summary>
    internal static uint[] Children(CatalogSnapshot catalog, uint oid)
    {
        var rows = catalog.ChildrenOf(oid);
        if (rows.IsEmpty)
        {
            return [];
        }

        var children = new uint[rows.Length];
        for (var i = 0; i < children.Length; i++)
        {
            children[i] = rows[i].inhrelid;
        }

        Array.Sort(children);
        return children;
    }

    /// <summary>The direct parents in the order of the declaration.</summary>
    internal static uint[] Parents(CatalogSnapshot catalog, uint oid) =>
        [.. catalog.ParentsOf(oid).OrderBy(static p => p.inhseqno).Select(static p => p.inhparent)];

    /// <summary>
    /// A relation and all that inherit from it, each once: by levels, the children of each by OID (find_all_inheritors).
    /// </summary>
    internal static IReadOnlyList<uint> Descendants(CatalogSnapshot catalog, uint oid)
    {
        var found = new List<uint> { oid };
        var seen = new HashSet<uint> { oid };
        for (var i = 0; i < found.Count; i++)
        {
            foreach (var child in Children(catalog, found[i]))
            {
                if (seen.Add(child))
                {
                    found.Add(child);
                }
            }
        }

        return found;
    }

    /// <summary>All that a relation inherits from, each once, the nearest first; of a partition the root comes last.</summary>
    internal static IReadOnlyList<uint> Ancestors(CatalogSnapshot catalog, uint oid)
    {
        var found = new List<uint>();
        var seen = new HashSet<uint> { oid };
        for (var next = -1; next < found.Count; next++)
        {
            foreach (var parent in Parents(catalog, next < 0 ? oid : found[next]))
            {
                if (seen.Add(parent))
                {
                    found.Add(parent);
                }
            }
        }

        return found;
    }

    /// <summary>The sequence of an identity column: partitions have that of their root; 0 if none.</summary>
    internal static uint IdentitySequence(CatalogSnapshot catalog, uint oid, int attnum)
    {
        if (catalog.Class(oid) is not { relispartition: true } || Ancestors(catalog, oid) is not [.., var root])
        {
            return catalog.SequenceOwnedBy(oid, attnum, identityOnly: true);
        }

        return catalog.FindAttribute(root, catalog.Attribute(oid, attnum)!.attname) is { } column ? catalog.SequenceOwnedBy(root, column.attnum, identityOnly: true) : 0;
    }

    /// <summary>How many of a relation's parents are among some tables.</summary>
    internal static int ParentsAmong(CatalogSnapshot catalog, uint oid, IReadOnlyList<uint> tables) =>
        catalog.ParentsOf(oid).Count(p => tables.Contains(p.inhparent));

    /// <summary>Which columns of a descendant are those of an ancestor.</summary>
    internal static AttributeMap Map(CatalogSnapshot catalog, uint parent, uint child) =>
        Maps.GetOrCreateValue(catalog).GetOrAdd((parent, child), static (key, c) => new AttributeMap(c, key.Parent, key.Child), catalog);
}
