using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_extension: an installed extension.</summary>
public sealed record PgExtension : CatalogRow
{
    /// <summary>The OID of pg_extension itself.</summary>
    public const uint RelationOid = 3079;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgExtension> Relation = new(
        "pg_extension",
        RelationOid,
        8,
        ["oid", "extname", "extowner", "extnamespace", "extrelocatable", "extversion", "extconfig", "extcondition"],
        [0],
        static f => new PgExtension
        {
            oid = f.Oid(0),
            extname = f.Text(1),
            extowner = f.Oid(2),
            extnamespace = f.Oid(3),
            extrelocatable = f.Boolean(4),
            extversion = f.Text(5),
            extconfig = f.NullableOidArray(6),
            extcondition = f.NullableTextArray(7),
        });

    internal static readonly CatalogIndex<PgExtension> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.extname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string extname { get; init; } = "";

    public uint extowner { get; init; }

    public uint extnamespace { get; init; }

    public bool extrelocatable { get; init; }

    public string extversion { get; init; } = "";

    public uint[]? extconfig { get; init; }

    public string[]? extcondition { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(extname),
        2 => CatalogDatum.Oid(extowner),
        3 => CatalogDatum.Oid(extnamespace),
        4 => CatalogDatum.Boolean(extrelocatable),
        5 => CatalogDatum.Text(extversion),
        6 => CatalogDatum.OidArray(extconfig),
        7 => CatalogDatum.TextArray(extcondition),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
