using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_depend: a dependency between two objects of the database.</summary>
public sealed record PgDepend : CatalogRow
{
    /// <summary>The OID of pg_depend itself.</summary>
    public const uint RelationOid = 2608;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgDepend> Relation = new(
        "pg_depend",
        RelationOid,
        7,
        ["classid", "objid", "objsubid", "refclassid", "refobjid", "refobjsubid", "deptype"],
        [0, 1, 2, 3, 4, 5, 6],
        static f => new PgDepend
        {
            classid = f.Oid(0),
            objid = f.Oid(1),
            objsubid = f.Int32(2),
            refclassid = f.Oid(3),
            refobjid = f.Oid(4),
            refobjsubid = f.Int32(5),
            deptype = f.Char(6),
        });

    internal static readonly CatalogIndex<PgDepend> ByDependent = Relation.AddIndex(static r => new CatalogKey(r.classid, r.objid));

    internal static readonly CatalogIndex<PgDepend> ByReferenced = Relation.AddIndex(static r => new CatalogKey(r.refclassid, r.refobjid));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint classid { get; init; }

    public uint objid { get; init; }

    public int objsubid { get; init; }

    public uint refclassid { get; init; }

    public uint refobjid { get; init; }

    public int refobjsubid { get; init; }

    public char deptype { get; init; } = 'n';

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new(
        ((ulong)classid << 32) | objid,
        ((ulong)refclassid << 32) | refobjid,
        ((ulong)(ushort)objsubid << 32) | ((ulong)(ushort)refobjsubid << 16) | deptype);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(classid),
        1 => CatalogDatum.Oid(objid),
        2 => CatalogDatum.Int32(objsubid),
        3 => CatalogDatum.Oid(refclassid),
        4 => CatalogDatum.Oid(refobjid),
        5 => CatalogDatum.Int32(refobjsubid),
        6 => CatalogDatum.Char(deptype),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
