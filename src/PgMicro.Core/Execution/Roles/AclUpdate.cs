using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Roles;

/// <summary>Changes of access control lists (PostgreSQL's aclupdate, select_best_grantor).</summary>
internal static class AclUpdate
{
    /// <summary>Grants.</summary>
    internal static void Add(List<AclItem> items, AclItem change)
    {
        var index = items.FindIndex(i => i.Grantee == change.Grantee && i.Grantor == change.Grantor);
        if (index < 0)
        {
            if (!change.IsEmpty)
            {
                items.Add(change);
            }

            return;
        }

        items[index] = items[index] with { Privileges = items[index].Privileges | change.Privileges, GrantOptions = items[index].GrantOptions | change.GrantOptions };
    }

    /// <summary>Revokes; what the grantee has granted on with a lost option goes too, or is an error (2BP01).</summary>
    internal static void Remove(CatalogSnapshot catalog, List<AclItem> items, AclItem change, uint owner, bool cascade)
    {
        var index = items.FindIndex(i => i.Grantee == change.Grantee && i.Grantor == change.Grantor);
        if (index < 0)
        {
            return;
        }

        var old = items[index];
        var left = old with { Privileges = old.Privileges & ~change.Privileges, GrantOptions = old.GrantOptions & ~change.GrantOptions };
        if (left.IsEmpty)
        {
            items.RemoveAt(index);
        }
        else
        {
            items[index] = left;
        }

        var lost = old.GrantOptions & ~left.GrantOptions;
        if (lost != 0 && old.Grantee != 0)
        {
            RemoveDependents(catalog, items, old.Grantee, lost, owner, cascade);
        }
    }

    /// <summary>In whose name a role grants, and what it may grant.</summary>
    internal static (uint Grantor, AclMode Options) BestGrantor(CatalogSnapshot catalog, uint role, AclMode privileges, IReadOnlyList<AclItem> items, uint owner)
    {
        if (RoleMembership.HasPrivilegesOf(catalog, role, owner))
        {
            return (owner, privileges);
        }

        var (best, options) = (role, AclMode.None);
        foreach (var candidate in RoleMembership.RolesOf(catalog, role, static m => m.inherit_option))
        {
            var held = AclMode.None;
            foreach (var item in items)
            {
                held |= item.Grantee == candidate ? item.GrantOptions & privileges : 0;
            }

            if (int.PopCount((int)held) > int.PopCount((int)options))
            {
                (best, options) = (candidate, held);
            }
        }

        return (best, options);
    }

    private static void RemoveDependents(CatalogSnapshot catalog, List<AclItem> items, uint grantee, AclMode lost, uint owner, bool cascade)
    {
        if (grantee == owner)
        {
            return;
        }

        lost &= ~PrivilegeCheck.Mask(catalog, items, grantee, owner, 0, lost).GrantOptions;
        while (items.FindIndex(i => i.Grantor == grantee && (i.Privileges & lost) != 0) is var index and >= 0)
        {
            if (!cascade)
            {
                throw new PgException(SqlState.DependentObjectsStillExist, "dependent privileges exist").WithHint("Use CASCADE to revoke them too.");
            }

            var item = items[index];
            Remove(catalog, items, item with { Privileges = lost, GrantOptions = lost }, owner, cascade);
        }
    }
}
