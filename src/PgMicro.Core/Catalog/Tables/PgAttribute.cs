using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_attribute: a column of a relation.</summary>
public sealed record PgAttribute : CatalogRow
{
    /// <summary>The OID of pg_attribute itself.</summary>
    public const uint RelationOid = 1249;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgAttribute> Relation = new(
        "pg_attribute",
        RelationOid,
        26,
        ["attrelid", "attname", "atttypid", "attlen", "attnum", "attcacheoff", "atttypmod", "attndims", "attbyval", "attalign",
            "attstorage", "attcompression", "attnotnull", "atthasdef", "atthasmissing", "attidentity", "attgenerated", "attisdropped",
            "attislocal", "attinhcount", "attcollation", "attstattarget", "attacl", "attoptions", "attfdwoptions", "attmissingval"],
        [0, 4],
        static f => new PgAttribute
        {
            attrelid = f.Oid(0),
            attname = f.Text(1),
            atttypid = f.Oid(2),
            attlen = f.Int16(3),
            attnum = f.Int16(4),
            attcacheoff = f.Int32(5),
            atttypmod = f.Int32(6),
            attndims = f.Int16(7),
            attbyval = f.Boolean(8),
            attalign = f.Char(9),
            attstorage = f.Char(10),
            attcompression = f.Char(11),
            attnotnull = f.Boolean(12),
            atthasdef = f.Boolean(13),
            atthasmissing = f.Boolean(14),
            attidentity = f.Char(15),
            attgenerated = f.Char(16),
            attisdropped = f.Boolean(17),
            attislocal = f.Boolean(18),
            attinhcount = f.Int16(19),
            attcollation = f.Oid(20),
            attstattarget = f.NullableInt16(21),
            attacl = f.NullableText(22),
            attoptions = f.NullableTextArray(23),
            attfdwoptions = f.NullableTextArray(24),
            attmissingval = f.NullableText(25),
        });

    internal static readonly CatalogIndex<PgAttribute> ByRelation = Relation.AddIndex(static r => new CatalogKey(r.attrelid));

    internal static readonly CatalogIndex<PgAttribute> ByType = Relation.AddIndex(static r => new CatalogKey(r.atttypid));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint attrelid { get; init; }

    public string attname { get; init; } = "";

    public uint atttypid { get; init; }

    public short attlen { get; init; }

    public short attnum { get; init; }

    public int attcacheoff { get; init; } = -1;

    public int atttypmod { get; init; } = -1;

    public short attndims { get; init; }

    public bool attbyval { get; init; }

    public char attalign { get; init; } = 'i';

    public char attstorage { get; init; } = 'p';

    public char attcompression { get; init; }

    public bool attnotnull { get; init; }

    public bool atthasdef { get; init; }

    public bool atthasmissing { get; init; }

    public char attidentity { get; init; }

    public char attgenerated { get; init; }

    public bool attisdropped { get; init; }

    public bool attislocal { get; init; } = true;

    public short attinhcount { get; init; }

    public uint attcollation { get; init; }

    public short? attstattarget { get; init; }

    public string? attacl { get; init; }

    public string[]? attoptions { get; init; }

    public string[]? attfdwoptions { get; init; }

    public string? attmissingval { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(attrelid, unchecked((ulong)attnum));

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(attrelid),
        1 => CatalogDatum.Text(attname),
        2 => CatalogDatum.Oid(atttypid),
        3 => CatalogDatum.Int16(attlen),
        4 => CatalogDatum.Int16(attnum),
        5 => CatalogDatum.Int32(attcacheoff),
        6 => CatalogDatum.Int32(atttypmod),
        7 => CatalogDatum.Int16(attndims),
        8 => CatalogDatum.Boolean(attbyval),
        9 => CatalogDatum.Char(attalign),
        10 => CatalogDatum.Char(attstorage),
        11 => CatalogDatum.Char(attcompression),
        12 => CatalogDatum.Boolean(attnotnull),
        13 => CatalogDatum.Boolean(atthasdef),
        14 => CatalogDatum.Boolean(atthasmissing),
        15 => CatalogDatum.Char(attidentity),
        16 => CatalogDatum.Char(attgenerated),
        17 => CatalogDatum.Boolean(attisdropped),
        18 => CatalogDatum.Boolean(attislocal),
        19 => CatalogDatum.Int16(attinhcount),
        20 => CatalogDatum.Oid(attcollation),
        21 => CatalogDatum.Int16(attstattarget),
        22 => CatalogDatum.Text(attacl),
        23 => CatalogDatum.TextArray(attoptions),
        24 => CatalogDatum.TextArray(attfdwoptions),
        25 => CatalogDatum.Text(attmissingval),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
