using PgMicro.Core.Binding.BoundTree;

namespace PgMicro.Core.Lowering;

/// <summary>Whether an expression refers to a column of the level where it stands, or of one around it.</summary>
internal sealed class ColumnReferences : BoundTreeWalker
{
    private bool _found;

    /// <summary>Whether there is any.</summary>
    internal static bool Any(BoundNode node)
    {
        var walker = new ColumnReferences();
        walker.Visit(node);
        return walker._found;
    }

    protected override void VisitExpr(BoundExpr expr)
    {
        _found |= expr is BoundVar var && var.Varlevelsup >= SublevelsUp;
        base.VisitExpr(expr);
    }
}
