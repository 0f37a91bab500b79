using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_amproc: a support function of an operator family.</summary>
public sealed record PgAmproc : CatalogRow
{
    /// <summary>The OID of pg_amproc itself.</summary>
    public const uint RelationOid = 2603;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgAmproc> Relation = new(
        "pg_amproc",
        RelationOid,
        6,
        ["oid", "amprocfamily", "amproclefttype", "amprocrighttype", "amprocnum", "amproc"],
        [0],
        static f => new PgAmproc
        {
            oid = f.Oid(0),
            amprocfamily = f.Oid(1),
            amproclefttype = f.Oid(2),
            amprocrighttype = f.Oid(3),
            amprocnum = f.Int16(4),
            amproc = f.Oid(5),
        });

    internal static readonly CatalogIndex<PgAmproc> ByFamily = Relation.AddIndex(static r => new CatalogKey(r.amprocfamily));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint amprocfamily { get; init; }

    public uint amproclefttype { get; init; }

    public uint amprocrighttype { get; init; }

    public short amprocnum { get; init; }

    public uint amproc { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(amprocfamily),
        2 => CatalogDatum.Oid(amproclefttype),
        3 => CatalogDatum.Oid(amprocrighttype),
        4 => CatalogDatum.Int16(amprocnum),
        5 => CatalogDatum.Oid(amproc),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
