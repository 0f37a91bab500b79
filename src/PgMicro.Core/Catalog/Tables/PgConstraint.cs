using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_constraint: a constraint of a table or domain.</summary>
public sealed record PgConstraint : CatalogRow
{
    /// <summary>The OID of pg_constraint itself.</summary>
    public const uint RelationOid = 2606;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgConstraint> Relation = new(
        "pg_constraint",
        RelationOid,
        26,
        ["oid", "conname", "connamespace", "contype", "condeferrable", "condeferred", "convalidated", "conrelid", "contypid", "conindid",
            "conparentid", "confrelid", "confupdtype", "confdeltype", "confmatchtype", "conislocal", "coninhcount", "connoinherit",
            "conkey", "confkey", "conpfeqop", "conppeqop", "conffeqop", "confdelsetcols", "conexclop", "conbin"],
        [0],
        static f => new PgConstraint
        {
            oid = f.Oid(0),
            conname = f.Text(1),
            connamespace = f.Oid(2),
            contype = f.Char(3),
            condeferrable = f.Boolean(4),
            condeferred = f.Boolean(5),
            convalidated = f.Boolean(6),
            conrelid = f.Oid(7),
            contypid = f.Oid(8),
            conindid = f.Oid(9),
            conparentid = f.Oid(10),
            confrelid = f.Oid(11),
            confupdtype = f.Char(12),
            confdeltype = f.Char(13),
            confmatchtype = f.Char(14),
            conislocal = f.Boolean(15),
            coninhcount = f.Int16(16),
            connoinherit = f.Boolean(17),
            conkey = f.NullableInt16Array(18),
            confkey = f.NullableInt16Array(19),
            conpfeqop = f.NullableOidArray(20),
            conppeqop = f.NullableOidArray(21),
            conffeqop = f.NullableOidArray(22),
            confdelsetcols = f.NullableInt16Array(23),
            conexclop = f.NullableOidArray(24),
            conbin = f.NullableText(25),
        });

    internal static readonly CatalogIndex<PgConstraint> ByRelation = Relation.AddIndex(static r => new CatalogKey(r.conrelid));

    internal static readonly CatalogIndex<PgConstraint> ByType = Relation.AddIndex(static r => new CatalogKey(r.contypid));

    internal static readonly CatalogIndex<PgConstraint> ByReferenced = Relation.AddIndex(static r => new CatalogKey(r.confrelid));

    internal static readonly CatalogIndex<PgConstraint> ByIndex = Relation.AddIndex(static r => new CatalogKey(r.conindid));

    internal static readonly CatalogIndex<PgConstraint> ByName = Relation.AddIndex(static r => new CatalogKey(r.connamespace, Name: r.conname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string conname { get; init; } = "";

    public uint connamespace { get; init; }

    public char contype { get; init; }

    public bool condeferrable { get; init; }

    public bool condeferred { get; init; }

    public bool convalidated { get; init; } = true;

    public uint conrelid { get; init; }

    public uint contypid { get; init; }

    public uint conindid { get; init; }

    public uint conparentid { get; init; }

    public uint confrelid { get; init; }

    public char confupdtype { get; init; } = ' ';

    public char confdeltype { get; init; } = ' ';

    public char confmatchtype { get; init; } = ' ';

    public bool conislocal { get; init; } = true;

    public short coninhcount { get; init; }

    public bool connoinherit { get; init; }

    public short[]? conkey { get; init; }

    public short[]? confkey { get; init; }

    public uint[]? conpfeqop { get; init; }

    public uint[]? conppeqop { get; init; }

    public uint[]? conffeqop { get; init; }

    public short[]? confdelsetcols { get; init; }

    public uint[]? conexclop { get; init; }

    public string? conbin { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(conname),
        2 => CatalogDatum.Oid(connamespace),
        3 => CatalogDatum.Char(contype),
        4 => CatalogDatum.Boolean(condeferrable),
        5 => CatalogDatum.Boolean(condeferred),
        6 => CatalogDatum.Boolean(convalidated),
        7 => CatalogDatum.Oid(conrelid),
        8 => CatalogDatum.Oid(contypid),
        9 => CatalogDatum.Oid(conindid),
        10 => CatalogDatum.Oid(conparentid),
        11 => CatalogDatum.Oid(confrelid),
        12 => CatalogDatum.Char(confupdtype),
        13 => CatalogDatum.Char(confdeltype),
        14 => CatalogDatum.Char(confmatchtype),
        15 => CatalogDatum.Boolean(conislocal),
        16 => CatalogDatum.Int16(coninhcount),
        17 => CatalogDatum.Boolean(connoinherit),
        18 => CatalogDatum.Int16Array(conkey),
        19 => CatalogDatum.Int16Array(confkey),
        20 => CatalogDatum.OidArray(conpfeqop),
        21 => CatalogDatum.OidArray(conppeqop),
        22 => CatalogDatum.OidArray(conffeqop),
        23 => CatalogDatum.Int16Array(confdelsetcols),
        24 => CatalogDatum.OidArray(conexclop),
        25 => CatalogDatum.Text(conbin),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
