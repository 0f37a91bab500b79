using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>
/// Takes the rows that a query groups apart where reading them, or computing what groups them, calls volatile functions: SQLite would evaluate those
/// once more for each group, and each grouping set would read rows of its own.
/// </summary>
internal static class VolatileGroups
{
    // No name that SQL can write for a WITH query of the same level.
    private const string Name = "*grouped*";

    /// <summary>The query, over rows that are computed once.</summary>
    internal static BoundQuery Apart(CatalogSnapshot catalog, BoundQuery query)
    {
        if (query.GroupClause.Count == 0 && query.GroupingSets.Count == 0)
        {
            return query;
        }

        var groups = query.GroupClause.ConvertAll(c => query.TargetList.Find(t => t.RessortGroupRef == c.TleSortGroupRef)!.Expr);
        var computed = groups.FindAll(g => Volatility.Has(catalog, g));
        if (computed.Count == 0 && (query.GroupingSets.Count == 0 || (!Volatility.Has(catalog, query.JoinTree) && !query.RangeTable.Exists(r => Volatility.Has(catalog, r)))))
        {
            return query;
        }

        var inner = new BoundQuery { CommandType = CommandType.Select, RangeTable = query.RangeTable, JoinTree = query.JoinTree, HasSubLinks = query.HasSubLinks, StmtLocation = query.StmtLocation };
        var columns = new Columns(inner, computed);
        var outer = (BoundQuery)query.ShallowCopy();
        outer.TargetList = columns.RewriteList(query.TargetList);
        outer.HavingQual = query.HavingQual is null ? null : columns.Rewrite(query.HavingQual);
        if (inner.TargetList.Count == 0)
        {
            inner.TargetList.Add(new TargetEntry { Expr = new BoundConst { Type = TypeOid.Int4, Value = PgDatum.FromInt64(1) }, ResNo = 1 });
        }

        List<string> names = [.. inner.TargetList.Select(static (_, i) => "c" + (i + 1))];
        var rows = new LevelShift().RewriteTop(inner);
        var entry = new RangeTableEntry { InFromCl = true, Eref = new Alias { AliasName = Name, ColNames = names } };
        if (query.GroupingSets.Count == 0)
        {
            (entry.RteKind, entry.Subquery) = (RteKind.Subquery, rows);
        }
        else
        {
            (entry.RteKind, entry.CteName) = (RteKind.Cte, Name);
            outer.CteList =
            [
                .. query.CteList,
                new CommonTableExpr { CteName = Name, CteQuery = rows, CteMaterialized = CteMaterialize.Always, CteRefCount = 1, CteColNames = names },
            ];
        }

        outer.RangeTable = [entry];
        outer.JoinTree = new FromExpr { FromList = [new RangeTblRef { RtIndex = 1 }] };
        return outer;
    }

    private sealed class Columns(BoundQuery inner, List<BoundExpr> computed) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (SublevelsUp == 0 && computed.Exists(c => BoundEquality.AreEqual(c, expr)))
            {
                return Column(expr);
            }

            if (expr is not BoundVar var || var.Varlevelsup != SublevelsUp)
            {
                return base.RewriteExpr(expr);
            }

            var own = (BoundVar)var.ShallowCopy();
            own.Varlevelsup = 0;
            return Column(own);
        }

        private BoundVar Column(BoundExpr expr) => QueryLayers.Column(inner, expr, inner.TargetList.Find(t => BoundEquality.AreEqual(t.Expr, expr)), SublevelsUp);
    }
}
