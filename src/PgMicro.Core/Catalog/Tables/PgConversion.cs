using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_conversion: an encoding conversion.</summary>
public sealed record PgConversion : CatalogRow
{
    /// <summary>The OID of pg_conversion itself.</summary>
    public const uint RelationOid = 2607;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgConversion> Relation = new(
        "pg_conversion",
        RelationOid,
        8,
        ["oid", "conname", "connamespace", "conowner", "conforencoding", "contoencoding", "conproc", "condefault"],
        [0],
        static f => new PgConversion
        {
            oid = f.Oid(0),
            conname = f.Text(1),
            connamespace = f.Oid(2),
            conowner = f.Oid(3),
            conforencoding = f.Int32(4),
            contoencoding = f.Int32(5),
            conproc = f.Oid(6),
            condefault = f.Boolean(7),
        });

    internal static readonly CatalogIndex<PgConversion> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.conname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string conname { get; init; } = "";

    public uint connamespace { get; init; }

    public uint conowner { get; init; }

    public int conforencoding { get; init; }

    public int contoencoding { get; init; }

    public uint conproc { get; init; }

    public bool condefault { get; init; } = false;

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(conname),
        2 => CatalogDatum.Oid(connamespace),
        3 => CatalogDatum.Oid(conowner),
        4 => CatalogDatum.Int32(conforencoding),
        5 => CatalogDatum.Int32(contoencoding),
        6 => CatalogDatum.Oid(conproc),
        7 => CatalogDatum.Boolean(condefault),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
