using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_range: what makes a type a range.</summary>
public sealed record PgRange : CatalogRow
{
    /// <summary>The OID of pg_range itself.</summary>
    public const uint RelationOid = 3541;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgRange> Relation = new(
        "pg_range",
        RelationOid,
        7,
        ["rngtypid", "rngsubtype", "rngmultitypid", "rngcollation", "rngsubopc", "rngcanonical", "rngsubdiff"],
        [0],
        static f => new PgRange
        {
            rngtypid = f.Oid(0),
            rngsubtype = f.Oid(1),
            rngmultitypid = f.Oid(2),
            rngcollation = f.Oid(3),
            rngsubopc = f.Oid(4),
            rngcanonical = f.Oid(5),
            rngsubdiff = f.Oid(6),
        });

    internal static readonly CatalogIndex<PgRange> BySubtype = Relation.AddIndex(static r => new CatalogKey(r.rngsubtype));

    internal static readonly CatalogIndex<PgRange> ByMultirange = Relation.AddIndex(static r => new CatalogKey(r.rngmultitypid));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint rngtypid { get; init; }

    public uint rngsubtype { get; init; }

    public uint rngmultitypid { get; init; }

    public uint rngcollation { get; init; }

    public uint rngsubopc { get; init; }

    public uint rngcanonical { get; init; }

    public uint rngsubdiff { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(rngtypid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(rngtypid),
        1 => CatalogDatum.Oid(rngsubtype),
        2 => CatalogDatum.Oid(rngmultitypid),
        3 => CatalogDatum.Oid(rngcollation),
        4 => CatalogDatum.Oid(rngsubopc),
        5 => CatalogDatum.Oid(rngcanonical),
        6 => CatalogDatum.Oid(rngsubdiff),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
