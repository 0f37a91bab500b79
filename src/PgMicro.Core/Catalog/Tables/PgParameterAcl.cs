using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_parameter_acl: privileges on a setting.</summary>
public sealed record PgParameterAcl : CatalogRow
{
    /// <summary>The OID of pg_parameter_acl itself.</summary>
    public const uint RelationOid = 6243;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgParameterAcl> Relation = new(
        "pg_parameter_acl",
        RelationOid,
        3,
        ["oid", "parname", "paracl"],
        [0],
        static f => new PgParameterAcl
        {
            oid = f.Oid(0),
            parname = f.Text(1),
            paracl = f.NullableText(2),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string parname { get; init; } = "";

    public string? paracl { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(parname),
        2 => CatalogDatum.Text(paracl),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
