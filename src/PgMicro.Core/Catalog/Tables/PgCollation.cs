using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_collation: a collation.</summary>
public sealed record PgCollation : CatalogRow
{
    /// <summary>The OID of pg_collation itself.</summary>
    public const uint RelationOid = 3456;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgCollation> Relation = new(
        "pg_collation",
        RelationOid,
        12,
        ["oid", "collname", "collnamespace", "collowner", "collprovider", "collisdeterministic", "collencoding", "collcollate",
            "collctype", "colllocale", "collicurules", "collversion"],
        [0],
        static f => new PgCollation
        {
            oid = f.Oid(0),
            collname = f.Text(1),
            collnamespace = f.Oid(2),
            collowner = f.Oid(3),
            collprovider = f.Char(4),
            collisdeterministic = f.Boolean(5),
            collencoding = f.Int32(6),
            collcollate = f.NullableText(7),
            collctype = f.NullableText(8),
            colllocale = f.NullableText(9),
            collicurules = f.NullableText(10),
            collversion = f.NullableText(11),
        });

    internal static readonly CatalogIndex<PgCollation> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.collname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string collname { get; init; } = "";

    public uint collnamespace { get; init; }

    public uint collowner { get; init; }

    public char collprovider { get; init; }

    public bool collisdeterministic { get; init; } = true;

    public int collencoding { get; init; } = -1;

    public string? collcollate { get; init; }

    public string? collctype { get; init; }

    public string? colllocale { get; init; }

    public string? collicurules { get; init; }

    public string? collversion { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(collname),
        2 => CatalogDatum.Oid(collnamespace),
        3 => CatalogDatum.Oid(collowner),
        4 => CatalogDatum.Char(collprovider),
        5 => CatalogDatum.Boolean(collisdeterministic),
        6 => CatalogDatum.Int32(collencoding),
        7 => CatalogDatum.Text(collcollate),
        8 => CatalogDatum.Text(collctype),
        9 => CatalogDatum.Text(colllocale),
        10 => CatalogDatum.Text(collicurules),
        11 => CatalogDatum.Text(collversion),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
