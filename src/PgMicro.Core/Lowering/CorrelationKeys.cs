using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Lowering;

/// <summary>One equality between a query around a subquery and the subquery: outer = inner.</summary>
/// <param name="Outer">The outer side, as the query around sees it.</param>
/// <param name="Inner">The inner side.</param>
/// <param name="Operator">The operator with the outer side on its left.</param>
/// <param name="Collation">Its input collation.</param>
internal sealed record CorrelationKey(BoundExpr Outer, BoundExpr Inner, uint Operator, uint Collation);

/// <summary>
/// A subquery that is correlated by equality alone: without those conjuncts it stands for itself, so that it can run once and be looked up
/// by the keys instead of running for every outer row.
/// </summary>
internal sealed class CorrelationKeys
{
    private readonly List<CorrelationKey> _keys = [];
    private readonly List<BoundExpr> _rest = [];

    private CorrelationKeys()
    {
    }

    /// <summary>The equalities.</summary>
    internal IReadOnlyList<CorrelationKey> Keys => _keys;

    /// <summary>The other conjuncts of WHERE.</summary>
    internal IReadOnlyList<BoundExpr> Rest => _rest;

    /// <summary>Splits WHERE of a subquery; null when it has no such equality, or an index answers one for every outer row as well.</summary>
    internal static CorrelationKeys? Of(CatalogSnapshot catalog, BoundQuery query)
    {
        if (query.JoinTree.Quals is null)
        {
            return null;
        }

        var result = new CorrelationKeys();
        foreach (var conjunct in Conjunction.Flatten(query.JoinTree.Quals))
        {
            if (Key(catalog, conjunct) is { } key)
            {
                if (IndexedColumns.Any(catalog, query, key.Inner))
                {
                    return null;
                }

                result._keys.Add(key);
            }
            else
            {
                result._rest.Add(conjunct);
            }
        }

        return result._keys.Count > 0 ? result : null;
    }

    /// <summary>The subquery without the equalities, with these outputs.</summary>
    internal BoundQuery Standalone(BoundQuery query, IEnumerable<BoundExpr> outputs)
    {
        var result = (BoundQuery)query.ShallowCopy();
        result.TargetList = [.. outputs.Select(static (e, i) => new TargetEntry { Expr = e, ResNo = i + 1 })];
        result.DistinctClause = [];
        result.HasDistinctOn = false;
        result.SortClause = [];
        result.GroupClause = [];
        result.LimitCount = null;
        result.JoinTree = new FromExpr { FromList = query.JoinTree.FromList, Quals = Conjunction.Of(_rest) };
        return result;
    }

    private static CorrelationKey? Key(CatalogSnapshot catalog, BoundExpr conjunct)
    {
        if (conjunct is not BoundOpExpr { Args: [var left, var right] } op || ComparisonOperators.Native(catalog, op.OpNo, left.Type, right.Type) != "=")
        {
            return null;
        }

        if (CorrelationSide.IsOuter(left) && CorrelationSide.IsInner(right))
        {
            return new CorrelationKey(CorrelationSide.Outward(left), right, op.OpNo, op.InputCollation);
        }

        return CorrelationSide.IsInner(left) && CorrelationSide.IsOuter(right) && catalog.Operator(op.OpNo) is { oprcom: not 0 } known
            ? new CorrelationKey(CorrelationSide.Outward(right), left, known.oprcom, op.InputCollation)
            : null;
    }
}
