using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_sequence: a sequence's parameters.</summary>
public sealed record PgSequence : CatalogRow
{
    /// <summary>The OID of pg_sequence itself.</summary>
    public const uint RelationOid = 2224;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgSequence> Relation = new(
        "pg_sequence",
        RelationOid,
        8,
        ["seqrelid", "seqtypid", "seqstart", "seqincrement", "seqmax", "seqmin", "seqcache", "seqcycle"],
        [0],
        static f => new PgSequence
        {
            seqrelid = f.Oid(0),
            seqtypid = f.Oid(1),
            seqstart = f.Int64(2),
            seqincrement = f.Int64(3),
            seqmax = f.Int64(4),
            seqmin = f.Int64(5),
            seqcache = f.Int64(6),
            seqcycle = f.Boolean(7),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint seqrelid { get; init; }

    public uint seqtypid { get; init; }

    public long seqstart { get; init; }

    public long seqincrement { get; init; }

    public long seqmax { get; init; }

    public long seqmin { get; init; }

    public long seqcache { get; init; }

    public bool seqcycle { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(seqrelid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(seqrelid),
        1 => CatalogDatum.Oid(seqtypid),
        2 => CatalogDatum.Int64(seqstart),
        3 => CatalogDatum.Int64(seqincrement),
        4 => CatalogDatum.Int64(seqmax),
        5 => CatalogDatum.Int64(seqmin),
        6 => CatalogDatum.Int64(seqcache),
        7 => CatalogDatum.Boolean(seqcycle),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
