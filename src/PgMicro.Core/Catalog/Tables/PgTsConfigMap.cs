using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_ts_config_map: a text search configuration's dictionary for a token type.</summary>
public sealed record PgTsConfigMap : CatalogRow
{
    /// <summary>The OID of pg_ts_config_map itself.</summary>
    public const uint RelationOid = 3603;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgTsConfigMap> Relation = new(
        "pg_ts_config_map",
        RelationOid,
        4,
        ["mapcfg", "maptokentype", "mapseqno", "mapdict"],
        [0, 1, 2],
        static f => new PgTsConfigMap
        {
            mapcfg = f.Oid(0),
            maptokentype = f.Int32(1),
            mapseqno = f.Int32(2),
            mapdict = f.Oid(3),
        });

    internal static readonly CatalogIndex<PgTsConfigMap> ByConfig = Relation.AddIndex(static r => new CatalogKey(r.mapcfg));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint mapcfg { get; init; }

    public int maptokentype { get; init; }

    public int mapseqno { get; init; }

    public uint mapdict { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(mapcfg, unchecked((ulong)maptokentype), unchecked((ulong)mapseqno));

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(mapcfg),
        1 => CatalogDatum.Int32(maptokentype),
        2 => CatalogDatum.Int32(mapseqno),
        3 => CatalogDatum.Oid(mapdict),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
