using System.Text.Json;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Binding.Rules;

/// <summary>The trees of a rule: its condition and its actions, each of which has the entries OLD and NEW at the head of its range table.</summary>
public static class RuleTrees
{
    /// <summary>OLD's range table index (PRS2_OLD_VARNO).</summary>
    public const int Old = 1;

    /// <summary>NEW's range table index (PRS2_NEW_VARNO).</summary>
    public const int New = 2;

    /// <summary>pg_rewrite.ev_qual of a rule without a condition: an empty pg_node_tree.</summary>
    public const string NoCondition = "<>";

    /// <summary>The condition; null when there is none.</summary>
    public static BoundExpr? Condition(PgRewrite rule) => rule.ev_qual is "" or NoCondition ? null : BoundTreeSerializer.DeserializeExpr(rule.ev_qual);

    /// <summary>The actions, made anew for each caller. A view has one: its query.</summary>
    public static List<BoundQuery> Actions(PgRewrite rule) => rule.ev_type == '1'
        ? [BoundTreeSerializer.DeserializeQuery(rule.ev_action)]
        : [.. JsonSerializer.Deserialize<string[]>(rule.ev_action)!.Select(BoundTreeSerializer.DeserializeQuery)];

    /// <summary>pg_rewrite.ev_action of a rule with such actions.</summary>
    public static string Serialize(PgRewrite rule, IReadOnlyList<BoundQuery> actions) => rule.ev_type == '1'
        ? BoundTreeSerializer.Serialize(actions[0])
        : JsonSerializer.Serialize(actions.Select(BoundTreeSerializer.Serialize).ToArray());

    /// <summary>The query that has OLD and NEW: the action, or the SELECT of an INSERT (getInsertSelectQuery).</summary>
    public static BoundQuery QueryOf(BoundQuery action)
    {
        if (action.CommandType != CommandType.Insert || HasEntries(action))
        {
            return action;
        }

        return action.RangeTable.Find(static r => r.RteKind == RteKind.Subquery)!.Subquery!;
    }

    /// <summary>Whether a query's columns, or its FROM, refer to a range table entry (rangeTableEntry_used).</summary>
    public static bool Uses(BoundNode? tree, int rtIndex)
    {
        var finder = new Finder(rtIndex);
        if (tree is BoundQuery query)
        {
            finder.VisitTop(query);
        }
        else
        {
            finder.Visit(tree);
        }

        return finder.Found;
    }

    private static bool HasEntries(BoundQuery action) =>
        action.RangeTable.Count >= 2 && action.RangeTable[Old - 1].Eref.AliasName == "old" && action.RangeTable[New - 1].Eref.AliasName == "new";

    private sealed class Finder(int rtIndex) : BoundTreeWalker
    {
        internal bool Found => Stopped;

        protected override void VisitExpr(BoundExpr expr)
        {
            if (expr is BoundVar column && column.Varno == rtIndex && column.Varlevelsup == SublevelsUp)
            {
                Stopped = true;
                return;
            }

            base.VisitExpr(expr);
        }

        protected override void VisitOther(BoundNode node)
        {
            if (SublevelsUp == 0 && node is RangeTblRef leaf && leaf.RtIndex == rtIndex)
            {
                Stopped = true;
                return;
            }

            base.VisitOther(node);
        }
    }
}
