using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>COMMENT ON ROLE, DATABASE and TABLESPACE, which all databases share.</summary>
internal static class SharedComments
{
    /// <summary>Whether a comment goes to pg_shdescription.</summary>
    internal static bool Handles(Pg.ObjectType type) => type is Pg.ObjectType.ObjectRole or Pg.ObjectType.ObjectDatabase or Pg.ObjectType.ObjectTablespace;

    internal static string Execute(DdlContext ddl, Pg.CommentStmt statement)
    {
        var name = statement.Object.String.Sval;
        switch (statement.Objtype)
        {
            case Pg.ObjectType.ObjectRole:
                var role = ddl.Catalog.FindRole(name) ?? throw new PgException(SqlState.UndefinedObject, $"role \"{name}\" does not exist");
                RequireMayComment(ddl, role);
                Set(ddl, PgAuthid.RelationOid, role.oid, statement.Comment);
                break;
            case Pg.ObjectType.ObjectDatabase:
                // A dump may be restored into a database of another name.
                if (ddl.Session.Database.Cluster.FindRow(name) is not { } database)
                {
                    ddl.Notice($"database \"{name}\" does not exist", "WARNING", SqlState.InvalidCatalogName);
                    break;
                }

                Owners.RequireOwner(ddl, database.datdba, "database", name);
                Set(ddl, Catalog.Tables.PgDatabase.RelationOid, database.oid, statement.Comment);
                break;
            default:
                var tablespace = ddl.Catalog.FindTablespace(name) ?? throw new PgException(SqlState.UndefinedObject, $"tablespace \"{name}\" does not exist");
                Owners.RequireOwner(ddl, tablespace.spcowner, "tablespace", name);
                Set(ddl, PgTablespace.RelationOid, tablespace.oid, statement.Comment);
                break;
        }

        return "COMMENT";
    }

    /// <summary>Writes or, when empty, removes a comment.</summary>
    internal static void Set(DdlContext ddl, uint relation, uint oid, string text)
    {
        if (text.Length > 0)
        {
            ddl.Put(new PgShdescription { objoid = oid, classoid = relation, description = text });
        }
        else if (ddl.Catalog.Find(PgShdescription.Relation, new(oid, relation)) is { } old)
        {
            ddl.Remove(old);
        }
    }

    private static void RequireMayComment(DdlContext ddl, PgAuthid role)
    {
        if (RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
        {
            return;
        }

        var missing = role.rolsuper ? "SUPERUSER attribute"
            : !ddl.Catalog.Role(ddl.Owner)!.rolcreaterole ? "CREATEROLE attribute"
            : !RoleMembership.IsAdminOf(ddl.Catalog, ddl.Owner, role.oid) ? $"ADMIN option on role \"{role.rolname}\""
            : null;
        if (missing is not null)
        {
            throw new PgException(SqlState.InsufficientPrivilege, "permission denied").WithDetail($"The current user must have the {missing}.");
        }
    }
}
