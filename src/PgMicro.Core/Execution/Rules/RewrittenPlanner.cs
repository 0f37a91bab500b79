using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Execution.Locks;
using PgMicro.Core.Execution.Roles;
using PgMicro.Core.Lowering;
using PgMicro.Core.Rewriting;

namespace PgMicro.Core.Execution.Rules;

/// <summary>Plans statements that rules make into others.</summary>
internal static class RewrittenPlanner
{
    /// <summary>The plan of what stands for a statement; null when it stands for itself.</summary>
    /// <exception cref="PgException">Whatever rewriting raises; 42501 for what the owner of a rule's table may not do.</exception>
    internal static ExecutablePlan? TryPlan(PgSession session, BoundQuery query, uint[] parameterTypes, bool failsLater)
    {
        if (Rewrite(session, query) is not { } rewritten)
        {
            return null;
        }

        foreach (var rule in rewritten.Rules)
        {
            QueryPermissions.CheckRule(session, rule);
        }

        var parts = new List<RewrittenPart>();
        foreach (var item in rewritten.Queries)
        {
            parts.Add(new RewrittenPart(item, item.CommandType == CommandType.Utility
                ? null : Plan(session, item, parameterTypes, failsLater ? s => Plan(s, item, parameterTypes, null) : null)));
        }

        var plan = new RewrittenPlan(query.CommandType, parts) { ParameterTypes = parameterTypes, Columns = parts.Find(static p => p.Query.CanSetTag)?.Plan?.Columns };

        // The relation that is named is locked, whatever becomes of the statement.
        plan.Locks = [.. plan.Locks, .. QueryLocks.Of(query, Planner.NewLoweringContext(session))];
        return plan;
    }

    private static ExecutablePlan Plan(PgSession session, BoundQuery query, uint[] parameterTypes, Func<PgSession, ExecutablePlan>? again) =>
        Planner.PlanRewritten(session, RowSecurity.ApplyToRewritten(session, query), parameterTypes, again);

    /// <summary>What stands for a statement; null when it stands for itself.</summary>
    internal static RewrittenQuery? Rewrite(PgSession session, BoundQuery query)
    {
        if (query is { CommandType: CommandType.Select, HasModifyingCTE: false })
        {
            return null;
        }

        var named = query.ResultRelation == 0 ? null : session.Catalog.Class(query.RangeTable[query.ResultRelation - 1].Relid);
        return named is { relhasrules: true } || query.HasModifyingCTE
            ? RuleRewriter.Rewrite(session.Catalog, query, new Views(session), session.IsReplica) : null;
    }

    private sealed class Views(PgSession session) : IViewTargets
    {
        private readonly LoweringContext _context = Planner.NewLoweringContext(session);

        public IReadOnlyList<PgRewrite> RulesOf(PgClass relation) =>
            relation.oid < BuiltInOids.FirstNormalObjectId ? SystemRules.Of(session, relation) : session.Catalog.RewritesOf(relation.oid);

        public uint BaseOf(PgClass view)
        {
            if (view.oid < BuiltInOids.FirstNormalObjectId)
            {
                return 0;
            }

            var definition = ViewExpansion.DefinitionOf(_context, view);
            return ViewUpdatability.WhyNot(definition, null) is null ? definition.RangeTable[((RangeTblRef)definition.JoinTree.FromList[0]).RtIndex - 1].Relid : 0;
        }

        public bool HasTriggers(PgClass view, BoundQuery query) => ViewTargets.HasInsteadOf(_context.Catalog, view, query);

        public BoundQuery Expand(PgClass view, BoundQuery query)
        {
            var result = ViewTargets.Expand(query, view, ViewExpansion.DefinitionOf(_context, view), _context.Catalog);
            result.RangeTable[result.ResultRelation - 1].CheckAsUser =
                QueryPermissions.ReaderOf(view, session.Catalog.FindRole(session.CurrentRole)?.oid ?? BuiltInOids.BootstrapSuperuser);
            ViewTargets.Complete(result, _context.Catalog);
            return result;
        }

        public PgException NotUpdatable(PgClass view, BoundQuery query) =>
            ViewTargets.NotUpdatable(query, view, "Views with conditional DO INSTEAD rules are not automatically updatable.");
    }
}
