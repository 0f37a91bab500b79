using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Functions;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Routines;

/// <summary>
/// SELECT f(…) and SELECT … FROM f(…): queries that read nothing but what functions of users give. The functions are called first, while SQLite runs
/// nothing, so that their statements are as free as a client's.
/// </summary>
internal sealed class DirectCallPlan(IReadOnlyList<DirectCallPlan.Step> steps, SelectPlan? rest, IReadOnlyList<BoundExpr> values, int parameterCount, CallSite? rows)
    : ExecutablePlan
{
    internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
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
        session.Transaction.PrepareToRead(session.Cancellation);
        return rest.Start(session, known);
    }

    private static PgDatum Value(BoundExpr expr, PgDatum[] known) => expr is BoundParam param ? known[param.ParamId - 1] : ((BoundConst)expr).Value;

    private static bool IsKnown(BoundExpr expr) => expr is BoundConst or BoundParam { Kind: ParamKind.Extern };

    /// <summary>The plan of such a query; null for any other one.</summary>
    internal static ExecutablePlan? TryPlan(BoundQuery query, LoweringContext context, uint[] parameterTypes, IReadOnlyList<ColumnDescription>? described)
    {
        if (query is not { CommandType: CommandType.Select, HasModifyingCTE: false } || query.RowMarks.Count > 0)
        {
            return null;
        }

        var finder = new Finder(context);
        finder.VisitTop(query);
        if (finder.Calls.Count == 0 || finder.ReadsRelations)
        {
            return null;
        }

        if (IsBare(query))
        {
            return Scalars(query, context, parameterTypes, described);
        }

        // The only call's rows are computed first.
        if (finder.Calls is not [var call] || finder.HasSubLinks || query.SetOperations is not null || query.CteList.Count > 0 || query.LimitCount is BoundConst { Value: { IsNull: false, Int64: 0 } }
            || query.JoinTree.Quals is BoundConst || query.RangeTable.Exists(static r => r.RteKind is not RteKind.Function)
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

            session.Transaction.PrepareToRead(session.Cancellation);
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

        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is BoundCaseExpr or BoundCoalesceExpr or BoundBoolExpr or BoundSubLink or BoundJsonExpr or BoundArrayCoerceExpr or BoundMinMaxExpr)
            {
                var finder = new Finder(context);
                finder.Visit(expr);
                Failed |= finder.Calls.Count > 0 || finder.ReadsRelations;
                return expr;
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
                ParamId = parameterCount + Steps.Count,
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
