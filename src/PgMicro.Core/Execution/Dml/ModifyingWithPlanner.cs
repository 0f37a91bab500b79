using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Lowering;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// Plans a query with data-modifying statements in WITH. All of them see the state before the whole query: their sources, whose
/// rows hold what RETURNING gives, are read first and in order, then the rows are written.
/// </summary>
internal static class ModifyingWithPlanner
{
    internal static ExecutablePlan Plan(BoundQuery query, LoweringContext context, uint[] parameterTypes)
    {
        var staged = new Dictionary<CommonTableExpr, string>(context.StagedCtes, ReferenceEqualityComparer.Instance);
        var visible = new List<CommonTableExpr>();
        var steps = new List<WithStep>();
        context = new LoweringContext(context.Catalog, context.Types) { SystemView = context.SystemView, RowSecurity = context.RowSecurity, Inline = context.Inline, Outer = context, StagedCtes = staged };
        foreach (var cte in query.CteList)
        {
            if (cte.CteQuery.CommandType == CommandType.Select)
            {
                visible.Add(cte);
                continue;
            }

            var node = ModifyTablePlanner.PlanNode(Lifted(cte.CteQuery, visible), context, parameterTypes.Length, steps.Count + 1);
            var width = cte.CteQuery.ReturningList.Count;
            var name = width == 0 ? null : $"pgmicro_with_{steps.Count + 1}_{width}";
            steps.Add(new WithStep(node, name, width, cte.CteRefCount > 0));
            if (name is not null)
            {
                staged.Add(cte, name);
                visible.Add(cte);
            }
        }

        var main = (BoundQuery)query.ShallowCopy();
        main.CteList = visible;
        main.HasModifyingCTE = false;
        if (main.CommandType == CommandType.Select)
        {
            var lowered = QueryLowering.Lower(main, context);
            RejectReadersOfConflicts(steps, lowered.RelationOids, steps.Count);
            return new ModifyingWithPlan(steps, null, lowered) { ParameterTypes = parameterTypes, Columns = Planner.Describe(query.TargetList, context.Catalog) };
        }

        var mainNode = ModifyTablePlanner.PlanNode(main, context, parameterTypes.Length);
        RejectReadersOfConflicts(steps, mainNode.RelationOids, steps.Count);
        return new ModifyingWithPlan(steps, mainNode, null)
        {
            ParameterTypes = parameterTypes,
            Columns = query.ReturningList.Count == 0 ? null : Planner.Describe(query.ReturningList, context.Catalog),
        };
    }

    // What ON CONFLICT does is known only once it has been done, so nobody after it may read its table as it was.
    private static void RejectReadersOfConflicts(List<WithStep> steps, IReadOnlyList<uint> read, int position)
    {
        for (var i = 0; i < position; i++)
        {
            if (!steps[i].Node.ReturnsOnlyAfterWriting)
            {
                continue;
            }

            var node = steps[i].Node;
            if (node.Tables.FirstOrDefault(t => read.Contains(t.Oid) || steps.Skip(i + 1).Any(s => s.Node.RelationOids.Contains(t.Oid))) is { } table)
            {
                var what = node is AppendWriteNode or ModifyTableNode { Conflict: null } or RoutedInsertNode { Conflict: OnConflictAction.None } ? CommandTags.Name(node.Command) + " with BEFORE triggers" : "INSERT ... ON CONFLICT";
                throw PgErrors.FeatureNotSupported($"{what} in WITH of a query that also reads \"{table.Name}\"");
            }
        }
    }

    /// <summary>A statement in WITH as one of its own: what it takes from the WITH around it becomes its own WITH.</summary>
    internal static BoundQuery Lifted(BoundQuery query, List<CommonTableExpr> visible)
    {
        foreach (var own in query.CteList)
        {
            if (own.CteQuery.CommandType != CommandType.Select)
            {
                throw PgErrors.FeatureNotSupported("a data-modifying statement in a nested WITH", own.Location);
            }

            if (visible.Exists(v => v.CteName == own.CteName))
            {
                throw PgErrors.FeatureNotSupported($"a nested WITH query that hides \"{own.CteName}\"", own.Location);
            }
        }

        // Staged queries are known by identity: those around stay the same objects.
        var lifted = new Lift().RewriteTop(query);
        if (ReferenceEquals(lifted, query))
        {
            lifted = (BoundQuery)query.ShallowCopy();
        }

        lifted.CteList = [.. visible, .. lifted.CteList];
        return lifted;
    }

    private sealed class Lift : BoundTreeRewriter
    {
        protected override BoundQuery RewriteQuery(BoundQuery query)
        {
            var result = base.RewriteQuery(query);
            var outside = SublevelsUp + 1;
            if (result.RangeTable.Exists(r => r.RteKind == RteKind.Cte && r.CteLevelsUp == outside))
            {
                if (ReferenceEquals(result, query))
                {
                    result = (BoundQuery)query.ShallowCopy();
                }

                result.RangeTable =
                [
                    .. result.RangeTable.Select(r =>
                    {
                        if (r.RteKind != RteKind.Cte || r.CteLevelsUp != outside)
                        {
                            return r;
                        }

                        var copy = (RangeTableEntry)r.ShallowCopy();
                        copy.CteLevelsUp--;
                        return copy;
                    }),
                ];
            }

            return result;
        }
    }
}

/// <summary>A data-modifying statement of WITH; its RETURNING rows go to a temporary table when it has any.</summary>
internal sealed record WithStep(IWriteNode Node, string? StagingTable, int Width, bool IsRead);
