namespace PgMicro.Core.Binding.BoundTree;

/// <summary>An expression moved into subqueries: what it refers to is further up (IncrementVarSublevelsUp).</summary>
/// <param name="levels">How many levels it moves down.</param>
public sealed class LevelRaise(int levels) : BoundTreeRewriter
{
    /// <inheritdoc/>
    protected override BoundExpr RewriteExpr(BoundExpr expr)
    {
        if (expr is not BoundVar column || column.Varlevelsup < SublevelsUp)
        {
            return base.RewriteExpr(expr);
        }

        var copy = (BoundVar)column.ShallowCopy();
        copy.Varlevelsup += levels;
        return copy;
    }

    /// <inheritdoc/>
    protected override BoundQuery RewriteQuery(BoundQuery query) => ShiftCtes(query, base.RewriteQuery(query), SublevelsUp, levels);
}
