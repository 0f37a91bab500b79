using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog.Privileges;

/// <summary>Who is subject to a table's row security (PostgreSQL's check_enable_rls).</summary>
public static class RowSecurityCheck
{
    /// <summary>
    /// Whether a table's policies are applied to a role: not to superusers and roles with BYPASSRLS, and to the table's owner only if it is forced.
    /// </summary>
    public static bool AppliesTo(CatalogSnapshot catalog, PgClass relation, uint role) =>
        relation.relrowsecurity
        && catalog.Role(role) is not ({ rolsuper: true } or { rolbypassrls: true })
        && (relation.relforcerowsecurity || !RoleMembership.HasPrivilegesOf(catalog, role, relation.relowner));

    /// <summary>The same for a role by its name.</summary>
    public static bool AppliesTo(CatalogSnapshot catalog, PgClass relation, string role) =>
        relation.relrowsecurity && catalog.FindRole(role) is { } row && AppliesTo(catalog, relation, row.oid);
}
