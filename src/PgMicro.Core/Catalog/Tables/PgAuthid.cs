using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_authid: a role.</summary>
public sealed record PgAuthid : CatalogRow
{
    /// <summary>The OID of pg_authid itself.</summary>
    public const uint RelationOid = 1260;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgAuthid> Relation = new(
        "pg_authid",
        RelationOid,
        12,
        ["oid", "rolname", "rolsuper", "rolinherit", "rolcreaterole", "rolcreatedb", "rolcanlogin", "rolreplication", "rolbypassrls",
            "rolconnlimit", "rolpassword", "rolvaliduntil"],
        [0],
        static f => new PgAuthid
        {
            oid = f.Oid(0),
            rolname = f.Text(1),
            rolsuper = f.Boolean(2),
            rolinherit = f.Boolean(3),
            rolcreaterole = f.Boolean(4),
            rolcreatedb = f.Boolean(5),
            rolcanlogin = f.Boolean(6),
            rolreplication = f.Boolean(7),
            rolbypassrls = f.Boolean(8),
            rolconnlimit = f.Int32(9),
            rolpassword = f.NullableText(10),
            rolvaliduntil = f.NullableTimestamp(11),
        });

    internal static readonly CatalogIndex<PgAuthid> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.rolname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string rolname { get; init; } = "";

    public bool rolsuper { get; init; }

    public bool rolinherit { get; init; }

    public bool rolcreaterole { get; init; }

    public bool rolcreatedb { get; init; }

    public bool rolcanlogin { get; init; }

    public bool rolreplication { get; init; }

    public bool rolbypassrls { get; init; }

    public int rolconnlimit { get; init; } = -1;

    public string? rolpassword { get; init; }

    public long? rolvaliduntil { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(rolname),
        2 => CatalogDatum.Boolean(rolsuper),
        3 => CatalogDatum.Boolean(rolinherit),
        4 => CatalogDatum.Boolean(rolcreaterole),
        5 => CatalogDatum.Boolean(rolcreatedb),
        6 => CatalogDatum.Boolean(rolcanlogin),
        7 => CatalogDatum.Boolean(rolreplication),
        8 => CatalogDatum.Boolean(rolbypassrls),
        9 => CatalogDatum.Int32(rolconnlimit),
        10 => CatalogDatum.Text(rolpassword),
        11 => CatalogDatum.Timestamp(rolvaliduntil),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
