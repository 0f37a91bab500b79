using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_ts_dict: a text search dictionary.</summary>
public sealed record PgTsDict : CatalogRow
{
    /// <summary>The OID of pg_ts_dict itself.</summary>
    public const uint RelationOid = 3600;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgTsDict> Relation = new(
        "pg_ts_dict",
        RelationOid,
        6,
        ["oid", "dictname", "dictnamespace", "dictowner", "dicttemplate", "dictinitoption"],
        [0],
        static f => new PgTsDict
        {
            oid = f.Oid(0),
            dictname = f.Text(1),
            dictnamespace = f.Oid(2),
            dictowner = f.Oid(3),
            dicttemplate = f.Oid(4),
            dictinitoption = f.NullableText(5),
        });

    internal static readonly CatalogIndex<PgTsDict> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.dictname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string dictname { get; init; } = "";

    public uint dictnamespace { get; init; }

    public uint dictowner { get; init; }

    public uint dicttemplate { get; init; }

    public string? dictinitoption { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(dictname),
        2 => CatalogDatum.Oid(dictnamespace),
        3 => CatalogDatum.Oid(dictowner),
        4 => CatalogDatum.Oid(dicttemplate),
        5 => CatalogDatum.Text(dictinitoption),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
