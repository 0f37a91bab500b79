using PgMicro.Core.Binding.BoundTree;

namespace PgMicro.Core.Lowering;

/// <summary>Which range table entries of the level where a node stands it refers to.</summary>
internal sealed class LevelReferences : BoundTreeWalker
{
    private readonly HashSet<int> _found = [];

    /// <summary>Range table indexes referred to.</summary>
    internal static HashSet<int> Of(BoundNode node)
    {
        var walker = new LevelReferences();
        walker.Visit(node);
        return walker._found;
    }

    /// <summary>Whether there is any.</summary>
    internal static bool Any(BoundNode node) => Of(node).Count > 0;

    protected override void VisitExpr(BoundExpr expr)
    {
        if (expr is BoundVar var && var.Varlevelsup == SublevelsUp)
        {
            _found.Add(var.Varno);
        }

        base.VisitExpr(expr);
    }
}
