using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_database: a database.</summary>
public sealed record PgDatabase : CatalogRow
{
    /// <summary>The OID of pg_database itself.</summary>
    public const uint RelationOid = 1262;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgDatabase> Relation = new(
        "pg_database",
        RelationOid,
        18,
        ["oid", "datname", "datdba", "encoding", "datlocprovider", "datistemplate", "datallowconn", "dathasloginevt", "datconnlimit",
            "datfrozenxid", "datminmxid", "dattablespace", "datcollate", "datctype", "datlocale", "daticurules", "datcollversion",
            "datacl"],
        [0],
        static f => new PgDatabase
        {
            oid = f.Oid(0),
            datname = f.Text(1),
            datdba = f.Oid(2),
            encoding = f.Int32(3),
            datlocprovider = f.Char(4),
            datistemplate = f.Boolean(5),
            datallowconn = f.Boolean(6),
            dathasloginevt = f.Boolean(7),
            datconnlimit = f.Int32(8),
            datfrozenxid = f.Oid(9),
            datminmxid = f.Oid(10),
            dattablespace = f.Oid(11),
            datcollate = f.Text(12),
            datctype = f.Text(13),
            datlocale = f.NullableText(14),
            daticurules = f.NullableText(15),
            datcollversion = f.NullableText(16),
            datacl = f.NullableText(17),
        });

    internal static readonly CatalogIndex<PgDatabase> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.datname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string datname { get; init; } = "";

    public uint datdba { get; init; }

    public int encoding { get; init; }

    public char datlocprovider { get; init; }

    public bool datistemplate { get; init; }

    public bool datallowconn { get; init; }

    public bool dathasloginevt { get; init; }

    public int datconnlimit { get; init; } = -1;

    public uint datfrozenxid { get; init; }

    public uint datminmxid { get; init; }

    public uint dattablespace { get; init; }

    public string datcollate { get; init; } = "";

    public string datctype { get; init; } = "";

    public string? datlocale { get; init; }

    public string? daticurules { get; init; }

    public string? datcollversion { get; init; }

    public string? datacl { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(datname),
        2 => CatalogDatum.Oid(datdba),
        3 => CatalogDatum.Int32(encoding),
        4 => CatalogDatum.Char(datlocprovider),
        5 => CatalogDatum.Boolean(datistemplate),
        6 => CatalogDatum.Boolean(datallowconn),
        7 => CatalogDatum.Boolean(dathasloginevt),
        8 => CatalogDatum.Int32(datconnlimit),
        9 => CatalogDatum.Oid(datfrozenxid),
        10 => CatalogDatum.Oid(datminmxid),
        11 => CatalogDatum.Oid(dattablespace),
        12 => CatalogDatum.Text(datcollate),
        13 => CatalogDatum.Text(datctype),
        14 => CatalogDatum.Text(datlocale),
        15 => CatalogDatum.Text(daticurules),
        16 => CatalogDatum.Text(datcollversion),
        17 => CatalogDatum.Text(datacl),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
