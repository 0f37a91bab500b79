using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_opfamily: an operator family.</summary>
public sealed record PgOpfamily : CatalogRow
{
    /// <summary>The OID of pg_opfamily itself.</summary>
    public const uint RelationOid = 2753;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgOpfamily> Relation = new(
        "pg_opfamily",
        RelationOid,
        5,
        ["oid", "opfmethod", "opfname", "opfnamespace", "opfowner"],
        [0],
        static f => new PgOpfamily
        {
            oid = f.Oid(0),
            opfmethod = f.Oid(1),
            opfname = f.Text(2),
            opfnamespace = f.Oid(3),
            opfowner = f.Oid(4),
        });

    internal static readonly CatalogIndex<PgOpfamily> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.opfname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint opfmethod { get; init; }

    public string opfname { get; init; } = "";

    public uint opfnamespace { get; init; }

    public uint opfowner { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(opfmethod),
        2 => CatalogDatum.Text(opfname),
        3 => CatalogDatum.Oid(opfnamespace),
        4 => CatalogDatum.Oid(opfowner),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
