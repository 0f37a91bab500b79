using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_user_mapping: a user mapping.</summary>
public sealed record PgUserMapping : CatalogRow
{
    /// <summary>The OID of pg_user_mapping itself.</summary>
    public const uint RelationOid = 1418;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgUserMapping> Relation = new(
        "pg_user_mapping",
        RelationOid,
        4,
        ["oid", "umuser", "umserver", "umoptions"],
        [0],
        static f => new PgUserMapping
        {
            oid = f.Oid(0),
            umuser = f.Oid(1),
            umserver = f.Oid(2),
            umoptions = f.NullableTextArray(3),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint umuser { get; init; }

    public uint umserver { get; init; }

    public string[]? umoptions { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(umuser),
        2 => CatalogDatum.Oid(umserver),
        3 => CatalogDatum.TextArray(umoptions),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
