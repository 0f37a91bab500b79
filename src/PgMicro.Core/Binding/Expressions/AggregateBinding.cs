using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Aggregate, window and GROUPING calls (the expression half of PostgreSQL's parse_agg.c).</summary>
public static class AggregateBinding
{
    private const string SrfHint = "You might be able to move the set-returning function into a LATERAL FROM item.";

    /// <summary>Finishes an aggregate call: its arguments, order and DISTINCT, and the query level it belongs to.</summary>
    public static void TransformAggregateCall(
        ParseState pstate, BoundAggref aggref, List<BoundExpr> args, IReadOnlyList<Pg.Node> order, bool distinct)
    {
        foreach (var arg in args)
        {
            aggref.AggArgTypes.Add(arg.Type);
        }

        var targets = new List<TargetEntry>();
        var orderedSet = aggref.AggKind != 'n';
        var direct = orderedSet ? args.Count - order.Count : 0;
        for (var i = 0; i < args.Count; i++)
        {
            if (i < direct)
            {
                aggref.AggDirectArgs.Add(args[i]);
            }
            else
            {
                targets.Add(new TargetEntry { Expr = args[i], ResNo = targets.Count + 1 });
            }
        }

        if (orderedSet)
        {
            for (var i = 0; i < order.Count && i < targets.Count; i++)
            {
                SortTargets.AddToSortList(pstate, targets[i], aggref.AggOrder, targets, order[i].SortBy);
            }
        }
        else
        {
            foreach (var node in order)
            {
                var target = SortTargets.Find(pstate, node.SortBy.Node, targets, ParseExprKind.OrderBy);
                SortTargets.AddToSortList(pstate, target, aggref.AggOrder, targets, node.SortBy);
            }

            if (distinct)
            {
                Distinct(pstate, aggref, targets);
            }
        }

        aggref.Args = targets;
        aggref.AggLevelsUp = CheckLevels(
            pstate, [.. targets.Select(t => t.Expr)], aggref.AggDirectArgs, aggref.AggFilter, aggref.Location, "aggregate functions");
    }

    private static void Distinct(ParseState pstate, BoundAggref aggref, List<TargetEntry> targets)
    {
        foreach (var sort in aggref.AggOrder)
        {
            var target = targets.First(t => t.RessortGroupRef == sort.TleSortGroupRef);
            if (target.ResJunk)
            {
                throw new PgException(SqlState.InvalidColumnReference, "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list")
                    .At(ExprFacts.Location(target.Expr));
            }

            aggref.AggDistinct.Add((SortGroupClause)sort.ShallowCopy());
        }

        foreach (var target in targets)
        {
            if (!target.ResJunk)
            {
                SortTargets.AddToGroupList(pstate, target, aggref.AggDistinct, targets, ExprFacts.Location(target.Expr));
            }
        }

        foreach (var clause in aggref.AggDistinct)
        {
            if (clause.SortOp == 0)
            {
                var target = targets.First(t => t.RessortGroupRef == clause.TleSortGroupRef);
                throw new PgException(
                    SqlState.UndefinedFunction, $"could not identify an ordering operator for type {FormatType.Format(target.Expr.Type, pstate)}")
                    .WithDetail("Aggregates with DISTINCT must be able to sort their inputs.")
                    .At(ExprFacts.Location(target.Expr));
            }
        }
    }

    /// <summary>GROUPING(...): its arguments are matched to the GROUP BY items after grouping is known.</summary>
    public static BoundExpr TransformGroupingFunc(ParseState pstate, Pg.GroupingFunc node)
    {
        if (node.Args.Count > 31)
        {
            throw new PgException(SqlState.TooManyArguments, "GROUPING must have fewer than 32 arguments").At(node.Location);
        }

        var result = new BoundGroupingFunc { Type = TypeOid.Int4, Location = node.Location };
        foreach (var arg in node.Args)
        {
            result.Args.Add(ExpressionBinder.TransformRecurse(pstate, arg)!);
        }

        result.AggLevelsUp = CheckLevels(pstate, result.Args, [], null, node.Location, "grouping operations");
        return result;
    }

    private static int CheckLevels(
        ParseState pstate, List<BoundExpr> args, List<BoundExpr> directArgs, BoundExpr? filter, int location, string what)
    {
        var scan = new LevelScan();
        foreach (var arg in args)
        {
            scan.Visit(arg);
        }

        scan.Visit(filter);
        int level;
        if (scan.MinVarLevel < 0)
        {
            level = Math.Max(scan.MinAggLevel, 0);
        }
        else
        {
            level = scan.MinAggLevel < 0 ? scan.MinVarLevel : Math.Min(scan.MinVarLevel, scan.MinAggLevel);
        }

        if (level == scan.MinAggLevel)
        {
            throw new PgException(SqlState.GroupingError, "aggregate function calls cannot be nested").At(scan.AggLocation);
        }

        if (scan.NearestCte is { } cte && scan.MinCteLevel < level)
        {
            throw new PgException(SqlState.FeatureNotSupported, "outer-level aggregate cannot use a nested CTE")
                .WithDetail($"CTE \"{cte.Eref.AliasName}\" is below the aggregate's semantic level.")
                .At(location);
        }

        if (directArgs.Count > 0)
        {
            var direct = new LevelScan();
            foreach (var arg in directArgs)
            {
                direct.Visit(arg);
            }

            if (direct.MinVarLevel >= 0 && direct.MinVarLevel < level)
            {
                throw new PgException(
                    SqlState.GroupingError, "outer-level aggregate cannot contain a lower-level variable in its direct arguments").At(location);
            }

            if (direct.MinAggLevel >= 0 && direct.MinAggLevel <= level)
            {
                throw new PgException(SqlState.GroupingError, "aggregate function calls cannot be nested").At(direct.AggLocation);
            }
        }

        var owner = pstate;
        for (var i = 0; i < level && owner.ParentParseState is not null; i++)
        {
            owner = owner.ParentParseState;
        }

        owner.HasAggs = true;
        switch (owner.ExprKind)
        {
            case ParseExprKind.None or ParseExprKind.Other or ParseExprKind.Having or ParseExprKind.WindowPartition or ParseExprKind.WindowOrder
                or ParseExprKind.SelectTarget or ParseExprKind.OrderBy or ParseExprKind.DistinctOn:
                break;
            case ParseExprKind.FromSubselect:
                throw new PgException(SqlState.GroupingError, $"{what} are not allowed in FROM clause of their own query level").At(location);
            default:
                throw new PgException(SqlState.GroupingError, $"{what} are not allowed in {ExprKindMap.Place(owner.ExprKind, windows: false)}").At(location);
        }

        return level;
    }

    /// <summary>Finishes a window function call: where it may stand, and the window it refers to.</summary>
    public static void TransformWindowFuncCall(ParseState pstate, BoundWindowFunc call, Pg.WindowDef window)
    {
        if (pstate.HasWindowFuncs)
        {
            BoundExpr? nested = null;
            foreach (var arg in call.Args)
            {
                ExprFacts.Any(arg, e => e is BoundWindowFunc && (nested ??= e) is not null);
            }

            if (nested is not null)
            {
                throw new PgException(SqlState.WindowingError, "window function calls cannot be nested").At(nested.Location);
            }
        }

        switch (pstate.ExprKind)
        {
            case ParseExprKind.None or ParseExprKind.Other or ParseExprKind.SelectTarget or ParseExprKind.OrderBy or ParseExprKind.DistinctOn:
                break;
            default:
                throw new PgException(SqlState.WindowingError, $"window functions are not allowed in {ExprKindMap.Place(pstate.ExprKind, windows: true)}")
                    .At(call.Location);
        }

        if (window.Name.Length > 0)
        {
            var index = pstate.WindowDefs.FindIndex(w => w.Name == window.Name);
            if (index < 0)
            {
                throw new PgException(SqlState.UndefinedObject, $"window \"{window.Name}\" does not exist").At(window.Location);
            }

            call.WinRef = index + 1;
        }
        else
        {
            pstate.WindowDefs.Add(window);
            call.WinRef = pstate.WindowDefs.Count;
        }

        pstate.HasWindowFuncs = true;
    }

    /// <summary>The nearest query levels that an aggregate's arguments refer to.</summary>
    private sealed class LevelScan : BoundTreeWalker
    {
        public int MinVarLevel { get; private set; } = -1;

        public int MinAggLevel { get; private set; } = -1;

        public int AggLocation { get; private set; } = -1;

        /// <summary>The WITH query of the nearest level that a subquery reads, and its level.</summary>
        public RangeTableEntry? NearestCte { get; private set; }

        public int MinCteLevel { get; private set; }

        protected override void VisitExpr(BoundExpr expr)
        {
            switch (expr)
            {
                case BoundVar variable:
                    Var(variable.Varlevelsup);
                    return;
                case BoundAggref aggref:
                    Agg(aggref.AggLevelsUp, aggref.Location);
                    return;
                case BoundGroupingFunc grouping:
                    Agg(grouping.AggLevelsUp, grouping.Location);
                    break;
                case BoundWindowFunc window when SublevelsUp == 0:
                    throw new PgException(SqlState.GroupingError, "aggregate function calls cannot contain window function calls").At(window.Location);
                case BoundFuncExpr { FuncRetSet: true } or BoundOpExpr { OpRetSet: true } when SublevelsUp == 0:
                    throw new PgException(SqlState.FeatureNotSupported, "aggregate function calls cannot contain set-returning function calls")
                        .WithHint(SrfHint).At(expr.Location);
            }

            base.VisitExpr(expr);
        }

        protected override void VisitOther(BoundNode node)
        {
            if (node is RangeTableEntry { RteKind: RteKind.Cte } cte && cte.CteLevelsUp - SublevelsUp is >= 0 and var level && (NearestCte is null || level < MinCteLevel))
            {
                (NearestCte, MinCteLevel) = (cte, level);
            }

            base.VisitOther(node);
        }

        private void Var(int levelsUp)
        {
            var level = levelsUp - SublevelsUp;
            if (level >= 0 && (MinVarLevel < 0 || level < MinVarLevel))
            {
                MinVarLevel = level;
            }
        }

        private void Agg(int levelsUp, int location)
        {
            var level = levelsUp - SublevelsUp;
            if (level >= 0 && (MinAggLevel < 0 || level < MinAggLevel))
            {
                MinAggLevel = level;
                AggLocation = location;
            }
        }
    }
}
