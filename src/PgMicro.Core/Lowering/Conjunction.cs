using PgMicro.Core.Binding.BoundTree;

namespace PgMicro.Core.Lowering;

/// <summary>Conditions joined by AND.</summary>
internal static class Conjunction
{
    /// <summary>The conjuncts of a condition, as written.</summary>
    internal static List<BoundExpr> Flatten(BoundExpr expr)
    {
        var result = new List<BoundExpr>();
        Flatten(expr, result);
        return result;
    }

    /// <summary>Adds the conjuncts of a condition.</summary>
    internal static void Flatten(BoundExpr expr, List<BoundExpr> into)
    {
        if (expr is BoundBoolExpr { BoolOp: BoolExprType.And } and)
        {
            and.Args.ForEach(a => Flatten(a, into));
        }
        else
        {
            into.Add(expr);
        }
    }

    /// <summary>The condition of conjuncts; null of none.</summary>
    internal static BoundExpr? Of(IReadOnlyList<BoundExpr> conjuncts) => conjuncts.Count switch
    {
        0 => null,
        1 => conjuncts[0],
        _ => new BoundBoolExpr { BoolOp = BoolExprType.And, Args = [.. conjuncts] },
    };
}
