using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>Set-returning functions in the select list become functions in FROM, joined laterally (ProjectSet).</summary>
internal static class TargetSetFunctions
{
    internal static BoundQuery Rewrite(CatalogSnapshot catalog, BoundQuery query)
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
        var collector = new Collector(catalog, result);
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

    private sealed class Collector(CatalogSnapshot catalog, BoundQuery query) : BoundTreeRewriter
    {
        private readonly int _rtIndex = query.RangeTable.Count + 1;
        private readonly Dictionary<BoundFuncExpr, BoundExpr> _seen = new(ReferenceEqualityComparer.Instance);
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

            // (f()).* selects each column from one call.
            if (_seen.TryGetValue(call, out var known))
            {
                return known;
            }

            _inside = true;
            var written = call;
            call = (BoundFuncExpr)base.RewriteExpr(call);
            _inside = false;

            var shape = call.Type == TypeOid.Record ? RowShape.OfFunction(catalog, call) : null;
            var first = Entry.Eref.ColNames.Count;
            Entry.Functions.Add(new RangeTblFunction { FuncExpr = call, FuncColCount = shape?.Count ?? 1, RowAsValue = shape is null });
            for (var i = 0; i < (shape?.Count ?? 1); i++)
            {
                Entry.Eref.ColNames.Add("c" + (first + i + 1));
            }

            BoundVar Column(int number, uint type, int typmod, uint collation) => new()
            {
                Varno = _rtIndex,
                Varattno = first + number,
                Type = type,
                Typmod = typmod,
                Collation = collation,
                Location = call.Location,
            };
            return _seen[written] = shape is null
                ? Column(1, call.Type, call.Typmod, call.Collation)
                : new BoundRowExpr
                {
                    Type = TypeOid.Record,
                    Args = [.. shape.Select((field, i) => Column(i + 1, field.Type, field.Typmod, field.Collation))],
                    ColNames = [.. shape.Select(static field => field.Name)],
                    Location = call.Location,
                };
        }
    }
}
