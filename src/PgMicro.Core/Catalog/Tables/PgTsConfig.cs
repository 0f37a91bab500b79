using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_ts_config: a text search configuration.</summary>
public sealed record PgTsConfig : CatalogRow
{
    /// <summary>The OID of pg_ts_config itself.</summary>
    public const uint RelationOid = 3602;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgTsConfig> Relation = new(
        "pg_ts_config",
        RelationOid,
        5,
        ["oid", "cfgname", "cfgnamespace", "cfgowner", "cfgparser"],
        [0],
        static f => new PgTsConfig
        {
            oid = f.Oid(0),
            cfgname = f.Text(1),
            cfgnamespace = f.Oid(2),
            cfgowner = f.Oid(3),
            cfgparser = f.Oid(4),
        });

    internal static readonly CatalogIndex<PgTsConfig> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.cfgname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string cfgname { get; init; } = "";

    public uint cfgnamespace { get; init; }

    public uint cfgowner { get; init; }

    public uint cfgparser { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(cfgname),
        2 => CatalogDatum.Oid(cfgnamespace),
        3 => CatalogDatum.Oid(cfgowner),
        4 => CatalogDatum.Oid(cfgparser),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
