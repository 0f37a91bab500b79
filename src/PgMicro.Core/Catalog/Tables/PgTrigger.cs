using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_trigger: a trigger.</summary>
public sealed record PgTrigger : CatalogRow
{
    /// <summary>The OID of pg_trigger itself.</summary>
    public const uint RelationOid = 2620;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgTrigger> Relation = new(
        "pg_trigger",
        RelationOid,
        19,
        ["oid", "tgrelid", "tgparentid", "tgname", "tgfoid", "tgtype", "tgenabled", "tgisinternal", "tgconstrrelid", "tgconstrindid",
            "tgconstraint", "tgdeferrable", "tginitdeferred", "tgnargs", "tgattr", "tgargs", "tgqual", "tgoldtable", "tgnewtable"],
        [0],
        static f => new PgTrigger
        {
            oid = f.Oid(0),
            tgrelid = f.Oid(1),
            tgparentid = f.Oid(2),
            tgname = f.Text(3),
            tgfoid = f.Oid(4),
            tgtype = f.Int16(5),
            tgenabled = f.Char(6),
            tgisinternal = f.Boolean(7),
            tgconstrrelid = f.Oid(8),
            tgconstrindid = f.Oid(9),
            tgconstraint = f.Oid(10),
            tgdeferrable = f.Boolean(11),
            tginitdeferred = f.Boolean(12),
            tgnargs = f.Int16(13),
            tgattr = f.Int16Vector(14),
            tgargs = f.Bytes(15),
            tgqual = f.NullableText(16),
            tgoldtable = f.NullableText(17),
            tgnewtable = f.NullableText(18),
        });

    internal static readonly CatalogIndex<PgTrigger> ByRelation = Relation.AddIndex(static r => new CatalogKey(r.tgrelid));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint tgrelid { get; init; }

    public uint tgparentid { get; init; }

    public string tgname { get; init; } = "";

    public uint tgfoid { get; init; }

    public short tgtype { get; init; }

    public char tgenabled { get; init; } = 'O';

    public bool tgisinternal { get; init; }

    public uint tgconstrrelid { get; init; }

    public uint tgconstrindid { get; init; }

    public uint tgconstraint { get; init; }

    public bool tgdeferrable { get; init; }

    public bool tginitdeferred { get; init; }

    public short tgnargs { get; init; }

    public short[] tgattr { get; init; } = [];

    public byte[] tgargs { get; init; } = [];

    public string? tgqual { get; init; }

    public string? tgoldtable { get; init; }

    public string? tgnewtable { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(tgrelid),
        2 => CatalogDatum.Oid(tgparentid),
        3 => CatalogDatum.Text(tgname),
        4 => CatalogDatum.Oid(tgfoid),
        5 => CatalogDatum.Int16(tgtype),
        6 => CatalogDatum.Char(tgenabled),
        7 => CatalogDatum.Boolean(tgisinternal),
        8 => CatalogDatum.Oid(tgconstrrelid),
        9 => CatalogDatum.Oid(tgconstrindid),
        10 => CatalogDatum.Oid(tgconstraint),
        11 => CatalogDatum.Boolean(tgdeferrable),
        12 => CatalogDatum.Boolean(tginitdeferred),
        13 => CatalogDatum.Int16(tgnargs),
        14 => CatalogDatum.Int16Vector(tgattr),
        15 => CatalogDatum.Bytes(tgargs),
        16 => CatalogDatum.Text(tgqual),
        17 => CatalogDatum.Text(tgoldtable),
        18 => CatalogDatum.Text(tgnewtable),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
