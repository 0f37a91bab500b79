using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.ForeignData;

/// <summary>CREATE FOREIGN TABLE, the options of foreign tables and their columns, IMPORT FOREIGN SCHEMA.</summary>
internal static class ForeignTables
{
    internal static string Create(DdlContext ddl, Pg.CreateForeignTableStmt statement)
    {
        CreateTable.Execute(ddl, statement.BaseStmt, statement);
        return "CREATE FOREIGN TABLE";
    }

    /// <summary>Makes a new relation the table of a server.</summary>
    internal static void Attach(DdlContext ddl, PgClass relation, Pg.CreateForeignTableStmt statement)
    {
        var server = ForeignServers.Find(ddl, statement.Servername);
        ForeignServers.RequireUsage(ddl, server);
        ddl.Put(new PgForeignTable
        {
            ftrelid = relation.oid,
            ftserver = server.oid,
            ftoptions = GenericOptions.Apply(ddl, PgForeignTable.RelationOid, null, statement.Options, ForeignServers.Wrapper(ddl, server).fdwvalidator),
        });
        ddl.Depend(ObjectAddress.Relation(relation.oid), new(PgForeignServer.RelationOid, server.oid));
    }

    /// <summary>ALTER FOREIGN TABLE … OPTIONS.</summary>
    internal static void AlterOptions(DdlContext ddl, uint relation, IEnumerable<Pg.Node> options)
    {
        var row = Require(ddl, relation);
        ddl.Put(row with { ftoptions = GenericOptions.Apply(ddl, PgForeignTable.RelationOid, row.ftoptions, options, Validator(ddl, row)) });
    }

    /// <summary>ALTER COLUMN … OPTIONS, and those of a new column.</summary>
    internal static void AlterColumnOptions(DdlContext ddl, uint relation, string name, IEnumerable<Pg.Node> options)
    {
        var row = Require(ddl, relation);
        var column = ddl.Catalog.FindAttribute(relation, name)
            ?? throw new PgException(SqlState.UndefinedColumn, $"column \"{name}\" of relation \"{ddl.Catalog.Class(relation)!.relname}\" does not exist");
        if (column.attnum < 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cannot alter system column \"{name}\"");
        }

        ddl.Put(column with { attfdwoptions = GenericOptions.Apply(ddl, PgAttribute.RelationOid, column.attfdwoptions, options, Validator(ddl, row)) });
    }

    /// <summary>IMPORT FOREIGN SCHEMA: there is no wrapper that could tell what to make.</summary>
    internal static string Import(DdlContext ddl, Pg.ImportForeignSchemaStmt statement)
    {
        var server = ForeignServers.Find(ddl, statement.ServerName);
        ForeignServers.RequireUsage(ddl, server);
        ddl.NewObjectNamespace(statement.LocalSchema, "");
        throw Catalog.ForeignData.NoHandler(ForeignServers.Wrapper(ddl, server));
    }

    /// <summary>Refuses a constraint that only tables of the database can have.</summary>
    /// <exception cref="PgException">0A000.</exception>
    internal static void RefuseConstraint(Pg.Constraint constraint)
    {
        var kind = constraint.Contype switch
        {
            Pg.ConstrType.ConstrPrimary => "primary key",
            Pg.ConstrType.ConstrUnique => "unique",
            Pg.ConstrType.ConstrExclusion => "exclusion",
            Pg.ConstrType.ConstrForeign => "foreign key",
            _ => null,
        };
        if (kind is not null)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"{kind} constraints are not supported on foreign tables").At(constraint.Location);
        }
    }

    private static PgForeignTable Require(DdlContext ddl, uint relation) => ddl.Catalog.Find(PgForeignTable.Relation, new(relation))
        ?? throw new PgException(SqlState.WrongObjectType, $"\"{ddl.Catalog.Class(relation)!.relname}\" is not a foreign table");

    private static uint Validator(DdlContext ddl, PgForeignTable row) =>
        ForeignServers.Wrapper(ddl, ddl.Catalog.Find(PgForeignServer.Relation, new(row.ftserver))!).fdwvalidator;
}
