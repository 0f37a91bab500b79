using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>TABLESPACE clauses. A database is one file, so that pg_default is where everything is.</summary>
internal static class Tablespaces
{
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
