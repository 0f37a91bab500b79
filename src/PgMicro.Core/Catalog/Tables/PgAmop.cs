using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_amop: an operator of an operator family.</summary>
public sealed record PgAmop : CatalogRow
{
    /// <summary>The OID of pg_amop itself.</summary>
    public const uint RelationOid = 2602;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgAmop> Relation = new(
        "pg_amop",
        RelationOid,
        9,
        ["oid", "amopfamily", "amoplefttype", "amoprighttype", "amopstrategy", "amoppurpose", "amopopr", "amopmethod", "amopsortfamily"],
        [0],
        static f => new PgAmop
        {
            oid = f.Oid(0),
            amopfamily = f.Oid(1),
            amoplefttype = f.Oid(2),
            amoprighttype = f.Oid(3),
            amopstrategy = f.Int16(4),
            amoppurpose = f.Char(5),
            amopopr = f.Oid(6),
            amopmethod = f.Oid(7),
            amopsortfamily = f.Oid(8),
        });

    internal static readonly CatalogIndex<PgAmop> ByFamily = Relation.AddIndex(static r => new CatalogKey(r.amopfamily));

    internal static readonly CatalogIndex<PgAmop> ByOperator = Relation.AddIndex(static r => new CatalogKey(r.amopopr));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint amopfamily { get; init; }

    public uint amoplefttype { get; init; }

    public uint amoprighttype { get; init; }

    public short amopstrategy { get; init; }

    public char amoppurpose { get; init; }

    public uint amopopr { get; init; }

    public uint amopmethod { get; init; }

    public uint amopsortfamily { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(amopfamily),
        2 => CatalogDatum.Oid(amoplefttype),
        3 => CatalogDatum.Oid(amoprighttype),
        4 => CatalogDatum.Int16(amopstrategy),
        5 => CatalogDatum.Char(amoppurpose),
        6 => CatalogDatum.Oid(amopopr),
        7 => CatalogDatum.Oid(amopmethod),
        8 => CatalogDatum.Oid(amopsortfamily),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
