using System.Diagnostics;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

/// <summary>
/// Asserts, in debug builds, what analysis promises to lowering: which nodes may reach it, that every reference has a target, and that
/// every expression has a type. A violation is a defect of the binder or of a rewrite, never of a user's text.
/// </summary>
internal sealed class BoundTreeValidator : BoundTreeWalker
{
    private readonly Stack<BoundQuery> _queries = [];
    private readonly List<string> _violations = [];
    private int _testedCases;

    private BoundTreeValidator()
    {
    }

    /// <summary>Checks a query that is about to be lowered.</summary>
    [Conditional("DEBUG")]
    internal static void Check(BoundQuery query)
    {
        var violations = Violations(query);
        if (violations.Count > 0)
        {
            throw new InvalidOperationException("The bound tree cannot be lowered: " + string.Join("; ", violations));
        }
    }

    /// <summary>What a tree violates.</summary>
    internal static IReadOnlyList<string> Violations(BoundQuery query)
    {
        var validator = new BoundTreeValidator();
        validator.EnterQuery(query);
        return validator._violations;
    }

    /// <inheritdoc/>
    protected override void VisitQuery(BoundQuery query) => EnterQuery(query);

    /// <inheritdoc/>
    protected override void VisitExpr(BoundExpr expr)
    {
        if (expr.Type == 0)
        {
            Violation($"{expr.GetType().Name} has no type");
        }

        switch (expr)
        {
            case BoundVar v:
                CheckVar(v);
                break;
            case BoundParam { Type: TypeOid.Unknown }:
                Violation("a parameter's type has not been inferred");
                break;
            case BoundNamedArgExpr:
                Violation("a named argument has not been put in its place");
                break;
            case BoundAggref aggregate when aggregate.AggLevelsUp >= _queries.Count:
                Violation("an aggregate belongs to a query that does not enclose it");
                break;
            case BoundSetToDefault or BoundCurrentOfExpr when _queries.Peek().CommandType == CommandType.Select && !HasDefaults(_queries.Peek()):
                Violation($"{expr.GetType().Name} stands in a SELECT");
                break;
            case BoundCaseTestExpr when _testedCases == 0:
                Violation("a placeholder of CASE stands outside one");
                break;
        }

        // CASE x, a conversion of elements and an assignment to a part put a value in the placeholder's place.
        var holds = expr is BoundCaseExpr { Arg: not null } or BoundArrayCoerceExpr or BoundSubscriptingRef or BoundFieldStore ? 1 : 0;
        _testedCases += holds;
        VisitChildren(expr);
        _testedCases -= holds;
    }

    private void EnterQuery(BoundQuery query)
    {
        _queries.Push(query);
        CheckClauses(query);
        VisitChildren(query);
        _queries.Pop();
    }

    private void CheckVar(BoundVar v)
    {
        if (v.Varlevelsup >= _queries.Count)
        {
            Violation($"a column reference reaches {v.Varlevelsup} levels up out of {_queries.Count}");
            return;
        }

        var query = _queries.ElementAt(v.Varlevelsup);
        if (v.Varno < 1 || v.Varno > query.RangeTable.Count)
        {
            Violation($"a column reference names range table entry {v.Varno} of {query.RangeTable.Count}");
        }
        else if (query.RangeTable[v.Varno - 1] is { RteKind: RteKind.Subquery, Subquery: { } subquery } && v.Varattno > subquery.TargetList.Count(t => !t.ResJunk))
        {
            Violation($"a column reference names column {v.Varattno} of a subquery that has fewer");
        }
    }

    private void CheckClauses(BoundQuery query)
    {
        var references = query.TargetList.Where(t => t.RessortGroupRef != 0).Select(t => t.RessortGroupRef).ToHashSet();
        var clauses = query.SortClause.Concat(query.GroupClause).Concat(query.DistinctClause)
            .Concat(query.WindowClause.SelectMany(w => w.PartitionClause.Concat(w.OrderClause)));
        foreach (var clause in clauses)
        {
            if (!references.Contains(clause.TleSortGroupRef))
            {
                Violation($"a sort or group clause refers to target {clause.TleSortGroupRef}, which is not there");
            }
        }
    }

    // The rows of INSERT … VALUES may hold DEFAULT until they are rewritten.
    private static bool HasDefaults(BoundQuery query) => query.RangeTable.Any(r => r.RteKind == RteKind.Values);

    private void Violation(string text) => _violations.Add(text);
}
