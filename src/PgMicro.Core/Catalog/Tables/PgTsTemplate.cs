using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_ts_template: a text search template.</summary>
public sealed record PgTsTemplate : CatalogRow
{
    /// <summary>The OID of pg_ts_template itself.</summary>
    public const uint RelationOid = 3764;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgTsTemplate> Relation = new(
        "pg_ts_template",
        RelationOid,
        5,
        ["oid", "tmplname", "tmplnamespace", "tmplinit", "tmpllexize"],
        [0],
        static f => new PgTsTemplate
        {
            oid = f.Oid(0),
            tmplname = f.Text(1),
            tmplnamespace = f.Oid(2),
            tmplinit = f.Oid(3),
            tmpllexize = f.Oid(4),
        });

    internal static readonly CatalogIndex<PgTsTemplate> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.tmplname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string tmplname { get; init; } = "";

    public uint tmplnamespace { get; init; }

    public uint tmplinit { get; init; }

    public uint tmpllexize { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(tmplname),
        2 => CatalogDatum.Oid(tmplnamespace),
        3 => CatalogDatum.Oid(tmplinit),
        4 => CatalogDatum.Oid(tmpllexize),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
