using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_statistic_ext: an extended statistics object.</summary>
public sealed record PgStatisticExt : CatalogRow
{
    /// <summary>The OID of pg_statistic_ext itself.</summary>
    public const uint RelationOid = 3381;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgStatisticExt> Relation = new(
        "pg_statistic_ext",
        RelationOid,
        9,
        ["oid", "stxrelid", "stxname", "stxnamespace", "stxowner", "stxkeys", "stxstattarget", "stxkind", "stxexprs"],
        [0],
        static f => new PgStatisticExt
        {
            oid = f.Oid(0),
            stxrelid = f.Oid(1),
            stxname = f.Text(2),
            stxnamespace = f.Oid(3),
            stxowner = f.Oid(4),
            stxkeys = f.Int16Vector(5),
            stxstattarget = f.NullableInt16(6),
            stxkind = f.CharArray(7),
            stxexprs = f.NullableText(8),
        });

    internal static readonly CatalogIndex<PgStatisticExt> ByName = Relation.AddIndex(static r => new CatalogKey(r.stxnamespace, Name: r.stxname));

    internal static readonly CatalogIndex<PgStatisticExt> ByRelation = Relation.AddIndex(static r => new CatalogKey(r.stxrelid));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint stxrelid { get; init; }

    public string stxname { get; init; } = "";

    public uint stxnamespace { get; init; }

    public uint stxowner { get; init; }

    public short[] stxkeys { get; init; } = [];

    public short? stxstattarget { get; init; }

    public char[] stxkind { get; init; } = [];

    public string? stxexprs { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(stxrelid),
        2 => CatalogDatum.Text(stxname),
        3 => CatalogDatum.Oid(stxnamespace),
        4 => CatalogDatum.Oid(stxowner),
        5 => CatalogDatum.Int16Vector(stxkeys),
        6 => CatalogDatum.Int16(stxstattarget),
        7 => CatalogDatum.CharArray(stxkind),
        8 => CatalogDatum.Text(stxexprs),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
