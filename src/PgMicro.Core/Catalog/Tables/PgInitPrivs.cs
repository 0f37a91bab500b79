using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_init_privs: initial privileges of an object.</summary>
public sealed record PgInitPrivs : CatalogRow
{
    /// <summary>The OID of pg_init_privs itself.</summary>
    public const uint RelationOid = 3394;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgInitPrivs> Relation = new(
        "pg_init_privs",
        RelationOid,
        5,
        ["objoid", "classoid", "objsubid", "privtype", "initprivs"],
        [0, 1, 2],
        static f => new PgInitPrivs
        {
            objoid = f.Oid(0),
            classoid = f.Oid(1),
            objsubid = f.Int32(2),
            privtype = f.Char(3),
            initprivs = f.Text(4),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint objoid { get; init; }

    public uint classoid { get; init; }

    public int objsubid { get; init; }

    public char privtype { get; init; }

    public string initprivs { get; init; } = "";

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(objoid, classoid, unchecked((ulong)objsubid));

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(objoid),
        1 => CatalogDatum.Oid(classoid),
        2 => CatalogDatum.Int32(objsubid),
        3 => CatalogDatum.Char(privtype),
        4 => CatalogDatum.Text(initprivs),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
