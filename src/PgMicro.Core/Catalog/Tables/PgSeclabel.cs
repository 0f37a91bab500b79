using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_seclabel: a security label.</summary>
public sealed record PgSeclabel : CatalogRow
{
    /// <summary>The OID of pg_seclabel itself.</summary>
    public const uint RelationOid = 3596;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgSeclabel> Relation = new(
        "pg_seclabel",
        RelationOid,
        5,
        ["objoid", "classoid", "objsubid", "provider", "label"],
        [0, 1, 2, 3],
        static f => new PgSeclabel
        {
            objoid = f.Oid(0),
            classoid = f.Oid(1),
            objsubid = f.Int32(2),
            provider = f.Text(3),
            label = f.Text(4),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint objoid { get; init; }

    public uint classoid { get; init; }

    public int objsubid { get; init; }

    public string provider { get; init; } = "";

    public string label { get; init; } = "";

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(objoid, classoid, unchecked((ulong)objsubid), Name: provider);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(objoid),
        1 => CatalogDatum.Oid(classoid),
        2 => CatalogDatum.Int32(objsubid),
        3 => CatalogDatum.Text(provider),
        4 => CatalogDatum.Text(label),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
