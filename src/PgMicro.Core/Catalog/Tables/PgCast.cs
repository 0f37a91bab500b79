using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_cast: a cast between two types.</summary>
public sealed record PgCast : CatalogRow
{
    /// <summary>The OID of pg_cast itself.</summary>
    public const uint RelationOid = 2605;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgCast> Relation = new(
        "pg_cast",
        RelationOid,
        6,
        ["oid", "castsource", "casttarget", "castfunc", "castcontext", "castmethod"],
        [0],
        static f => new PgCast
        {
            oid = f.Oid(0),
            castsource = f.Oid(1),
            casttarget = f.Oid(2),
            castfunc = f.Oid(3),
            castcontext = f.Char(4),
            castmethod = f.Char(5),
        });

    internal static readonly CatalogIndex<PgCast> BySourceTarget = Relation.AddIndex(static r => new CatalogKey(r.castsource, r.casttarget));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint castsource { get; init; }

    public uint casttarget { get; init; }

    public uint castfunc { get; init; }

    public char castcontext { get; init; }

    public char castmethod { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(castsource),
        2 => CatalogDatum.Oid(casttarget),
        3 => CatalogDatum.Oid(castfunc),
        4 => CatalogDatum.Char(castcontext),
        5 => CatalogDatum.Char(castmethod),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
