namespace PgMicro.Core.Binding.BoundTree;

/// <summary>Rewrites a tree into a new one that shares what did not change (expression_tree_mutator and
/// query_tree_mutator). Override <see cref="RewriteExpr"/>; call the base to go on downward.</summary>
public abstract class BoundTreeRewriter
{
    private readonly Func<BoundExpr, BoundExpr> _map;

    /// <summary>Makes a rewriter that stands at the query of the tree's top.</summary>
    protected BoundTreeRewriter() => _map = RewriteExpr;

    /// <summary>How many queries deep the rewrite is below where it began.</summary>
    protected int SublevelsUp { get; private set; }

    /// <summary>Rewrites an expression.</summary>
    public BoundExpr Rewrite(BoundExpr expr) => RewriteExpr(expr);

    /// <summary>Rewrites a query that is the top: its level counts as zero.</summary>
    public BoundQuery RewriteTop(BoundQuery query) => RewriteQuery(query);

    /// <summary>Rewrites the expressions of a list of nodes.</summary>
    public List<T> RewriteList<T>(List<T> nodes)
        where T : BoundNode => BoundNode.MapList(nodes, _map);

    /// <summary>An expression. The base rewrites its children, and a sublink's query.</summary>
    protected virtual BoundExpr RewriteExpr(BoundExpr expr)
    {
        var result = expr.MapChildren(_map);
        if (result is BoundSubLink link)
        {
            var query = RewriteSubquery(link.Subselect);
            if (!ReferenceEquals(query, link.Subselect))
            {
                link = (BoundSubLink)link.ShallowCopy();
                link.Subselect = query;
                result = link;
            }
        }

        return result;
    }

    /// <summary>A query one level down.</summary>
    protected BoundQuery RewriteSubquery(BoundQuery query)
    {
        SublevelsUp++;
        var result = RewriteQuery(query);
        SublevelsUp--;
        return result;
    }

    /// <summary>References of a query's FROM to WITH queries that are so many levels up, or more, as references to other levels.</summary>
    /// <param name="query">The query as it was.</param>
    /// <param name="result">The query as rewritten so far.</param>
    /// <param name="from">The least level.</param>
    /// <param name="by">How many levels are added.</param>
    protected static BoundQuery ShiftCtes(BoundQuery query, BoundQuery result, int from, int by)
    {
        if (!result.RangeTable.Exists(IsShifted))
        {
            return result;
        }

        if (ReferenceEquals(result, query))
        {
            result = (BoundQuery)query.ShallowCopy();
        }

        result.RangeTable = result.RangeTable.ConvertAll(entry =>
        {
            if (!IsShifted(entry))
            {
                return entry;
            }

            var copy = (RangeTableEntry)entry.ShallowCopy();
            copy.CteLevelsUp += by;
            return copy;
        });
        return result;

        bool IsShifted(RangeTableEntry entry) => entry.RteKind == RteKind.Cte && entry.CteLevelsUp >= from;
    }

    /// <summary>A query; <see cref="SublevelsUp"/> counts it already. The base rewrites its expressions, its subqueries and
    /// its WITH queries.</summary>
    protected virtual BoundQuery RewriteQuery(BoundQuery query)
    {
        var result = (BoundQuery)query.MapExprs(_map);
        var rangeTable = RewriteSubqueries(result.RangeTable, static r => r.Subquery, static (r, q) => r.Subquery = q);
        var cteList = RewriteSubqueries(result.CteList, static c => c.CteQuery, static (c, q) => c.CteQuery = q);
        if (ReferenceEquals(rangeTable, result.RangeTable) && ReferenceEquals(cteList, result.CteList))
        {
            return result;
        }

        if (ReferenceEquals(result, query))
        {
            result = (BoundQuery)query.ShallowCopy();
        }

        result.RangeTable = rangeTable;
        result.CteList = cteList;
        return result;
    }

    private List<T> RewriteSubqueries<T>(List<T> nodes, Func<T, BoundQuery?> get, Action<T, BoundQuery> set)
        where T : BoundNode
    {
        List<T>? result = null;
        for (var i = 0; i < nodes.Count; i++)
        {
            if (get(nodes[i]) is not { } old)
            {
                continue;
            }

            var rewritten = RewriteSubquery(old);
            if (!ReferenceEquals(rewritten, old))
            {
                var copy = (T)nodes[i].ShallowCopy();
                set(copy, rewritten);
                result ??= new List<T>(nodes);
                result[i] = copy;
            }
        }

        return result ?? nodes;
    }
}
