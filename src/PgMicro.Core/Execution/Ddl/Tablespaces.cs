using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>TABLESPACE clauses. A database is one file, so that pg_default is where everything is.</summary>
internal static class Tablespaces
{
    /// <summary>ALTER TABLE ALL IN TABLESPACE: there is no other tablespace to move things to.</summary>
    internal static string MoveAll(DdlContext ddl, Pg.AlterTableMoveAllStmt statement)
    {
        foreach (var name in new[] { statement.OrigTablespacename, statement.NewTablespacename })
        {
            if (ddl.Catalog.FindTablespace(name) is null)
            {
                throw new PgException(SqlState.UndefinedObject, $"tablespace \"{name}\" does not exist");
            }
        }

        if (statement.OrigTablespacename == "pg_global" || statement.NewTablespacename == "pg_global")
        {
            throw new PgException(SqlState.InvalidParameterValue, "cannot move relations in to or out of pg_global tablespace");
        }

        foreach (var role in statement.Roles)
        {
            ddl.FindRole(role.RoleSpec);
        }

        return AlterTable.Tag(statement.Objtype);
    }

    /// <summary>Checks the tablespace that a relation is to be in.</summary>
    /// <exception cref="PgException">42704 when there is none of the name, 22023 for the one of shared relations.</exception>
    internal static void Require(DdlContext ddl, string name)
    {
        if (name.Length == 0)
        {
            return;
        }

        if (ddl.Catalog.FindTablespace(name) is null)
        {
            throw new PgException(SqlState.UndefinedObject, $"tablespace \"{name}\" does not exist");
        }

        if (name == "pg_global")
        {
            throw new PgException(SqlState.InvalidParameterValue, "only shared relations can be placed in pg_global tablespace");
        }
    }
}
