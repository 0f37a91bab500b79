using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Lowering;

/// <summary>Whether an index can find the rows of a query where an expression has a given value.</summary>
internal static class IndexedColumns
{
    /// <summary>Whether the expression is a column that stands first in an index, also below views and plain subqueries.</summary>
    internal static bool Any(CatalogSnapshot catalog, BoundQuery query, BoundExpr expr)
    {
        while (true)
        {
            while (expr is BoundRelabelType relabel)
            {
                expr = relabel.Arg;
            }

            if (expr is not BoundVar { Varlevelsup: 0 } var || query.RangeTable.Count < var.Varno)
            {
                return false;
            }

            var entry = query.RangeTable[var.Varno - 1];
            switch (entry.RteKind)
            {
                case RteKind.Join when var.Varattno > 0:
                    expr = entry.JoinAliasVars[var.Varattno - 1];
                    continue;
                case RteKind.Relation when entry.RelKind == 'v':
                    if (View(catalog, entry.Relid) is not { } view)
                    {
                        // A system view reads relations that are hashed.
                        return entry.Relid < BuiltInOids.FirstNormalObjectId;
                    }

                    query = view;
                    break;
                case RteKind.Relation:
                    // Catalog relations answer equality on any column from a hash.
                    return entry.Relid < BuiltInOids.FirstNormalObjectId || var.Varattno == -1
                        || catalog.IndexesOf(entry.Relid).Any(i => i is { indisvalid: true, indpred: null } && i.indkey.Length > 0 && i.indkey[0] == var.Varattno);
                case RteKind.Subquery:
                    query = entry.Subquery!;
                    break;
                default:
                    return false;
            }

            if (var.Varattno <= 0 || query.HasAggs || query.HasWindowFuncs || query.HasTargetSRFs || query.GroupClause.Count > 0 || query.GroupingSets.Count > 0
                || query.DistinctClause.Count > 0 || query.SetOperations is not null || query.LimitCount is not null || query.LimitOffset is not null)
            {
                return false;
            }

            expr = query.TargetList[var.Varattno - 1].Expr;
        }
    }

    private static BoundQuery? View(CatalogSnapshot catalog, uint view) =>
        catalog.ViewRule(view) is { ev_action: { Length: > 0 } } rule ? ViewExpansion.Parse(rule) : null;
}
