using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_description: a comment on an object.</summary>
public sealed record PgDescription : CatalogRow
{
    /// <summary>The OID of pg_description itself.</summary>
    public const uint RelationOid = 2609;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgDescription> Relation = new(
        "pg_description",
        RelationOid,
        4,
        ["objoid", "classoid", "objsubid", "description"],
        [0, 1, 2],
        static f => new PgDescription
        {
            objoid = f.Oid(0),
            classoid = f.Oid(1),
            objsubid = f.Int32(2),
            description = f.Text(3),
        });

    internal static readonly CatalogIndex<PgDescription> ByObject = Relation.AddIndex(static r => new CatalogKey(r.classoid, r.objoid));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint objoid { get; init; }

    public uint classoid { get; init; }

    public int objsubid { get; init; }

    public string description { get; init; } = "";

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
        3 => CatalogDatum.Text(description),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
