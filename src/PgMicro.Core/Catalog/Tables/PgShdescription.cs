using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_shdescription: a comment on a shared object.</summary>
public sealed record PgShdescription : CatalogRow
{
    /// <summary>The OID of pg_shdescription itself.</summary>
    public const uint RelationOid = 2396;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgShdescription> Relation = new(
        "pg_shdescription",
        RelationOid,
        3,
        ["objoid", "classoid", "description"],
        [0, 1],
        static f => new PgShdescription
        {
            objoid = f.Oid(0),
            classoid = f.Oid(1),
            description = f.Text(2),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint objoid { get; init; }

    public uint classoid { get; init; }

    public string description { get; init; } = "";

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(objoid, classoid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(objoid),
        1 => CatalogDatum.Oid(classoid),
        2 => CatalogDatum.Text(description),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
