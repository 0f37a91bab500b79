using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Lowering;

/// <summary>Whether PostgreSQL's planner can run a FULL JOIN: it needs a condition that it can hash, or only ones that it can merge.</summary>
internal static class FullJoins
{
    /// <summary>Checks a FULL JOIN's condition.</summary>
    /// <exception cref="PgException">0A000.</exception>
    internal static void Check(JoinExpr join, CatalogSnapshot catalog)
    {
        if (join.Quals is null)
        {
            return;
        }

        var (left, right) = (Members(join.Larg), Members(join.Rarg));
        var allMerge = true;
        foreach (var conjunct in Conjunction.Flatten(join.Quals))
        {
            if (conjunct is BoundConst)
            {
                continue;
            }

            var op = conjunct is BoundOpExpr { Args: [var first, var second] } expr && AreApart(first, second, left, right) ? catalog.Operator(expr.OpNo) : null;
            if (op is { oprcanhash: true })
            {
                return;
            }

            allMerge &= op is { oprcanmerge: true };
        }

        if (!allMerge)
        {
            throw new PgException(SqlState.FeatureNotSupported, "FULL JOIN is only supported with merge-joinable or hash-joinable join conditions");
        }
    }

    // One operand of the one side, the other of the other.
    private static bool AreApart(BoundExpr first, BoundExpr second, HashSet<int> left, HashSet<int> right)
    {
        var (a, b) = (Sides.Of(first, left, right), Sides.Of(second, left, right));
        return (a, b) is (Side.Left, Side.Right) or (Side.Right, Side.Left);
    }

    private static HashSet<int> Members(JoinTreeNode node)
    {
        var result = new HashSet<int>();
        Add(node);
        return result;

        void Add(JoinTreeNode part)
        {
            switch (part)
            {
                case RangeTblRef leaf:
                    result.Add(leaf.RtIndex);
                    break;
                case JoinExpr inner:
                    result.Add(inner.RtIndex);
                    Add(inner.Larg);
                    Add(inner.Rarg);
                    break;
                case FromExpr from:
                    from.FromList.ForEach(Add);
                    break;
            }
        }
    }

    [Flags]
    private enum Side
    {
        None = 0,
        Left = 1,
        Right = 2,
        Other = 4,
    }

    private sealed class Sides(HashSet<int> left, HashSet<int> right) : BoundTreeWalker
    {
        private Side _found;

        internal static Side Of(BoundExpr expr, HashSet<int> left, HashSet<int> right)
        {
            var walker = new Sides(left, right);
            walker.Visit(expr);
            return walker._found;
        }

        protected override void VisitExpr(BoundExpr expr)
        {
            if (expr is BoundVar { Varlevelsup: var level } column && level == SublevelsUp)
            {
                _found |= left.Contains(column.Varno) ? Side.Left : right.Contains(column.Varno) ? Side.Right : Side.Other;
            }

            base.VisitExpr(expr);
        }
    }
}
