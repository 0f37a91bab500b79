using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;

namespace PgMicro.Core.Execution.Roles;

/// <summary>
/// Adds a condition on one relation to a join tree where it hides the relation's rows before they are joined: in WHERE, or in the ON of the outer join
/// that makes them nullable.
/// </summary>
internal static class JoinTreeConditions
{
    private enum Place
    {
        Elsewhere,

        /// <summary>The relation is below, and whoever is above is to have the condition.</summary>
        Above,
        Done,
    }

    /// <summary>The tree with the condition.</summary>
    /// <exception cref="PgException">0A000 for a side of a FULL JOIN.</exception>
    internal static FromExpr Add(FromExpr tree, int index, BoundExpr condition, PgClass table)
    {
        var copy = (FromExpr)tree.ShallowCopy();
        copy.FromList = [.. tree.FromList];
        for (var i = 0; i < copy.FromList.Count; i++)
        {
            var (place, node) = Add(copy.FromList[i], index, condition, table);
            if (place == Place.Done)
            {
                copy.FromList[i] = node;
                return copy;
            }
        }

        copy.Quals = And(condition, tree.Quals);
        return copy;
    }

    private static (Place Place, JoinTreeNode Node) Add(JoinTreeNode node, int index, BoundExpr condition, PgClass table)
    {
        switch (node)
        {
            case RangeTblRef reference:
                return (reference.RtIndex == index ? Place.Above : Place.Elsewhere, node);
            case JoinExpr join:
                var (left, larg) = Add(join.Larg, index, condition, table);
                var (right, rarg) = left == Place.Elsewhere ? Add(join.Rarg, index, condition, table) : (Place.Elsewhere, join.Rarg);
                if (left == Place.Elsewhere && right == Place.Elsewhere)
                {
                    return (Place.Elsewhere, node);
                }

                var copy = (JoinExpr)join.ShallowCopy();
                (copy.Larg, copy.Rarg) = (larg, rarg);
                if (left == Place.Done || right == Place.Done)
                {
                    return (Place.Done, copy);
                }

                if (join.JoinType == JoinType.Full)
                {
                    throw PgErrors.FeatureNotSupported($"FULL JOIN of table \"{table.relname}\", which has row-level security");
                }

                // The rows of the side that is kept whole are hidden above the join.
                if (join.JoinType == (left == Place.Above ? JoinType.Left : JoinType.Right))
                {
                    return (Place.Above, node);
                }

                copy.Quals = And(condition, join.Quals);
                return (Place.Done, copy);
            case FromExpr inner:
                return inner.FromList.Exists(n => Add(n, index, condition, table).Place != Place.Elsewhere)
                    ? (Place.Done, Add(inner, index, condition, table))
                    : (Place.Elsewhere, node);
            default:
                return (Place.Elsewhere, node);
        }
    }

    private static BoundExpr And(BoundExpr condition, BoundExpr? quals) => quals is null ? condition : BoundTrees.And([condition, quals]);
}
