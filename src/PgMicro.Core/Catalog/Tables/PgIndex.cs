using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_index: what makes a relation an index.</summary>
public sealed record PgIndex : CatalogRow
{
    /// <summary>The OID of pg_index itself.</summary>
    public const uint RelationOid = 2610;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgIndex> Relation = new(
        "pg_index",
        RelationOid,
        21,
        ["indexrelid", "indrelid", "indnatts", "indnkeyatts", "indisunique", "indnullsnotdistinct", "indisprimary", "indisexclusion",
            "indimmediate", "indisclustered", "indisvalid", "indcheckxmin", "indisready", "indislive", "indisreplident", "indkey",
            "indcollation", "indclass", "indoption", "indexprs", "indpred"],
        [0],
        static f => new PgIndex
        {
            indexrelid = f.Oid(0),
            indrelid = f.Oid(1),
            indnatts = f.Int16(2),
            indnkeyatts = f.Int16(3),
            indisunique = f.Boolean(4),
            indnullsnotdistinct = f.Boolean(5),
            indisprimary = f.Boolean(6),
            indisexclusion = f.Boolean(7),
            indimmediate = f.Boolean(8),
            indisclustered = f.Boolean(9),
            indisvalid = f.Boolean(10),
            indcheckxmin = f.Boolean(11),
            indisready = f.Boolean(12),
            indislive = f.Boolean(13),
            indisreplident = f.Boolean(14),
            indkey = f.Int16Vector(15),
            indcollation = f.OidVector(16),
            indclass = f.OidVector(17),
            indoption = f.Int16Vector(18),
            indexprs = f.NullableText(19),
            indpred = f.NullableText(20),
        });

    internal static readonly CatalogIndex<PgIndex> ByRelation = Relation.AddIndex(static r => new CatalogKey(r.indrelid));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint indexrelid { get; init; }

    public uint indrelid { get; init; }

    public short indnatts { get; init; }

    public short indnkeyatts { get; init; }

    public bool indisunique { get; init; }

    public bool indnullsnotdistinct { get; init; }

    public bool indisprimary { get; init; }

    public bool indisexclusion { get; init; }

    public bool indimmediate { get; init; } = true;

    public bool indisclustered { get; init; }

    public bool indisvalid { get; init; } = true;

    public bool indcheckxmin { get; init; }

    public bool indisready { get; init; } = true;

    public bool indislive { get; init; } = true;

    public bool indisreplident { get; init; }

    public short[] indkey { get; init; } = [];

    public uint[] indcollation { get; init; } = [];

    public uint[] indclass { get; init; } = [];

    public short[] indoption { get; init; } = [];

    public string? indexprs { get; init; }

    public string? indpred { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(indexrelid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(indexrelid),
        1 => CatalogDatum.Oid(indrelid),
        2 => CatalogDatum.Int16(indnatts),
        3 => CatalogDatum.Int16(indnkeyatts),
        4 => CatalogDatum.Boolean(indisunique),
        5 => CatalogDatum.Boolean(indnullsnotdistinct),
        6 => CatalogDatum.Boolean(indisprimary),
        7 => CatalogDatum.Boolean(indisexclusion),
        8 => CatalogDatum.Boolean(indimmediate),
        9 => CatalogDatum.Boolean(indisclustered),
        10 => CatalogDatum.Boolean(indisvalid),
        11 => CatalogDatum.Boolean(indcheckxmin),
        12 => CatalogDatum.Boolean(indisready),
        13 => CatalogDatum.Boolean(indislive),
        14 => CatalogDatum.Boolean(indisreplident),
        15 => CatalogDatum.Int16Vector(indkey),
        16 => CatalogDatum.OidVector(indcollation),
        17 => CatalogDatum.OidVector(indclass),
        18 => CatalogDatum.Int16Vector(indoption),
        19 => CatalogDatum.Text(indexprs),
        20 => CatalogDatum.Text(indpred),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
