using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_default_acl: default privileges.</summary>
public sealed record PgDefaultAcl : CatalogRow
{
    /// <summary>The OID of pg_default_acl itself.</summary>
    public const uint RelationOid = 826;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgDefaultAcl> Relation = new(
        "pg_default_acl",
        RelationOid,
        5,
        ["oid", "defaclrole", "defaclnamespace", "defaclobjtype", "defaclacl"],
        [0],
        static f => new PgDefaultAcl
        {
            oid = f.Oid(0),
            defaclrole = f.Oid(1),
            defaclnamespace = f.Oid(2),
            defaclobjtype = f.Char(3),
            defaclacl = f.Text(4),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint defaclrole { get; init; }

    public uint defaclnamespace { get; init; }

    public char defaclobjtype { get; init; }

    public string defaclacl { get; init; } = "";

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(defaclrole),
        2 => CatalogDatum.Oid(defaclnamespace),
        3 => CatalogDatum.Char(defaclobjtype),
        4 => CatalogDatum.Text(defaclacl),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
