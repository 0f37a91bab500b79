using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using PgMicro.Core.Execution.Utility;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Roles;

/// <summary>ALTER ROLE … [IN DATABASE …] SET: run-time parameters that a role's sessions start with.</summary>
internal static class RoleSettings
{
    internal static string Execute(DdlContext ddl, Pg.AlterRoleSetStmt statement)
    {
        uint role = 0;
        if (statement.Role is not null)
        {
            var altered = ddl.FindRole(statement.Role);
            role = altered.oid;
            if (altered.rolsuper && !RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
            {
                throw new PgException(SqlState.InsufficientPrivilege, "permission denied to alter role")
                    .WithDetail("Only roles with the SUPERUSER attribute may alter roles with the SUPERUSER attribute.");
            }

            if (role != ddl.Owner && !RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner)
                && !(ddl.Catalog.Role(ddl.Owner)!.rolcreaterole && RoleMembership.IsAdminOf(ddl.Catalog, ddl.Owner, role)))
            {
                throw new PgException(SqlState.InsufficientPrivilege, "permission denied to alter role")
                    .WithDetail($"Only roles with the CREATEROLE attribute and the ADMIN option on role \"{altered.rolname}\" may alter this role.");
            }
        }
        else if (!RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, "permission denied to alter setting")
                .WithDetail("Only roles with the SUPERUSER attribute may alter settings globally.");
        }

        uint database = 0;
        if (statement.Database.Length > 0)
        {
            database = ddl.Session.Database.Cluster.FindRow(statement.Database)?.oid
                ?? throw new PgException(SqlState.InvalidCatalogName, $"database \"{statement.Database}\" does not exist");
        }

        DatabaseCommands.AlterSettings(ddl, database, statement.Setstmt, role);
        return "ALTER ROLE";
    }
}
