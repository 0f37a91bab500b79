using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_auth_members: a membership of a role in a role.</summary>
public sealed record PgAuthMembers : CatalogRow
{
    /// <summary>The OID of pg_auth_members itself.</summary>
    public const uint RelationOid = 1261;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgAuthMembers> Relation = new(
        "pg_auth_members",
        RelationOid,
        7,
        ["oid", "roleid", "member", "grantor", "admin_option", "inherit_option", "set_option"],
        [0],
        static f => new PgAuthMembers
        {
            oid = f.Oid(0),
            roleid = f.Oid(1),
            member = f.Oid(2),
            grantor = f.Oid(3),
            admin_option = f.Boolean(4),
            inherit_option = f.Boolean(5),
            set_option = f.Boolean(6),
        });

    internal static readonly CatalogIndex<PgAuthMembers> ByMember = Relation.AddIndex(static r => new CatalogKey(r.member));

    internal static readonly CatalogIndex<PgAuthMembers> ByRole = Relation.AddIndex(static r => new CatalogKey(r.roleid));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public uint roleid { get; init; }

    public uint member { get; init; }

    public uint grantor { get; init; }

    public bool admin_option { get; init; }

    public bool inherit_option { get; init; }

    public bool set_option { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Oid(roleid),
        2 => CatalogDatum.Oid(member),
        3 => CatalogDatum.Oid(grantor),
        4 => CatalogDatum.Boolean(admin_option),
        5 => CatalogDatum.Boolean(inherit_option),
        6 => CatalogDatum.Boolean(set_option),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
