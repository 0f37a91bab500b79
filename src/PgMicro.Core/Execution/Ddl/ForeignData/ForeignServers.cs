using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.ForeignData;

/// <summary>CREATE and ALTER SERVER.</summary>
internal static class ForeignServers
{
    internal static string Create(DdlContext ddl, Pg.CreateForeignServerStmt statement)
    {
        if (TryFind(ddl, statement.Servername) is not null)
        {
            if (!statement.IfNotExists)
            {
                throw Exists(statement.Servername);
            }

            ddl.Notice($"server \"{statement.Servername}\" already exists, skipping", sqlState: SqlState.DuplicateObject);
            return "CREATE SERVER";
        }

        var wrapper = ForeignDataWrappers.Find(ddl, statement.Fdwname);
        ForeignDataWrappers.RequireUsage(ddl, wrapper, ddl.Owner);
        var row = ddl.Put(new PgForeignServer
        {
            oid = ddl.NewOid(),
            srvname = statement.Servername,
            srvowner = ddl.Owner,
            srvfdw = wrapper.oid,
            srvtype = DdlContext.Null(statement.Servertype),
            srvversion = DdlContext.Null(statement.Version),
            srvoptions = GenericOptions.Apply(ddl, PgForeignServer.RelationOid, null, statement.Options, wrapper.fdwvalidator),
        });
        ddl.Depend(new(PgForeignServer.RelationOid, row.oid), new(PgForeignDataWrapper.RelationOid, wrapper.oid));
        return "CREATE SERVER";
    }

    internal static string Alter(DdlContext ddl, Pg.AlterForeignServerStmt statement)
    {
        var row = Find(ddl, statement.Servername);
        Owners.RequireOwner(ddl, row.srvowner, "foreign server", row.srvname);
        if (statement.HasVersion)
        {
            row = row with { srvversion = DdlContext.Null(statement.Version) };
        }

        if (statement.Options.Count > 0)
        {
            row = row with { srvoptions = GenericOptions.Apply(ddl, PgForeignServer.RelationOid, row.srvoptions, statement.Options, Wrapper(ddl, row).fdwvalidator) };
        }

        ddl.Put(row);
        return "ALTER SERVER";
    }

    internal static void Rename(DdlContext ddl, PgForeignServer row, string name)
    {
        Owners.RequireOwner(ddl, row.srvowner, "foreign server", row.srvname);
        if (TryFind(ddl, name) is not null)
        {
            throw Exists(name);
        }

        ddl.Put(row with { srvname = name });
    }

    internal static void ChangeOwner(DdlContext ddl, PgForeignServer row, uint owner)
    {
        if (row.srvowner == owner)
        {
            return;
        }

        if (!RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
        {
            Owners.RequireOwner(ddl, row.srvowner, "foreign server", row.srvname);
            Owners.RequireMayGive(ddl, owner);
            ForeignDataWrappers.RequireUsage(ddl, Wrapper(ddl, row), owner);
        }

        ddl.Put(row with { srvowner = owner, srvacl = Owners.NewAcl(ddl, row.srvacl, row.srvowner, owner) });
    }

    /// <summary>A server by its name.</summary>
    /// <exception cref="PgException">42704.</exception>
    internal static PgForeignServer Find(DdlContext ddl, string name) => TryFind(ddl, name) ?? throw new PgException(SqlState.UndefinedObject, $"server \"{name}\" does not exist");

    internal static PgForeignServer? TryFind(DdlContext ddl, string name) => ddl.Catalog.UserRowsOf(PgForeignServer.Relation).FirstOrDefault(r => r.srvname == name);

    /// <summary>The wrapper of a server.</summary>
    internal static PgForeignDataWrapper Wrapper(DdlContext ddl, PgForeignServer server) => ddl.Catalog.Find(PgForeignDataWrapper.Relation, new(server.srvfdw))!;

    /// <exception cref="PgException">42501 unless the current role may use the server.</exception>
    internal static void RequireUsage(DdlContext ddl, PgForeignServer row)
    {
        if (PrivilegeCheck.OnList(ddl.Catalog, 'S', row.srvacl, row.srvowner, ddl.Owner, AclMode.Usage) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for foreign server {row.srvname}");
        }
    }

    private static PgException Exists(string name) => new(SqlState.DuplicateObject, $"server \"{name}\" already exists");
}
