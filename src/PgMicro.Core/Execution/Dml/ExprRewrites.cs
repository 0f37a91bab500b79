using PgMicro.Core.Binding.BoundTree;

namespace PgMicro.Core.Execution.Dml;

/// <summary>The columns of one range table entry replaced by something else.</summary>
internal sealed class VarReplacer(int varno, Func<BoundVar, BoundExpr> replace) : BoundTreeRewriter
{
    protected override BoundExpr RewriteExpr(BoundExpr expr) =>
        expr is BoundVar column && column.Varlevelsup == SublevelsUp && column.Varno == varno ? replace(column) : base.RewriteExpr(expr);
}
