using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;

namespace PgMicro.Core.Lowering;

/// <summary>
/// Splits a grouped query whose aggregates stand in its subqueries in two: one that groups, and one around it with those subqueries, to
/// which the aggregates are columns then.
/// </summary>
internal static class GroupLayer
{
    /// <summary>Whether a subquery of the select list or HAVING holds an aggregate or GROUPING of the query itself.</summary>
    internal static bool IsNeeded(BoundQuery query, CatalogSnapshot catalog)
    {
        if (!query.HasWindowFuncs && !query.HasAggs && query.GroupClause.Count == 0 && query.GroupingSets.Count == 0)
        {
            return false;
        }

        var lent = new Lent(catalog);
        lent.VisitAll(query.TargetList);
        lent.Visit(query.HavingQual);
        return lent.Found;
    }

    /// <summary>Whether a window function stands where a subquery would evaluate it.</summary>
    internal static bool HoldsWindows(BoundQuery query, CatalogSnapshot catalog)
    {
        if (!query.HasWindowFuncs)
        {
            return false;
        }

        var lent = new Lent(catalog) { OnlyWindows = true };
        lent.VisitAll(query.TargetList);
        return lent.Found;
    }

    /// <summary>The query with the subqueries in the outer of two levels; windows stay in the inner one.</summary>
    internal static BoundQuery Split(BoundQuery query, CatalogSnapshot catalog)
    {
        var inner = (BoundQuery)query.ShallowCopy();
        inner.CteList = [];
        inner.DistinctClause = [];
        inner.HasDistinctOn = false;
        inner.SortClause = [];
        inner.LimitCount = null;
        inner.LimitOffset = null;
        inner.RowMarks = [];
        var grouped = query.GroupClause.Concat(query.WindowClause.SelectMany(static w => w.PartitionClause.Concat(w.OrderClause))).Select(static c => c.TleSortGroupRef).ToHashSet();
        inner.TargetList = [.. query.TargetList.Where(t => t.RessortGroupRef > 0 && grouped.Contains(t.RessortGroupRef))
            .Select(static (t, i) => new TargetEntry { Expr = t.Expr, ResNo = i + 1, ResName = t.ResName, RessortGroupRef = t.RessortGroupRef })];
        var having = query.HavingQual is null ? [] : Conjunction.Flatten(query.HavingQual);
        inner.HavingQual = Conjunction.Of(having.FindAll(h => !IsOutside(h, catalog)));

        var columns = new Columns(inner, catalog);
        var outer = (BoundQuery)query.ShallowCopy();
        outer.TargetList = query.TargetList.ConvertAll(t =>
        {
            var copy = (TargetEntry)t.ShallowCopy();
            copy.Expr = columns.Rewrite(t.Expr);
            return copy;
        });
        var quals = Conjunction.Of(having.FindAll(h => IsOutside(h, catalog)).ConvertAll(columns.Rewrite));
        outer.WindowClause = [];
        outer.HasWindowFuncs = false;
        QueryLayers.Over(outer, inner);
        outer.JoinTree.Quals = quals;
        return outer;
    }

    private static bool IsOutside(BoundExpr expr, CatalogSnapshot catalog)
    {
        var lent = new Lent(catalog) { TakesParts = true };
        lent.Visit(expr);
        return lent.Found;
    }

    /// <summary>Looks for aggregates that subqueries borrow, and for what only has a meaning beside them.</summary>
    private sealed class Lent(CatalogSnapshot catalog) : BoundTreeWalker
    {
        internal bool Found => Stopped;

        internal bool TakesParts { get; init; }

        internal bool OnlyWindows { get; init; }

        protected override void VisitExpr(BoundExpr expr)
        {
            Stopped |= expr switch
            {
                BoundAggref or BoundGroupingFunc when OnlyWindows => false,
                BoundAggref aggregate => SublevelsUp > 0 && aggregate.AggLevelsUp == SublevelsUp,
                BoundGroupingFunc grouping => SublevelsUp > 0 && grouping.AggLevelsUp == SublevelsUp,

                // The test runs inside of the subquery, the array is unnested in one.
                BoundSubLink { Testexpr: { } test } => SublevelsUp == 0 && QueryLayers.Contains(test, IsComputed),
                BoundScalarArrayOpExpr { Args: [_, not BoundArrayExpr { MultiDims: false } and var array] } when QueryLayers.Contains(array, IsComputed) => SublevelsUp == 0,
                BoundParam { Kind: ParamKind.SubLink } or BoundCaseTestExpr => TakesParts && SublevelsUp == 0,
                _ when SublevelsUp == 0 && Lowerer.MayHoldOperands(expr) => QueryLayers.Contains(expr, IsComputed) && Volatility.Has(catalog, expr),
                _ => false,
            };
            base.VisitExpr(expr);
        }

        private bool IsComputed(BoundExpr expr) => expr is BoundWindowFunc || (!OnlyWindows && expr is BoundAggref { AggLevelsUp: 0 } or BoundGroupingFunc { AggLevelsUp: 0 });
    }

    private sealed class Columns(BoundQuery inner, CatalogSnapshot catalog) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (SublevelsUp > 0)
            {
                return expr switch
                {
                    BoundVar var when var.Varlevelsup == SublevelsUp => Column(AtHome(var)),
                    BoundAggref aggregate when aggregate.AggLevelsUp == SublevelsUp => Column(AtHome(aggregate)),
                    BoundGroupingFunc grouping when grouping.AggLevelsUp == SublevelsUp => Column(AtHome(grouping)),
                    _ => base.RewriteExpr(expr),
                };
            }

            return expr is BoundConst or BoundParam or BoundCaseTestExpr ? expr : IsOutside(expr, catalog) ? base.RewriteExpr(expr) : Column(expr);
        }

        private BoundExpr AtHome(BoundExpr expr) => new LevelsUp(SublevelsUp).Rewrite(expr);

        private BoundVar Column(BoundExpr expr) => QueryLayers.Column(
            inner, expr, Volatility.Has(catalog, expr) ? null : inner.TargetList.Find(t => BoundEquality.AreEqual(t.Expr, expr)), SublevelsUp);
    }

    /// <summary>Moves an expression out of so many queries.</summary>
    private sealed class LevelsUp(int levels) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            var result = base.RewriteExpr(expr);
            switch (result)
            {
                case BoundVar var when var.Varlevelsup > SublevelsUp:
                    var = (BoundVar)var.ShallowCopy();
                    var.Varlevelsup -= levels;
                    return var;
                case BoundAggref aggregate when aggregate.AggLevelsUp > SublevelsUp:
                    aggregate = (BoundAggref)aggregate.ShallowCopy();
                    aggregate.AggLevelsUp -= levels;
                    return aggregate;
                case BoundGroupingFunc grouping when grouping.AggLevelsUp > SublevelsUp:
                    grouping = (BoundGroupingFunc)grouping.ShallowCopy();
                    grouping.AggLevelsUp -= levels;
                    return grouping;
                default:
                    return result;
            }
        }

        protected override BoundQuery RewriteQuery(BoundQuery query) => ShiftCtes(query, base.RewriteQuery(query), SublevelsUp + levels, -levels);
    }
}
