using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    private List<SqlCte> With(BoundQuery query, out bool recursive)
    {
        recursive = false;
        var result = new List<SqlCte>();
        foreach (var cte in query.CteList)
        {
            if (context.StagedCtes.TryGetValue(cte, out var table))
            {
                _scope.Ctes[cte.CteName] = new CteBinding(cte, table, true);
                continue;
            }

            if (cte.CteQuery.CommandType != CommandType.Select)
            {
                throw PgErrors.FeatureNotSupported("a data-modifying statement in WITH", cte.Location);
            }

            if (cte.CteRefCount == 0)
            {
                continue;
            }

            var name = NewAlias();
            recursive |= cte.CteRecursive;
            result.Add(Cte(cte, name));
            _scope.Ctes[cte.CteName] = new CteBinding(cte, name, false);
        }

        return result;
    }

    private SqlCte Cte(CommonTableExpr cte, string name)
    {
        if (cte.SearchClause is not null || cte.CycleClause is not null)
        {
            throw PgErrors.FeatureNotSupported(cte.SearchClause is not null ? "SEARCH" : "CYCLE", cte.Location);
        }

        if (cte.CteRecursive)
        {
            return new SqlCte(name, cte.CteColNames.Count, Recursive(cte, name), null);
        }

        var isVolatile = Volatility.Has(Catalog, cte.CteQuery);
        var materialized = isVolatile || cte.CteMaterialized == CteMaterialize.Always
            || (cte.CteMaterialized == CteMaterialize.Default && cte.CteRefCount > 1);
        return new SqlCte(name, cte.CteColNames.Count, Query(cte.CteQuery, null), materialized);
    }

    private SqlQuery Recursive(CommonTableExpr cte, string name)
    {
        var query = cte.CteQuery;
        if (query.SetOperations is not SetOperationStmt { Op: SetOperation.Union, Larg: SetOperationRef left, Rarg: SetOperationRef right } operation
            || query.SortClause.Count > 0 || query.LimitCount is not null || query.LimitOffset is not null || query.CteList.Count > 0)
        {
            throw PgErrors.FeatureNotSupported("a recursive WITH query of this form", cte.Location);
        }

        if (!operation.All)
        {
            for (var i = 0; i < operation.ColTypes.Count; i++)
            {
                if (CollationOf(operation.ColTypes[i], operation.ColCollations[i]) is not null)
                {
                    throw PgErrors.FeatureNotSupported("a recursive UNION of columns that compare by more than their bytes", cte.Location);
                }
            }
        }

        var step = query.RangeTable[right.RtIndex - 1].Subquery!;
        if (step.HasAggs || step.HasWindowFuncs || step.DistinctClause.Count > 0 || step.GroupClause.Count > 0 || step.SetOperations is not null
            || step.SortClause.Count > 0 || step.LimitCount is not null || step.CteList.Count > 0 || step.HasTargetSRFs
            || step.RangeTable.Count(r => r is { RteKind: RteKind.Cte, SelfReference: true }) != 1)
        {
            throw PgErrors.FeatureNotSupported("a recursive term of this form", cte.Location);
        }

        var outer = _scope;
        var scope = new QueryScope(query, outer);
        _scope = scope;
        var start = Bare(Query(query.RangeTable[left.RtIndex - 1].Subquery!, null), operation.ColTypes.Count);
        outer.Ctes[cte.CteName] = new CteBinding(cte, name, false);
        var next = Query(step, null);
        _scope = outer;
        return next.IsBare
            ? new SqlCompound(start, operation.All ? "UNION ALL" : "UNION", next)
            : throw PgErrors.FeatureNotSupported("a recursive term of this form", cte.Location);
    }

    private SqlFrom CteReference(int rtIndex, RangeTableEntry entry)
    {
        var defining = ScopeAt(entry.CteLevelsUp);
        var binding = defining.Ctes[entry.CteName!];
        var alias = NewAlias();
        _scope.Sources[rtIndex] = new DerivedSource(alias);
        return new SqlTable(null, binding.Staged ? binding.SqlName : CteNameHere(binding, defining), alias);
    }

    // A separate statement does not see the WITH queries of the statement around it: it gets its own copy.
    private string CteNameHere(CteBinding binding, QueryScope defining)
    {
        LateralBoundary? boundary = null;
        QueryScope? at = null;
        for (var scope = _scope; scope != defining; scope = scope.Parent!)
        {
            if (scope.Boundary is not null && boundary is null)
            {
                (boundary, at) = (scope.Boundary, scope);
            }
        }

        if (boundary is null)
        {
            return binding.SqlName;
        }

        if (boundary.CteNames.TryGetValue(binding.Cte, out var known))
        {
            return known;
        }

        if (Volatility.Has(Catalog, binding.Cte.CteQuery) || binding.Cte.CteRecursive)
        {
            throw PgErrors.FeatureNotSupported("a volatile or recursive WITH query inside LATERAL", binding.Cte.Location);
        }

        var name = NewAlias();
        var saved = _scope;
        // Lowered where it was defined, but on this side of the edge.
        _scope = new QueryScope(defining.Query, defining.Parent) { Boundary = boundary };
        foreach (var (key, value) in defining.Ctes)
        {
            if (!ReferenceEquals(value.Cte, binding.Cte))
            {
                _scope.Ctes[key] = value.Staged ? value : value with { SqlName = "" };
            }
        }

        var copy = new SqlCte(name, binding.Cte.CteColNames.Count, CopyOf(binding.Cte, boundary, defining), null);
        _scope = saved;
        boundary.CteNames[binding.Cte] = name;
        boundary.With.Add(copy);
        return name;
    }

    private SqlQuery CopyOf(CommonTableExpr cte, LateralBoundary boundary, QueryScope defining)
    {
        foreach (var (key, value) in _scope.Ctes.ToList())
        {
            if (value.SqlName.Length == 0 && CteUse.Any(cte.CteQuery, key))
            {
                // Earlier ones that it reads come with it.
                var saved = _scope;
                var marker = new QueryScope(defining.Query, defining) { Boundary = boundary };
                _scope = marker;
                var name = CteNameHere(defining.Ctes[key], defining);
                _scope = saved;
                _scope.Ctes[key] = value with { SqlName = name };
            }
        }

        return Query(cte.CteQuery, null);
    }

    /// <summary>Whether a query reads a WITH query of a name.</summary>
    private sealed class CteUse(string name) : BoundTreeWalker
    {
        internal static bool Any(BoundQuery query, string name)
        {
            var walker = new CteUse(name);
            walker.Visit(query);
            return walker.Stopped;
        }

        protected override void VisitOther(BoundNode node)
        {
            Stopped |= node is RangeTableEntry { RteKind: RteKind.Cte } entry && entry.CteName == name;
            base.VisitOther(node);
        }
    }
}
