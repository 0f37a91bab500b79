using System.Globalization;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog.Dependencies;

/// <summary>Takes the catalog rows of one object away, with its dependencies and comments.</summary>
public static class CatalogRemoval
{
    /// <summary>Removes an object's rows. What depends on it must have gone before.</summary>
    public static void Remove(CatalogBuilder catalog, ObjectAddress address)
    {
        var snapshot = catalog.Snapshot;
        if (address.ClassId == PgClass.RelationOid && address.SubId != 0)
        {
            RemoveColumn(catalog, snapshot, address);
        }
        else
        {
            RemoveObject(catalog, snapshot, address);
        }

        foreach (var depend in snapshot.Find(PgDepend.ByDependent, new(address.ClassId, address.ObjectId)))
        {
            if (address.SubId == 0 || depend.objsubid == address.SubId)
            {
                catalog.Delete(depend);
            }
        }

        foreach (var comment in snapshot.FindUser(PgDescription.ByObject, new(address.ClassId, address.ObjectId)))
        {
            if (address.SubId == 0 || comment.objsubid == address.SubId)
            {
                catalog.Delete(comment);
            }
        }
    }

    private static void RemoveObject(CatalogBuilder catalog, CatalogSnapshot snapshot, ObjectAddress address)
    {
        var oid = address.ObjectId;
        switch (address.ClassId)
        {
            case PgClass.RelationOid:
                RemoveRelation(catalog, snapshot, oid);
                return;
            case PgType.RelationOid:
                DeleteAll(catalog, snapshot.EnumValues(oid));
                Delete(catalog, snapshot.Range(oid));
                break;
            case PgProc.RelationOid:
                Delete(catalog, snapshot.Aggregate(oid));
                break;
            case PgAttrdef.RelationOid:
                if (snapshot.Find(PgAttrdef.Relation, new(oid)) is { } attrdef
                    && snapshot.Attribute(attrdef.adrelid, attrdef.adnum) is { } column)
                {
                    catalog.Update(column with { atthasdef = false, attgenerated = '\0' });
                }

                break;
            case PgConstraint.RelationOid:
                if (snapshot.Constraint(oid) is { contype: 'c', conrelid: not 0 } check && snapshot.Class(check.conrelid) is { } relation)
                {
                    catalog.Update(relation with { relchecks = (short)(relation.relchecks - 1) });
                }

                break;
            case PgStatisticExt.RelationOid:
                DeleteAll(catalog, snapshot.Find(PgStatisticExtData.ByObject, new(oid)));
                break;
            case PgTsConfig.RelationOid:
                DeleteAll(catalog, snapshot.Find(PgTsConfigMap.ByConfig, new(oid)));
                break;
        }

        if (CatalogRelationList.Find(address.ClassId) is { } table && snapshot.UserRowsOf(table)?.FindRow(new CatalogKey(oid)) is { } row)
        {
            catalog.Delete(row);
        }
    }

    private static void RemoveRelation(CatalogBuilder catalog, CatalogSnapshot snapshot, uint oid)
    {
        DeleteAll(catalog, snapshot.Find(PgStatistic.ByRelation, new(oid)));
        if (snapshot.Index(oid) is { } index)
        {
            if (snapshot.IndexesOf(index.indrelid).Length == 1 && snapshot.Class(index.indrelid) is { } table)
            {
                catalog.Update(table with { relhasindex = false });
            }

            catalog.Delete(index);
        }

        Delete(catalog, snapshot.Sequence(oid));
        DeleteAll(catalog, snapshot.AllAttributes(oid));
        DeleteAll(catalog, snapshot.ParentsOf(oid));
        Delete(catalog, snapshot.Find(PgPartitionedTable.Relation, new(oid)));
        Delete(catalog, snapshot.Find(PgForeignTable.Relation, new(oid)));
        Delete(catalog, snapshot.Class(oid));
    }

    // The column stays as a gap, so that the others keep their numbers.
    private static void RemoveColumn(CatalogBuilder catalog, CatalogSnapshot snapshot, ObjectAddress address)
    {
        if (snapshot.Attribute(address.ObjectId, address.SubId) is { } column)
        {
            catalog.Update(column with
            {
                attname = string.Create(CultureInfo.InvariantCulture, $"........pg.dropped.{column.attnum}........"),
                attisdropped = true,
                atttypid = 0,
                attnotnull = false,
                atthasdef = false,
                atthasmissing = false,
                attmissingval = null,
                attgenerated = '\0',
                attidentity = '\0',
                attstattarget = null,
                attacl = null,
                attoptions = null,
                attfdwoptions = null,
            });
            foreach (var statistic in snapshot.Find(PgStatistic.ByRelation, new(address.ObjectId)))
            {
                if (statistic.staattnum == column.attnum)
                {
                    catalog.Delete(statistic);
                }
            }
        }
    }

    private static void Delete(CatalogBuilder catalog, CatalogRow? row)
    {
        if (row is not null)
        {
            catalog.Delete(row);
        }
    }

    private static void DeleteAll<T>(CatalogBuilder catalog, System.Collections.Immutable.ImmutableArray<T> rows)
        where T : CatalogRow
    {
        foreach (var row in rows)
        {
            catalog.Delete(row);
        }
    }
}
