using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_class: a relation: table, index, sequence, view, composite type.</summary>
public sealed record PgClass : CatalogRow
{
    /// <summary>The OID of pg_class itself.</summary>
    public const uint RelationOid = 1259;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgClass> Relation = new(
        "pg_class",
        RelationOid,
        33,
        ["oid", "relname", "relnamespace", "reltype", "reloftype", "relowner", "relam", "relfilenode", "reltablespace", "relpages",
            "reltuples", "relallvisible", "reltoastrelid", "relhasindex", "relisshared", "relpersistence", "relkind", "relnatts",
            "relchecks", "relhasrules", "relhastriggers", "relhassubclass", "relrowsecurity", "relforcerowsecurity", "relispopulated",
            "relreplident", "relispartition", "relrewrite", "relfrozenxid", "relminmxid", "relacl", "reloptions", "relpartbound"],
        [0],
        static f => new PgClass
        {
            oid = f.Oid(0),
            relname = f.Text(1),
            relnamespace = f.Oid(2),
            reltype = f.Oid(3),
            reloftype = f.Oid(4),
            relowner = f.Oid(5),
            relam = f.Oid(6),
            relfilenode = f.Oid(7),
            reltablespace = f.Oid(8),
            relpages = f.Int32(9),
            reltuples = f.Single(10),
            relallvisible = f.Int32(11),
            reltoastrelid = f.Oid(12),
            relhasindex = f.Boolean(13),
            relisshared = f.Boolean(14),
            relpersistence = f.Char(15),
            relkind = f.Char(16),
            relnatts = f.Int16(17),
            relchecks = f.Int16(18),
            relhasrules = f.Boolean(19),
            relhastriggers = f.Boolean(20),
            relhassubclass = f.Boolean(21),
            relrowsecurity = f.Boolean(22),
            relforcerowsecurity = f.Boolean(23),
            relispopulated = f.Boolean(24),
            relreplident = f.Char(25),
            relispartition = f.Boolean(26),
            relrewrite = f.Oid(27),
            relfrozenxid = f.Oid(28),
            relminmxid = f.Oid(29),
            relacl = f.NullableText(30),
            reloptions = f.NullableTextArray(31),
            relpartbound = f.NullableText(32),
        });

    internal static readonly CatalogIndex<PgClass> ByName = Relation.AddIndex(static r => new CatalogKey(r.relnamespace, Name: r.relname));

    internal static readonly CatalogIndex<PgClass> ByNamespace = Relation.AddIndex(static r => new CatalogKey(r.relnamespace));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string relname { get; init; } = "";

    public uint relnamespace { get; init; }

    public uint reltype { get; init; }

    public uint reloftype { get; init; }

    public uint relowner { get; init; }

    public uint relam { get; init; }

    public uint relfilenode { get; init; }

    public uint reltablespace { get; init; }

    public int relpages { get; init; }

    public float reltuples { get; init; } = -1;

    public int relallvisible { get; init; }

    public uint reltoastrelid { get; init; }

    public bool relhasindex { get; init; }

    public bool relisshared { get; init; }

    public char relpersistence { get; init; } = 'p';

    public char relkind { get; init; }

    public short relnatts { get; init; }

    public short relchecks { get; init; }

    public bool relhasrules { get; init; }

    public bool relhastriggers { get; init; }

    public bool relhassubclass { get; init; }

    public bool relrowsecurity { get; init; }

    public bool relforcerowsecurity { get; init; }

    public bool relispopulated { get; init; } = true;

    public char relreplident { get; init; } = 'n';

    public bool relispartition { get; init; }

    public uint relrewrite { get; init; }

    public uint relfrozenxid { get; init; }

    public uint relminmxid { get; init; }

    public string? relacl { get; init; }

    public string[]? reloptions { get; init; }

    public string? relpartbound { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(relname),
        2 => CatalogDatum.Oid(relnamespace),
        3 => CatalogDatum.Oid(reltype),
        4 => CatalogDatum.Oid(reloftype),
        5 => CatalogDatum.Oid(relowner),
        6 => CatalogDatum.Oid(relam),
        7 => CatalogDatum.Oid(relfilenode),
        8 => CatalogDatum.Oid(reltablespace),
        9 => CatalogDatum.Int32(relpages),
        10 => CatalogDatum.Single(reltuples),
        11 => CatalogDatum.Int32(relallvisible),
        12 => CatalogDatum.Oid(reltoastrelid),
        13 => CatalogDatum.Boolean(relhasindex),
        14 => CatalogDatum.Boolean(relisshared),
        15 => CatalogDatum.Char(relpersistence),
        16 => CatalogDatum.Char(relkind),
        17 => CatalogDatum.Int16(relnatts),
        18 => CatalogDatum.Int16(relchecks),
        19 => CatalogDatum.Boolean(relhasrules),
        20 => CatalogDatum.Boolean(relhastriggers),
        21 => CatalogDatum.Boolean(relhassubclass),
        22 => CatalogDatum.Boolean(relrowsecurity),
        23 => CatalogDatum.Boolean(relforcerowsecurity),
        24 => CatalogDatum.Boolean(relispopulated),
        25 => CatalogDatum.Char(relreplident),
        26 => CatalogDatum.Boolean(relispartition),
        27 => CatalogDatum.Oid(relrewrite),
        28 => CatalogDatum.Oid(relfrozenxid),
        29 => CatalogDatum.Oid(relminmxid),
        30 => CatalogDatum.Text(relacl),
        31 => CatalogDatum.TextArray(reloptions),
        32 => CatalogDatum.Text(relpartbound),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
