using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Roles;

/// <summary>What belongs to a role: DROP OWNED, REASSIGN OWNED, and the refusal to drop a role that something depends on.</summary>
internal static class OwnedObjects
{
    /// <summary>Raises 2BP01 when an object belongs to a role or grants it something.</summary>
    internal static void RequireNone(DdlContext ddl, PgAuthid role)
    {
        var found = new List<(uint Oid, int SubId, string Text)>();
        var path = ddl.Session.SearchPath(includeImplicit: true);
        foreach (var item in AclCatalog.All(ddl.Catalog).Where(o => o.Row is not PgDefaultAcl && IsOwnedBy(ddl.Catalog, o, role.oid)))
        {
            found.Add((item.Address.ObjectId, 0, $"owner of {Describe(ddl.Catalog, item, path)}"));
        }

        foreach (var item in AclCatalog.Users(ddl.Catalog, role.oid))
        {
            if (item.Row is PgDefaultAcl row)
            {
                found.Add((row.oid, 0, $"{(row.defaclrole == role.oid ? "owner of" : "privileges for")} {Describe(ddl.Catalog, item, path)}"));
            }
            else if (item.Owner != role.oid)
            {
                found.Add((item.Address.ObjectId, item.Address.SubId, $"privileges for {Describe(ddl.Catalog, item, path)}"));
            }
        }

        foreach (var policy in ddl.Catalog.Rows(PgPolicy.Relation).Where(p => p.polroles.Contains(role.oid)))
        {
            found.Add((policy.oid, 0, $"target of {ObjectDescriptions.Describe(ddl.Catalog, new(PgPolicy.RelationOid, policy.oid), path)}"));
        }

        var lines = found.OrderBy(f => f.Oid).ThenBy(f => f.SubId).Select(f => f.Text).ToList();
        if (ddl.Session.Database.Shared is not null)
        {
            AddOtherDatabases(ddl, role, lines);
        }

        if (lines.Count > 0)
        {
            throw new PgException(SqlState.DependentObjectsStillExist, $"role \"{role.rolname}\" cannot be dropped because some objects depend on it")
                .WithDetail(string.Join('\n', lines));
        }
    }

    // Other databases themselves are named before the objects here, and what is in them is counted after these.
    private static void AddOtherDatabases(DdlContext ddl, PgAuthid role, List<string> lines)
    {
        var mine = ddl.Session.Database;
        var counts = new List<string>();
        var own = 0;
        foreach (var known in mine.Cluster.Rows().Where(r => r.datname != mine.Name).OrderBy(static r => r.datname, StringComparer.Ordinal))
        {
            using var database = mine.Cluster.OpenExisting(known.datname);
            var row = database?.Row ?? known;
            if (row.datdba == role.oid)
            {
                lines.Insert(own++, $"owner of database {row.datname}");
            }
            else if (row.datacl is { } acl && Acl.Parse(ddl.Catalog, acl).Exists(i => i.Grantee == role.oid || i.Grantor == role.oid))
            {
                lines.Insert(own++, $"privileges for database {row.datname}");
            }

            if (database is null)
            {
                continue;
            }

            var catalog = database.Transactions.Catalog;
            var count = AclCatalog.All(catalog).Count(o => o.Row is not (PgDefaultAcl or PgParameterAcl or Catalog.Tables.PgDatabase) && IsOwnedBy(catalog, o, role.oid))
                + AclCatalog.Users(catalog, role.oid).Count(o => o.Row is not (PgParameterAcl or Catalog.Tables.PgDatabase) && (o.Row is PgDefaultAcl || o.Owner != role.oid));
            if (count > 0)
            {
                counts.Add(count == 1 ? $"1 object in database {row.datname}" : $"{count} objects in database {row.datname}");
            }
        }

        lines.AddRange(counts);
    }

    internal static string Reassign(DdlContext ddl, Pg.ReassignOwnedStmt statement)
    {
        var roles = statement.Roles.Select(r => ddl.FindRole(r.RoleSpec)).ToArray();
        Check(ddl, roles, "reassign objects", "Only roles with privileges of role \"{0}\" may reassign objects owned by it.");
        var newOwner = ddl.FindRole(statement.Newrole).oid;
        foreach (var role in roles)
        {
            foreach (var item in AclCatalog.All(ddl.Catalog).Where(o => o.Row is not (PgDefaultAcl or PgUserMapping) && IsOwnedBy(ddl.Catalog, o, role.oid)).ToArray())
            {
                Owners.Change(ddl, item.Address, newOwner);
            }
        }

        return "REASSIGN OWNED";
    }

    internal static string Drop(DdlContext ddl, Pg.DropOwnedStmt statement)
    {
        var roles = statement.Roles.Select(r => ddl.FindRole(r.RoleSpec)).ToArray();
        Check(ddl, roles, "drop objects", "Only roles with privileges of role \"{0}\" may drop objects owned by it.");
        foreach (var role in roles)
        {
            foreach (var item in AclCatalog.Users(ddl.Catalog, role.oid).ToArray())
            {
                if (item.Row is PgDefaultAcl { } row && row.defaclrole == role.oid)
                {
                    ddl.Remove(row);
                }
                else if (item.Owner != role.oid)
                {
                    AclCatalog.Write(ddl, item, [.. item.Items(ddl.Catalog).Where(i => i.Grantee != role.oid && i.Grantor != role.oid)]);
                }
            }

            foreach (var policy in ddl.Catalog.Rows(PgPolicy.Relation).Where(p => p.polroles.Contains(role.oid)).ToArray())
            {
                // A policy for nobody is none.
                if (policy.polroles is [_])
                {
                    Ddl.Drop.Perform(ddl, [new ObjectAddress(PgPolicy.RelationOid, policy.oid)], statement.Behavior);
                }
                else
                {
                    ddl.Put(policy with { polroles = [.. policy.polroles.Where(r => r != role.oid)] });
                }
            }

            var owned = AclCatalog.All(ddl.Catalog)
                .Where(o => o.Row is not (PgDefaultAcl or Catalog.Tables.PgDatabase) && IsOwnedBy(ddl.Catalog, o, role.oid)).Select(o => o.Address).ToArray();
            if (owned.Length > 0)
            {
                Ddl.Drop.Perform(ddl, owned, statement.Behavior);
            }
        }

        return "DROP OWNED";
    }

    // Row types, arrays, indexes and owned sequences go with their tables.
    private static bool IsOwnedBy(CatalogSnapshot catalog, AclObject item, uint role) => item.Owner == role && item.Row switch
    {
        PgClass { relkind: 'i' or 'I' or 't' or 'c' } => false,
        PgClass { relkind: 'S' } sequence => !catalog.Find(PgDepend.ByDependent, new(PgClass.RelationOid, sequence.oid)).Any(d => d.deptype is 'i' or 'a'),
        PgAttribute => false,
        PgType { typrelid: not 0 } type => catalog.Class(type.typrelid)?.relkind == 'c',
        PgType { typelem: not 0, typlen: -1 } => false,
        PgType { typtype: 'm' } => false,
        PgNamespace schema => !schema.nspname.StartsWith("pg_temp_", StringComparison.Ordinal),
        PgParameterAcl => false,
        _ => true,
    };

    private static string Describe(CatalogSnapshot catalog, AclObject item, IReadOnlyList<uint> path)
    {
        if (item.Row is not PgDefaultAcl row)
        {
            return item.Row is Catalog.Tables.PgDatabase database ? $"database {database.datname}"
                : ObjectDescriptions.Describe(catalog, item.Address, path) ?? item.Name;
        }

        var what = row.defaclobjtype switch { 'r' => "relations", 'S' => "sequences", 'f' => "functions", 'T' => "types", _ => "schemas" };
        var text = $"default privileges on new {what} belonging to role {catalog.Role(row.defaclrole)?.rolname}";
        return catalog.Namespace(row.defaclnamespace) is { } schema ? $"{text} in schema {schema.nspname}" : text;
    }

    private static void Check(DdlContext ddl, PgAuthid[] roles, string what, string detail)
    {
        foreach (var role in roles)
        {
            if (!RoleMembership.HasPrivilegesOf(ddl.Catalog, ddl.Owner, role.oid))
            {
                throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to {what}")
                    .WithDetail(string.Format(System.Globalization.CultureInfo.InvariantCulture, detail, role.rolname));
            }

            if (role.oid < BuiltInOids.FirstUnpinnedObjectId)
            {
                throw new PgException(
                    SqlState.DependentObjectsStillExist,
                    $"cannot {(what.StartsWith("drop", StringComparison.Ordinal) ? "drop" : "reassign ownership of")} objects owned by role {role.rolname} because they are required by the database system");
            }
        }
    }
}
