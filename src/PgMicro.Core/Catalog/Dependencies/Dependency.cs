using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog.Dependencies;

/// <summary>Records in pg_depend.</summary>
public static class Dependency
{
    /// <summary>Records that an object depends on another; nothing is recorded of pinned ones.</summary>
    public static void Record(CatalogBuilder catalog, ObjectAddress dependent, ObjectAddress referenced, char type)
    {
        if (IsPinned(referenced))
        {
            return;
        }

        catalog.Put(new PgDepend
        {
            classid = dependent.ClassId,
            objid = dependent.ObjectId,
            objsubid = dependent.SubId,
            refclassid = referenced.ClassId,
            refobjid = referenced.ObjectId,
            refobjsubid = referenced.SubId,
            deptype = type,
        });
    }

    /// <summary>Records what an object depends on, once each; a column stands for its table.</summary>
    public static void RecordAll(CatalogBuilder catalog, ObjectAddress dependent, IEnumerable<ObjectAddress> referenced, char type)
    {
        var all = referenced.Distinct().ToList();
        foreach (var address in all)
        {
            if (address.SubId != 0 || !all.Exists(a => a.ClassId == address.ClassId && a.ObjectId == address.ObjectId && a.SubId != 0))
            {
                Record(catalog, dependent, address, type);
            }
        }
    }

    /// <summary>Whether the system needs an object: it cannot be dropped and dependencies on it go unrecorded.</summary>
    public static bool IsPinned(ObjectAddress address) =>
        address.ObjectId < BuiltInOids.FirstUnpinnedObjectId && address != ObjectAddress.Namespace(BuiltInOids.PublicNamespace);

    /// <summary>Removes an object's own records of a kind; returns how many.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="dependent">The object; a column's records only when SubId is not 0.</param>
    /// <param name="type">pg_depend.deptype, or null for all.</param>
    /// <param name="referencedClass">Class of the referenced object, or 0 for all.</param>
    public static int DeleteRecords(CatalogBuilder catalog, ObjectAddress dependent, char? type = null, uint referencedClass = 0)
    {
        var count = 0;
        foreach (var depend in catalog.Snapshot.Find(PgDepend.ByDependent, new(dependent.ClassId, dependent.ObjectId)))
        {
            if ((dependent.SubId == 0 || depend.objsubid == dependent.SubId)
                && (type is null || depend.deptype == type)
                && (referencedClass == 0 || depend.refclassid == referencedClass))
            {
                catalog.Delete(depend);
                count++;
            }
        }

        return count;
    }

    /// <summary>What depends on an object (or column) directly.</summary>
    public static IReadOnlyList<PgDepend> FindDependents(CatalogSnapshot catalog, ObjectAddress referenced) =>
        [.. catalog.Find(PgDepend.ByReferenced, new(referenced.ClassId, referenced.ObjectId))
            .Where(d => referenced.SubId == 0 || d.refobjsubid == referenced.SubId)];

    /// <summary>What an object (or column) depends on directly.</summary>
    public static IReadOnlyList<PgDepend> FindReferenced(CatalogSnapshot catalog, ObjectAddress dependent) =>
        [.. catalog.Find(PgDepend.ByDependent, new(dependent.ClassId, dependent.ObjectId))
            .Where(d => dependent.SubId == 0 || d.objsubid == dependent.SubId)];
}
