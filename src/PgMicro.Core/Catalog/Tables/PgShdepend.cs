using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_shdepend: a dependency on a shared object.</summary>
public sealed record PgShdepend : CatalogRow
{
    /// <summary>The OID of pg_shdepend itself.</summary>
    public const uint RelationOid = 1214;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgShdepend> Relation = new(
        "pg_shdepend",
        RelationOid,
        7,
        ["dbid", "classid", "objid", "objsubid", "refclassid", "refobjid", "deptype"],
        [0, 1, 2, 3, 4, 5, 6],
        static f => new PgShdepend
        {
            dbid = f.Oid(0),
            classid = f.Oid(1),
            objid = f.Oid(2),
            objsubid = f.Int32(3),
            refclassid = f.Oid(4),
            refobjid = f.Oid(5),
            deptype = f.Char(6),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint dbid { get; init; }

    public uint classid { get; init; }

    public uint objid { get; init; }

    public int objsubid { get; init; }

    public uint refclassid { get; init; }

    public uint refobjid { get; init; }

    public char deptype { get; init; } = 'n';

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new(
        ((ulong)classid << 32) | objid,
        ((ulong)refclassid << 32) | refobjid,
        ((ulong)dbid << 32) | ((ulong)(ushort)objsubid << 16) | deptype);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(dbid),
        1 => CatalogDatum.Oid(classid),
        2 => CatalogDatum.Oid(objid),
        3 => CatalogDatum.Int32(objsubid),
        4 => CatalogDatum.Oid(refclassid),
        5 => CatalogDatum.Oid(refobjid),
        6 => CatalogDatum.Char(deptype),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
