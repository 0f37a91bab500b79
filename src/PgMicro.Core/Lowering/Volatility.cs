using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Lowering;

/// <summary>Whether a tree calls a volatile function.</summary>
internal sealed class Volatility : BoundTreeWalker
{
    private readonly CatalogSnapshot _catalog;

    private Volatility(CatalogSnapshot catalog) => _catalog = catalog;

    internal static bool Has(CatalogSnapshot catalog, BoundNode node)
    {
        var walker = new Volatility(catalog);
        walker.Visit(node);
        return walker.Stopped;
    }

    protected override void VisitExpr(BoundExpr expr)
    {
        var function = expr switch
        {
            BoundFuncExpr func => func.FuncId,
            BoundOpExpr op => op.OpFuncId,
            BoundScalarArrayOpExpr op => op.OpFuncId,
            _ => 0u,
        };
        if (expr is BoundNextValueExpr || (function != 0 && _catalog.Proc(function) is { provolatile: 'v' }))
        {
            Stopped = true;
            return;
        }

        base.VisitExpr(expr);
    }
}
