using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Rules;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Rewriting;

/// <summary>The statements that stand for one, in the order in which they run.</summary>
/// <param name="Queries">The statements; none when a rule says that nothing is to be done.</param>
/// <param name="Rules">The rules that made them.</param>
internal sealed record RewrittenQuery(IReadOnlyList<BoundQuery> Queries, IReadOnlyList<AppliedRule> Rules);

/// <summary>A rule that applies to a statement, with trees of its own. What it reads and changes is done with the rights of the owner of its relation.</summary>
internal sealed record AppliedRule(PgRewrite Row, uint Owner, BoundExpr? Condition, IReadOnlyList<BoundQuery> Actions)
{
    internal static AppliedRule Of(PgRewrite rule, PgClass relation)
    {
        var isInvoker = relation.reloptions?.Any(static o => o is "security_invoker=true" or "security_invoker=on" or "security_invoker=1") == true;
        var result = new AppliedRule(rule, isInvoker ? 0 : relation.relowner, RuleTrees.Condition(rule), RuleTrees.Actions(rule));
        if (result.Owner != 0)
        {
            var marker = new Marker(result.Owner);
            marker.Visit(result.Condition);
            foreach (var action in result.Actions)
            {
                marker.VisitTop(action);
            }
        }

        return result;
    }

    // setRuleCheckAsUser.
    private sealed class Marker(uint owner) : BoundTreeWalker
    {
        protected override void VisitOther(BoundNode node)
        {
            if (node is RangeTableEntry entry)
            {
                entry.CheckAsUser = owner;
            }

            base.VisitOther(node);
        }
    }
}
