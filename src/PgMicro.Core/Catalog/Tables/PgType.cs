using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_type: a type.</summary>
public sealed record PgType : CatalogRow
{
    /// <summary>The OID of pg_type itself.</summary>
    public const uint RelationOid = 1247;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgType> Relation = new(
        "pg_type",
        RelationOid,
        32,
        ["oid", "typname", "typnamespace", "typowner", "typlen", "typbyval", "typtype", "typcategory", "typispreferred", "typisdefined",
            "typdelim", "typrelid", "typsubscript", "typelem", "typarray", "typinput", "typoutput", "typreceive", "typsend", "typmodin",
            "typmodout", "typanalyze", "typalign", "typstorage", "typnotnull", "typbasetype", "typtypmod", "typndims", "typcollation",
            "typdefaultbin", "typdefault", "typacl"],
        [0],
        static f => new PgType
        {
            oid = f.Oid(0),
            typname = f.Text(1),
            typnamespace = f.Oid(2),
            typowner = f.Oid(3),
            typlen = f.Int16(4),
            typbyval = f.Boolean(5),
            typtype = f.Char(6),
            typcategory = f.Char(7),
            typispreferred = f.Boolean(8),
            typisdefined = f.Boolean(9),
            typdelim = f.Char(10),
            typrelid = f.Oid(11),
            typsubscript = f.Oid(12),
            typelem = f.Oid(13),
            typarray = f.Oid(14),
            typinput = f.Oid(15),
            typoutput = f.Oid(16),
            typreceive = f.Oid(17),
            typsend = f.Oid(18),
            typmodin = f.Oid(19),
            typmodout = f.Oid(20),
            typanalyze = f.Oid(21),
            typalign = f.Char(22),
            typstorage = f.Char(23),
            typnotnull = f.Boolean(24),
            typbasetype = f.Oid(25),
            typtypmod = f.Int32(26),
            typndims = f.Int32(27),
            typcollation = f.Oid(28),
            typdefaultbin = f.NullableText(29),
            typdefault = f.NullableText(30),
            typacl = f.NullableText(31),
        });

    internal static readonly CatalogIndex<PgType> ByName = Relation.AddIndex(static r => new CatalogKey(r.typnamespace, Name: r.typname));

    internal static readonly CatalogIndex<PgType> ByRelation = Relation.AddIndex(static r => new CatalogKey(r.typrelid));

    internal static readonly CatalogIndex<PgType> ByNamespace = Relation.AddIndex(static r => new CatalogKey(r.typnamespace));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string typname { get; init; } = "";

    public uint typnamespace { get; init; }

    public uint typowner { get; init; }

    public short typlen { get; init; }

    public bool typbyval { get; init; }

    public char typtype { get; init; }

    public char typcategory { get; init; }

    public bool typispreferred { get; init; }

    public bool typisdefined { get; init; } = true;

    public char typdelim { get; init; } = ',';

    public uint typrelid { get; init; }

    public uint typsubscript { get; init; }

    public uint typelem { get; init; }

    public uint typarray { get; init; }

    public uint typinput { get; init; }

    public uint typoutput { get; init; }

    public uint typreceive { get; init; }

    public uint typsend { get; init; }

    public uint typmodin { get; init; }

    public uint typmodout { get; init; }

    public uint typanalyze { get; init; }

    public char typalign { get; init; } = 'i';

    public char typstorage { get; init; } = 'p';

    public bool typnotnull { get; init; }

    public uint typbasetype { get; init; }

    public int typtypmod { get; init; } = -1;

    public int typndims { get; init; }

    public uint typcollation { get; init; }

    public string? typdefaultbin { get; init; }

    public string? typdefault { get; init; }

    public string? typacl { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(typname),
        2 => CatalogDatum.Oid(typnamespace),
        3 => CatalogDatum.Oid(typowner),
        4 => CatalogDatum.Int16(typlen),
        5 => CatalogDatum.Boolean(typbyval),
        6 => CatalogDatum.Char(typtype),
        7 => CatalogDatum.Char(typcategory),
        8 => CatalogDatum.Boolean(typispreferred),
        9 => CatalogDatum.Boolean(typisdefined),
        10 => CatalogDatum.Char(typdelim),
        11 => CatalogDatum.Oid(typrelid),
        12 => CatalogDatum.Oid(typsubscript),
        13 => CatalogDatum.Oid(typelem),
        14 => CatalogDatum.Oid(typarray),
        15 => CatalogDatum.Oid(typinput),
        16 => CatalogDatum.Oid(typoutput),
        17 => CatalogDatum.Oid(typreceive),
        18 => CatalogDatum.Oid(typsend),
        19 => CatalogDatum.Oid(typmodin),
        20 => CatalogDatum.Oid(typmodout),
        21 => CatalogDatum.Oid(typanalyze),
        22 => CatalogDatum.Char(typalign),
        23 => CatalogDatum.Char(typstorage),
        24 => CatalogDatum.Boolean(typnotnull),
        25 => CatalogDatum.Oid(typbasetype),
        26 => CatalogDatum.Int32(typtypmod),
        27 => CatalogDatum.Int32(typndims),
        28 => CatalogDatum.Oid(typcollation),
        29 => CatalogDatum.Text(typdefaultbin),
        30 => CatalogDatum.Text(typdefault),
        31 => CatalogDatum.Text(typacl),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
