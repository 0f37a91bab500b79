using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_aggregate: what makes a function an aggregate.</summary>
public sealed record PgAggregate : CatalogRow
{
    /// <summary>The OID of pg_aggregate itself.</summary>
    public const uint RelationOid = 2600;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgAggregate> Relation = new(
        "pg_aggregate",
        RelationOid,
        22,
        ["aggfnoid", "aggkind", "aggnumdirectargs", "aggtransfn", "aggfinalfn", "aggcombinefn", "aggserialfn", "aggdeserialfn",
            "aggmtransfn", "aggminvtransfn", "aggmfinalfn", "aggfinalextra", "aggmfinalextra", "aggfinalmodify", "aggmfinalmodify",
            "aggsortop", "aggtranstype", "aggtransspace", "aggmtranstype", "aggmtransspace", "agginitval", "aggminitval"],
        [0],
        static f => new PgAggregate
        {
            aggfnoid = f.Oid(0),
            aggkind = f.Char(1),
            aggnumdirectargs = f.Int16(2),
            aggtransfn = f.Oid(3),
            aggfinalfn = f.Oid(4),
            aggcombinefn = f.Oid(5),
            aggserialfn = f.Oid(6),
            aggdeserialfn = f.Oid(7),
            aggmtransfn = f.Oid(8),
            aggminvtransfn = f.Oid(9),
            aggmfinalfn = f.Oid(10),
            aggfinalextra = f.Boolean(11),
            aggmfinalextra = f.Boolean(12),
            aggfinalmodify = f.Char(13),
            aggmfinalmodify = f.Char(14),
            aggsortop = f.Oid(15),
            aggtranstype = f.Oid(16),
            aggtransspace = f.Int32(17),
            aggmtranstype = f.Oid(18),
            aggmtransspace = f.Int32(19),
            agginitval = f.NullableText(20),
            aggminitval = f.NullableText(21),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint aggfnoid { get; init; }

    public char aggkind { get; init; }

    public short aggnumdirectargs { get; init; }

    public uint aggtransfn { get; init; }

    public uint aggfinalfn { get; init; }

    public uint aggcombinefn { get; init; }

    public uint aggserialfn { get; init; }

    public uint aggdeserialfn { get; init; }

    public uint aggmtransfn { get; init; }

    public uint aggminvtransfn { get; init; }

    public uint aggmfinalfn { get; init; }

    public bool aggfinalextra { get; init; }

    public bool aggmfinalextra { get; init; }

    public char aggfinalmodify { get; init; }

    public char aggmfinalmodify { get; init; }

    public uint aggsortop { get; init; }

    public uint aggtranstype { get; init; }

    public int aggtransspace { get; init; }

    public uint aggmtranstype { get; init; }

    public int aggmtransspace { get; init; }

    public string? agginitval { get; init; }

    public string? aggminitval { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(aggfnoid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(aggfnoid),
        1 => CatalogDatum.Char(aggkind),
        2 => CatalogDatum.Int16(aggnumdirectargs),
        3 => CatalogDatum.Oid(aggtransfn),
        4 => CatalogDatum.Oid(aggfinalfn),
        5 => CatalogDatum.Oid(aggcombinefn),
        6 => CatalogDatum.Oid(aggserialfn),
        7 => CatalogDatum.Oid(aggdeserialfn),
        8 => CatalogDatum.Oid(aggmtransfn),
        9 => CatalogDatum.Oid(aggminvtransfn),
        10 => CatalogDatum.Oid(aggmfinalfn),
        11 => CatalogDatum.Boolean(aggfinalextra),
        12 => CatalogDatum.Boolean(aggmfinalextra),
        13 => CatalogDatum.Char(aggfinalmodify),
        14 => CatalogDatum.Char(aggmfinalmodify),
        15 => CatalogDatum.Oid(aggsortop),
        16 => CatalogDatum.Oid(aggtranstype),
        17 => CatalogDatum.Int32(aggtransspace),
        18 => CatalogDatum.Oid(aggmtranstype),
        19 => CatalogDatum.Int32(aggmtransspace),
        20 => CatalogDatum.Text(agginitval),
        21 => CatalogDatum.Text(aggminitval),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
