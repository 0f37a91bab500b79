using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_inherits: a parent of a relation.</summary>
public sealed record PgInherits : CatalogRow
{
    /// <summary>The OID of pg_inherits itself.</summary>
    public const uint RelationOid = 2611;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgInherits> Relation = new(
        "pg_inherits",
        RelationOid,
        4,
        ["inhrelid", "inhparent", "inhseqno", "inhdetachpending"],
        [0, 2],
        static f => new PgInherits
        {
            inhrelid = f.Oid(0),
            inhparent = f.Oid(1),
            inhseqno = f.Int32(2),
            inhdetachpending = f.Boolean(3),
        });

    internal static readonly CatalogIndex<PgInherits> ByParent = Relation.AddIndex(static r => new CatalogKey(r.inhparent));

    internal static readonly CatalogIndex<PgInherits> ByChild = Relation.AddIndex(static r => new CatalogKey(r.inhrelid));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint inhrelid { get; init; }

    public uint inhparent { get; init; }

    public int inhseqno { get; init; }

    public bool inhdetachpending { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(inhrelid, unchecked((ulong)inhseqno));

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(inhrelid),
        1 => CatalogDatum.Oid(inhparent),
        2 => CatalogDatum.Int32(inhseqno),
        3 => CatalogDatum.Boolean(inhdetachpending),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
