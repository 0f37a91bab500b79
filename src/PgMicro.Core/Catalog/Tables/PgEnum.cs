using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_enum: a label of an enum.</summary>
public sealed record PgEnum : CatalogRow
{
    /// <summary>The OID of pg_enum itself.</summary>
    public const uint RelationOid = 3501;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgEnum> Relation = new(
        "pg_enum",
        RelationOid,
        4,
        ["oid", "enumtypid", "enumsortorder", "enumlabel"],
        [0],
        static f => new PgEnum
        {
            oid = f.Oid(0),
            enumtypid = f.Oid(1),
            enumsortorder = f.Single(2),
            enumlabel = f.Text(3),
        });

    internal static readonly CatalogIndex<PgEnum> ByType = Relation.AddIndex(static r => new CatalogKey(r.enumtypid), static (a, b) => a.enumsortorder.CompareTo(b.enumsortorder));

    internal static readonly CatalogIndex<PgEnum> ByLabel = Relation.AddIndex(static r => new CatalogKey(r.enumtypid, Name: r.enumlabel));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint enumtypid { get; init; }

    public float enumsortorder { get; init; }

    public string enumlabel { get; init; } = "";

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(enumtypid),
        2 => CatalogDatum.Single(enumsortorder),
        3 => CatalogDatum.Text(enumlabel),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
