using PgMicro.Core.Binding.BoundTree;

namespace PgMicro.Core.Execution.Dml;

/// <summary>The columns of one range table entry replaced by something else.</summary>
internal sealed class VarReplacer(int varno, Func<BoundVar, BoundExpr> replace) : BoundTreeRewriter
{
    protected override BoundExpr RewriteExpr(BoundExpr expr) =>
        expr is BoundVar column && column.Varlevelsup == SublevelsUp && column.Varno == varno ? replace(column) : base.RewriteExpr(expr);
}

/// <summary>
/// SET (a, b) = (SELECT x, y …): each column becomes a scalar subquery of its own.
/// </summary>
internal static class MultiAssignment
{
    internal static List<TargetEntry> Expand(List<TargetEntry> targetList)
    {
        Dictionary<int, BoundSubLink>? links = null;
        foreach (var entry in targetList)
        {
            if (entry.Expr is BoundSubLink { SubLinkType: SubLinkType.MultiExpr } link)
            {
                (links ??= [])[link.SubLinkId] = link;
            }
        }

        return links is null ? targetList : new Expander(links).RewriteList(targetList.FindAll(t => !t.ResJunk));
    }

    private sealed class Expander(Dictionary<int, BoundSubLink> links) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is not BoundParam { Kind: ParamKind.MultiExpr } param)
            {
                return base.RewriteExpr(expr);
            }

            var link = links[param.ParamId >> 16];
            var query = (BoundQuery)link.Subselect.ShallowCopy();
            var number = 0;
            query.TargetList =
            [
                .. link.Subselect.TargetList.Select(t =>
                {
                    var copy = (TargetEntry)t.ShallowCopy();
                    if (!t.ResJunk)
                    {
                        copy.ResJunk = ++number != (param.ParamId & 0xFFFF);
                    }

                    return copy;
                }).OrderBy(t => t.ResJunk),
            ];
            for (var i = 0; i < query.TargetList.Count; i++)
            {
                query.TargetList[i].ResNo = i + 1;
            }

            return new BoundSubLink
            {
                SubLinkType = SubLinkType.Expr,
                Subselect = query,
                Type = param.Type,
                Typmod = param.Typmod,
                Collation = param.Collation,
            };
        }
    }
}
