using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;

namespace PgMicro.Core.Lowering;

/// <summary>
/// Splits a query in two: one that groups (and computes windows), and one around it for what comes after, as the levels of
/// PostgreSQL's plans do.
/// </summary>
internal static class QueryLayers
{
    /// <summary>The column in which the query below, the only relation of the one around it, computes an expression.</summary>
    /// <param name="inner">The query below.</param>
    /// <param name="expr">The expression.</param>
    /// <param name="entry">The column where it has one already.</param>
    /// <param name="levelsUp">How far the reference stands below the query around.</param>
    internal static BoundVar Column(BoundQuery inner, BoundExpr expr, TargetEntry? entry, int levelsUp)
    {
        if (entry is null)
        {
            entry = new TargetEntry { Expr = expr, ResNo = inner.TargetList.Count + 1 };
            inner.TargetList.Add(entry);
        }

        return new BoundVar
        {
            Varno = 1,
            Varattno = entry.ResNo,
            Varlevelsup = levelsUp,
            Type = expr.Type,
            Typmod = expr.Typmod,
            Collation = expr.Collation,
            Location = expr.Location,
        };
    }

    /// <summary>The query with everything but window functions, DISTINCT, ORDER BY and LIMIT in a subquery.</summary>
    internal static BoundQuery BelowWindows(BoundQuery query, CatalogSnapshot catalog) =>
        Split(query, catalog, windowsInside: false, static e => e is BoundWindowFunc);

    /// <summary>The query with everything but set-returning functions, DISTINCT, ORDER BY and LIMIT in a subquery.</summary>
    internal static BoundQuery BelowSetFunctions(BoundQuery query, CatalogSnapshot catalog) =>
        Split(query, catalog, windowsInside: true, static e => e is BoundFuncExpr { FuncRetSet: true } or BoundOpExpr { OpRetSet: true });

    /// <summary>The query with everything but DISTINCT ON, ORDER BY and LIMIT in a subquery: what ranks its rows by window functions.</summary>
    internal static BoundQuery BelowRanking(BoundQuery query, CatalogSnapshot catalog) =>
        Split(query, catalog, windowsInside: true, static _ => false);

    /// <summary>The query with everything but set-returning functions and LIMIT in a subquery; the order is made again around it.</summary>
    internal static BoundQuery BelowDistinctOn(BoundQuery query, CatalogSnapshot catalog)
    {
        var inner = (BoundQuery)query.ShallowCopy();
        inner.CteList = [];
        inner.LimitCount = null;
        inner.LimitOffset = null;
        inner.RowMarks = [];
        inner.HasTargetSRFs = false;
        inner.TargetList = [];
        foreach (var entry in query.TargetList.Where(static t => t.RessortGroupRef > 0))
        {
            inner.TargetList.Add(new TargetEntry { Expr = entry.Expr, ResNo = inner.TargetList.Count + 1, ResName = entry.ResName, RessortGroupRef = entry.RessortGroupRef });
        }

        var outer = (BoundQuery)query.ShallowCopy();
        var layer = new Layer(inner, catalog, static e => e is BoundFuncExpr { FuncRetSet: true } or BoundOpExpr { OpRetSet: true });
        outer.TargetList = query.TargetList.ConvertAll(t =>
        {
            var copy = (TargetEntry)t.ShallowCopy();
            copy.Expr = layer.Rewrite(t.Expr);
            return copy;
        });
        outer.DistinctClause = [];
        outer.HasDistinctOn = false;
        outer.WindowClause = [];
        outer.HasWindowFuncs = false;
        Over(outer, inner);
        return outer;
    }

    private static BoundQuery Split(BoundQuery query, CatalogSnapshot catalog, bool windowsInside, Func<BoundExpr, bool> stays)
    {
        var inner = (BoundQuery)query.ShallowCopy();
        inner.CteList = [];
        inner.DistinctClause = [];
        inner.HasDistinctOn = false;
        inner.SortClause = [];
        inner.LimitCount = null;
        inner.LimitOffset = null;
        inner.RowMarks = [];
        inner.HasTargetSRFs = false;
        inner.TargetList = [];
        var needed = query.GroupClause.Select(static c => c.TleSortGroupRef).ToHashSet();
        if (windowsInside)
        {
            foreach (var window in query.WindowClause)
            {
                needed.UnionWith(window.PartitionClause.Concat(window.OrderClause).Select(static c => c.TleSortGroupRef));
            }
        }
        else
        {
            inner.WindowClause = [];
            inner.HasWindowFuncs = false;
        }

        foreach (var entry in query.TargetList.Where(t => t.RessortGroupRef > 0 && needed.Contains(t.RessortGroupRef)))
        {
            inner.TargetList.Add(new TargetEntry { Expr = entry.Expr, ResNo = inner.TargetList.Count + 1, ResName = entry.ResName, RessortGroupRef = entry.RessortGroupRef });
        }

        var outer = (BoundQuery)query.ShallowCopy();
        var layer = new Layer(inner, catalog, stays);
        outer.TargetList = query.TargetList.ConvertAll(t =>
        {
            var copy = (TargetEntry)t.ShallowCopy();
            copy.Expr = layer.Rewrite(t.Expr);
            return copy;
        });
        Over(outer, inner);
        if (windowsInside)
        {
            outer.WindowClause = [];
            outer.HasWindowFuncs = false;
        }

        return outer;
    }

    /// <summary>Makes a query read an inner one, which does its grouping, instead of its own FROM.</summary>
    internal static void Over(BoundQuery outer, BoundQuery inner)
    {
        outer.RangeTable = [new RangeTableEntry
        {
            RteKind = RteKind.Subquery,
            Subquery = new LevelShift().RewriteTop(inner),
            InFromCl = true,
            Eref = new Alias { AliasName = "subquery", ColNames = [.. inner.TargetList.Select(static (_, i) => "c" + (i + 1))] },
        }];
        outer.JoinTree = new FromExpr { FromList = [new RangeTblRef { RtIndex = 1 }] };
        outer.GroupClause = [];
        outer.GroupingSets = [];
        outer.GroupDistinct = false;
        outer.HavingQual = null;
        outer.HasAggs = false;
        outer.SetOperations = null;
    }

    /// <summary>Whether an expression contains a node of a kind at its own level.</summary>
    internal static bool Contains(BoundExpr expr, Func<BoundExpr, bool> kind)
    {
        var finder = new Finder(kind);
        finder.Visit(expr);
        return finder.Found;
    }

    private sealed class Layer(BoundQuery inner, CatalogSnapshot catalog, Func<BoundExpr, bool> stays) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is BoundConst or BoundParam)
            {
                return expr;
            }

            return Contains(expr, stays) ? base.RewriteExpr(expr) : Column(expr);
        }

        private BoundVar Column(BoundExpr expr)
        {
            var entry = Volatility.Has(catalog, expr) ? null : inner.TargetList.Find(t => BoundEquality.AreEqual(t.Expr, expr));
            if (entry is null)
            {
                entry = new TargetEntry { Expr = expr, ResNo = inner.TargetList.Count + 1 };
                inner.TargetList.Add(entry);
            }

            return new BoundVar { Varno = 1, Varattno = entry.ResNo, Type = expr.Type, Typmod = expr.Typmod, Collation = expr.Collation, Location = expr.Location };
        }
    }

    private sealed class Finder(Func<BoundExpr, bool> kind) : BoundTreeWalker
    {
        internal bool Found => Stopped;

        protected override void VisitExpr(BoundExpr expr)
        {
            Stopped |= kind(expr);
            base.VisitExpr(expr);
        }

        // A subquery's own functions are of another level.
        protected override void VisitQuery(BoundQuery query)
        {
        }
    }
}

/// <summary>Makes a query one level deeper: what it refers to outside of itself is one level further up.</summary>
internal sealed class LevelShift : BoundTreeRewriter
{
    protected override BoundExpr RewriteExpr(BoundExpr expr)
    {
        var result = base.RewriteExpr(expr);
        switch (result)
        {
            case BoundVar var when var.Varlevelsup > SublevelsUp:
                var copy = (BoundVar)var.ShallowCopy();
                copy.Varlevelsup++;
                return copy;
            case BoundAggref aggregate when aggregate.AggLevelsUp > SublevelsUp:
                aggregate = (BoundAggref)aggregate.ShallowCopy();
                aggregate.AggLevelsUp++;
                return aggregate;
            case BoundGroupingFunc grouping when grouping.AggLevelsUp > SublevelsUp:
                grouping = (BoundGroupingFunc)grouping.ShallowCopy();
                grouping.AggLevelsUp++;
                return grouping;
            default:
                return result;
        }
    }

    protected override BoundQuery RewriteQuery(BoundQuery query) => ShiftCtes(query, base.RewriteQuery(query), SublevelsUp, 1);
}
