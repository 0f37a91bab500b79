using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_publication_namespace: a schema of a publication.</summary>
public sealed record PgPublicationNamespace : CatalogRow
{
    /// <summary>The OID of pg_publication_namespace itself.</summary>
    public const uint RelationOid = 6237;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgPublicationNamespace> Relation = new(
        "pg_publication_namespace",
        RelationOid,
        3,
        ["oid", "pnpubid", "pnnspid"],
        [0],
        static f => new PgPublicationNamespace
        {
            oid = f.Oid(0),
            pnpubid = f.Oid(1),
            pnnspid = f.Oid(2),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint pnpubid { get; init; }

    public uint pnnspid { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(pnpubid),
        2 => CatalogDatum.Oid(pnnspid),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
