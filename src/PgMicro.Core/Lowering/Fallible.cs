using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Lowering;

/// <summary>Whether evaluating an expression may raise an error, so that what decides whether it is needed must come first.</summary>
internal sealed class Fallible : BoundTreeWalker
{
    private readonly CatalogSnapshot _catalog;
    private readonly bool _forSomeRows;

    private Fallible(CatalogSnapshot catalog, bool forSomeRows) => (_catalog, _forSomeRows) = (catalog, forSomeRows);

    /// <summary>Whether it may fail for some rows: without a column the value is the same for every row.</summary>
    internal static bool Check(CatalogSnapshot catalog, BoundExpr expr) => Check(catalog, expr, forSomeRows: true);

    /// <summary>Whether it may fail at all.</summary>
    internal static bool CheckAny(CatalogSnapshot catalog, BoundExpr expr) => Check(catalog, expr, forSomeRows: false);

    private static bool Check(CatalogSnapshot catalog, BoundExpr expr, bool forSomeRows)
    {
        var walker = new Fallible(catalog, forSomeRows);
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

        // What PostgreSQL calls leakproof cannot fail by its arguments' values.
        if ((expr is BoundCoerceViaIO or BoundCoerceToDomain or BoundArrayCoerceExpr
                || (function != 0 && !ComparisonOperators.IsSafe(_catalog, function)))
            && (!_forSomeRows || LevelReferences.Any(expr)))
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
