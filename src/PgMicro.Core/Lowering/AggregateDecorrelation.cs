using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>
/// A scalar subquery of aggregates over rows that equality correlates: the aggregates grouped by the keys, computed once, and an
/// expression over them. A key without rows has no group: its aggregates are NULL, and count is 0.
/// </summary>
/// <param name="Rows">Aggregates, then keys, grouped by the keys.</param>
/// <param name="Aggregates">The aggregates of the subquery's expression.</param>
/// <param name="Keys">The keys.</param>
/// <param name="Value">The subquery's expression.</param>
internal sealed record AggregateDecorrelation(BoundQuery Rows, IReadOnlyList<BoundAggref> Aggregates, IReadOnlyList<CorrelationKey> Keys, BoundExpr Value)
{
    // Whatever the values are and in whatever order they come, these neither fail nor differ.
    private static readonly HashSet<string> Steady = ["count", "min", "max", "sum", "avg", "bool_and", "bool_or", "every"];

    /// <summary>Takes a scalar subquery apart; null when it has to run for each outer row.</summary>
    internal static AggregateDecorrelation? Rewrite(CatalogSnapshot catalog, BoundSubLink link)
    {
        var query = link.Subselect;
        if (link.SubLinkType != SubLinkType.Expr
            || query is not { CommandType: CommandType.Select, HasAggs: true, HasWindowFuncs: false, HasTargetSRFs: false, HavingQual: null, SetOperations: null, LimitCount: null, LimitOffset: null }
            || query.GroupClause.Count > 0 || query.GroupingSets.Count > 0 || query.CteList.Count > 0 || query.RowMarks.Count > 0)
        {
            return null;
        }

        var value = query.TargetList.First(static t => !t.ResJunk).Expr;
        var finder = new Finder(catalog);
        finder.Visit(value);
        if (!finder.IsSimple || finder.Found.Count == 0 || CorrelationKeys.Of(catalog, query) is not { } correlation
            || correlation.Rest.Any(r => Fallible.Check(catalog, r))
            || correlation.Keys.Any(static k => !LevelReferences.Any(k.Outer) || (k.Collation != 0 && k.Inner.Collation != k.Collation))
            || correlation.Keys.Any(k => OperatorResolution.FindSortGroupOperators(catalog, k.Inner.Type).Lt == 0))
        {
            return null;
        }

        var rows = correlation.Standalone(query, finder.Found.Concat(correlation.Keys.Select(static k => k.Inner)));
        foreach (var entry in rows.TargetList.Skip(finder.Found.Count))
        {
            entry.RessortGroupRef = entry.ResNo;
            var operators = OperatorResolution.FindSortGroupOperators(catalog, entry.Expr.Type);
            rows.GroupClause.Add(new SortGroupClause { TleSortGroupRef = entry.ResNo, EqOp = operators.Eq, SortOp = operators.Lt, Hashable = operators.Hashable });
        }

        var known = correlation.Keys.Select(static BoundExpr (k) => new BoundNullTest { Arg = k.Inner, IsNotNull = true });
        rows.JoinTree.Quals = Conjunction.Of([.. correlation.Rest, .. known]);
        return CorrelationSide.StandsAlone(rows) && !Volatility.Has(catalog, rows)
            ? new AggregateDecorrelation(rows, finder.Found, correlation.Keys, value)
            : null;
    }

    /// <summary>Whether an aggregate of no rows is 0 and not NULL.</summary>
    internal static bool IsCount(CatalogSnapshot catalog, BoundAggref aggregate) => catalog.Proc(aggregate.AggFnOid)!.proname == "count";

    private sealed class Finder(CatalogSnapshot catalog) : BoundTreeWalker
    {
        internal List<BoundAggref> Found { get; } = [];

        internal bool IsSimple => !Stopped;

        protected override void VisitExpr(BoundExpr expr)
        {
            switch (expr)
            {
                case BoundAggref aggregate:
                    var proc = catalog.Proc(aggregate.AggFnOid)!;
                    Stopped |= aggregate.AggLevelsUp > 0 || aggregate.AggKind != 'n' || proc.oid >= BuiltInOids.FirstNormalObjectId || !Steady.Contains(proc.proname)
                        || (aggregate.AggFilter is { } filter && Fallible.Check(catalog, filter))
                        || aggregate.Args.Exists(a => Fallible.Check(catalog, a.Expr) || QueryLayers.Contains(a.Expr, static e => e is BoundSubLink)
                            || (proc.proname is "sum" or "avg" && a.Expr.Type is TypeOid.Float4 or TypeOid.Float8 or TypeOid.Interval or TypeOid.Money));
                    Found.Add(aggregate);
                    break;
                case BoundSubLink or BoundGroupingFunc:
                    Stopped = true;
                    break;
                default:
                    base.VisitExpr(expr);
                    break;
            }
        }
    }
}
