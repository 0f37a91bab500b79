using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_publication: a publication.</summary>
public sealed record PgPublication : CatalogRow
{
    /// <summary>The OID of pg_publication itself.</summary>
    public const uint RelationOid = 6104;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgPublication> Relation = new(
        "pg_publication",
        RelationOid,
        9,
        ["oid", "pubname", "pubowner", "puballtables", "pubinsert", "pubupdate", "pubdelete", "pubtruncate", "pubviaroot"],
        [0],
        static f => new PgPublication
        {
            oid = f.Oid(0),
            pubname = f.Text(1),
            pubowner = f.Oid(2),
            puballtables = f.Boolean(3),
            pubinsert = f.Boolean(4),
            pubupdate = f.Boolean(5),
            pubdelete = f.Boolean(6),
            pubtruncate = f.Boolean(7),
            pubviaroot = f.Boolean(8),
        });

    internal static readonly CatalogIndex<PgPublication> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.pubname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string pubname { get; init; } = "";

    public uint pubowner { get; init; }

    public bool puballtables { get; init; }

    public bool pubinsert { get; init; }

    public bool pubupdate { get; init; }

    public bool pubdelete { get; init; }

    public bool pubtruncate { get; init; }

    public bool pubviaroot { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(pubname),
        2 => CatalogDatum.Oid(pubowner),
        3 => CatalogDatum.Boolean(puballtables),
        4 => CatalogDatum.Boolean(pubinsert),
        5 => CatalogDatum.Boolean(pubupdate),
        6 => CatalogDatum.Boolean(pubdelete),
        7 => CatalogDatum.Boolean(pubtruncate),
        8 => CatalogDatum.Boolean(pubviaroot),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
