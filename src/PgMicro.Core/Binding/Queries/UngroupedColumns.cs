using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Binding.Queries;

/// <summary>42803: columns that are neither grouped nor aggregated (the rules of parseCheckAggregates).</summary>
internal static class UngroupedColumns
{
    internal static void Check(ParseState pstate, BoundQuery query)
    {
        if (query.JoinTree.Quals is not null && ExprFacts.Any(query.JoinTree.Quals, static e => e is BoundAggref { AggLevelsUp: 0 }))
        {
            throw new PgException(SqlState.GroupingError, "aggregate functions are not allowed in WHERE").At(ExprFacts.Location(query.JoinTree.Quals));
        }

        if (pstate.HasAggs && query.RangeTable.Exists(r => r.SelfReference) && FirstAggregate(query) is { } aggregate)
        {
            throw new PgException(SqlState.InvalidRecursion, "aggregate functions are not allowed in a recursive query's recursive term").At(aggregate.Location);
        }

        // With grouping sets only what all sets have counts for functional dependency; every grouped expression may be named.
        var grouped = query.GroupClause
            .Select(g => Flatten(query, query.TargetList.First(t => t.RessortGroupRef == g.TleSortGroupRef).Expr)).ToList();
        var inAllSets = query.GroupClause.Select(static g => g.TleSortGroupRef).ToHashSet();
        if (query.GroupingSets.Count > 0)
        {
            GroupingSetExpansion.Expand(query).ForEach(inAllSets.IntersectWith);
        }

        var keys = grouped.Where((_, i) => inAllSets.Contains(query.GroupClause[i].TleSortGroupRef)).ToList();
        var walker = new Walker(pstate, query, grouped, keys);
        foreach (var target in query.TargetList)
        {
            walker.VisitTopExpr(target.Expr);
        }

        if (query.HavingQual is not null)
        {
            walker.VisitTopExpr(query.HavingQual);
        }
    }

    private static BoundAggref? FirstAggregate(BoundQuery query)
    {
        BoundAggref? found = null;
        foreach (var expr in query.TargetList.Select(t => t.Expr).Append(query.HavingQual))
        {
            ExprFacts.Any(expr, e =>
            {
                found ??= e is BoundAggref { AggLevelsUp: 0 } aggregate ? aggregate : null;
                return found is not null;
            });
        }

        return found;
    }

    /// <summary>Join columns as the columns or COALESCEs that they stand for.</summary>
    private static BoundExpr Flatten(BoundQuery query, BoundExpr expr)
    {
        if (expr is BoundVar { Varlevelsup: 0, Varattno: > 0 } variable && query.RangeTable[variable.Varno - 1] is { RteKind: RteKind.Join } join)
        {
            return Flatten(query, join.JoinAliasVars[variable.Varattno - 1]);
        }

        return expr.MapChildren(e => Flatten(query, e));
    }

    private sealed class Walker(ParseState pstate, BoundQuery query, List<BoundExpr> grouped, List<BoundExpr> keys) : BoundTreeWalker
    {
        private readonly HashSet<int> _dependent = [];
        private readonly HashSet<int> _notDependent = [];
        private bool _inDirectArgs;

        internal void VisitTopExpr(BoundExpr expr) => Visit(expr);

        protected override void VisitExpr(BoundExpr expr)
        {
            switch (expr)
            {
                case BoundConst or BoundParam:
                    return;
                case BoundAggref aggref when aggref.AggLevelsUp == SublevelsUp:
                    // Only direct arguments are evaluated per group.
                    var saved = _inDirectArgs;
                    _inDirectArgs = true;
                    foreach (var direct in aggref.AggDirectArgs)
                    {
                        Visit(direct);
                    }

                    _inDirectArgs = saved;
                    return;
                case BoundAggref aggref when aggref.AggLevelsUp > SublevelsUp:
                    return;
                case BoundGroupingFunc grouping when grouping.AggLevelsUp >= SublevelsUp:
                    if (grouping.AggLevelsUp == SublevelsUp)
                    {
                        CheckGrouping(grouping);
                    }

                    return;
            }

            if (SublevelsUp == 0 || expr is BoundVar)
            {
                var flat = SublevelsUp == 0 ? Flatten(query, expr) : expr;
                if (SublevelsUp == 0 ? grouped.Exists(g => BoundEquality.AreEqual(g, flat)) : expr is BoundVar outer && Matches(outer))
                {
                    return;
                }

                if (expr is not BoundVar variable)
                {
                    VisitChildren(expr);
                    return;
                }

                if (variable.Varlevelsup != SublevelsUp)
                {
                    return;
                }

                var rte = query.RangeTable[variable.Varno - 1];
                if (rte.RteKind == RteKind.Join && variable.Varattno > 0)
                {
                    if (SublevelsUp == 0)
                    {
                        Visit(rte.JoinAliasVars[variable.Varattno - 1]);
                        return;
                    }
                }

                if (rte.RteKind == RteKind.Relation && Depends(variable.Varno, rte.Relid))
                {
                    return;
                }

                var name = variable.Varattno == 0 ? "*"
                    : variable.Varattno < 0 ? NameResolution.SystemColumnName(variable.Varattno)
                    : rte.Eref.ColNames[variable.Varattno - 1];
                if (variable.Varattno == 0)
                {
                    name = rte.Eref.AliasName + ".*";
                }
                else
                {
                    name = $"{rte.Eref.AliasName}.{name}";
                }

                var error = SublevelsUp == 0
                    ? new PgException(
                        SqlState.GroupingError, $"column \"{name}\" must appear in the GROUP BY clause or be used in an aggregate function")
                    : new PgException(SqlState.GroupingError, $"subquery uses ungrouped column \"{name}\" from outer query");
                throw (_inDirectArgs
                    ? error.WithDetail("Direct arguments of an ordered-set aggregate must use only grouped columns.")
                    : error).At(variable.Location);
            }

            VisitChildren(expr);
        }

        private bool Matches(BoundVar variable) =>
            variable.Varlevelsup == SublevelsUp && grouped.Exists(g => g is BoundVar { Varlevelsup: 0 } v && v.Varno == variable.Varno && v.Varattno == variable.Varattno);

        private void CheckGrouping(BoundGroupingFunc grouping)
        {
            foreach (var arg in grouping.Args)
            {
                var flat = Flatten(query, Lowered(arg, SublevelsUp));
                var index = grouped.FindIndex(g => BoundEquality.AreEqual(g, flat));
                if (index < 0)
                {
                    throw new PgException(SqlState.GroupingError, "arguments to GROUPING must be grouping expressions of the associated query level")
                        .At(ExprFacts.Location(arg));
                }

                grouping.Refs.Add(query.GroupClause[index].TleSortGroupRef);
            }
        }

        // An expression of this level seen from a subquery, as it stands at the level itself.
        private static BoundExpr Lowered(BoundExpr expr, int levels)
        {
            if (levels == 0 || expr is not BoundVar var)
            {
                return levels == 0 ? expr : expr.MapChildren(e => Lowered(e, levels));
            }

            var copy = (BoundVar)var.ShallowCopy();
            copy.Varlevelsup -= levels;
            return copy;
        }

        /// <summary>Whether the grouped columns have the primary key of a relation.</summary>
        private bool Depends(int varno, uint relid)
        {
            if (_dependent.Contains(varno))
            {
                return true;
            }

            if (_notDependent.Contains(varno))
            {
                return false;
            }

            foreach (var constraint in pstate.Catalog.ConstraintsOf(relid))
            {
                if (constraint.contype == 'p' && !constraint.condeferrable && constraint.conkey is { } key
                    && key.All(k => keys.Exists(g => g is BoundVar { Varlevelsup: 0 } v && v.Varno == varno && v.Varattno == k)))
                {
                    query.ConstraintDeps.Add(constraint.oid);
                    _dependent.Add(varno);
                    return true;
                }
            }

            _notDependent.Add(varno);
            return false;
        }
    }
}
