using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_subscription: a subscription.</summary>
public sealed record PgSubscription : CatalogRow
{
    /// <summary>The OID of pg_subscription itself.</summary>
    public const uint RelationOid = 6100;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgSubscription> Relation = new(
        "pg_subscription",
        RelationOid,
        18,
        ["oid", "subdbid", "subskiplsn", "subname", "subowner", "subenabled", "subbinary", "substream", "subtwophasestate",
            "subdisableonerr", "subpasswordrequired", "subrunasowner", "subfailover", "subconninfo", "subslotname", "subsynccommit",
            "subpublications", "suborigin"],
        [0],
        static f => new PgSubscription
        {
            oid = f.Oid(0),
            subdbid = f.Oid(1),
            subskiplsn = f.Text(2),
            subname = f.Text(3),
            subowner = f.Oid(4),
            subenabled = f.Boolean(5),
            subbinary = f.Boolean(6),
            substream = f.Char(7),
            subtwophasestate = f.Char(8),
            subdisableonerr = f.Boolean(9),
            subpasswordrequired = f.Boolean(10),
            subrunasowner = f.Boolean(11),
            subfailover = f.Boolean(12),
            subconninfo = f.Text(13),
            subslotname = f.NullableText(14),
            subsynccommit = f.Text(15),
            subpublications = f.TextArray(16),
            suborigin = f.NullableText(17),
        });

    internal static readonly CatalogIndex<PgSubscription> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.subname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint subdbid { get; init; }

    public string subskiplsn { get; init; } = "";

    public string subname { get; init; } = "";

    public uint subowner { get; init; }

    public bool subenabled { get; init; }

    public bool subbinary { get; init; }

    public char substream { get; init; }

    public char subtwophasestate { get; init; }

    public bool subdisableonerr { get; init; }

    public bool subpasswordrequired { get; init; }

    public bool subrunasowner { get; init; }

    public bool subfailover { get; init; }

    public string subconninfo { get; init; } = "";

    public string? subslotname { get; init; }

    public string subsynccommit { get; init; } = "";

    public string[] subpublications { get; init; } = [];

    public string? suborigin { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(subdbid),
        2 => CatalogDatum.Text(subskiplsn),
        3 => CatalogDatum.Text(subname),
        4 => CatalogDatum.Oid(subowner),
        5 => CatalogDatum.Boolean(subenabled),
        6 => CatalogDatum.Boolean(subbinary),
        7 => CatalogDatum.Char(substream),
        8 => CatalogDatum.Char(subtwophasestate),
        9 => CatalogDatum.Boolean(subdisableonerr),
        10 => CatalogDatum.Boolean(subpasswordrequired),
        11 => CatalogDatum.Boolean(subrunasowner),
        12 => CatalogDatum.Boolean(subfailover),
        13 => CatalogDatum.Text(subconninfo),
        14 => CatalogDatum.Text(subslotname),
        15 => CatalogDatum.Text(subsynccommit),
        16 => CatalogDatum.TextArray(subpublications),
        17 => CatalogDatum.Text(suborigin),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
