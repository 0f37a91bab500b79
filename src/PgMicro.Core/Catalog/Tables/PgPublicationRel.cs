using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_publication_rel: a table of a publication.</summary>
public sealed record PgPublicationRel : CatalogRow
{
    /// <summary>The OID of pg_publication_rel itself.</summary>
    public const uint RelationOid = 6106;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgPublicationRel> Relation = new(
        "pg_publication_rel",
        RelationOid,
        5,
        ["oid", "prpubid", "prrelid", "prqual", "prattrs"],
        [0],
        static f => new PgPublicationRel
        {
            oid = f.Oid(0),
            prpubid = f.Oid(1),
            prrelid = f.Oid(2),
            prqual = f.NullableText(3),
            prattrs = f.NullableInt16Vector(4),
        });

    internal static readonly CatalogIndex<PgPublicationRel> ByRelation = Relation.AddIndex(static r => new CatalogKey(r.prrelid));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint prpubid { get; init; }

    public uint prrelid { get; init; }

    public string? prqual { get; init; }

    public short[]? prattrs { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(prpubid),
        2 => CatalogDatum.Oid(prrelid),
        3 => CatalogDatum.Text(prqual),
        4 => CatalogDatum.Int16Vector(prattrs),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
