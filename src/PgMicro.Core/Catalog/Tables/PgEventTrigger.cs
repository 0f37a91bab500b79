using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_event_trigger: an event trigger.</summary>
public sealed record PgEventTrigger : CatalogRow
{
    /// <summary>The OID of pg_event_trigger itself.</summary>
    public const uint RelationOid = 3466;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgEventTrigger> Relation = new(
        "pg_event_trigger",
        RelationOid,
        7,
        ["oid", "evtname", "evtevent", "evtowner", "evtfoid", "evtenabled", "evttags"],
        [0],
        static f => new PgEventTrigger
        {
            oid = f.Oid(0),
            evtname = f.Text(1),
            evtevent = f.Text(2),
            evtowner = f.Oid(3),
            evtfoid = f.Oid(4),
            evtenabled = f.Char(5),
            evttags = f.NullableTextArray(6),
        });

    internal static readonly CatalogIndex<PgEventTrigger> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.evtname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string evtname { get; init; } = "";

    public string evtevent { get; init; } = "";

    public uint evtowner { get; init; }

    public uint evtfoid { get; init; }

    public char evtenabled { get; init; }

    public string[]? evttags { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(evtname),
        2 => CatalogDatum.Text(evtevent),
        3 => CatalogDatum.Oid(evtowner),
        4 => CatalogDatum.Oid(evtfoid),
        5 => CatalogDatum.Char(evtenabled),
        6 => CatalogDatum.TextArray(evttags),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
