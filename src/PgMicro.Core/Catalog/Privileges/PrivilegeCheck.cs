using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog.Privileges;

/// <summary>What a role may do with an object (PostgreSQL's aclmask and its callers).</summary>
public static class PrivilegeCheck
{
    private const uint ReadAllData = 6181;
    private const uint WriteAllData = 6182;
    private const uint Maintain = 6337;

    /// <summary>Which of some privileges a role has by a list.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="items">The list.</param>
    /// <param name="role">The role.</param>
    /// <param name="owner">The object's owner, who has all grant options.</param>
    /// <param name="mask">The privileges asked about.</param>
    /// <param name="options">The grant options asked about.</param>
    public static (AclMode Privileges, AclMode GrantOptions) Mask(
        CatalogSnapshot catalog, IReadOnlyList<AclItem> items, uint role, uint owner, AclMode mask, AclMode options)
    {
        var roles = RoleMembership.RolesOf(catalog, role, static m => m.inherit_option);
        var isOwner = roles.Contains(owner);
        var (has, hasOptions) = (AclMode.None, isOwner ? options : AclMode.None);
        foreach (var item in items)
        {
            if (item.Grantee == 0 || roles.Contains(item.Grantee))
            {
                has |= item.Privileges & mask;
                if (item.Grantee != 0)
                {
                    hasOptions |= item.GrantOptions & options;
                }
            }
        }

        return (has, hasOptions);
    }

    /// <summary>Which of some privileges a role has on a table, view or sequence.</summary>
    public static AclMode OnClass(CatalogSnapshot catalog, PgClass relation, uint role, AclMode mask, bool grantOption = false)
    {
        if (RoleMembership.IsSuperuser(catalog, role))
        {
            return mask;
        }

        // Only superusers write to system catalogs, whatever their lists say.
        var asked = mask;
        if (relation.oid < BuiltInOids.FirstNormalObjectId && relation.relkind != 'v')
        {
            asked &= ~(AclMode.Insert | AclMode.Update | AclMode.Delete | AclMode.Truncate | AclMode.Usage);
        }

        var kind = relation.relkind == 'S' ? 's' : 'r';
        var result = OnList(catalog, kind, relation.relacl, relation.relowner, role, asked, grantOption);
        if (!grantOption)
        {
            result |= Predefined(catalog, role, asked & ~result);
        }

        return result;
    }

    /// <summary>Which of some privileges a role has on a column, by its own list alone.</summary>
    public static AclMode OnColumn(CatalogSnapshot catalog, PgClass relation, PgAttribute column, uint role, AclMode mask, bool grantOption = false)
    {
        if (column.attacl is null)
        {
            return AclMode.None;
        }

        return OnList(catalog, 'c', column.attacl, relation.relowner, role, mask, grantOption);
    }

    /// <summary>Whether a role has a privilege on any column of a table, by the columns' lists or the table's.</summary>
    public static bool HasOnAnyColumn(CatalogSnapshot catalog, PgClass relation, uint role, AclMode mode, bool grantOption = false) =>
        OnClass(catalog, relation, role, mode, grantOption) != 0
        || catalog.Attributes(relation.oid).Any(a => a is { attisdropped: false } && OnColumn(catalog, relation, a, role, mode, grantOption) != 0);

    /// <summary>Which of some privileges a role has on an object with a list.</summary>
    public static AclMode OnList(CatalogSnapshot catalog, char kind, string? acl, uint owner, uint role, AclMode mask, bool grantOption = false)
    {
        if (RoleMembership.IsSuperuser(catalog, role))
        {
            return mask;
        }

        var items = acl is null ? Acl.Default(kind, owner) : Acl.Parse(catalog, acl);
        var (privileges, options) = Mask(catalog, items, role, owner, mask, mask);
        return grantOption ? options : privileges;
    }

    /// <summary>Which of some privileges a role has on a schema.</summary>
    public static AclMode OnNamespace(CatalogSnapshot catalog, PgNamespace schema, uint role, AclMode mask, bool grantOption = false)
    {
        // A session owns its temporary schema; its owner is the bootstrap superuser.
        if (schema.nspname.StartsWith("pg_temp_", StringComparison.Ordinal))
        {
            return mask;
        }

        var result = OnList(catalog, 'n', schema.nspacl, schema.nspowner, role, mask, grantOption);
        if (!grantOption && (mask & AclMode.Usage & ~result) != 0)
        {
            var roles = RoleMembership.RolesOf(catalog, role, static m => m.inherit_option);
            if (roles.Contains(ReadAllData) || roles.Contains(WriteAllData))
            {
                result |= AclMode.Usage;
            }
        }

        return result;
    }

    private static AclMode Predefined(CatalogSnapshot catalog, uint role, AclMode missing)
    {
        if (missing == 0)
        {
            return 0;
        }

        var roles = RoleMembership.RolesOf(catalog, role, static m => m.inherit_option);
        var result = AclMode.None;
        if (roles.Contains(ReadAllData))
        {
            result |= AclMode.Select;
        }

        if (roles.Contains(WriteAllData))
        {
            result |= AclMode.Insert | AclMode.Update | AclMode.Delete;
        }

        if (roles.Contains(Maintain))
        {
            result |= AclMode.Maintain;
        }

        return result & missing;
    }
}
