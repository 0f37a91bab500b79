using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE SCHEMA.</summary>
internal static class Schemas
{
    internal static string Create(DdlContext ddl, Pg.CreateSchemaStmt statement)
    {
        var owner = statement.Authrole is null ? ddl.Owner : ddl.FindRole(statement.Authrole).oid;
        var name = statement.Schemaname.Length > 0 ? statement.Schemaname : ddl.Catalog.Role(owner)!.rolname;
        RequireAllowedName(name);
        if (statement.SchemaElts.Count > 0)
        {
            throw PgErrors.FeatureNotSupported("CREATE SCHEMA with schema elements");
        }

        if (ddl.Catalog.FindNamespace(name) is not null)
        {
            if (!statement.IfNotExists)
            {
                throw new PgException(SqlState.DuplicateSchema, $"schema \"{name}\" already exists");
            }

            ddl.Notice($"schema \"{name}\" already exists, skipping", sqlState: SqlState.DuplicateSchema);
            return "CREATE SCHEMA";
        }

        ddl.Put(new PgNamespace { oid = ddl.NewOid(), nspname = name, nspowner = owner });
        return "CREATE SCHEMA";
    }

    internal static void RequireAllowedName(string name)
    {
        if (name.StartsWith("pg_", StringComparison.Ordinal))
        {
            throw new PgException(SqlState.ReservedName, $"unacceptable schema name \"{name}\"").WithDetail("The prefix \"pg_\" is reserved for system schemas.");
        }
    }
}
