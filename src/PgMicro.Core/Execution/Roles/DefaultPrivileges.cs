using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Roles;

/// <summary>ALTER DEFAULT PRIVILEGES, and what it gives new objects (manual, SQL commands).</summary>
internal static class DefaultPrivileges
{
    internal static string Execute(DdlContext ddl, Pg.AlterDefaultPrivilegesStmt statement)
    {
        var roles = new List<uint>();
        var schemas = new List<uint>();
        foreach (var node in statement.Options)
        {
            var option = node.DefElem;
            switch (option.Defname)
            {
                case "roles":
                    roles.AddRange(option.Arg.List.Items.Select(r => ddl.FindRole(r.RoleSpec).oid));
                    break;
                case "schemas":
                    schemas.AddRange(option.Arg.List.Items.Select(s => ddl.FindSchema(s.String.Sval).oid));
                    break;
                default:
                    throw new PgException(SqlState.SyntaxError, $"option \"{option.Defname}\" not recognized");
            }
        }

        var action = statement.Action;
        var (kind, name) = GrantTargets.Kind(action.Objtype);
        var grantees = GrantCommand.Grantees(ddl, action);
        var privileges = GrantCommand.Privileges(action, kind, name, takesSequences: false).Object ?? Acl.All(kind);
        if (schemas.Count > 0 && kind == 'n')
        {
            throw new PgException(SqlState.InvalidGrantOperation, "cannot use IN SCHEMA clause when using GRANT/REVOKE ON SCHEMAS");
        }

        foreach (var role in roles.Count > 0 ? roles : [ddl.Owner])
        {
            if (!RoleMembership.HasPrivilegesOf(ddl.Catalog, ddl.Owner, role))
            {
                throw new PgException(SqlState.InsufficientPrivilege, "permission denied to change default privileges");
            }

            foreach (var schema in schemas.Count > 0 ? schemas : [0])
            {
                Change(ddl, role, schema, kind, privileges, action, grantees);
            }
        }

        return "ALTER DEFAULT PRIVILEGES";
    }

    /// <summary>get_user_default_acl: the list of an object that is being made; null for the kind's own default.</summary>
    internal static string? For(DdlContext ddl, char kind, uint owner, uint schema)
    {
        var own = Find(ddl, owner, 0, kind);
        var inSchema = schema == 0 ? null : Find(ddl, owner, schema, kind);
        if (own is null && inSchema is null)
        {
            return null;
        }

        var standard = Acl.Default(kind, owner);
        var items = own is null ? Acl.Default(kind, owner) : Acl.Parse(ddl.Catalog, own.defaclacl);
        foreach (var item in inSchema is null ? [] : Acl.Parse(ddl.Catalog, inSchema.defaclacl))
        {
            AclUpdate.Add(items, item);
        }

        items.Sort(static (a, b) => (a.Grantee, a.Grantor).CompareTo((b.Grantee, b.Grantor)));
        return Same(items, standard) ? null : Acl.Format(ddl.Catalog, items);
    }

    private static void Change(
        DdlContext ddl, uint role, uint schema, char kind, AclMode privileges, Pg.GrantStmt action, List<uint> grantees)
    {
        // Within a schema the list holds what comes on top.
        var standard = schema == 0 ? Acl.Default(kind, role) : [];
        var existing = Find(ddl, role, schema, kind);
        var items = existing is null ? [.. standard] : Acl.Parse(ddl.Catalog, existing.defaclacl);
        foreach (var grantee in grantees)
        {
            var change = new AclItem(
                grantee, role, action.IsGrant || !action.GrantOption ? privileges : 0, !action.IsGrant || action.GrantOption ? privileges : 0);
            if (action.IsGrant)
            {
                AclUpdate.Add(items, change);
            }
            else
            {
                AclUpdate.Remove(ddl.Catalog, items, change, role, action.Behavior == Pg.DropBehavior.DropCascade);
            }
        }

        items.Sort(static (a, b) => (a.Grantee, a.Grantor).CompareTo((b.Grantee, b.Grantor)));
        if (Same(items, standard))
        {
            if (existing is not null)
            {
                ddl.NoteDrop(new(PgDefaultAcl.RelationOid, existing.oid));
                ddl.Remove(existing);
            }

            return;
        }

        var acl = Acl.Format(ddl.Catalog, items);
        ddl.Put(existing is null
            ? new PgDefaultAcl { oid = ddl.NewOid(), defaclrole = role, defaclnamespace = schema, defaclobjtype = Letter(kind), defaclacl = acl }
            : existing with { defaclacl = acl });
    }

    private static PgDefaultAcl? Find(DdlContext ddl, uint role, uint schema, char kind)
    {
        foreach (var row in ddl.Catalog.UserRowsOf(PgDefaultAcl.Relation))
        {
            if (row.defaclrole == role && row.defaclnamespace == schema && row.defaclobjtype == Letter(kind))
            {
                return row;
            }
        }

        return null;
    }

    private static char Letter(char kind) => kind == 's' ? 'S' : kind;

    private static bool Same(List<AclItem> a, List<AclItem> b) => a.Count == b.Count && a.TrueForAll(b.Contains);
}
