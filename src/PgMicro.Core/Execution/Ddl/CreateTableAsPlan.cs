using System.Globalization;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using PgMicro.Core.Lowering;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE TABLE AS: the table of a query's columns, filled with its rows.</summary>
internal static class CreateTableAsPlan
{
    internal static ExecutablePlan Plan(PgSession session, Pg.CreateTableAsStmt statement, string sourceText)
    {
        if (statement.Query.NodeCase == Pg.Node.NodeOneofCase.ExecuteStmt)
        {
            throw PgErrors.FeatureNotSupported("CREATE TABLE AS EXECUTE");
        }

        Bind(session, statement);
        return new UtilityPlan((s, _) => Run(s, statement, sourceText), Tag(statement)) { LocksRelationsOf = new Pg.Node { CreateTableAsStmt = statement } };
    }

    /// <summary>SELECT … INTO.</summary>
    internal static ExecutablePlan PlanSelectInto(PgSession session, Pg.SelectStmt select, string sourceText)
    {
        var query = select.Clone();
        query.IntoClause = null;
        return Plan(
            session, new Pg.CreateTableAsStmt { Query = new Pg.Node { SelectStmt = query }, Into = select.IntoClause, Objtype = Pg.ObjectType.ObjectTable, IsSelectInto = true }, sourceText);
    }

    private static BoundQuery Bind(PgSession session, Pg.CreateTableAsStmt statement)
    {
        var context = new BindingContext(session, []);
        var query = Binder.Bind(new Pg.RawStmt { Stmt = statement.Query }, context);
        Roles.QueryPermissions.Check(session, query, null);
        return context.ParameterTypes.Length == 0 ? query : throw PgErrors.FeatureNotSupported("CREATE TABLE AS with parameters");
    }

    private static StatementRun Run(PgSession session, Pg.CreateTableAsStmt statement, string sourceText)
    {
        var query = Bind(session, statement);
        if (query.CommandType != CommandType.Select || query.HasModifyingCTE)
        {
            throw statement.Objtype == Pg.ObjectType.ObjectMatview
                ? new PgException(SqlState.FeatureNotSupported, "materialized views must not use data-modifying statements in WITH")
                : PgErrors.FeatureNotSupported("a data-modifying WITH in CREATE TABLE AS");
        }

        // Lowered before the table is there: the query must not see it.
        var lowered = statement.Into.SkipData ? null : QueryLowering.Lower(query, Planner.NewLoweringContext(session));
        if (DdlExecutor.CreateTableFor(session, statement, query, sourceText) is not { } table || lowered is null)
        {
            return new StatementRun(Tag(statement));
        }

        var count = Fill(session, table, lowered);
        return new StatementRun(string.Create(CultureInfo.InvariantCulture, $"SELECT {count}"));
    }

    private static string Tag(Pg.CreateTableAsStmt statement) => statement.Objtype == Pg.ObjectType.ObjectMatview ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";

    /// <summary>Fills a table with the rows of a query; returns how many.</summary>
    internal static long Fill(PgSession session, Catalog.Tables.PgClass table, LoweredQuery lowered)
    {
        foreach (var lateral in lowered.Laterals)
        {
            session.Connection.EnsureLateralModule(lateral.Columns, lateral.Arguments);
        }

        var all = Enumerable.Range(1, Math.Max(lowered.ColumnCount, 1)).Select(static i => "c" + i.ToString(CultureInfo.InvariantCulture)).ToArray();
        var visible = string.Concat(all.Take(lowered.ColumnCount).Select(static c => c + ", "));
        var columns = string.Concat(session.Catalog.Attributes(table.oid).Select(a => RelationNames.QuotedColumn(session.Catalog, a) + ", "));
        var xid = session.Transaction.GetXid().ToString(CultureInfo.InvariantCulture);
        session.Connection.Execute(
            $"INSERT INTO {SqliteTables.Name(session.Catalog, table.oid)} ({columns}xmin) WITH q({string.Join(", ", all)}) AS ({lowered.Sql}) SELECT {visible}{xid} FROM q");
        var count = session.Connection.Changes;
        if (count > 0)
        {
            SqliteTables.AdvanceRowids(session, table.oid);
            SqliteTables.FillIndexColumns(session, table.oid);
        }

        return count;
    }
}
