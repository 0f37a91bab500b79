using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_statistic: what ANALYZE has found out about a column. The arrays are kept as text.</summary>
public sealed record PgStatistic : CatalogRow
{
    /// <summary>The OID of pg_statistic itself.</summary>
    public const uint RelationOid = 2619;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgStatistic> Relation = new(
        "pg_statistic",
        RelationOid,
        31,
        ["starelid", "staattnum", "stainherit", "stanullfrac", "stawidth", "stadistinct", "stakind1", "stakind2", "stakind3", "stakind4", "stakind5",
            "staop1", "staop2", "staop3", "staop4", "staop5", "stacoll1", "stacoll2", "stacoll3", "stacoll4", "stacoll5", "stanumbers1", "stanumbers2",
            "stanumbers3", "stanumbers4", "stanumbers5", "stavalues1", "stavalues2", "stavalues3", "stavalues4", "stavalues5"],
        [0, 1, 2],
        static f => new PgStatistic
        {
            starelid = f.Oid(0),
            staattnum = f.Int16(1),
            stainherit = f.Boolean(2),
            stanullfrac = f.Single(3),
            stawidth = f.Int32(4),
            stadistinct = f.Single(5),
            stakind1 = f.Int16(6),
            stakind2 = f.Int16(7),
            stakind3 = f.Int16(8),
            stakind4 = f.Int16(9),
            stakind5 = f.Int16(10),
            staop1 = f.Oid(11),
            staop2 = f.Oid(12),
            staop3 = f.Oid(13),
            staop4 = f.Oid(14),
            staop5 = f.Oid(15),
            stacoll1 = f.Oid(16),
            stacoll2 = f.Oid(17),
            stacoll3 = f.Oid(18),
            stacoll4 = f.Oid(19),
            stacoll5 = f.Oid(20),
            stanumbers1 = f.NullableText(21),
            stanumbers2 = f.NullableText(22),
            stanumbers3 = f.NullableText(23),
            stanumbers4 = f.NullableText(24),
            stanumbers5 = f.NullableText(25),
            stavalues1 = f.NullableText(26),
            stavalues2 = f.NullableText(27),
            stavalues3 = f.NullableText(28),
            stavalues4 = f.NullableText(29),
            stavalues5 = f.NullableText(30),
        });

    internal static readonly CatalogIndex<PgStatistic> ByRelation = Relation.AddIndex(static r => new CatalogKey(r.starelid));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint starelid { get; init; }

    public short staattnum { get; init; }

    public bool stainherit { get; init; }

    public float stanullfrac { get; init; }

    public int stawidth { get; init; }

    public float stadistinct { get; init; }

    public short stakind1 { get; init; }

    public short stakind2 { get; init; }

    public short stakind3 { get; init; }

    public short stakind4 { get; init; }

    public short stakind5 { get; init; }

    public uint staop1 { get; init; }

    public uint staop2 { get; init; }

    public uint staop3 { get; init; }

    public uint staop4 { get; init; }

    public uint staop5 { get; init; }

    public uint stacoll1 { get; init; }

    public uint stacoll2 { get; init; }

    public uint stacoll3 { get; init; }

    public uint stacoll4 { get; init; }

    public uint stacoll5 { get; init; }

    public string? stanumbers1 { get; init; }

    public string? stanumbers2 { get; init; }

    public string? stanumbers3 { get; init; }

    public string? stanumbers4 { get; init; }

    public string? stanumbers5 { get; init; }

    public string? stavalues1 { get; init; }

    public string? stavalues2 { get; init; }

    public string? stavalues3 { get; init; }

    public string? stavalues4 { get; init; }

    public string? stavalues5 { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(starelid, unchecked((ulong)staattnum), stainherit ? 1u : 0u);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(starelid),
        1 => CatalogDatum.Int16(staattnum),
        2 => CatalogDatum.Boolean(stainherit),
        3 => CatalogDatum.Single(stanullfrac),
        4 => CatalogDatum.Int32(stawidth),
        5 => CatalogDatum.Single(stadistinct),
        6 => CatalogDatum.Int16(stakind1),
        7 => CatalogDatum.Int16(stakind2),
        8 => CatalogDatum.Int16(stakind3),
        9 => CatalogDatum.Int16(stakind4),
        10 => CatalogDatum.Int16(stakind5),
        11 => CatalogDatum.Oid(staop1),
        12 => CatalogDatum.Oid(staop2),
        13 => CatalogDatum.Oid(staop3),
        14 => CatalogDatum.Oid(staop4),
        15 => CatalogDatum.Oid(staop5),
        16 => CatalogDatum.Oid(stacoll1),
        17 => CatalogDatum.Oid(stacoll2),
        18 => CatalogDatum.Oid(stacoll3),
        19 => CatalogDatum.Oid(stacoll4),
        20 => CatalogDatum.Oid(stacoll5),
        21 => CatalogDatum.Text(stanumbers1),
        22 => CatalogDatum.Text(stanumbers2),
        23 => CatalogDatum.Text(stanumbers3),
        24 => CatalogDatum.Text(stanumbers4),
        25 => CatalogDatum.Text(stanumbers5),
        26 => CatalogDatum.Text(stavalues1),
        27 => CatalogDatum.Text(stavalues2),
        28 => CatalogDatum.Text(stavalues3),
        29 => CatalogDatum.Text(stavalues4),
        30 => CatalogDatum.Text(stavalues5),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
