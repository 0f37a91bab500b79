using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_tablespace: a tablespace.</summary>
public sealed record PgTablespace : CatalogRow
{
    /// <summary>The OID of pg_tablespace itself.</summary>
    public const uint RelationOid = 1213;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgTablespace> Relation = new(
        "pg_tablespace",
        RelationOid,
        5,
        ["oid", "spcname", "spcowner", "spcacl", "spcoptions"],
        [0],
        static f => new PgTablespace
        {
            oid = f.Oid(0),
            spcname = f.Text(1),
            spcowner = f.Oid(2),
            spcacl = f.NullableText(3),
            spcoptions = f.NullableTextArray(4),
        });

    internal static readonly CatalogIndex<PgTablespace> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.spcname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string spcname { get; init; } = "";

    public uint spcowner { get; init; }

    public string? spcacl { get; init; }

    public string[]? spcoptions { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(spcname),
        2 => CatalogDatum.Oid(spcowner),
        3 => CatalogDatum.Text(spcacl),
        4 => CatalogDatum.TextArray(spcoptions),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
