using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Privileges;
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
        if (PrivilegeCheck.OnList(ddl.Catalog, 'd', ddl.Catalog.Database.datacl, ddl.Catalog.Database.datdba, ddl.Owner, AclMode.Create) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for database {ddl.Catalog.DatabaseName}");
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

        ddl.ReserveSchema(name);
        var schema = ddl.Put(new PgNamespace { oid = ddl.NewOid(), nspname = name, nspowner = owner, nspacl = Roles.DefaultPrivileges.For(ddl, 'n', owner, 0) });
        ddl.Collect("CREATE SCHEMA", Catalog.Dependencies.ObjectAddress.Namespace(schema.oid));
        if (statement.SchemaElts.Count > 0)
        {
            CreateElements(ddl, name, statement.SchemaElts);
        }

        return "CREATE SCHEMA";
    }

    // Sequences before the tables that use them, tables before views and indexes: the order that PostgreSQL gives them.
    private static void CreateElements(DdlContext ddl, string schema, IEnumerable<Pg.Node> elements)
    {
        var statements = elements.Select(element => Qualify(element.Clone(), schema)).OrderBy(static s => s.NodeCase switch
        {
            Pg.Node.NodeOneofCase.CreateSeqStmt => 0,
            Pg.Node.NodeOneofCase.CreateStmt => 1,
            Pg.Node.NodeOneofCase.ViewStmt => 2,
            Pg.Node.NodeOneofCase.IndexStmt => 3,
            Pg.Node.NodeOneofCase.GrantStmt => 5,
            _ => throw PgErrors.FeatureNotSupported("this statement in CREATE SCHEMA"),
        });
        const string SearchPath = "search_path";
        var before = ddl.Session.GetSetting(SearchPath, missingOk: false)!;
        ddl.Session.SetSetting(SearchPath, before.Length == 0 ? CatalogNames.QuoteIdentifier(schema) : $"{CatalogNames.QuoteIdentifier(schema)}, {before}", isLocal: true);
        foreach (var statement in statements)
        {
            DdlExecutor.Execute(ddl.Session, statement, ddl.SourceText);
        }

        ddl.Session.SetSetting(SearchPath, before, isLocal: true);
    }

    private static Pg.Node Qualify(Pg.Node statement, string schema)
    {
        var relation = statement.NodeCase switch
        {
            Pg.Node.NodeOneofCase.CreateSeqStmt => statement.CreateSeqStmt.Sequence,
            Pg.Node.NodeOneofCase.CreateStmt => statement.CreateStmt.Relation,
            Pg.Node.NodeOneofCase.ViewStmt => statement.ViewStmt.View,
            Pg.Node.NodeOneofCase.IndexStmt => statement.IndexStmt.Relation,
            _ => null,
        };
        if (relation is null)
        {
            return statement;
        }

        if (relation.Schemaname.Length > 0 && relation.Schemaname != schema)
        {
            throw new PgException(
                SqlState.InvalidSchemaDefinition, $"CREATE specifies a schema ({relation.Schemaname}) different from the one being created ({schema})");
        }

        relation.Schemaname = schema;
        return statement;
    }

    internal static void RequireAllowedName(string name)
    {
        if (name.StartsWith("pg_", StringComparison.Ordinal))
        {
            throw new PgException(SqlState.ReservedName, $"unacceptable schema name \"{name}\"").WithDetail("The prefix \"pg_\" is reserved for system schemas.");
        }
    }
}
