using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_language: a language of functions.</summary>
public sealed record PgLanguage : CatalogRow
{
    /// <summary>The OID of pg_language itself.</summary>
    public const uint RelationOid = 2612;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgLanguage> Relation = new(
        "pg_language",
        RelationOid,
        9,
        ["oid", "lanname", "lanowner", "lanispl", "lanpltrusted", "lanplcallfoid", "laninline", "lanvalidator", "lanacl"],
        [0],
        static f => new PgLanguage
        {
            oid = f.Oid(0),
            lanname = f.Text(1),
            lanowner = f.Oid(2),
            lanispl = f.Boolean(3),
            lanpltrusted = f.Boolean(4),
            lanplcallfoid = f.Oid(5),
            laninline = f.Oid(6),
            lanvalidator = f.Oid(7),
            lanacl = f.NullableText(8),
        });

    internal static readonly CatalogIndex<PgLanguage> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.lanname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string lanname { get; init; } = "";

    public uint lanowner { get; init; }

    public bool lanispl { get; init; }

    public bool lanpltrusted { get; init; }

    public uint lanplcallfoid { get; init; }

    public uint laninline { get; init; }

    public uint lanvalidator { get; init; }

    public string? lanacl { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(lanname),
        2 => CatalogDatum.Oid(lanowner),
        3 => CatalogDatum.Boolean(lanispl),
        4 => CatalogDatum.Boolean(lanpltrusted),
        5 => CatalogDatum.Oid(lanplcallfoid),
        6 => CatalogDatum.Oid(laninline),
        7 => CatalogDatum.Oid(lanvalidator),
        8 => CatalogDatum.Text(lanacl),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
