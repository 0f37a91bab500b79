using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;

namespace PgMicro.Core.Binding.Queries;

/// <summary>assign_query_collations: the collations of a query's own expressions; its subqueries have theirs already.</summary>
internal static class QueryCollations
{
    internal static void Assign(ParseState pstate, BoundQuery query)
    {
        Targets(pstate, query.TargetList);
        Targets(pstate, query.ReturningList);
        Collations.Assign(pstate, query.JoinTree.Quals);
        Collations.Assign(pstate, query.HavingQual);
        Collations.Assign(pstate, query.LimitCount);
        Collations.Assign(pstate, query.LimitOffset);
        if (query.OnConflict is { } conflict)
        {
            Targets(pstate, conflict.OnConflictSet);
            Collations.Assign(pstate, conflict.OnConflictWhere);
        }

        Collations.Assign(pstate, query.MergeJoinCondition);
        foreach (var action in query.MergeActionList)
        {
            Collations.Assign(pstate, action.Qual);
            Targets(pstate, action.TargetList);
        }

        foreach (var window in query.WindowClause)
        {
            Collations.Assign(pstate, window.StartOffset);
            Collations.Assign(pstate, window.EndOffset);
        }
    }

    private static void Targets(ParseState pstate, List<TargetEntry> list)
    {
        foreach (var target in list)
        {
            Collations.Assign(pstate, target);
        }
    }
}
