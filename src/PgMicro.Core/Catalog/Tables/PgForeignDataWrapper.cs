using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_foreign_data_wrapper: a foreign-data wrapper.</summary>
public sealed record PgForeignDataWrapper : CatalogRow
{
    /// <summary>The OID of pg_foreign_data_wrapper itself.</summary>
    public const uint RelationOid = 2328;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgForeignDataWrapper> Relation = new(
        "pg_foreign_data_wrapper",
        RelationOid,
        7,
        ["oid", "fdwname", "fdwowner", "fdwhandler", "fdwvalidator", "fdwacl", "fdwoptions"],
        [0],
        static f => new PgForeignDataWrapper
        {
            oid = f.Oid(0),
            fdwname = f.Text(1),
            fdwowner = f.Oid(2),
            fdwhandler = f.Oid(3),
            fdwvalidator = f.Oid(4),
            fdwacl = f.NullableText(5),
            fdwoptions = f.NullableTextArray(6),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string fdwname { get; init; } = "";

    public uint fdwowner { get; init; }

    public uint fdwhandler { get; init; }

    public uint fdwvalidator { get; init; }

    public string? fdwacl { get; init; }

    public string[]? fdwoptions { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(fdwname),
        2 => CatalogDatum.Oid(fdwowner),
        3 => CatalogDatum.Oid(fdwhandler),
        4 => CatalogDatum.Oid(fdwvalidator),
        5 => CatalogDatum.Text(fdwacl),
        6 => CatalogDatum.TextArray(fdwoptions),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
