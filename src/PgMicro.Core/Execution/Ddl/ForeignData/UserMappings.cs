using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.ForeignData;

/// <summary>CREATE, ALTER and DROP USER MAPPING.</summary>
internal static class UserMappings
{
    internal static string Create(DdlContext ddl, Pg.CreateUserMappingStmt statement)
    {
        var user = User(ddl, statement.User);
        var server = ForeignServers.Find(ddl, statement.Servername);
        RequireAllowed(ddl, user, server);
        if (Find(ddl, user, server) is not null)
        {
            var message = $"user mapping for \"{Name(ddl, user)}\" already exists for server \"{server.srvname}\"";
            if (!statement.IfNotExists)
            {
                throw new PgException(SqlState.DuplicateObject, message);
            }

            ddl.Notice(message + ", skipping", sqlState: SqlState.DuplicateObject);
            return "CREATE USER MAPPING";
        }

        var row = ddl.Put(new PgUserMapping
        {
            oid = ddl.NewOid(),
            umuser = user,
            umserver = server.oid,
            umoptions = GenericOptions.Apply(ddl, PgUserMapping.RelationOid, null, statement.Options, ForeignServers.Wrapper(ddl, server).fdwvalidator),
        });
        ddl.Depend(new(PgUserMapping.RelationOid, row.oid), new(PgForeignServer.RelationOid, server.oid));
        return "CREATE USER MAPPING";
    }

    internal static string Alter(DdlContext ddl, Pg.AlterUserMappingStmt statement)
    {
        var user = User(ddl, statement.User);
        var server = ForeignServers.Find(ddl, statement.Servername);
        var row = Find(ddl, user, server) ?? throw Missing(ddl, user, server);
        RequireAllowed(ddl, user, server);
        if (statement.Options.Count > 0)
        {
            row = row with { umoptions = GenericOptions.Apply(ddl, PgUserMapping.RelationOid, row.umoptions, statement.Options, ForeignServers.Wrapper(ddl, server).fdwvalidator) };
        }

        ddl.Put(row);
        return "ALTER USER MAPPING";
    }

    internal static string Drop(DdlContext ddl, Pg.DropUserMappingStmt statement)
    {
        const string Tag = "DROP USER MAPPING";
        try
        {
            var user = User(ddl, statement.User);
            var server = ForeignServers.Find(ddl, statement.Servername);
            var row = Find(ddl, user, server) ?? throw Missing(ddl, user, server);
            RequireAllowed(ddl, user, server);
            Ddl.Drop.Perform(ddl, [new ObjectAddress(PgUserMapping.RelationOid, row.oid)], Pg.DropBehavior.DropCascade);
        }
        catch (PgException e) when (statement.MissingOk && e.SqlState == SqlState.UndefinedObject)
        {
            ddl.Notice(e.Message + ", skipping");
        }

        return Tag;
    }

    private static uint User(DdlContext ddl, Pg.RoleSpec user) => user.Roletype == Pg.RoleSpecType.RolespecPublic ? 0 : ddl.FindRole(user).oid;

    private static string Name(DdlContext ddl, uint user) => user == 0 ? "public" : ddl.Catalog.Role(user)!.rolname;

    private static PgUserMapping? Find(DdlContext ddl, uint user, PgForeignServer server) =>
        ddl.Catalog.UserRowsOf(PgUserMapping.Relation).FirstOrDefault(r => r.umuser == user && r.umserver == server.oid);

    private static PgException Missing(DdlContext ddl, uint user, PgForeignServer server) =>
        new(SqlState.UndefinedObject, $"user mapping for \"{Name(ddl, user)}\" does not exist for server \"{server.srvname}\"");

    // Whoever may use the server has his own mapping in hand, its owner those of all.
    private static void RequireAllowed(DdlContext ddl, uint user, PgForeignServer server)
    {
        if (RoleMembership.HasPrivilegesOf(ddl.Catalog, ddl.Owner, server.srvowner))
        {
            return;
        }

        if (user == ddl.Owner)
        {
            ForeignServers.RequireUsage(ddl, server);
        }
        else
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"must be owner of foreign server {server.srvname}");
        }
    }
}
