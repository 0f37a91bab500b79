using PgMicro.Core.Binding.BoundTree;

namespace PgMicro.Core.Lowering;

/// <summary>Which levels an expression of a subquery refers to.</summary>
internal sealed class CorrelationSide : BoundTreeWalker
{
    private bool _inner;
    private bool _outer;
    private bool _other;

    /// <summary>Whether it refers to queries around its own, and to nothing else.</summary>
    internal static bool IsOuter(BoundExpr expr) => Look(expr) is { _outer: true, _inner: false, _other: false };

    /// <summary>Whether it refers to its own query, and to nothing else.</summary>
    internal static bool IsInner(BoundExpr expr) => Look(expr) is { _outer: false, _inner: true, _other: false };

    /// <summary>Whether anything in an expression refers to a query around its own.</summary>
    internal static bool HasOuter(BoundExpr expr) => Look(expr)._outer;

    /// <summary>Whether a query refers to nothing around it.</summary>
    internal static bool StandsAlone(BoundQuery query)
    {
        var walker = new CorrelationSide();
        walker.VisitTop(query);
        return !walker._outer;
    }

    /// <summary>An outer expression as the query around sees it.</summary>
    internal static BoundExpr Outward(BoundExpr expr) => new LevelUp().Rewrite(expr);

    private static CorrelationSide Look(BoundExpr expr)
    {
        var walker = new CorrelationSide();
        walker.Visit(expr);
        return walker;
    }

    protected override void VisitExpr(BoundExpr expr)
    {
        switch (expr)
        {
            case BoundVar var:
                _outer |= var.Varlevelsup > SublevelsUp;
                _inner |= var.Varlevelsup <= SublevelsUp;
                break;
            case BoundAggref aggregate:
                _outer |= aggregate.AggLevelsUp > SublevelsUp;
                _other = true;
                break;
            case BoundGroupingFunc grouping:
                _outer |= grouping.AggLevelsUp > SublevelsUp;
                _other = true;
                break;
            case BoundSubLink or BoundWindowFunc or BoundParam { Kind: not ParamKind.Extern }:
                _other = true;
                break;
        }

        base.VisitExpr(expr);
    }

    private sealed class LevelUp : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is not BoundVar var)
            {
                return base.RewriteExpr(expr);
            }

            var copy = (BoundVar)var.ShallowCopy();
            copy.Varlevelsup--;
            return copy;
        }
    }
}
