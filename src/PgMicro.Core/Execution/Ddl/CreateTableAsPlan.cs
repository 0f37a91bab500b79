using System.Globalization;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Execution.EventTriggers;
using PgMicro.Core.Execution.Utility;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE TABLE AS: the table of a query's columns, filled with its rows.</summary>
internal static class CreateTableAsPlan
{
    internal static ExecutablePlan Plan(PgSession session, Pg.CreateTableAsStmt statement, string sourceText, GivenParameters parameters)
    {
        uint[] types = [];
        if (statement.Query.NodeCase != Pg.Node.NodeOneofCase.ExecuteStmt)
        {
            Bind(session, statement, sourceText, parameters, out types);
        }

        // Once their types are known there is nothing left to infer.
        var given = parameters with { Types = parameters.Named is null ? types : [], Infers = false };
        var node = new Pg.Node { CreateTableAsStmt = statement };
        return new UtilityPlan(
            (s, values) => EventTriggerFiring.Around(s, node, CommandTag(statement), () => Run(s, statement, sourceText, given, values.ToArray())), Tag(statement))
        {
            ParameterTypes = types,
            LocksRelationsOf = node,
            Given = given,
            CanBeRepeated = static s => !s.Catalog.HasEventTriggers,
        };
    }

    /// <summary>SELECT … INTO.</summary>
    internal static ExecutablePlan PlanSelectInto(PgSession session, Pg.SelectStmt select, string sourceText, GivenParameters parameters)
    {
        var query = select.Clone();
        query.IntoClause = null;
        return Plan(
            session, new Pg.CreateTableAsStmt { Query = new Pg.Node { SelectStmt = query }, Into = select.IntoClause, Objtype = Pg.ObjectType.ObjectTable, IsSelectInto = true }, sourceText, parameters);
    }

    private static BoundQuery Bind(PgSession session, Pg.CreateTableAsStmt statement, string sourceText, GivenParameters parameters, out uint[] types)
    {
        var context = new BindingContext(session, parameters);
        var query = Binder.Bind(new Pg.RawStmt { Stmt = statement.Query }, context);
        CheckQuery(session, statement, sourceText, query);
        Roles.QueryPermissions.Check(session, query, null);
        types = context.ParameterTypes;
        return query;
    }

    /// <summary>Refuses what the query of a materialized view must not have.</summary>
    /// <exception cref="PgException">0A000.</exception>
    internal static void CheckQuery(PgSession session, Pg.CreateTableAsStmt statement, string sourceText, BoundQuery query)
    {
        if (statement.Objtype != Pg.ObjectType.ObjectMatview)
        {
            return;
        }

        if (query.HasModifyingCTE)
        {
            throw new PgException(SqlState.FeatureNotSupported, "materialized views must not use data-modifying statements in WITH");
        }

        if (Views.UsesTemporary(new DdlContext(session, sourceText), query))
        {
            throw new PgException(SqlState.FeatureNotSupported, "materialized views must not use temporary tables or views");
        }

        var parameters = new ParameterFinder();
        parameters.VisitTop(query);
        if (parameters.IsFound)
        {
            throw new PgException(SqlState.FeatureNotSupported, "materialized views may not be defined using bound parameters");
        }
    }

    private static StatementRun Run(PgSession session, Pg.CreateTableAsStmt statement, string sourceText, GivenParameters given, PgDatum[] values) =>
        Create(session, statement, sourceText, given, values) is { } count
            ? new StatementRun(string.Create(CultureInfo.InvariantCulture, $"SELECT {count}"))
            : new StatementRun(Tag(statement));

    /// <summary>Makes and fills the table; how many rows, null when there was one already or none were wanted.</summary>
    internal static long? Create(PgSession session, Pg.CreateTableAsStmt statement, string sourceText, GivenParameters given, PgDatum[] values)
    {
        if (statement.Into.TableSpaceName.Length > 0)
        {
            Tablespaces.Require(new DdlContext(session, sourceText), statement.Into.TableSpaceName);
        }

        if (statement.Query.NodeCase == Pg.Node.NodeOneofCase.ExecuteStmt)
        {
            return CreateFromPrepared(session, statement, sourceText);
        }

        var query = Bind(session, statement, sourceText, given, out var types);
        if (query.CommandType != CommandType.Select || query.HasModifyingCTE || types.Length > 0)
        {
            var plan = statement.Into.SkipData ? null : Planner.PlanQuery(session, query, types);
            return FillFrom(session, statement, query, sourceText, plan is null ? null : s => plan.Start(s, values));
        }

        // Lowered before the table is there: the query must not see it.
        var context = Planner.NewLoweringContext(session);
        var secured = Execution.Routines.SqlInlining.Apply(session, Roles.RowSecurity.Apply(session, query));
        var lowered = statement.Into.SkipData ? null : QueryLowering.Lower(secured, context);
        if (context.Routines is not null)
        {
            var plan = Planner.PlanQuery(session, query, types);
            return FillFrom(session, statement, query, sourceText, s => plan.Start(s, values));
        }

        return CreateTableFor(session, statement, query, sourceText) is { } table && lowered is not null ? Fill(session, table, lowered) : null;
    }

    // EXECUTE: the rows of the prepared statement, which must be a SELECT.
    private static long? CreateFromPrepared(PgSession session, Pg.CreateTableAsStmt statement, string sourceText)
    {
        if (CreateTableAs.IsThere(new DdlContext(session, sourceText), statement))
        {
            return null;
        }

        var plan = PrepareCommand.PlanExecute(session, statement.Query.ExecuteStmt);
        var prepared = session.PreparedStatements[statement.Query.ExecuteStmt.Name];
        var query = prepared.Statement.Raw.Stmt is { NodeCase: Pg.Node.NodeOneofCase.SelectStmt, SelectStmt.IntoClause: null }
            ? Binder.Bind(prepared.Statement.Raw, new BindingContext(session, prepared.ParameterTypes.ToArray()))
            : null;
        if (query is null || statement.Into.SkipData)
        {
            prepared.CountExecution(session.Settings.Get("plan_cache_mode")!);
        }

        if (query?.CommandType != CommandType.Select)
        {
            throw new PgException(SqlState.WrongObjectType, "prepared statement is not a SELECT");
        }

        return FillFrom(session, statement, query, sourceText, statement.Into.SkipData ? static _ => new StatementRun("SELECT") : s => plan.Start(s, []));
    }

    // The rows are read before the table is there, and kept.
    private static long? FillFrom(PgSession session, Pg.CreateTableAsStmt statement, BoundQuery query, string sourceText, Func<PgSession, StatementRun>? run)
    {
        if (CreateTableAs.IsThere(new DdlContext(session, sourceText), statement))
        {
            return null;
        }

        var buffer = new RowBuffer();
        buffer.Clear(query.TargetList.Count(static t => !t.ResJunk));
        if (run?.Invoke(session) is { } started)
        {
            using var rows = started.Rows;
            while (rows?.Read() == true)
            {
                buffer.Append(rows);
            }
        }

        return CreateTableFor(session, statement, query, sourceText) is { } table && run is not null ? Insert(session, table, buffer) : null;
    }

    private static long Insert(PgSession session, PgClass table, RowBuffer buffer)
    {
        var columns = session.Catalog.Attributes(table.oid);
        var names = string.Concat(columns.Select(a => RelationNames.QuotedColumn(session.Catalog, a) + ", "));
        var values = string.Concat(Enumerable.Range(1, columns.Length).Select(static i => string.Create(CultureInfo.InvariantCulture, $"?{i}, ")));
        var xid = session.Transaction.GetXid().ToString(CultureInfo.InvariantCulture);
        var statement = session.Connection.Rent(new SqlText($"INSERT INTO {SqliteTables.Name(session.Catalog, table.oid)} ({names}xmin) VALUES ({values}{xid})"));
        try
        {
            for (var row = 0; row < buffer.RowCount; row++)
            {
                buffer.Position = row;
                for (var i = 0; i < columns.Length; i++)
                {
                    SqliteRowSource.Bind(statement, i + 1, buffer.GetDatum(i));
                }

                statement.ExecuteNonQuery();
            }
        }
        finally
        {
            session.Connection.Return(statement);
        }

        if (buffer.RowCount > 0)
        {
            SqliteTables.AdvanceRowids(session, table.oid);
            SqliteTables.FillIndexColumns(session, table.oid);
            Note(session, table, buffer.RowCount);
        }

        return buffer.RowCount;
    }

    private static string CommandTag(Pg.CreateTableAsStmt statement) => statement.IsSelectInto ? "SELECT INTO" : Tag(statement);

    private static PgClass? CreateTableFor(PgSession session, Pg.CreateTableAsStmt statement, BoundQuery query, string sourceText)
    {
        var table = DdlExecutor.CreateTableFor(session, statement, query, sourceText);
        if (table is not null)
        {
            session.EventTriggers?.Collect(CommandTag(statement), ObjectAddress.Relation(table.oid));
        }

        return table;
    }

    private static string Tag(Pg.CreateTableAsStmt statement) => statement.Objtype == Pg.ObjectType.ObjectMatview ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";

    /// <summary>Fills a table with the rows of a query; returns how many.</summary>
    internal static long Fill(PgSession session, PgClass table, LoweredQuery lowered)
    {
        foreach (var lateral in lowered.Laterals)
        {
            lateral.EnsureOn(session.Connection);
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
            Note(session, table, count);
        }

        return count;
    }

    private sealed class ParameterFinder : BoundTreeWalker
    {
        internal bool IsFound { get; private set; }

        protected override void VisitExpr(BoundExpr expr)
        {
            IsFound |= expr is BoundParam { Kind: ParamKind.Extern };
            base.VisitExpr(expr);
        }
    }

    // A transaction that moves to a branch takes the rows along.
    private static void Note(PgSession session, PgClass table, long count)
    {
        if (!session.Transaction.TakesAlong(count))
        {
            return;
        }

        var layout = Dml.TableLayout.Get(session.Catalog, table.oid);
        using var rowids = session.Connection.Prepare($"SELECT {RelationNames.RowId(session.Catalog, table.oid)} FROM {SqliteTables.Name(session.Catalog, table.oid)}");
        while (rowids.Step())
        {
            session.Transaction.Note(layout, rowids.GetInt64(0), ChangeKind.Inserted);
        }
    }
}
