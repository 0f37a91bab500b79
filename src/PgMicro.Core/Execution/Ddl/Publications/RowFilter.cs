using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Ddl.Publications;

/// <summary>What a publication's WHERE may be made of (PostgreSQL's check_simple_rowfilter_expr).</summary>
internal sealed class RowFilter : BoundTreeWalker
{
    private readonly CatalogSnapshot _catalog;

    private RowFilter(CatalogSnapshot catalog) => _catalog = catalog;

    /// <exception cref="PgException">0A000.</exception>
    internal static void Check(CatalogSnapshot catalog, BoundExpr filter) => new RowFilter(catalog).Visit(filter);

    /// <inheritdoc/>
    protected override void VisitExpr(BoundExpr expr)
    {
        if (Wrong(expr) is { } detail)
        {
            throw new PgException(SqlState.FeatureNotSupported, "invalid publication WHERE expression").WithDetail(detail).At(Leftmost.Of(expr));
        }

        base.VisitExpr(expr);
    }

    private string? Wrong(BoundExpr expr)
    {
        var (function, op, isSimple) = expr switch
        {
            BoundVar { Varattno: < 0 } => (0u, 0u, false),
            BoundVar or BoundConst or BoundBoolExpr or BoundRelabelType or BoundCollateExpr or BoundCaseExpr or BoundCaseTestExpr or BoundArrayExpr or BoundRowExpr
                or BoundCoalesceExpr or BoundMinMaxExpr or BoundXmlExpr or BoundNullTest or BoundBooleanTest or BoundRowCompareExpr => (0u, 0u, true),
            BoundFuncExpr call => (call.FuncId, 0u, true),
            BoundOpExpr operation => (operation.OpFuncId, operation.OpNo, true),
            BoundDistinctExpr distinct => (distinct.OpFuncId, distinct.OpNo, true),
            BoundNullIfExpr nullIf => (nullIf.OpFuncId, nullIf.OpNo, true),
            BoundScalarArrayOpExpr any => (any.OpFuncId, any.OpNo, true),
            _ => (0u, 0u, false),
        };
        if (!isSimple)
        {
            return expr is BoundVar
                ? "System columns are not allowed."
                : "Only columns, constants, built-in operators, built-in data types, built-in collations, and immutable built-in functions are allowed.";
        }

        return op >= BuiltInOids.FirstNormalObjectId ? "User-defined operators are not allowed."
            : expr.Type >= BuiltInOids.FirstNormalObjectId ? "User-defined types are not allowed."
            : function != 0 && (function >= BuiltInOids.FirstNormalObjectId || _catalog.Proc(function) is { provolatile: not 'i' }) ? "User-defined or built-in mutable functions are not allowed."
            : expr.Collation >= BuiltInOids.FirstNormalObjectId || InputCollation(expr) >= BuiltInOids.FirstNormalObjectId ? "User-defined collations are not allowed."
            : null;
    }

    private static uint InputCollation(BoundExpr expr) => expr switch
    {
        BoundFuncExpr call => call.InputCollation,
        BoundOpExpr operation => operation.InputCollation,
        BoundDistinctExpr distinct => distinct.InputCollation,
        BoundNullIfExpr nullIf => nullIf.InputCollation,
        BoundScalarArrayOpExpr any => any.InputCollation,
        BoundMinMaxExpr minMax => minMax.InputCollation,
        _ => 0,
    };

    // Where an expression begins: an operator stands within its own.
    private sealed class Leftmost : BoundTreeWalker
    {
        private int _location = int.MaxValue;

        internal static int Of(BoundExpr expr)
        {
            var finder = new Leftmost();
            finder.Visit(expr);
            return finder._location == int.MaxValue ? -1 : finder._location;
        }

        protected override void VisitExpr(BoundExpr expr)
        {
            if (expr.Location >= 0)
            {
                _location = Math.Min(_location, expr.Location);
            }

            base.VisitExpr(expr);
        }
    }
}
