using System.Diagnostics;
using System.Globalization;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Execution.Utility;
using PgMicro.Core.Parser;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Explain;

/// <summary>EXPLAIN (manual, SQL commands): our own plans in PostgreSQL's layout.</summary>
internal static class ExplainCommand
{
    internal static ExecutablePlan Plan(PgSession session, ParsedStatement source, Pg.ExplainStmt statement, GivenParameters parameters)
    {
        var options = ExplainOptions.Read(statement.Options);
        var start = Stopwatch.GetTimestamp();
        var node = statement.Query;
        SelectPlan? arguments = null;
        var isExecute = false;
        if (node.NodeCase == Pg.Node.NodeOneofCase.ExecuteStmt)
        {
            node = PreparedQuery(session, node.ExecuteStmt, ref parameters, out arguments);
            isExecute = true;
        }

        Pg.CreateTableAsStmt? into = null;
        if (node.NodeCase == Pg.Node.NodeOneofCase.SelectStmt && node.SelectStmt.IntoClause is { } clause)
        {
            node = node.Clone();
            node.SelectStmt.IntoClause = null;
            into = new Pg.CreateTableAsStmt { Query = node, Into = clause, Objtype = Pg.ObjectType.ObjectTable, IsSelectInto = true };
        }
        else if (node.NodeCase == Pg.Node.NodeOneofCase.CreateTableAsStmt)
        {
            into = node.CreateTableAsStmt;
            node = into.Query;
            if (node.NodeCase == Pg.Node.NodeOneofCase.ExecuteStmt)
            {
                node = PreparedQuery(session, node.ExecuteStmt, ref parameters, out arguments);
                isExecute = true;
            }
        }
        else if (node.NodeCase == Pg.Node.NodeOneofCase.DeclareCursorStmt)
        {
            node = node.DeclareCursorStmt.Query;
        }

        var isGeneric = options.GenericPlan && !parameters.Infers;
        var context = new BindingContext(session, parameters);
        if (isGeneric)
        {
            context.Parameters.TakeAny();
        }

        var query = Binder.Bind(new Pg.RawStmt { Stmt = node }, context);
        if (into is not null && !isExecute)
        {
            Ddl.CreateTableAsPlan.CheckQuery(session, into, source.Text, query);
        }

        Roles.QueryPermissions.Check(session, query, node);
        ColumnDescription[] columns =
        [
            new ColumnDescription(
                "QUERY PLAN",
                options.Format switch { ExplainFormat.Json => TypeOid.Json, ExplainFormat.Xml when session.Types.FindCodec(TypeOid.Xml) is not null => TypeOid.Xml, _ => TypeOid.Text }, -1, 0, 0),
        ];
        uint[] types = !isExecute && !isGeneric ? context.ParameterTypes : [];
        if (into is not null && Ddl.CreateTableAs.WouldBeThere(new Ddl.DdlContext(session, source.Text), into))
        {
            return new SkippedPlan(options, into, source.Text) { ParameterTypes = types, Columns = columns };
        }

        var inner = Planner.PlanQuery(session, query, context.ParameterTypes);
        return new ExplainPlan(options, query, inner, options.Analyze ? into : null, parameters, arguments, source.Text, Stopwatch.GetElapsedTime(start).TotalMilliseconds)
        {
            ParameterTypes = types,
            Locks = inner.Locks,
            CallsWriters = options.Analyze && inner.CallsWriters,
            Reads = options.Analyze ? inner.Reads : [],
            Columns = columns,
        };
    }

    private static Pg.Node PreparedQuery(PgSession session, Pg.ExecuteStmt execute, ref GivenParameters parameters, out SelectPlan? arguments)
    {
        var prepared = PrepareCommand.Find(session, execute, out arguments);
        parameters = prepared.ParameterTypes.ToArray();
        return prepared.Statement.Raw.Stmt;
    }

    // CREATE TABLE AS of a name that is taken: its query is not planned.
    private sealed class SkippedPlan(ExplainOptions options, Pg.CreateTableAsStmt into, string sourceText) : ExecutablePlan
    {
        internal override bool IsCacheable => false;

        internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters)
        {
            Ddl.CreateTableAs.Skips(new Ddl.DdlContext(session, sourceText), into);
            var lines = new ExplainWriter(options).Dummy(into.Objtype == Pg.ObjectType.ObjectMatview ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS");
            return new StatementRun("EXPLAIN", -1, new BufferedRowSource([.. lines.Select(static l => new[] { PgDatum.FromText(l) })]));
        }
    }

    private sealed class ExplainPlan(ExplainOptions options, BoundQuery query, ExecutablePlan inner, Pg.CreateTableAsStmt? into, GivenParameters given, SelectPlan? arguments, string sourceText, double planning) : ExecutablePlan
    {
        internal override string? WriteCommand => into is not null ? "CREATE TABLE AS" : options.Analyze ? inner.WriteCommand : null;

        internal override bool IsLogged => into is null && inner.IsLogged;

        internal override bool IsCacheable => false;

        internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters)
        {
            var values = options.Analyze && arguments is not null ? ExecuteArguments.Evaluate(session, arguments, inner.ParameterTypes.Length) : parameters;
            var statements = new List<ExplainedStatement>();
            foreach (var part in inner is Rules.RewrittenPlan rewritten ? rewritten.Parts : [new Rules.RewrittenPart(query, inner)])
            {
                statements.Add(Explain(session, part, values));
            }

            var writer = new ExplainWriter(options);
            IReadOnlyList<string> lines = options.Format == ExplainFormat.Text ? writer.Text(statements) : [writer.Structured(statements)];
            return new StatementRun("EXPLAIN", -1, new BufferedRowSource([.. lines.Select(static l => new[] { PgDatum.FromText(l) })]));
        }

        // One of the statements that rules have made of the query, or the query.
        private ExplainedStatement Explain(PgSession session, Rules.RewrittenPart part, ReadOnlySpan<PgDatum> parameters)
        {
            if (part.Plan is not { } running)
            {
                return new ExplainedStatement(null, "NOTIFY", null);
            }

            var plan = Describe(session, part.Query, running);
            var execution = 0.0;
            if (options.Analyze)
            {
                var start = Stopwatch.GetTimestamp();
                var rows = into is null ? Count(session, running.Start(session, parameters)) : Ddl.CreateTableAsPlan.Create(session, into, sourceText, given with { Types = given.Named is null ? ParameterTypes : [], Infers = false }, parameters.ToArray());

                execution = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                plan.ActualRows = rows;
                plan.NeverExecuted = rows is null;
                plan.ActualMilliseconds = execution;
            }

            var settings = session.Settings.All().Where(s => s.Value != session.Settings.ResetValue(s.Name)
                && Settings.ParameterDefinitions.All[s.Name].Category.StartsWith("Query Tuning", StringComparison.Ordinal)).ToList();
            return new ExplainedStatement(plan, null, new ExplainSummary(planning, execution, settings));
        }

        private static long Count(PgSession session, StatementRun run)
        {
            var rows = 0L;
            using (run.Rows)
            {
                while (run.Rows?.Read() == true)
                {
                    session.CheckForInterrupts();
                    rows++;
                }
            }

            return rows;
        }

        private static ExplainNode Describe(PgSession session, BoundQuery query, ExecutablePlan inner)
        {
            if (inner is SelectPlan select)
            {
                return ExplainTree.Build(session, query, select.Query);
            }

            if (inner is not ModifyTablePlan modify)
            {
                throw PgErrors.FeatureNotSupported("EXPLAIN of this statement");
            }

            var table = modify.Node.Table;
            var verb = modify.Node.Command switch { CommandType.Insert => "Insert", CommandType.Update => "Update", CommandType.Delete => "Delete", _ => "Merge" };
            var alias = query.RangeTable[query.ResultRelation - 1].Eref.AliasName;
            var node = new ExplainNode("ModifyTable")
            {
                Label = $"{verb} on {table.Name}{(alias == table.Name ? "" : " " + alias)}",
            };
            node.Properties.Add(("Operation", verb));
            node.Properties.Add(("Relation Name", table.Name));
            node.Properties.Add(("Alias", alias));
            var child = modify.Node switch
            {
                AppendWriteNode all => Describe(session, query, all, verb, alias, node),
                ModifyTableNode { Source.Query: { } source } => ExplainTree.Build(session, query, source),
                RoutedInsertNode { Source.Query: { } source } => ExplainTree.Build(session, query, source),
                _ => new ExplainNode("Result") { TotalCost = 0.01 },
            };
            node.TotalCost = child.TotalCost;
            node.Rows = 0;
            return node.Over(child);
        }

        // One plan for each table, as PostgreSQL shows them: below an Append.
        private static ExplainNode Describe(PgSession session, BoundQuery query, AppendWriteNode all, string verb, string alias, ExplainNode statement)
        {
            var append = new ExplainNode("Append");
            foreach (var node in all.Nodes)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{alias}_{append.Children.Count + 1}");
                statement.Targets.Add($"{verb} on {node.Table.Name} {name}");
                var child = ExplainTree.Build(session, query, node.Source.Query!, (node.Table.Oid, name));
                append.Over(child, "Member");
                append.TotalCost += child.TotalCost;
            }

            return append.Children switch
            {
                [] => new ExplainNode("Result") { TotalCost = 0.01 },
                [var only] => only,
                _ => all is { Command: CommandType.Update, Table.Class.relkind: not 'p' } ? new ExplainNode("Result") { TotalCost = append.TotalCost }.Over(append) : append,
            };
        }
    }
}
