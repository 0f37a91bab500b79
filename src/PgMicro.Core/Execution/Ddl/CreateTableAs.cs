using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>The table of CREATE TABLE AS and SELECT INTO; its rows are the query plan's to insert.</summary>
internal static class CreateTableAs
{
    /// <summary>Whether there is a relation of the name already, which only IF NOT EXISTS allows (42P07).</summary>
    internal static bool IsThere(DdlContext ddl, Pg.CreateTableAsStmt statement)
    {
        var name = statement.Into.Rel;
        return ddl.Catalog.FindClass(name.Relname, ddl.CreationNamespace(DdlContext.Null(name.Schemaname), name.Relname, name.Relpersistence, name.Location)) is not null
            && Skips(ddl, statement);
    }

    /// <summary>The same for a statement that is only explained: nothing is reserved, and no schema for temporary tables is made.</summary>
    internal static bool WouldBeThere(DdlContext ddl, Pg.CreateTableAsStmt statement)
    {
        var name = statement.Into.Rel;
        return ddl.FindInCreationNamespace(DdlContext.Null(name.Schemaname), name.Relname, name.Relpersistence, -1) is not null;
    }

    /// <summary>IF NOT EXISTS has found a relation of the name: says so.</summary>
    /// <exception cref="PgException">42P07 without IF NOT EXISTS.</exception>
    internal static bool Skips(DdlContext ddl, Pg.CreateTableAsStmt statement)
    {
        var name = statement.Into.Rel;
        if (!statement.IfNotExists)
        {
            throw new PgException(SqlState.DuplicateTable, $"relation \"{name.Relname}\" already exists");
        }

        ddl.Notice($"relation \"{name.Relname}\" already exists, skipping", sqlState: SqlState.DuplicateTable);
        return true;
    }

    /// <summary>Makes the table for a query's result; null when IF NOT EXISTS found one.</summary>
    /// <exception cref="PgException">42P07, 42601.</exception>
    internal static PgClass? Create(DdlContext ddl, Pg.CreateTableAsStmt statement, BoundQuery query)
    {
        if (IsThere(ddl, statement))
        {
            return null;
        }

        var into = statement.Into;
        var name = into.Rel;
        var namespaceOid = ddl.CreationNamespace(DdlContext.Null(name.Schemaname), name.Relname, name.Relpersistence, name.Location);

        var targets = query.TargetList.FindAll(static t => !t.ResJunk);
        if (into.ColNames.Count > targets.Count)
        {
            throw new PgException(SqlState.SyntaxError, "too many column names were specified");
        }

        var persistence = ddl.IsTemp(namespaceOid) ? 't' : name.Relpersistence is "u" ? 'u' : 'p';
        OnCommit.Check(into.OnCommit, persistence);
        var table = new TableDefinition(name.Relname, ddl.Catalog.Namespace(namespaceOid)!.nspname, namespaceOid, persistence);
        for (var i = 0; i < targets.Count; i++)
        {
            table.Columns.Add(new NewColumn(
                i < into.ColNames.Count ? into.ColNames[i].String.Sval : targets[i].ResName ?? "?column?", targets[i].Expr.Type, targets[i].Expr.Typmod, targets[i].Expr.Collation, 0));
        }

        var relation = CreateTable.Define(ddl, table, StorageParameters.Apply(null, into.Options, 'h'));
        ddl.Session.OnCommit.Register(relation.oid, into.OnCommit);
        return statement.Objtype == Pg.ObjectType.ObjectMatview ? MaterializedViews.Define(ddl, relation, query, !into.SkipData) : relation;
    }
}
