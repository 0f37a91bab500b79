using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_largeobject_metadata: a large object.</summary>
public sealed record PgLargeobjectMetadata : CatalogRow
{
    /// <summary>The OID of pg_largeobject_metadata itself.</summary>
    public const uint RelationOid = 2995;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgLargeobjectMetadata> Relation = new(
        "pg_largeobject_metadata",
        RelationOid,
        3,
        ["oid", "lomowner", "lomacl"],
        [0],
        static f => new PgLargeobjectMetadata
        {
            oid = f.Oid(0),
            lomowner = f.Oid(1),
            lomacl = f.NullableText(2),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint lomowner { get; init; }

    public string? lomacl { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(lomowner),
        2 => CatalogDatum.Text(lomacl),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
