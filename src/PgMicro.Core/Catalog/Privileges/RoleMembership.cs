using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog.Privileges;

/// <summary>Which roles a role is a member of, directly or not (manual: "Role Membership").</summary>
public static class RoleMembership
{
    private const uint DatabaseOwnerRole = 6171;

    /// <summary>Whether a role is a superuser.</summary>
    public static bool IsSuperuser(CatalogSnapshot catalog, uint role) => catalog.Role(role) is { rolsuper: true };

    /// <summary>Whether a role has another one's privileges without SET ROLE.</summary>
    public static bool HasPrivilegesOf(CatalogSnapshot catalog, uint member, uint role) =>
        member == role || IsSuperuser(catalog, member) || Reaches(catalog, member, role, static m => m.inherit_option);

    /// <summary>Whether a role may SET ROLE to another one.</summary>
    public static bool CanSetRole(CatalogSnapshot catalog, uint member, uint role) =>
        member == role || IsSuperuser(catalog, member) || Reaches(catalog, member, role, static m => m.set_option);

    /// <summary>Whether a role is a member of another one in any way.</summary>
    public static bool IsMember(CatalogSnapshot catalog, uint member, uint role) =>
        member == role || IsSuperuser(catalog, member) || IsMemberNoSuper(catalog, member, role);

    /// <summary>Whether a role is a member of another one, superuser or not.</summary>
    public static bool IsMemberNoSuper(CatalogSnapshot catalog, uint member, uint role) => member == role || Reaches(catalog, member, role, static _ => true);

    /// <summary>Whether a role may grant membership in another one.</summary>
    public static bool IsAdminOf(CatalogSnapshot catalog, uint member, uint role) =>
        IsSuperuser(catalog, member)
        || (member != role && RolesOf(catalog, member, static m => m.inherit_option)
            .Any(r => catalog.Find(PgAuthMembers.ByMember, new(r)).Any(m => m.roleid == role && m.admin_option)));

    /// <summary>The role itself and all that it reaches over memberships of a kind.</summary>
    internal static HashSet<uint> RolesOf(CatalogSnapshot catalog, uint member, Func<PgAuthMembers, bool> which)
    {
        var reached = new HashSet<uint> { member };
        var pending = new Queue<uint>(reached);
        while (pending.TryDequeue(out var role))
        {
            foreach (var membership in catalog.Find(PgAuthMembers.ByMember, new(role)))
            {
                if (which(membership) && reached.Add(membership.roleid))
                {
                    pending.Enqueue(membership.roleid);
                }
            }

            if (role == catalog.Database.datdba && reached.Add(DatabaseOwnerRole))
            {
                pending.Enqueue(DatabaseOwnerRole);
            }
        }

        return reached;
    }

    private static bool Reaches(CatalogSnapshot catalog, uint member, uint role, Func<PgAuthMembers, bool> which) => RolesOf(catalog, member, which).Contains(role);
}
