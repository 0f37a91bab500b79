using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_am: an access method.</summary>
public sealed record PgAm : CatalogRow
{
    /// <summary>The OID of pg_am itself.</summary>
    public const uint RelationOid = 2601;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgAm> Relation = new(
        "pg_am",
        RelationOid,
        4,
        ["oid", "amname", "amhandler", "amtype"],
        [0],
        static f => new PgAm
        {
            oid = f.Oid(0),
            amname = f.Text(1),
            amhandler = f.Oid(2),
            amtype = f.Char(3),
        });

    internal static readonly CatalogIndex<PgAm> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.amname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string amname { get; init; } = "";

    public uint amhandler { get; init; }

    public char amtype { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(amname),
        2 => CatalogDatum.Oid(amhandler),
        3 => CatalogDatum.Char(amtype),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
