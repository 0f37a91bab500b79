using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;

namespace PgMicro.Core.Execution.Locks;

/// <summary>
/// Queries within a query that lock rows (FOR UPDATE in WITH, in a subquery, under a LIMIT in FROM): they become WITH queries of the whole, which
/// are run first and whose rows stand in temporary tables when the rest runs. So do volatile WITH queries of a statement that changes several tables,
/// which is run as one for each of them.
/// </summary>
internal sealed class LockedSubqueries : BoundTreeRewriter
{
    private readonly List<CommonTableExpr> _found = [];

    private LockedSubqueries()
    {
    }

    /// <summary>The plan of a query that has such queries; null when it has none.</summary>
    /// <param name="query">The query.</param>
    /// <param name="context">The context.</param>
    /// <param name="parameterTypes">Types of the statement's parameters.</param>
    /// <param name="plan">Plans a query in a context that knows the temporary tables.</param>
    internal static ExecutablePlan? TryPlan(BoundQuery query, LoweringContext context, uint[] parameterTypes, Func<BoundQuery, LoweringContext, ExecutablePlan> plan)
    {
        var rewriter = new LockedSubqueries();
        var rewritten = rewriter.RewriteTop(query);
        var runsOften = ChangesSeveral(query, context);
        if (rewriter._found.Count == 0 && !query.CteList.Exists(IsStep))
        {
            return null;
        }

        rewritten = ReferenceEquals(rewritten, query) ? (BoundQuery)query.ShallowCopy() : rewritten;
        var dependent = rewriter._found.FindAll(static c => new References().ReadsCte(c.CteQuery));
        rewritten.CteList = [.. rewriter._found.Except(dependent), .. rewritten.CteList, .. dependent];
        var staged = new Dictionary<CommonTableExpr, string>(context.StagedCtes, ReferenceEqualityComparer.Instance);
        context = new LoweringContext(context.Catalog, context.Types) { SystemView = context.SystemView, RowSecurity = context.RowSecurity, Inline = context.Inline, Outer = context, StagedCtes = staged };
        var steps = new List<LockedStep>();
        var visible = new List<CommonTableExpr>();
        foreach (var cte in rewritten.CteList)
        {
            if (IsStep(cte))
            {
                var width = cte.CteQuery.TargetList.Count(static t => !t.ResJunk);
                var table = $"pgmicro_locked_{steps.Count + 1}_{width}";
                var step = (SelectPlan)plan(ModifyingWithPlanner.Lifted(cte.CteQuery, visible), context);
                steps.Add(new LockedStep(step, table, width));
                staged.Add(cte, table);
            }

            visible.Add(cte);
        }

        var main = plan(rewritten, context);
        return new LockedFirstPlan(main, steps) { ParameterTypes = parameterTypes, Columns = main.Columns };

        bool IsStep(CommonTableExpr cte) => cte is { CteQuery.CommandType: CommandType.Select, CteRefCount: > 0 }
            && (cte.CteQuery.RowMarks.Count > 0 || (runsOften && !cte.CteRecursive && Volatility.Has(context.Catalog, cte.CteQuery)));
    }

    private static bool ChangesSeveral(BoundQuery query, LoweringContext context) =>
        query is { CommandType: CommandType.Update or CommandType.Delete, HasModifyingCTE: false, CteList.Count: > 0 }
        && TableMembers.Of(context.Catalog, query.RangeTable[query.ResultRelation - 1]) is { Count: > 1 };

    protected override BoundExpr RewriteExpr(BoundExpr expr)
    {
        if (expr is not BoundSubLink { Subselect.RowMarks.Count: > 0 } link)
        {
            return base.RewriteExpr(expr);
        }

        var copy = (BoundSubLink)link.ShallowCopy();
        copy.Testexpr = link.Testexpr is null ? null : base.RewriteExpr(link.Testexpr);
        var reference = Reference(link.Subselect, SublevelsUp + 1);
        var columns = link.Subselect.TargetList.FindAll(static t => !t.ResJunk);
        copy.Subselect = new BoundQuery
        {
            CommandType = CommandType.Select,
            RangeTable = [reference],
            JoinTree = new FromExpr { FromList = [new RangeTblRef { RtIndex = 1 }] },
            TargetList =
            [
                .. columns.Select(static (t, i) => BoundTrees.Target(
                    new BoundVar { Varno = 1, Varattno = i + 1, Type = t.Expr.Type, Typmod = t.Expr.Typmod, Collation = t.Expr.Collation }, i + 1, t.ResName)),
            ],
        };
        return copy;
    }

    protected override BoundQuery RewriteQuery(BoundQuery query)
    {
        var result = base.RewriteQuery(query);
        for (var i = 0; i < result.RangeTable.Count; i++)
        {
            // Rows that a LIMIT cuts off are not locked.
            if (result.RangeTable[i] is not { RteKind: RteKind.Subquery, Subquery: { RowMarks.Count: > 0 } subquery } entry
                || (subquery.LimitCount ?? subquery.LimitOffset) is null && result.RowMarks.Exists(m => m.Rti == i + 1))
            {
                continue;
            }

            if (ReferenceEquals(result, query))
            {
                result = (BoundQuery)query.ShallowCopy();
            }

            if (ReferenceEquals(result.RangeTable, query.RangeTable))
            {
                result.RangeTable = [.. query.RangeTable];
            }

            var reference = Reference(subquery, SublevelsUp);
            (reference.Alias, reference.Eref, reference.Lateral) = (entry.Alias, entry.Eref, false);
            result.RangeTable[i] = reference;
            result.RowMarks = result.RowMarks.FindAll(m => m.Rti != i + 1);
        }

        return result;
    }

    private RangeTableEntry Reference(BoundQuery query, int levelsUp)
    {
        if (new References().Has(query, levelsUp))
        {
            throw PgErrors.FeatureNotSupported($"{RowLockPlanner.NameOf(query.RowMarks[0].Strength)} in a subquery that refers to the query around it");
        }

        var columns = query.TargetList.FindAll(static t => !t.ResJunk);
        var names = columns.ConvertAll(static t => t.ResName ?? "?column?");
        var cte = new CommonTableExpr
        {
            CteName = $" locked {_found.Count + 1}",
            CteQuery = query,
            CteRefCount = 1,
            CteColNames = names,
            CteColTypes = columns.ConvertAll(static t => t.Expr.Type),
            CteColTypmods = columns.ConvertAll(static t => t.Expr.Typmod),
            CteColCollations = columns.ConvertAll(static t => t.Expr.Collation),
        };
        _found.Add(cte);
        return new RangeTableEntry
        {
            RteKind = RteKind.Cte,
            CteName = cte.CteName,
            CteLevelsUp = levelsUp,
            ColTypes = cte.CteColTypes,
            ColTypmods = cte.CteColTypmods,
            ColCollations = cte.CteColCollations,
            Eref = new Alias { AliasName = cte.CteName, ColNames = names },
            InFromCl = true,
        };
    }

    // Whether a query refers to rows of the queries around it, or from deep within to their WITH queries.
    private sealed class References : BoundTreeWalker
    {
        private int _depth;
        private bool _found;
        private bool _readsCte;

        internal bool ReadsCte(BoundQuery query)
        {
            VisitTop(query);
            return _readsCte;
        }

        internal bool Has(BoundQuery query, int depth)
        {
            _depth = depth;
            VisitTop(query);
            return _found;
        }

        protected override void VisitQuery(BoundQuery query)
        {
            _readsCte |= query.RangeTable.Exists(static r => r.RteKind == RteKind.Cte);
            _found |= _depth > 1 && query.RangeTable.Exists(r => r.RteKind == RteKind.Cte && r.CteLevelsUp > SublevelsUp);
            base.VisitQuery(query);
        }

        protected override void VisitExpr(BoundExpr expr)
        {
            _found |= expr is BoundVar column && column.Varlevelsup > SublevelsUp;
            base.VisitExpr(expr);
        }
    }
}
