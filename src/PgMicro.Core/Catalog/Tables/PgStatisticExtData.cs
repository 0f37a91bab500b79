using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_statistic_ext_data: what ANALYZE has found out for an extended statistics object. All is kept as text.</summary>
public sealed record PgStatisticExtData : CatalogRow
{
    /// <summary>The OID of pg_statistic_ext_data itself.</summary>
    public const uint RelationOid = 3429;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgStatisticExtData> Relation = new(
        "pg_statistic_ext_data",
        RelationOid,
        6,
        ["stxoid", "stxdinherit", "stxdndistinct", "stxddependencies", "stxdmcv", "stxdexpr"],
        [0, 1],
        static f => new PgStatisticExtData
        {
            stxoid = f.Oid(0),
            stxdinherit = f.Boolean(1),
            stxdndistinct = f.NullableText(2),
            stxddependencies = f.NullableText(3),
            stxdmcv = f.NullableText(4),
            stxdexpr = f.NullableText(5),
        });

    internal static readonly CatalogIndex<PgStatisticExtData> ByObject = Relation.AddIndex(static r => new CatalogKey(r.stxoid));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint stxoid { get; init; }

    public bool stxdinherit { get; init; }

    public string? stxdndistinct { get; init; }

    public string? stxddependencies { get; init; }

    public string? stxdmcv { get; init; }

    public string? stxdexpr { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(stxoid, stxdinherit ? 1u : 0u);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(stxoid),
        1 => CatalogDatum.Boolean(stxdinherit),
        2 => CatalogDatum.Text(stxdndistinct),
        3 => CatalogDatum.Text(stxddependencies),
        4 => CatalogDatum.Text(stxdmcv),
        5 => CatalogDatum.Text(stxdexpr),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
