using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_opclass: an operator class.</summary>
public sealed record PgOpclass : CatalogRow
{
    /// <summary>The OID of pg_opclass itself.</summary>
    public const uint RelationOid = 2616;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgOpclass> Relation = new(
        "pg_opclass",
        RelationOid,
        9,
        ["oid", "opcmethod", "opcname", "opcnamespace", "opcowner", "opcfamily", "opcintype", "opcdefault", "opckeytype"],
        [0],
        static f => new PgOpclass
        {
            oid = f.Oid(0),
            opcmethod = f.Oid(1),
            opcname = f.Text(2),
            opcnamespace = f.Oid(3),
            opcowner = f.Oid(4),
            opcfamily = f.Oid(5),
            opcintype = f.Oid(6),
            opcdefault = f.Boolean(7),
            opckeytype = f.Oid(8),
        });

    internal static readonly CatalogIndex<PgOpclass> ByTypeMethod = Relation.AddIndex(static r => new CatalogKey(r.opcintype, r.opcmethod));

    internal static readonly CatalogIndex<PgOpclass> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.opcname));

    internal static readonly CatalogIndex<PgOpclass> ByFamily = Relation.AddIndex(static r => new CatalogKey(r.opcfamily));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint opcmethod { get; init; }

    public string opcname { get; init; } = "";

    public uint opcnamespace { get; init; }

    public uint opcowner { get; init; }

    public uint opcfamily { get; init; }

    public uint opcintype { get; init; }

    public bool opcdefault { get; init; }

    public uint opckeytype { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(opcmethod),
        2 => CatalogDatum.Text(opcname),
        3 => CatalogDatum.Oid(opcnamespace),
        4 => CatalogDatum.Oid(opcowner),
        5 => CatalogDatum.Oid(opcfamily),
        6 => CatalogDatum.Oid(opcintype),
        7 => CatalogDatum.Boolean(opcdefault),
        8 => CatalogDatum.Oid(opckeytype),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
