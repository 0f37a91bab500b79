using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Locks;
using PgMicro.Core.Execution.Utility;
using PgMicro.Core.Lowering;
using PgMicro.Core.Parser;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution;

/// <summary>From a parse tree to a plan: feature gate, analysis, lowering; by way of the plan cache.</summary>
internal sealed class Planner
{
    // What reads the transition tables of one call is planned for each.
    private const long NeverCurrent = -1;
    private readonly PlanCache _cache = new();
    private long _analyses;

    /// <summary>How many statements had to be analysed.</summary>
    internal long Analyses => Interlocked.Read(ref _analyses);

    /// <summary>The plan of a statement for the session's catalog and search_path.</summary>
    internal ExecutablePlan GetPlan(PgSession session, ParsedStatement statement, GivenParameters parameters)
    {
        var key = new PlanKey(
            statement.Text, parameters.Types, session.PlanSettings, session.CurrentRole, session.Catalog.Version);
        var isKept = session.EphemeralTables.Count == 0;
        if (isKept && _cache.Find(key) is { } cached && (parameters.Infers || cached.ParameterTypes.Length <= parameters.Types.Length))
        {
            return cached;
        }

        var version = session.Catalog.Version;
        session.Transaction.KeepUp(now: true);
        if (session.Catalog.Version != version)
        {
            return GetPlan(session, statement, parameters);
        }

        Interlocked.Increment(ref _analyses);
        statement.Check();
        (session.HasReadClock, session.Analysed) = (false, statement);
        var plan = Plan(session, statement, statement.Raw, parameters);
        plan.CatalogVersion = isKept ? key.CatalogVersion : NeverCurrent;
        plan.SearchPath = key.Settings;
        if (isKept && plan.IsCacheable && !session.HasReadClock)
        {
            plan.IsKept = true;
            _cache.Add(key, plan);
        }

        return plan;
    }

    /// <summary>The statement's plan, made again when the catalog or search_path has changed since.</summary>
    internal ExecutablePlan Revalidate(PgSession session, PreparedStatement prepared)
    {
        var plan = prepared.Plan;
        if (plan.CatalogVersion == session.Catalog.Version && plan.SearchPath == session.PlanSettings)
        {
            return plan;
        }

        ExecutablePlan renewed;
        try
        {
            renewed = GetPlan(session, prepared.Statement, new GivenParameters([.. plan.ParameterTypes], prepared.InfersParameters));
        }
        catch (PgException e)
        {
            // A place in the text that was prepared, which is not the one that runs.
            (e.Location, e.Position) = (-1, 0);
            throw;
        }

        if (plan.Columns is { } before && renewed.Columns is { } after
            && !before.Select(c => (c.Name, c.TypeOid)).SequenceEqual(after.Select(c => (c.Name, c.TypeOid))))
        {
            throw new PgException(SqlState.FeatureNotSupported, "cached plan must not change result type") { Routine = "RevalidateCachedQuery" };
        }

        return renewed;
    }

    /// <summary>Plans a statement that need not be the whole text: the query of EXPLAIN, PREPARE, CREATE TABLE AS.</summary>
    internal ExecutablePlan Plan(PgSession session, ParsedStatement statement, Pg.RawStmt raw, GivenParameters parameters)
    {
        switch (raw.Stmt.NodeCase)
        {
            case Pg.Node.NodeOneofCase.SelectStmt when raw.Stmt.SelectStmt.IntoClause is not null:
                return Ddl.CreateTableAsPlan.PlanSelectInto(session, raw.Stmt.SelectStmt, statement.Text, parameters);
            case Pg.Node.NodeOneofCase.UpdateStmt or Pg.Node.NodeOneofCase.DeleteStmt when Cursors.CurrentOfPlan.CursorOf(raw.Stmt) is { } cursor:
                return Cursors.CurrentOfPlan.Plan(session, raw, cursor, parameters);
            case Pg.Node.NodeOneofCase.ExplainStmt:
                return Explain.ExplainCommand.Plan(session, statement, raw.Stmt.ExplainStmt, parameters);
            case Pg.Node.NodeOneofCase.DeclareCursorStmt:
                return Cursors.DeclareCursor.Plan(session, statement, raw.Stmt.DeclareCursorStmt, parameters);
            case Pg.Node.NodeOneofCase.SelectStmt:
            case Pg.Node.NodeOneofCase.InsertStmt:
            case Pg.Node.NodeOneofCase.UpdateStmt:
            case Pg.Node.NodeOneofCase.DeleteStmt:
            case Pg.Node.NodeOneofCase.MergeStmt:
                var context = new BindingContext(session, parameters);
                var query = Binder.Bind(raw, context);
                Roles.QueryPermissions.Check(session, query, raw.Stmt);
                return PlanQuery(session, query, context.ParameterTypes, failsLater: true);
            case Pg.Node.NodeOneofCase.CallStmt:
                return Routines.CallPlan.Make(session, raw.Stmt.CallStmt, parameters);
            case Pg.Node.NodeOneofCase.CreateTableAsStmt:
                return Ddl.CreateTableAsPlan.Plan(session, raw.Stmt.CreateTableAsStmt, statement.Text, parameters);
            default:
                return UtilityPlanner.Plan(session, statement, raw);
        }
    }

    /// <summary>Evaluates the parts of an expression that are of constants, as PostgreSQL does with what it keeps to be computed without a plan.</summary>
    /// <exception cref="PgException">Whatever the evaluation raises.</exception>
    internal static void EvaluateConstants(PgSession session, BoundExpr expr)
    {
        var context = NewLoweringContext(session);
        var query = new BoundQuery { CommandType = CommandType.Select, TargetList = [new TargetEntry { Expr = expr, ResNo = 1 }] };
        ConstantFolding.Fold(query, context.Catalog, e => Evaluate(session, e, context));
    }

    /// <summary>The expression with the parts evaluated that are of constants.</summary>
    /// <exception cref="PgException">Whatever the evaluation raises.</exception>
    internal static BoundExpr FoldConstants(PgSession session, BoundExpr expr)
    {
        var context = NewLoweringContext(session);
        var query = new BoundQuery { CommandType = CommandType.Select, TargetList = [new TargetEntry { Expr = expr, ResNo = 1 }] };
        return ConstantFolding.Fold(query, context.Catalog, e => Evaluate(session, e, context)).TargetList[0].Expr;
    }

    /// <summary>Plans an analysed query.</summary>
    /// <param name="session">The session.</param>
    /// <param name="query">The query.</param>
    /// <param name="parameterTypes">Types of $1, $2 ….</param>
    /// <param name="failsLater">Whether an error in an expression of constants is raised by running the plan.</param>
    /// <param name="callsFirst">Whether users' functions may be called before SQLite runs the rest: not where its statement is read bit by bit.</param>
    internal static ExecutablePlan PlanQuery(PgSession session, BoundQuery query, uint[] parameterTypes, bool failsLater = false, bool callsFirst = true)
    {
        if (Rules.RewrittenPlanner.TryPlan(session, query, parameterTypes, failsLater) is { } rewritten)
        {
            return rewritten;
        }

        return PlanRewritten(session, Roles.RowSecurity.Apply(session, query), parameterTypes, failsLater ? s => PlanQuery(s, query, parameterTypes) : null, callsFirst);
    }

    /// <summary>Plans a query to which rules and policies have been applied.</summary>
    /// <param name="session">The session.</param>
    /// <param name="query">The query.</param>
    /// <param name="parameterTypes">Types of $1, $2 ….</param>
    /// <param name="again">Plans it when it runs, where an error in an expression of constants is raised only then; null where it is raised now.</param>
    /// <param name="callsFirst">Whether users' functions may be called before SQLite runs the rest.</param>
    internal static ExecutablePlan PlanRewritten(PgSession session, BoundQuery query, uint[] parameterTypes, Func<PgSession, ExecutablePlan>? again, bool callsFirst = true)
    {
        var context = NewLoweringContext(session);
        var described = query.CommandType == CommandType.Select ? Describe(query.TargetList, context.Catalog) : null;
        RelationLock[] locks = [];
        uint[] sequences = [];
        PredicateRead[] reads = [];
        try
        {
            query = Routines.SqlInlining.Apply(session, query);
            locks = QueryLocks.Of(query, context, out sequences);
            reads = QueryReads.Of(query, context, parameterTypes.Length);
            query = ConstantFolding.Fold(query, context.Catalog, expr => Evaluate(session, expr, context));
        }
        catch (PgException e) when (again is not null && e.SqlState != SqlState.FeatureNotSupported)
        {
            return new UnplannedPlan(again)
            {
                ParameterTypes = parameterTypes,
                Columns = described ?? (query.ReturningList.Count == 0 ? null : Describe(query.ReturningList, context.Catalog)),
                Locks = locks,
            };
        }

        var plan = LockedSubqueries.TryPlan(query, context, parameterTypes, (q, c) => PlanLevel(q, c, parameterTypes, described, callsFirst: false)) ?? PlanLevel(query, context, parameterTypes, described, callsFirst);
        if (context.Routines is { } calls && plan is not Routines.DirectCallPlan)
        {
            plan.CallsRoutines = true;
            foreach (var site in calls)
            {
                plan.CallsWriters |= session.Routines.Get(site).MayWrite(session);
            }
        }

        plan.Locks = locks;
        plan.Sequences = sequences;
        plan.Reads = reads;
        return plan;
    }

    private static ExecutablePlan PlanLevel(BoundQuery query, LoweringContext context, uint[] parameterTypes, IReadOnlyList<ColumnDescription>? described, bool callsFirst)
    {
        if (query.CommandType != CommandType.Select || query.HasModifyingCTE)
        {
            return Dml.ModifyTablePlanner.Plan(query, context, parameterTypes);
        }

        if (query.RowMarks.Count == 0)
        {
            if (callsFirst && Routines.DirectCallPlan.TryPlan(query, context, parameterTypes, described) is { } direct)
            {
                return direct;
            }

            return new SelectPlan(QueryLowering.Lower(query, context), LargeObjects.WritingCall(query, context.Catalog), WaitingCalls.Any(query, context.Catalog))
            {
                ParameterTypes = parameterTypes,
                Columns = described,
            };
        }

        var locking = RowLockPlanner.Plan(query, context, parameterTypes.Length);
        return new SelectPlan(locking.Source, "SELECT " + RowLockPlanner.NameOf(query.RowMarks.MaxBy(static m => m.Strength)!.Strength))
        {
            ParameterTypes = parameterTypes,
            Columns = described,
            RowLocks = locking,
        };
    }

    /// <summary>The value of an expression that reads nothing.</summary>
    /// <exception cref="PgException">Whatever the evaluation raises.</exception>
    internal static PgDatum Evaluate(PgSession session, BoundExpr expr) => Evaluate(session, expr, NewLoweringContext(session));

    /// <summary>The value of an expression that reads nothing.</summary>
    private static PgDatum Evaluate(PgSession session, BoundExpr expr, LoweringContext context)
    {
        var query = new BoundQuery { CommandType = CommandType.Select, TargetList = [new TargetEntry { Expr = expr, ResNo = 1 }] };
        using var row = new SelectPlan(QueryLowering.Lower(query, context.Routines is null ? context : NewLoweringContext(session))).Open(session, []);
        row.Read();
        return row.GetDatum(0);
    }

    /// <summary>What lowering sees of a session.</summary>
    internal static LoweringContext NewLoweringContext(PgSession session) => new(session.Catalog, session.Types)
    {
        RowSecurity = new Roles.RowSecurity(session),
        SystemView = oid => SystemViews.GetDefinition(oid) is { } definition ? BindSystemView(session, definition) : null,
        Inline = session.Catalog.UserRowsOf(PgProc.Relation).Count == 0 ? null : query => Routines.SqlInlining.Apply(session, query, withSets: false),
    };

    /// <summary>A system view's query, analysed.</summary>
    internal static BoundQuery BindSystemView(PgSession session, string definition) =>
        Binder.Bind(session.Database.Parser.Parse(definition)[0].Raw, new BindingContext(session, GivenParameters.None) { SearchesCatalogOnly = true });

    /// <summary>RowDescription of a target list.</summary>
    internal static IReadOnlyList<ColumnDescription> Describe(IEnumerable<TargetEntry> targetList, CatalogSnapshot catalog) =>
        [.. targetList.Where(t => !t.ResJunk).Select(t => Describe(t, catalog))];

    // A domain's column is described by its base type and typmod.
    private static ColumnDescription Describe(TargetEntry target, CatalogSnapshot catalog)
    {
        var typmod = target.Expr.Typmod;
        var type = TypeFacts.GetBaseType(catalog, target.Expr.Type, ref typmod);
        return new ColumnDescription(target.ResName ?? "?column?", type, typmod, target.ResOrigTbl, (short)target.ResOrigCol) { DeclaredType = target.Expr.Type };
    }
}
