using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;

namespace PgMicro.Core.Lowering;

/// <summary>
/// A LATERAL subquery whose FROM is the same for every outer row: its rows as a query of their own, and a join condition. Only columns
/// cross the border, so that no expression is evaluated for rows that the join leaves out.
/// </summary>
/// <param name="Rows">FROM and the part of WHERE that needs no outer row, with the columns as its output.</param>
/// <param name="Columns">Columns of FROM that the select list and the condition read.</param>
/// <param name="Condition">The rest of WHERE.</param>
internal sealed record LateralDecorrelation(BoundQuery Rows, IReadOnlyList<BoundVar> Columns, BoundExpr? Condition)
{
    /// <summary>Takes a plain subquery apart; null when FROM itself refers to the outer row, or an index finds the rows of one.</summary>
    internal static LateralDecorrelation? Rewrite(CatalogSnapshot catalog, BoundQuery query)
    {
        if (CorrelationKeys.Of(catalog, query) is not { } correlation)
        {
            return null;
        }

        // What may fail stays behind the equalities.
        var local = correlation.Rest.Where(r => !CorrelationSide.HasOuter(r) && !Fallible.Check(catalog, r)).ToList();
        var outside = Conjunction.Flatten(query.JoinTree.Quals!).Where(c => !local.Contains(c)).ToList();
        var columns = new ColumnCollector(query);
        columns.VisitAll(query.TargetList.Where(static t => !t.ResJunk));
        columns.VisitAll(outside);
        if (columns.Found is not { } found)
        {
            return null;
        }

        var rows = correlation.Standalone(query, found);
        rows.JoinTree.Quals = Conjunction.Of(local);
        return CorrelationSide.StandsAlone(rows) && !Volatility.Has(catalog, rows) ? new LateralDecorrelation(rows, found, Conjunction.Of(outside)) : null;
    }

    private sealed class ColumnCollector(BoundQuery query) : BoundTreeWalker
    {
        private readonly List<BoundVar> _found = [];

        /// <summary>The columns; null when something else than columns is read.</summary>
        internal List<BoundVar>? Found => Stopped ? null : _found;

        protected override void VisitExpr(BoundExpr expr)
        {
            if (expr is BoundVar var && var.Varlevelsup == SublevelsUp)
            {
                Add(var);
            }

            base.VisitExpr(expr);
        }

        private void Add(BoundVar var)
        {
            if (var.Varattno <= 0)
            {
                Stopped = true;
            }
            else if (query.RangeTable[var.Varno - 1] is { RteKind: RteKind.Join } join)
            {
                var merged = new ColumnCollector(query);
                merged.Visit(join.JoinAliasVars[var.Varattno - 1]);
                Stopped |= merged.Found is null;
                _found.AddRange(merged._found.Where(m => !Has(m)));
            }
            else if (!Has(var))
            {
                var copy = (BoundVar)var.ShallowCopy();
                copy.Varlevelsup = 0;
                _found.Add(copy);
            }
        }

        private bool Has(BoundVar var) => _found.Exists(f => f.Varno == var.Varno && f.Varattno == var.Varattno);
    }
}
