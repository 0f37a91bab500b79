using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using PgMicro.Core.Execution.Utility;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Roles;

/// <summary>CREATE, ALTER, DROP and RENAME of roles (manual: "Database Roles").</summary>
internal static class RoleCommands
{
    internal static string Create(DdlContext ddl, Pg.CreateRoleStmt statement)
    {
        var name = statement.Role;
        CheckReserved(name);
        var role = new PgAuthid
        {
            rolname = name,
            rolinherit = true,
            rolcanlogin = statement.StmtType == Pg.RoleStmtType.RolestmtUser,
            rolconnlimit = -1,
        };
        var lists = new Dictionary<string, Pg.DefElem>(StringComparer.Ordinal);
        role = ApplyOptions(ddl, role, statement.Options, lists);
        CheckMayCreate(ddl, role);
        if (ddl.Catalog.FindRole(name) is not null)
        {
            throw new PgException(SqlState.DuplicateObject, $"role \"{name}\" already exists");
        }

        role = role with { oid = NewOid(ddl, name) };
        ddl.Put(role);
        foreach (var target in Roles(ddl, lists, "addroleto"))
        {
            Membership.CheckMayGrant(ddl, target, isGrant: true);
            Membership.Add(ddl, target, role, Membership.Grantor(ddl, target), admin: false, null, null);
        }

        // Whoever makes a role without being superuser administers it.
        if (!RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
        {
            Membership.Add(ddl, role, ddl.Catalog.Role(ddl.Owner)!, BuiltInOids.BootstrapSuperuser, admin: true, inherit: false, set: false);
        }

        foreach (var member in Roles(ddl, lists, "adminmembers"))
        {
            Membership.Add(ddl, role, member, Membership.Grantor(ddl, role), admin: true, null, null);
        }

        foreach (var member in Roles(ddl, lists, "rolemembers"))
        {
            Membership.Add(ddl, role, member, Membership.Grantor(ddl, role), admin: false, null, null);
        }

        return "CREATE ROLE";
    }

    // A role of a name has the same OID in every file where it can, so that files can be brought together.
    private static uint NewOid(DdlContext ddl, string name)
    {
        uint oid;
        for (var attempt = 0; ddl.Catalog.Role(oid = DatabaseRows.NewOid(name, attempt)) is not null; attempt++)
        {
        }

        return oid;
    }

    internal static string Alter(DdlContext ddl, Pg.AlterRoleStmt statement)
    {
        if (statement.Role.Roletype == Pg.RoleSpecType.RolespecCstring && statement.Role.Rolename.StartsWith("pg_", StringComparison.Ordinal))
        {
            throw new PgException(SqlState.ReservedName, $"role name \"{statement.Role.Rolename}\" is reserved").WithDetail("Cannot alter reserved roles.");
        }

        var role = ddl.FindRole(statement.Role);
        var lists = new Dictionary<string, Pg.DefElem>(StringComparer.Ordinal);
        var changed = ApplyOptions(ddl, role, statement.Options, lists);
        CheckMayAlter(ddl, role, changed, lists.Count > 0, "alter");
        ddl.Put(changed);

        // ALTER GROUP … ADD and DROP USER.
        foreach (var member in Roles(ddl, lists, "rolemembers"))
        {
            if (statement.Action > 0)
            {
                Membership.Add(ddl, changed, member, ddl.Owner, admin: false, null, null);
            }
            else
            {
                Membership.Remove(ddl, changed, member, ddl.Owner, null, cascade: false);
            }
        }

        return "ALTER ROLE";
    }

    internal static string Drop(DdlContext ddl, Pg.DropRoleStmt statement)
    {
        var me = ddl.Catalog.Role(ddl.Owner)!;
        if (!me.rolsuper && !me.rolcreaterole)
        {
            throw new PgException(SqlState.InsufficientPrivilege, "permission denied to drop role")
                .WithDetail("Only roles with the CREATEROLE attribute and the ADMIN option on the target roles may drop roles.");
        }

        foreach (var node in statement.Roles)
        {
            var spec = node.RoleSpec;
            if (spec.Roletype != Pg.RoleSpecType.RolespecCstring)
            {
                throw new PgException(SqlState.InvalidParameterValue, "cannot use special role specifier in DROP ROLE");
            }

            if (ddl.Catalog.FindRole(spec.Rolename) is not { } role)
            {
                if (!statement.MissingOk)
                {
                    throw new PgException(SqlState.UndefinedObject, $"role \"{spec.Rolename}\" does not exist");
                }

                ddl.Notice($"role \"{spec.Rolename}\" does not exist, skipping");
                continue;
            }

            if (role.oid == ddl.Owner)
            {
                throw new PgException(SqlState.ObjectInUse, "current user cannot be dropped");
            }

            if (role.rolname == ddl.Session.SessionUser)
            {
                throw new PgException(SqlState.ObjectInUse, "session user cannot be dropped");
            }

            if (!me.rolsuper && (role.rolsuper || !RoleMembership.IsAdminOf(ddl.Catalog, ddl.Owner, role.oid)))
            {
                throw new PgException(SqlState.InsufficientPrivilege, "permission denied to drop role")
                    .WithDetail(role.rolsuper
                        ? "Only roles with the SUPERUSER attribute may drop roles with the SUPERUSER attribute."
                        : $"Only roles with the CREATEROLE attribute and the ADMIN option on role \"{role.rolname}\" may drop this role.");
            }

            OwnedObjects.RequireNone(ddl, role);
            foreach (var membership in ddl.Catalog.Rows(PgAuthMembers.Relation).Where(m => m.roleid == role.oid || m.member == role.oid).ToArray())
            {
                ddl.Remove(membership);
            }

            foreach (var setting in ddl.Catalog.Rows(PgDbRoleSetting.Relation).Where(s => s.setrole == role.oid).ToArray())
            {
                ddl.Remove(setting);
            }

            SharedComments.Set(ddl, PgAuthid.RelationOid, role.oid, "");
            ddl.Remove(role);
        }

        return "DROP ROLE";
    }

    /// <summary>ALTER ROLE … RENAME TO; lists that name it name it anew.</summary>
    internal static string Rename(DdlContext ddl, string oldName, string newName)
    {
        var role = ddl.Catalog.FindRole(oldName) ?? throw new PgException(SqlState.UndefinedObject, $"role \"{oldName}\" does not exist");
        if (role.rolname == ddl.Session.SessionUser)
        {
            throw new PgException(SqlState.FeatureNotSupported, "session user cannot be renamed");
        }

        if (role.oid == ddl.Owner)
        {
            throw new PgException(SqlState.FeatureNotSupported, "current user cannot be renamed");
        }

        CheckReserved(oldName);
        CheckReserved(newName);
        if (ddl.Catalog.FindRole(newName) is not null)
        {
            throw new PgException(SqlState.DuplicateObject, $"role \"{newName}\" already exists");
        }

        CheckMayAlter(ddl, role, role, changesMembers: false, "rename");
        var lists = AclCatalog.Users(ddl.Catalog, role.oid).Select(o => (Object: o, Items: Acl.Parse(ddl.Catalog, o.Acl!))).ToArray();
        var renamed = role with { rolname = newName };
        if (role.rolpassword?.StartsWith("md5", StringComparison.Ordinal) == true)
        {
            ddl.Notice("MD5 password cleared because of role rename");
            renamed = renamed with { rolpassword = null };
        }

        ddl.Put(renamed);
        foreach (var (target, items) in lists)
        {
            AclCatalog.Write(ddl, target, items);
        }

        return "ALTER ROLE";
    }

    /// <summary>Rejects names that PostgreSQL keeps for itself (42939).</summary>
    internal static void CheckReserved(string name)
    {
        if (name.StartsWith("pg_", StringComparison.Ordinal))
        {
            throw new PgException(SqlState.ReservedName, $"role name \"{name}\" is reserved").WithDetail("Role names starting with \"pg_\" are reserved.");
        }

        if (name is "public" or "none")
        {
            throw new PgException(SqlState.ReservedName, $"role name \"{name}\" is reserved");
        }
    }

    private static IEnumerable<PgAuthid> Roles(DdlContext ddl, Dictionary<string, Pg.DefElem> lists, string name) =>
        lists.TryGetValue(name, out var list) ? list.Arg.List.Items.Select(i => ddl.FindRole(i.RoleSpec)).ToArray() : [];

    private static PgAuthid ApplyOptions(DdlContext ddl, PgAuthid role, IEnumerable<Pg.Node> options, Dictionary<string, Pg.DefElem> lists)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in options)
        {
            var option = node.DefElem;
            if (!seen.Add(option.Defname))
            {
                throw new PgException(SqlState.SyntaxError, "conflicting or redundant options").At(option.Location);
            }

            switch (option.Defname)
            {
                case "password":
                    role = role with { rolpassword = Password(ddl, role, option) };
                    break;
                case "sysid":
                    ddl.Notice("SYSID can no longer be specified");
                    break;
                case "superuser":
                    role = role with { rolsuper = OptionValues.Boolean(option) };
                    break;
                case "inherit":
                    role = role with { rolinherit = OptionValues.Boolean(option) };
                    break;
                case "createrole":
                    role = role with { rolcreaterole = OptionValues.Boolean(option) };
                    break;
                case "createdb":
                    role = role with { rolcreatedb = OptionValues.Boolean(option) };
                    break;
                case "canlogin":
                    role = role with { rolcanlogin = OptionValues.Boolean(option) };
                    break;
                case "isreplication":
                    role = role with { rolreplication = OptionValues.Boolean(option) };
                    break;
                case "bypassrls":
                    role = role with { rolbypassrls = OptionValues.Boolean(option) };
                    break;
                case "connectionlimit":
                    var limit = option.Arg.Integer.Ival;
                    role = limit < -1
                        ? throw new PgException(SqlState.InvalidParameterValue, $"invalid connection limit: {limit}")
                        : role with { rolconnlimit = limit };
                    break;
                case "validUntil":
                    var until = ddl.Session.Types.GetCodec(TypeOid.Timestamptz)
                        .Input(System.Text.Encoding.UTF8.GetBytes(OptionValues.String(option)), -1, ddl.Session);
                    role = role with { rolvaliduntil = until.Int64 };
                    break;
                case "addroleto" or "rolemembers" or "adminmembers":
                    lists.Add(option.Defname, option);
                    break;
                default:
                    throw new PgException(SqlState.SyntaxError, $"unrecognized role option \"{option.Defname}\"").At(option.Location);
            }
        }

        return role;
    }

    private static string? Password(DdlContext ddl, PgAuthid role, Pg.DefElem option)
    {
        if (OptionValues.IsAbsent(option))
        {
            return null;
        }

        var password = OptionValues.String(option);
        if (password.Length == 0)
        {
            ddl.Notice("empty string is not a valid password, clearing password");
            return null;
        }

        if (ddl.Session.Settings.Get("password_encryption") == "md5" && !password.StartsWith("SCRAM-SHA-256$", StringComparison.Ordinal))
        {
            throw PgErrors.FeatureNotSupported($"password_encryption = md5 (for role \"{role.rolname}\")");
        }

        var iterations = int.Parse(ddl.Session.Settings.Get("scram_iterations") ?? "4096", System.Globalization.CultureInfo.InvariantCulture);
        return ScramSha256.Verifier(password, iterations);
    }

    private static void CheckMayCreate(DdlContext ddl, PgAuthid role)
    {
        var me = ddl.Catalog.Role(ddl.Owner)!;
        if (me.rolsuper)
        {
            return;
        }

        if (!me.rolcreaterole)
        {
            throw Denied("create role", "Only roles with the CREATEROLE attribute may create roles.");
        }

        foreach (var (wants, has, name) in new[]
        {
            (role.rolsuper, false, "SUPERUSER"), (role.rolcreatedb, me.rolcreatedb, "CREATEDB"), (role.rolreplication, me.rolreplication, "REPLICATION"),
            (role.rolbypassrls, me.rolbypassrls, "BYPASSRLS"),
        })
        {
            if (wants && !has)
            {
                throw Denied("create role", $"Only roles with the {name} attribute may create roles with the {name} attribute.");
            }
        }
    }

    private static void CheckMayAlter(DdlContext ddl, PgAuthid before, PgAuthid after, bool changesMembers, string verb)
    {
        var me = ddl.Catalog.Role(ddl.Owner)!;
        if (me.rolsuper)
        {
            return;
        }

        if (before.rolsuper || after.rolsuper != before.rolsuper)
        {
            throw Denied(
                verb + " role",
                before.rolsuper
                    ? $"Only roles with the SUPERUSER attribute may {verb} roles with the SUPERUSER attribute."
                    : "Only roles with the SUPERUSER attribute may change the SUPERUSER attribute.");
        }

        // Anyone may change the own password.
        var onlyPassword = verb == "alter" && !changesMembers && before.oid == ddl.Owner && after with { rolpassword = before.rolpassword } == before;
        if (!onlyPassword && (!me.rolcreaterole || !RoleMembership.IsAdminOf(ddl.Catalog, ddl.Owner, before.oid)))
        {
            throw Denied(verb + " role", $"Only roles with the CREATEROLE attribute and the ADMIN option on role \"{before.rolname}\" may {verb} this role.");
        }

        foreach (var (changes, has, name) in new[]
        {
            (before.rolcreatedb != after.rolcreatedb, me.rolcreatedb, "CREATEDB"), (before.rolreplication != after.rolreplication, me.rolreplication, "REPLICATION"),
            (before.rolbypassrls != after.rolbypassrls, me.rolbypassrls, "BYPASSRLS"),
        })
        {
            if (changes && !has)
            {
                throw Denied("alter role", $"Only roles with the {name} attribute may change the {name} attribute.");
            }
        }
    }

    private static PgException Denied(string what, string detail) =>
        new PgException(SqlState.InsufficientPrivilege, $"permission denied to {what}").WithDetail(detail);
}
