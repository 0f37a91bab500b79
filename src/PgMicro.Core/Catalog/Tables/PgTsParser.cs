using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_ts_parser: a text search parser.</summary>
public sealed record PgTsParser : CatalogRow
{
    /// <summary>The OID of pg_ts_parser itself.</summary>
    public const uint RelationOid = 3601;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgTsParser> Relation = new(
        "pg_ts_parser",
        RelationOid,
        8,
        ["oid", "prsname", "prsnamespace", "prsstart", "prstoken", "prsend", "prsheadline", "prslextype"],
        [0],
        static f => new PgTsParser
        {
            oid = f.Oid(0),
            prsname = f.Text(1),
            prsnamespace = f.Oid(2),
            prsstart = f.Oid(3),
            prstoken = f.Oid(4),
            prsend = f.Oid(5),
            prsheadline = f.Oid(6),
            prslextype = f.Oid(7),
        });

    internal static readonly CatalogIndex<PgTsParser> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.prsname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string prsname { get; init; } = "";

    public uint prsnamespace { get; init; }

    public uint prsstart { get; init; }

    public uint prstoken { get; init; }

    public uint prsend { get; init; }

    public uint prsheadline { get; init; }

    public uint prslextype { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(prsname),
        2 => CatalogDatum.Oid(prsnamespace),
        3 => CatalogDatum.Oid(prsstart),
        4 => CatalogDatum.Oid(prstoken),
        5 => CatalogDatum.Oid(prsend),
        6 => CatalogDatum.Oid(prsheadline),
        7 => CatalogDatum.Oid(prslextype),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
