using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_transform: a transform of a type for a language.</summary>
public sealed record PgTransform : CatalogRow
{
    /// <summary>The OID of pg_transform itself.</summary>
    public const uint RelationOid = 3576;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgTransform> Relation = new(
        "pg_transform",
        RelationOid,
        5,
        ["oid", "trftype", "trflang", "trffromsql", "trftosql"],
        [0],
        static f => new PgTransform
        {
            oid = f.Oid(0),
            trftype = f.Oid(1),
            trflang = f.Oid(2),
            trffromsql = f.Oid(3),
            trftosql = f.Oid(4),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint trftype { get; init; }

    public uint trflang { get; init; }

    public uint trffromsql { get; init; }

    public uint trftosql { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(trftype),
        2 => CatalogDatum.Oid(trflang),
        3 => CatalogDatum.Oid(trffromsql),
        4 => CatalogDatum.Oid(trftosql),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
