using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_namespace: a schema.</summary>
public sealed record PgNamespace : CatalogRow
{
    /// <summary>The OID of pg_namespace itself.</summary>
    public const uint RelationOid = 2615;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgNamespace> Relation = new(
        "pg_namespace",
        RelationOid,
        4,
        ["oid", "nspname", "nspowner", "nspacl"],
        [0],
        static f => new PgNamespace
        {
            oid = f.Oid(0),
            nspname = f.Text(1),
            nspowner = f.Oid(2),
            nspacl = f.NullableText(3),
        });

    internal static readonly CatalogIndex<PgNamespace> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.nspname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string nspname { get; init; } = "";

    public uint nspowner { get; init; }

    public string? nspacl { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(nspname),
        2 => CatalogDatum.Oid(nspowner),
        3 => CatalogDatum.Text(nspacl),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
