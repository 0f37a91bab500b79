using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_rewrite: a rewrite rule: a view's query.</summary>
public sealed record PgRewrite : CatalogRow
{
    /// <summary>The OID of pg_rewrite itself.</summary>
    public const uint RelationOid = 2618;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgRewrite> Relation = new(
        "pg_rewrite",
        RelationOid,
        8,
        ["oid", "rulename", "ev_class", "ev_type", "ev_enabled", "is_instead", "ev_qual", "ev_action"],
        [0],
        static f => new PgRewrite
        {
            oid = f.Oid(0),
            rulename = f.Text(1),
            ev_class = f.Oid(2),
            ev_type = f.Char(3),
            ev_enabled = f.Char(4),
            is_instead = f.Boolean(5),
            ev_qual = f.Text(6),
            ev_action = f.Text(7),
        });

    internal static readonly CatalogIndex<PgRewrite> ByRelation = Relation.AddIndex(static r => new CatalogKey(r.ev_class));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string rulename { get; init; } = "";

    public uint ev_class { get; init; }

    public char ev_type { get; init; } = '1';

    public char ev_enabled { get; init; } = 'O';

    public bool is_instead { get; init; } = true;

    public string ev_qual { get; init; } = "";

    public string ev_action { get; init; } = "";

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(rulename),
        2 => CatalogDatum.Oid(ev_class),
        3 => CatalogDatum.Char(ev_type),
        4 => CatalogDatum.Char(ev_enabled),
        5 => CatalogDatum.Boolean(is_instead),
        6 => CatalogDatum.Text(ev_qual),
        7 => CatalogDatum.Text(ev_action),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
