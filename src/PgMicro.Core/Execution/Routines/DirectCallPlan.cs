using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Functions;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Routines;

/// <summary>
/// SELECT f(…) and SELECT … FROM f(…): queries that read nothing but what functions of users give. The functions are called first, while SQLite runs
/// nothing, so that their statements are as free as a client's.
/// </summary>
/// <param name="steps">The calls, in the order in which they are made.</param>
/// <param name="rest">What is computed of their values; null when the values are the row.</param>
/// <param name="values">The row in that case.</param>
/// <param name="parameterCount">How many parameters the statement has; the source's columns come after them, then the steps' values.</param>
/// <param name="rows">The only call of a query in FROM.</param>
/// <param name="source">The rows for each of which the calls are made; null when there is but one.</param>
internal sealed class DirectCallPlan(
    IReadOnlyList<DirectCallPlan.Step> steps, SelectPlan? rest, IReadOnlyList<BoundExpr> values, int parameterCount, CallSite? rows, SelectPlan? source = null)
    : ExecutablePlan
{
    internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        if (source is not null)
        {
            return StartRows(session, parameters);
        }

        var known = new PgDatum[parameterCount + steps.Count];
        parameters[..parameterCount].CopyTo(known);
        if (rows is not null)
        {
            var arguments = steps[0].Evaluate(session, known);
            var proc = session.Catalog.Proc(rows.FunctionOid)!;
            session.Prefetch(rows, proc.proretset ? session.CallSet(rows, arguments, steps[0].Columns) : [[session.Call(rows, arguments)]]);
        }
        else
        {
            for (var i = 0; i < steps.Count; i++)
            {
                known[parameterCount + i] = session.Call(steps[i].Site, steps[i].Evaluate(session, known));
            }
        }

        if (rest is null)
        {
            return new StatementRun(new BufferedRowSource([[.. values.Select(v => Value(v, known))]]));
        }

        // What has been called may have left the connection that the transaction stood on.
        session.PrepareToReadAgain();
        try
        {
            return rest.Start(session, known);
        }
        finally
        {
            // A query that wanted no row has not taken them; they are nobody else's.
            session.ForgetPrefetched();
        }
    }

    // What is read is read before anything is called.
    private StatementRun StartRows(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        var width = source!.Query.ColumnCount;
        var read = new List<PgDatum[]>();
        using (var rowSource = source.Start(session, parameters).Rows!)
        {
            while (rowSource.Read())
            {
                var known = new PgDatum[parameterCount + width + steps.Count];
                parameters[..parameterCount].CopyTo(known);
                for (var i = 0; i < width; i++)
                {
                    known[parameterCount + i] = rowSource.GetDatum(i);
                }

                read.Add(known);
            }
        }

        var result = new List<PgDatum[]>(read.Count);
        foreach (var known in read)
        {
            session.CheckForInterrupts();
            for (var i = 0; i < steps.Count; i++)
            {
                known[parameterCount + width + i] = session.Call(steps[i].Site, steps[i].Evaluate(session, known));
            }

            result.Add(Finish(session, known));
        }

        return new StatementRun(new BufferedRowSource(result));
    }

    private PgDatum[] Finish(PgSession session, PgDatum[] known)
    {
        if (rest is null)
        {
            return [.. values.Select(v => Value(v, known))];
        }

        session.PrepareToReadAgain();
        using var row = rest.Open(session, known);
        row.Read();
        var result = new PgDatum[rest.Query.ColumnCount];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = row.GetDatum(i);
        }

        return result;
    }

    private static PgDatum Value(BoundExpr expr, PgDatum[] known) => expr is BoundParam param ? known[param.ParamId - 1] : ((BoundConst)expr).Value;

    private static bool IsKnown(BoundExpr expr) => expr is BoundConst or BoundParam { Kind: ParamKind.Extern };

    /// <summary>The plan of such a query; null for any other one.</summary>
    internal static ExecutablePlan? TryPlan(BoundQuery query, LoweringContext context, uint[] parameterTypes, IReadOnlyList<ColumnDescription>? described)
    {
        if (query is not { CommandType: CommandType.Select, HasModifyingCTE: false } || query.RowMarks.Count > 0
            || context.Catalog.UserRowsOf(PgProc.Relation).Count == 0)
        {
            return null;
        }

        var finder = new Finder(context);
        finder.VisitTop(query);
        if (finder.Calls.Count == 0)
        {
            return null;
        }

        if (finder.ReadsRelations || query.RangeTable.Exists(static r => r.RteKind is not RteKind.Function))
        {
            return PerRow(query, context, parameterTypes, described, finder.Calls.Count);
        }

        if (IsBare(query))
        {
            return Scalars(query, context, parameterTypes, described);
        }

        // The only call's rows are computed first.
        if (finder.Calls is not [var call] || finder.HasSubLinks || query.SetOperations is not null || query.CteList.Count > 0 || query.LimitCount is not (null or BoundConst { Value: { IsNull: true } or { Int64: > 0 } })
            || (query.JoinTree.Quals is { } quals && !ExprFacts.Any(quals, static e => e is BoundVar)) || query.RangeTable.Exists(static r => r.RteKind is not RteKind.Function)
            || !(query.RangeTable is [{ Functions: [{ FuncExpr: var only }] }] ? ReferenceEquals(only, call) : query.RangeTable.Count == 0 && IsTarget(query, call))
            || call.Args.Exists(a => Volatility.Has(context.Catalog, a) || Unfit.Check(a)))
        {
            return null;
        }

        var function = query.RangeTable.Count == 1 ? query.RangeTable[0].Functions[0] : null;
        var lowered = QueryLowering.Lower(query, context);
        if (context.Routines is not { Count: 1 } sites)
        {
            return null;
        }

        var site = sites.First();
        var shape = function is { FuncColNames: { } names } ? RecordShape.Get(function.FuncColTypes!, function.FuncColTypmods!, names) : null;
        return new DirectCallPlan([Step.Make(site, call.Args, context, shape)], new SelectPlan(lowered) { CallsRoutines = true }, [], parameterTypes.Length, site)
        {
            ParameterTypes = parameterTypes,
            Columns = described,
        };
    }

    // SELECT f(…) of a set.
    private static bool IsTarget(BoundQuery query, BoundFuncExpr call) =>
        query.HasTargetSRFs && call.FuncRetSet && query.TargetList.Exists(t => ReferenceEquals(t.Expr, call)) && query.JoinTree.Quals is null && !query.HasAggs;

    private static bool IsBare(BoundQuery query) =>
        query is { HasAggs: false, HasWindowFuncs: false, HasTargetSRFs: false, HavingQual: null, SetOperations: null, LimitCount: null, LimitOffset: null }
        && query.RangeTable.Count == 0 && query.JoinTree.Quals is null && query.CteList.Count == 0 && query.GroupClause.Count == 0 && query.GroupingSets.Count == 0
        && query.TargetList.TrueForAll(static t => !t.ResJunk);

    private static DirectCallPlan? Scalars(
        BoundQuery query, LoweringContext context, uint[] parameterTypes, IReadOnlyList<ColumnDescription>? described)
    {
        var extractor = new Extractor(context, parameterTypes.Length);
        var targets = query.TargetList.ConvertAll(t => BoundTrees.Target(extractor.Rewrite(t.Expr), t.ResNo, t.ResName));
        if (extractor.Failed || extractor.Steps.Count == 0)
        {
            return null;
        }

        SelectPlan? rest = null;
        if (!targets.TrueForAll(static t => IsKnown(t.Expr)))
        {
            var outer = (BoundQuery)query.ShallowCopy();
            outer.TargetList = targets;
            rest = new SelectPlan(QueryLowering.Lower(outer, context));
            if (context.Routines is not null)
            {
                return null;
            }
        }

        return new DirectCallPlan(extractor.Steps, rest, [.. targets.Select(static t => t.Expr)], parameterTypes.Length, null) { ParameterTypes = parameterTypes, Columns = described };
    }

    // SELECT f(t.c) FROM t …: the calls stand in the select list and nowhere else.
    private static DirectCallPlan? PerRow(
        BoundQuery query, LoweringContext context, uint[] parameterTypes, IReadOnlyList<ColumnDescription>? described, int calls)
    {
        if (query is not { HasAggs: false, HasWindowFuncs: false, HasTargetSRFs: false, HavingQual: null, SetOperations: null } || query.GroupClause.Count > 0
            || query.GroupingSets.Count > 0 || query.DistinctClause.Count > 0)
        {
            return null;
        }

        var inner = (BoundQuery)query.ShallowCopy();
        inner.TargetList = [];
        var columns = new List<(BoundExpr Expr, int Column)>();
        var extractor = new Extractor(context, parameterTypes.Length) { Column = Column };
        var targets = new List<TargetEntry>();
        foreach (var target in query.TargetList)
        {
            var finder = new Finder(context);
            finder.Visit(target.Expr);
            calls -= finder.Calls.Count;
            if (finder.Calls.Count > 0 && (target.ResJunk || target.RessortGroupRef > 0 || finder.HasSubLinks))
            {
                return null;
            }

            if (finder.Calls.Count == 0 && !target.ResJunk)
            {
                inner.TargetList.Add(new TargetEntry { Expr = target.Expr, ResNo = inner.TargetList.Count + 1, ResName = target.ResName, RessortGroupRef = target.RessortGroupRef });
                targets.Add(BoundTrees.Target(Parameter(target.Expr, inner.TargetList.Count), target.ResNo, target.ResName));
            }
            else if (!target.ResJunk)
            {
                // Its columns are known once all the others are.
                targets.Add(target);
            }
        }

        if (calls != 0)
        {
            return null;
        }

        foreach (var entry in query.TargetList.Where(t => !t.ResJunk && targets.Contains(t)))
        {
            new ColumnFinder(e => Column(e)).Visit(entry.Expr);
        }

        extractor.First += inner.TargetList.Count;
        targets = targets.ConvertAll(t => query.TargetList.Contains(t) ? BoundTrees.Target(extractor.Rewrite(t.Expr), t.ResNo, t.ResName) : t);
        foreach (var junk in query.TargetList.Where(static t => t.ResJunk))
        {
            var copy = (TargetEntry)junk.ShallowCopy();
            copy.ResNo = inner.TargetList.Count + 1;
            inner.TargetList.Add(copy);
        }

        if (extractor.Failed)
        {
            return null;
        }

        SelectPlan? rest = targets.TrueForAll(static t => IsKnown(t.Expr)) ? null
            : new SelectPlan(QueryLowering.Lower(new BoundQuery { CommandType = CommandType.Select, TargetList = targets }, context));
        var source = new SelectPlan(QueryLowering.Lower(inner, context));
        return context.Routines is not null ? null
            : new DirectCallPlan(extractor.Steps, rest, [.. targets.Select(static t => t.Expr)], parameterTypes.Length, null, source) { ParameterTypes = parameterTypes, Columns = described };

        BoundParam Column(BoundExpr expr)
        {
            var column = columns.Find(c => BoundEquality.AreEqual(c.Expr, expr)).Column;
            if (column == 0)
            {
                inner.TargetList.Add(BoundTrees.Target(expr, inner.TargetList.Count + 1));
                column = inner.TargetList.Count;
                columns.Add((expr, column));
            }

            return Parameter(expr, column);
        }

        BoundParam Parameter(BoundExpr expr, int column) => BoundTrees.Parameter(parameterTypes.Length + column, expr.Type, expr.Typmod, expr.Collation);
    }

    private sealed class ColumnFinder(Action<BoundExpr> found) : BoundTreeWalker
    {
        protected override void VisitExpr(BoundExpr expr)
        {
            if (expr is BoundVar)
            {
                found(expr);
            }

            base.VisitExpr(expr);
        }
    }

    /// <summary>A call, and what its arguments are.</summary>
    internal sealed record Step(CallSite Site, IReadOnlyList<BoundExpr> Arguments, SelectPlan? Query, RecordShape? Columns)
    {
        internal static Step Make(CallSite site, List<BoundExpr> arguments, LoweringContext context, RecordShape? columns = null) => new(
            site,
            arguments,
            arguments.TrueForAll(IsKnown) ? null : new SelectPlan(QueryLowering.Lower(
                new BoundQuery { CommandType = CommandType.Select, TargetList = [.. arguments.Select(static (a, i) => BoundTrees.Target(a, i + 1))] }, context)),
            columns);

        internal PgDatum[] Evaluate(PgSession session, PgDatum[] known)
        {
            var result = new PgDatum[Arguments.Count];
            if (Query is null)
            {
                for (var i = 0; i < result.Length; i++)
                {
                    result[i] = Value(Arguments[i], known);
                }

                return result;
            }

            session.PrepareToReadAgain();
            using var row = Query.Open(session, known);
            row.Read();
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = row.GetDatum(i);
            }

            return result;
        }
    }

    // Calls that are made whatever the rest gives, the inner ones first, become parameters.
    private sealed class Extractor(LoweringContext context, int parameterCount) : BoundTreeRewriter
    {
        internal List<Step> Steps { get; } = [];

        internal bool Failed { get; private set; }

        /// <summary>How many parameters come before the steps' values.</summary>
        internal int First { get; set; } = parameterCount;

        /// <summary>What stands for a column of the source.</summary>
        internal Func<BoundExpr, BoundExpr>? Column { get; init; }

        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is BoundVar)
            {
                Failed |= Column is null;
                return Column?.Invoke(expr) ?? expr;
            }

            if (expr is BoundCaseExpr or BoundCoalesceExpr or BoundBoolExpr or BoundSubLink or BoundJsonExpr or BoundArrayCoerceExpr or BoundMinMaxExpr)
            {
                var finder = new Finder(context);
                finder.Visit(expr);
                Failed |= finder.Calls.Count > 0 || finder.ReadsRelations;
                return Column is null ? expr : base.RewriteExpr(expr);
            }

            var result = base.RewriteExpr(expr);
            if (result is not BoundFuncExpr call || Lowering.Routines.Find(context.Catalog, call.FuncId) is null)
            {
                return result;
            }

            Failed |= call.FuncRetSet;
            Steps.Add(Step.Make(Lowerer.SiteOf(context.Catalog, call), call.Args, context));
            return new BoundParam
            {
                Kind = ParamKind.Extern,
                ParamId = First + Steps.Count,
                Type = call.Type,
                Typmod = call.Typmod,
                Collation = call.Collation,
                Location = call.Location,
            };
        }
    }

    private sealed class Finder(LoweringContext context) : BoundTreeWalker
    {
        internal List<BoundFuncExpr> Calls { get; } = [];

        internal bool ReadsRelations { get; private set; }

        internal bool HasSubLinks { get; private set; }

        protected override void VisitOther(BoundNode node)
        {
            ReadsRelations |= node is RangeTableEntry { RteKind: RteKind.Relation };
            base.VisitOther(node);
        }

        protected override void VisitExpr(BoundExpr expr)
        {
            HasSubLinks |= expr is BoundSubLink;
            if (expr is BoundFuncExpr call && Lowering.Routines.Find(context.Catalog, call.FuncId) is not null)
            {
                Calls.Add(call);
            }

            base.VisitExpr(expr);
        }
    }

    // What the arguments of a call that is made first cannot have.
    private sealed class Unfit : BoundTreeWalker
    {
        internal static bool Check(BoundExpr expr)
        {
            var walker = new Unfit();
            walker.Visit(expr);
            return walker.Stopped;
        }

        protected override void VisitExpr(BoundExpr expr)
        {
            Stopped |= expr is BoundVar or BoundSubLink or BoundParam { Kind: not ParamKind.Extern };
            base.VisitExpr(expr);
        }
    }
}
