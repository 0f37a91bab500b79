using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using PgMicro.Core.Execution.Utility;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Roles;

/// <summary>GRANT and REVOKE of roles (manual: "Role Membership").</summary>
internal static class Membership
{
    internal static string Execute(DdlContext ddl, Pg.GrantRoleStmt statement)
    {
        bool? admin = null, inherit = null, set = null;
        foreach (var node in statement.Opt)
        {
            var option = node.DefElem;
            var value = OptionValues.TryBoolean(option)
                ?? throw new PgException(SqlState.InvalidParameterValue, $"unrecognized value for role option \"{option.Defname}\": \"{OptionValues.String(option)}\"")
                    .At(option.Location);
            switch (option.Defname)
            {
                case "admin":
                    admin = value;
                    break;
                case "inherit":
                    inherit = value;
                    break;
                case "set":
                    set = value;
                    break;
                default:
                    throw new PgException(SqlState.SyntaxError, $"unrecognized role option \"{option.Defname}\"").At(option.Location);
            }
        }

        var grantor = statement.Grantor is null ? null : ddl.FindRole(statement.Grantor);
        var grantees = statement.GranteeRoles.Select(g => ddl.FindRole(g.RoleSpec)).ToArray();
        foreach (var node in statement.GrantedRoles)
        {
            var priv = node.AccessPriv;
            if (priv.PrivName.Length == 0 || priv.Cols.Count > 0)
            {
                throw new PgException(SqlState.InvalidGrantOperation, "column names cannot be included in GRANT/REVOKE ROLE");
            }

            var role = ddl.Catalog.FindRole(priv.PrivName) ?? throw new PgException(SqlState.UndefinedObject, $"role \"{priv.PrivName}\" does not exist");
            CheckMayGrant(ddl, role, statement.IsGrant);
            if (grantor is not null)
            {
                CheckGrantor(ddl, role, grantor, statement.IsGrant);
            }

            foreach (var member in grantees)
            {
                if (statement.IsGrant)
                {
                    Add(ddl, role, member, grantor?.oid ?? Grantor(ddl, role), admin ?? false, inherit, set, admin is not null);
                }
                else
                {
                    var which = admin is not null ? "admin" : inherit is not null ? "inherit" : set is not null ? "set" : null;
                    Remove(ddl, role, member, grantor?.oid ?? Grantor(ddl, role), which, statement.Behavior == Pg.DropBehavior.DropCascade);
                }
            }
        }

        return statement.IsGrant ? "GRANT ROLE" : "REVOKE ROLE";
    }

    internal static void Add(DdlContext ddl, PgAuthid role, PgAuthid member, uint grantor, bool admin, bool? inherit, bool? set, bool saysAdmin = true)
    {
        if (role.oid == member.oid || RoleMembership.IsMemberNoSuper(ddl.Catalog, role.oid, member.oid))
        {
            throw new PgException(SqlState.InvalidGrantOperation, $"role \"{role.rolname}\" is a member of role \"{member.rolname}\"");
        }

        var existing = ddl.Catalog.Find(PgAuthMembers.ByMember, new(member.oid)).FirstOrDefault(m => m.roleid == role.oid && m.grantor == grantor);
        if (existing is null)
        {
            ddl.Put(new PgAuthMembers
            {
                oid = ddl.NewOid(PgAuthMembers.Relation),
                roleid = role.oid,
                member = member.oid,
                grantor = grantor,
                admin_option = admin,
                inherit_option = inherit ?? member.rolinherit,
                set_option = set ?? true,
            });
            return;
        }

        var changed = existing with
        {
            admin_option = saysAdmin && admin ? true : existing.admin_option,
            inherit_option = inherit ?? existing.inherit_option,
            set_option = set ?? existing.set_option,
        };
        if (changed == existing)
        {
            ddl.Notice($"role \"{member.rolname}\" has already been granted membership in role \"{role.rolname}\" by role \"{ddl.Catalog.Role(grantor)!.rolname}\"");
            return;
        }

        ddl.Put(changed);
    }

    internal static void Remove(DdlContext ddl, PgAuthid role, PgAuthid member, uint grantor, string? option, bool cascade)
    {
        var existing = ddl.Catalog.Find(PgAuthMembers.ByMember, new(member.oid)).FirstOrDefault(m => m.roleid == role.oid && m.grantor == grantor);
        if (existing is null)
        {
            ddl.Notice(
                $"role \"{member.rolname}\" has not been granted membership in role \"{role.rolname}\" by role \"{ddl.Catalog.Role(grantor)!.rolname}\"",
                "WARNING", SqlState.Warning);
            return;
        }

        if (existing.admin_option && option is null or "admin")
        {
            var dependents = ddl.Catalog.Find(PgAuthMembers.ByRole, new(role.oid)).Where(m => m.grantor == member.oid).ToArray();
            if (dependents.Length > 0 && !cascade)
            {
                throw new PgException(SqlState.DependentObjectsStillExist, "dependent privileges exist").WithHint("Use CASCADE to revoke them too.");
            }

            foreach (var dependent in dependents)
            {
                Remove(ddl, role, ddl.Catalog.Role(dependent.member)!, member.oid, null, cascade);
            }
        }

        switch (option)
        {
            case null:
                ddl.Remove(existing);
                break;
            case "admin":
                ddl.Put(existing with { admin_option = false });
                break;
            case "inherit":
                ddl.Put(existing with { inherit_option = false });
                break;
            default:
                ddl.Put(existing with { set_option = false });
                break;
        }
    }

    /// <summary>Who is taken to grant: the bootstrap superuser for a superuser, else whoever has the ADMIN option.</summary>
    internal static uint Grantor(DdlContext ddl, PgAuthid role)
    {
        if (RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
        {
            return Catalog.BuiltInOids.BootstrapSuperuser;
        }

        var roles = RoleMembership.RolesOf(ddl.Catalog, ddl.Owner, static m => m.inherit_option);
        return ddl.Catalog.Find(PgAuthMembers.ByRole, new(role.oid)).FirstOrDefault(m => m.admin_option && roles.Contains(m.member))?.member ?? ddl.Owner;
    }

    // check_role_grantor, of the role that GRANTED BY names.
    private static void CheckGrantor(DdlContext ddl, PgAuthid role, PgAuthid grantor, bool isGrant)
    {
        if (!isGrant)
        {
            if (!RoleMembership.HasPrivilegesOf(ddl.Catalog, ddl.Owner, grantor.oid))
            {
                throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to revoke privileges granted by role \"{grantor.rolname}\"")
                    .WithDetail($"Only roles with privileges of role \"{grantor.rolname}\" may revoke privileges granted by this role.");
            }

            return;
        }

        if (!RoleMembership.HasPrivilegesOf(ddl.Catalog, ddl.Owner, grantor.oid))
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to grant privileges as role \"{grantor.rolname}\"")
                .WithDetail($"Only roles with privileges of role \"{grantor.rolname}\" may grant privileges as this role.");
        }

        if (grantor.oid != Catalog.BuiltInOids.BootstrapSuperuser
            && !ddl.Catalog.Find(PgAuthMembers.ByRole, new(role.oid)).Any(m => m.admin_option && m.member == grantor.oid))
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to grant privileges as role \"{grantor.rolname}\"")
                .WithDetail($"The grantor must have the ADMIN option on role \"{role.rolname}\".");
        }
    }

    /// <summary>check_role_membership_authorization: raises 42501 unless the current role may grant a role.</summary>
    internal static void CheckMayGrant(DdlContext ddl, PgAuthid role, bool isGrant)
    {
        if (isGrant && role.rolname == "pg_database_owner")
        {
            throw new PgException(SqlState.FeatureNotSupported, $"role \"{role.rolname}\" cannot have explicit members");
        }

        var verb = isGrant ? "grant" : "revoke";
        if (role.rolsuper)
        {
            if (!RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
            {
                throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to {verb} role \"{role.rolname}\"")
                    .WithDetail($"Only roles with the SUPERUSER attribute may {verb} roles with the SUPERUSER attribute.");
            }
        }
        else if (!RoleMembership.IsAdminOf(ddl.Catalog, ddl.Owner, role.oid))
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to {verb} role \"{role.rolname}\"")
                .WithDetail($"Only roles with the ADMIN option on role \"{role.rolname}\" may {verb} this role.");
        }
    }
}
