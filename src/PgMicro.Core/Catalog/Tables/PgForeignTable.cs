using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_foreign_table: what makes a relation a foreign table.</summary>
public sealed record PgForeignTable : CatalogRow
{
    /// <summary>The OID of pg_foreign_table itself.</summary>
    public const uint RelationOid = 3118;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgForeignTable> Relation = new(
        "pg_foreign_table",
        RelationOid,
        3,
        ["ftrelid", "ftserver", "ftoptions"],
        [0],
        static f => new PgForeignTable
        {
            ftrelid = f.Oid(0),
            ftserver = f.Oid(1),
            ftoptions = f.NullableTextArray(2),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint ftrelid { get; init; }

    public uint ftserver { get; init; }

    public string[]? ftoptions { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(ftrelid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(ftrelid),
        1 => CatalogDatum.Oid(ftserver),
        2 => CatalogDatum.TextArray(ftoptions),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
