using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_foreign_server: a foreign server.</summary>
public sealed record PgForeignServer : CatalogRow
{
    /// <summary>The OID of pg_foreign_server itself.</summary>
    public const uint RelationOid = 1417;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgForeignServer> Relation = new(
        "pg_foreign_server",
        RelationOid,
        8,
        ["oid", "srvname", "srvowner", "srvfdw", "srvtype", "srvversion", "srvacl", "srvoptions"],
        [0],
        static f => new PgForeignServer
        {
            oid = f.Oid(0),
            srvname = f.Text(1),
            srvowner = f.Oid(2),
            srvfdw = f.Oid(3),
            srvtype = f.NullableText(4),
            srvversion = f.NullableText(5),
            srvacl = f.NullableText(6),
            srvoptions = f.NullableTextArray(7),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string srvname { get; init; } = "";

    public uint srvowner { get; init; }

    public uint srvfdw { get; init; }

    public string? srvtype { get; init; }

    public string? srvversion { get; init; }

    public string? srvacl { get; init; }

    public string[]? srvoptions { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(srvname),
        2 => CatalogDatum.Oid(srvowner),
        3 => CatalogDatum.Oid(srvfdw),
        4 => CatalogDatum.Text(srvtype),
        5 => CatalogDatum.Text(srvversion),
        6 => CatalogDatum.Text(srvacl),
        7 => CatalogDatum.TextArray(srvoptions),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
