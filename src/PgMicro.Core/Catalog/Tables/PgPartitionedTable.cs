using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_partitioned_table: what makes a relation partitioned.</summary>
public sealed record PgPartitionedTable : CatalogRow
{
    /// <summary>The OID of pg_partitioned_table itself.</summary>
    public const uint RelationOid = 3350;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgPartitionedTable> Relation = new(
        "pg_partitioned_table",
        RelationOid,
        8,
        ["partrelid", "partstrat", "partnatts", "partdefid", "partattrs", "partclass", "partcollation", "partexprs"],
        [0],
        static f => new PgPartitionedTable
        {
            partrelid = f.Oid(0),
            partstrat = f.Char(1),
            partnatts = f.Int16(2),
            partdefid = f.Oid(3),
            partattrs = f.Int16Vector(4),
            partclass = f.OidVector(5),
            partcollation = f.OidVector(6),
            partexprs = f.NullableText(7),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint partrelid { get; init; }

    public char partstrat { get; init; }

    public short partnatts { get; init; }

    public uint partdefid { get; init; }

    public short[] partattrs { get; init; } = [];

    public uint[] partclass { get; init; } = [];

    public uint[] partcollation { get; init; } = [];

    public string? partexprs { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(partrelid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(partrelid),
        1 => CatalogDatum.Char(partstrat),
        2 => CatalogDatum.Int16(partnatts),
        3 => CatalogDatum.Oid(partdefid),
        4 => CatalogDatum.Int16Vector(partattrs),
        5 => CatalogDatum.OidVector(partclass),
        6 => CatalogDatum.OidVector(partcollation),
        7 => CatalogDatum.Text(partexprs),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
