using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_attrdef: a column's default or generation expression.</summary>
public sealed record PgAttrdef : CatalogRow
{
    /// <summary>The OID of pg_attrdef itself.</summary>
    public const uint RelationOid = 2604;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgAttrdef> Relation = new(
        "pg_attrdef",
        RelationOid,
        4,
        ["oid", "adrelid", "adnum", "adbin"],
        [0],
        static f => new PgAttrdef
        {
            oid = f.Oid(0),
            adrelid = f.Oid(1),
            adnum = f.Int16(2),
            adbin = f.Text(3),
        });

    internal static readonly CatalogIndex<PgAttrdef> ByRelation = Relation.AddIndex(static r => new CatalogKey(r.adrelid));

    internal static readonly CatalogIndex<PgAttrdef> ByColumn = Relation.AddIndex(static r => new CatalogKey(r.adrelid, unchecked((ulong)r.adnum)));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint adrelid { get; init; }

    public short adnum { get; init; }

    public string adbin { get; init; } = "";

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(adrelid),
        2 => CatalogDatum.Int16(adnum),
        3 => CatalogDatum.Text(adbin),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
