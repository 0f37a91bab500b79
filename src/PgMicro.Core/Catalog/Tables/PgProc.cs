using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_proc: a function, procedure, aggregate or window function.</summary>
public sealed record PgProc : CatalogRow
{
    /// <summary>The OID of pg_proc itself.</summary>
    public const uint RelationOid = 1255;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgProc> Relation = new(
        "pg_proc",
        RelationOid,
        30,
        ["oid", "proname", "pronamespace", "proowner", "prolang", "procost", "prorows", "provariadic", "prosupport", "prokind",
            "prosecdef", "proleakproof", "proisstrict", "proretset", "provolatile", "proparallel", "pronargs", "pronargdefaults",
            "prorettype", "proargtypes", "proallargtypes", "proargmodes", "proargnames", "proargdefaults", "protrftypes", "prosrc",
            "probin", "prosqlbody", "proconfig", "proacl", "proargdefaults_sql", "prosqlbody_sql"],
        [0],
        static f => new PgProc
        {
            oid = f.Oid(0),
            proname = f.Text(1),
            pronamespace = f.Oid(2),
            proowner = f.Oid(3),
            prolang = f.Oid(4),
            procost = f.Single(5),
            prorows = f.Single(6),
            provariadic = f.Oid(7),
            prosupport = f.Oid(8),
            prokind = f.Char(9),
            prosecdef = f.Boolean(10),
            proleakproof = f.Boolean(11),
            proisstrict = f.Boolean(12),
            proretset = f.Boolean(13),
            provolatile = f.Char(14),
            proparallel = f.Char(15),
            pronargs = f.Int16(16),
            pronargdefaults = f.Int16(17),
            prorettype = f.Oid(18),
            proargtypes = f.OidVector(19),
            proallargtypes = f.NullableOidArray(20),
            proargmodes = f.NullableCharArray(21),
            proargnames = f.NullableTextArray(22),
            proargdefaults = f.NullableText(23),
            protrftypes = f.NullableOidArray(24),
            prosrc = f.Text(25),
            probin = f.NullableText(26),
            prosqlbody = f.NullableText(27),
            proconfig = f.NullableTextArray(28),
            proacl = f.NullableText(29),
            proargdefaults_sql = f.NullableText(30),
            prosqlbody_sql = f.NullableText(31),
        });

    internal static readonly CatalogIndex<PgProc> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.proname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string proname { get; init; } = "";

    public uint pronamespace { get; init; }

    public uint proowner { get; init; }

    public uint prolang { get; init; }

    public float procost { get; init; } = 1;

    public float prorows { get; init; }

    public uint provariadic { get; init; }

    public uint prosupport { get; init; }

    public char prokind { get; init; } = 'f';

    public bool prosecdef { get; init; }

    public bool proleakproof { get; init; }

    public bool proisstrict { get; init; }

    public bool proretset { get; init; }

    public char provolatile { get; init; } = 'v';

    public char proparallel { get; init; } = 'u';

    public short pronargs { get; init; }

    public short pronargdefaults { get; init; }

    public uint prorettype { get; init; }

    public uint[] proargtypes { get; init; } = [];

    public uint[]? proallargtypes { get; init; }

    public char[]? proargmodes { get; init; }

    public string[]? proargnames { get; init; }

    public string? proargdefaults { get; init; }

    public uint[]? protrftypes { get; init; }

    public string prosrc { get; init; } = "";

    public string? probin { get; init; }

    public string? prosqlbody { get; init; }

    public string[]? proconfig { get; init; }

    public string? proacl { get; init; }

    public string? proargdefaults_sql { get; init; }

    public string? prosqlbody_sql { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(proname),
        2 => CatalogDatum.Oid(pronamespace),
        3 => CatalogDatum.Oid(proowner),
        4 => CatalogDatum.Oid(prolang),
        5 => CatalogDatum.Single(procost),
        6 => CatalogDatum.Single(prorows),
        7 => CatalogDatum.Oid(provariadic),
        8 => CatalogDatum.Oid(prosupport),
        9 => CatalogDatum.Char(prokind),
        10 => CatalogDatum.Boolean(prosecdef),
        11 => CatalogDatum.Boolean(proleakproof),
        12 => CatalogDatum.Boolean(proisstrict),
        13 => CatalogDatum.Boolean(proretset),
        14 => CatalogDatum.Char(provolatile),
        15 => CatalogDatum.Char(proparallel),
        16 => CatalogDatum.Int16(pronargs),
        17 => CatalogDatum.Int16(pronargdefaults),
        18 => CatalogDatum.Oid(prorettype),
        19 => CatalogDatum.OidVector(proargtypes),
        20 => CatalogDatum.OidArray(proallargtypes),
        21 => CatalogDatum.CharArray(proargmodes),
        22 => CatalogDatum.TextArray(proargnames),
        23 => CatalogDatum.Text(proargdefaults),
        24 => CatalogDatum.OidArray(protrftypes),
        25 => CatalogDatum.Text(prosrc),
        26 => CatalogDatum.Text(probin),
        27 => CatalogDatum.Text(prosqlbody),
        28 => CatalogDatum.TextArray(proconfig),
        29 => CatalogDatum.Text(proacl),
        30 => CatalogDatum.Text(proargdefaults_sql),
        31 => CatalogDatum.Text(prosqlbody_sql),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
