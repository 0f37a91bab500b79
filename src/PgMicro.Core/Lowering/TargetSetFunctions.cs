using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Lowering;

/// <summary>Set-returning functions in the select list become functions in FROM, joined laterally (ProjectSet).</summary>
internal static class TargetSetFunctions
{
    internal static BoundQuery Rewrite(BoundQuery query)
    {
        if (!query.HasTargetSRFs)
        {
            return query;
        }

        if (query.HasAggs || query.GroupClause.Count > 0 || query.GroupingSets.Count > 0 || query.HasWindowFuncs)
        {
            throw PgErrors.FeatureNotSupported("a set-returning function in the select list of a grouped query");
        }

        var result = (BoundQuery)query.ShallowCopy();
        result.HasTargetSRFs = false;
        result.RangeTable = [.. query.RangeTable];
        var collector = new Collector(result);
        result.TargetList = query.TargetList.ConvertAll(t =>
        {
            var copy = (TargetEntry)t.ShallowCopy();
            copy.Expr = collector.Rewrite(t.Expr);
            return copy;
        });

        // Side by side in one ROWS FROM: the shorter ones are padded with nulls.
        result.RangeTable.Add(collector.Entry);
        var join = (FromExpr)query.JoinTree.ShallowCopy();
        join.FromList = [.. query.JoinTree.FromList, new RangeTblRef { RtIndex = result.RangeTable.Count }];
        result.JoinTree = join;
        return result;
    }

    private sealed class Collector(BoundQuery query) : BoundTreeRewriter
    {
        private readonly int _rtIndex = query.RangeTable.Count + 1;
        private bool _inside;

        internal RangeTableEntry Entry { get; } = new() { RteKind = RteKind.Function, Lateral = true, InFromCl = true };

        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is not BoundFuncExpr { FuncRetSet: true } call || SublevelsUp > 0)
            {
                return expr is BoundOpExpr { OpRetSet: true } ? throw PgErrors.FeatureNotSupported("a set-returning operator", expr.Location) : base.RewriteExpr(expr);
            }

            if (_inside)
            {
                throw PgErrors.FeatureNotSupported("a set-returning function inside another's arguments", call.Location);
            }

            _inside = true;
            call = (BoundFuncExpr)base.RewriteExpr(call);
            _inside = false;

            Entry.Functions.Add(new RangeTblFunction { FuncExpr = call, FuncColCount = 1 });
            Entry.Eref.ColNames.Add("c" + Entry.Functions.Count);
            return new BoundVar
            {
                Varno = _rtIndex,
                Varattno = Entry.Functions.Count,
                Type = call.Type,
                Typmod = call.Typmod,
                Collation = call.Collation,
                Location = call.Location,
            };
        }
    }
}
