using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Lowering;

/// <summary>
/// Whether PostgreSQL's planner can group, make distinct or combine values of these types: all of them sort, or all of them hash. SQLite
/// could do any, but then a query would work here and fail there.
/// </summary>
internal static class Implementability
{
    /// <summary>Checks GROUP BY, DISTINCT, ORDER BY and the windows of a query.</summary>
    /// <exception cref="PgException">0A000.</exception>
    internal static void Check(BoundQuery query, CatalogSnapshot catalog)
    {
        RequireKnown(query.GroupClause, catalog);
        RequireKnown(query.DistinctClause, catalog);
        RequireKnown(query.SortClause, catalog);
        foreach (var window in query.WindowClause)
        {
            RequireKnown(window.PartitionClause, catalog);
            RequireKnown(window.OrderClause, catalog);
        }

        if (query.GroupClause.Exists(IsOneSided))
        {
            var ordered = new OrderedAggregates();
            ordered.VisitAll(query.TargetList);
            ordered.Visit(query.HavingQual);
            IEnumerable<IEnumerable<SortGroupClause>> sets = query.GroupingSets.Count == 0
                ? [query.GroupClause]
                : GroupingSetExpansion.Expand(query).Select(set => query.GroupClause.Where(c => set.Contains(c.TleSortGroupRef)));
            if (sets.Any(set => !IsPossible(set.ToList(), canHash: !ordered.Found)))
            {
                throw Failure("GROUP BY");
            }
        }

        if (query.DistinctClause.Exists(IsOneSided) && !IsPossible(query.DistinctClause, canHash: !query.HasDistinctOn))
        {
            throw Failure("DISTINCT");
        }
    }

    /// <summary>Refuses an order or equality that a function of users decides: SQLite sorts and groups by what the types' own classes say.</summary>
    /// <exception cref="PgException">0A000.</exception>
    internal static void RequireKnown(List<SortGroupClause> clauses, CatalogSnapshot catalog)
    {
        foreach (var clause in clauses)
        {
            if (ComparisonOperators.IsCalled(catalog, clause.SortOp) || ComparisonOperators.IsCalled(catalog, clause.EqOp))
            {
                var op = catalog.Operator(ComparisonOperators.IsCalled(catalog, clause.SortOp) ? clause.SortOp : clause.EqOp)!;
                throw PgErrors.FeatureNotSupported($"sorting or grouping by operator {CatalogNames.Operator(catalog, op, null)}, whose function users have made,");
            }
        }
    }

    /// <summary>Checks a set operation other than UNION ALL.</summary>
    /// <exception cref="PgException">0A000.</exception>
    internal static void Check(SetOperationStmt operation, CatalogSnapshot catalog)
    {
        if (!(operation.Op == SetOperation.Union && operation.All))
        {
            RequireKnown(operation.GroupClauses, catalog);
        }

        if (!(operation.Op == SetOperation.Union && operation.All) && operation.GroupClauses.Exists(IsOneSided) && !IsPossible(operation.GroupClauses, canHash: true))
        {
            throw Failure(operation.Op switch { SetOperation.Union => "UNION", SetOperation.Intersect => "INTERSECT", _ => "EXCEPT" });
        }
    }

    private static bool IsOneSided(SortGroupClause clause) => clause.SortOp == 0 || !clause.Hashable;

    private static bool IsPossible(List<SortGroupClause> clauses, bool canHash) =>
        clauses.TrueForAll(static c => c.SortOp != 0) || (canHash && clauses.TrueForAll(static c => c.Hashable));

    private static PgException Failure(string what) => new PgException(SqlState.FeatureNotSupported, $"could not implement {what}")
        .WithDetail("Some of the datatypes only support hashing, while others only support sorting.");

    // Hashed groups see their rows in no order.
    private sealed class OrderedAggregates : BoundTreeWalker
    {
        internal bool Found => Stopped;

        protected override void VisitExpr(BoundExpr expr)
        {
            Stopped |= expr is BoundAggref aggregate && aggregate.AggLevelsUp == SublevelsUp
                && (aggregate.AggOrder.Count > 0 || aggregate.AggDistinct.Count > 0 || aggregate.AggKind != 'n');
            base.VisitExpr(expr);
        }
    }
}
