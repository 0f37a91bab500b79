using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Lowering;

/// <summary>Whether evaluating a conjunct may raise an error, so that the conjuncts before it must hold first.</summary>
internal sealed class Fallible : BoundTreeWalker
{
    private readonly CatalogSnapshot _catalog;

    private Fallible(CatalogSnapshot catalog) => _catalog = catalog;

    internal static bool Check(CatalogSnapshot catalog, BoundExpr expr)
    {
        var walker = new Fallible(catalog);
        walker.Visit(expr);
        return walker.Stopped;
    }

    protected override void VisitExpr(BoundExpr expr)
    {
        var function = expr switch
        {
            BoundFuncExpr func => func.FuncId,
            BoundOpExpr op => op.OpFuncId,
            BoundDistinctExpr op => op.OpFuncId,
            BoundScalarArrayOpExpr op => op.OpFuncId,
            _ => 0u,
        };

        // What PostgreSQL calls leakproof cannot fail by its arguments' values. Without a column the value is the same for every row.
        if ((expr is BoundCoerceViaIO or BoundCoerceToDomain or BoundArrayCoerceExpr
                || (function != 0 && !ComparisonOperators.IsSafe(_catalog, function)))
            && LevelReferences.Any(expr))
        {
            Stopped = true;
            return;
        }

        base.VisitExpr(expr);
    }

    // A subquery's errors are its own.
    protected override void VisitQuery(BoundQuery query)
    {
    }
}
