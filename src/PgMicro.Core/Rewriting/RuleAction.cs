using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Rules;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Rewriting;

/// <summary>
/// An action of a rule as a statement of its own (rewriteRuleAction): the statement that made the rule apply gives its range table, FROM, WHERE and
/// WITH, OLD is its target, and NEW what it assigns.
/// </summary>
internal static class RuleAction
{
    /// <summary>Makes the statement.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="statement">The statement that the rule applies to.</param>
    /// <param name="action">The action, which is nobody else's.</param>
    /// <param name="condition">The rule's condition.</param>
    /// <param name="returning">Whether a rule before this one has answered RETURNING; becomes true when this one does.</param>
    internal static BoundQuery Of(CatalogSnapshot catalog, BoundQuery statement, BoundQuery action, BoundExpr? condition, ref bool returning)
    {
        if (action.CommandType == CommandType.Utility)
        {
            return action;
        }

        var target = statement.ResultRelation;
        var offset = statement.RangeTable.Count;
        var map = new RangeTableMap(i => i == RuleTrees.Old ? target : i + offset);
        var query = RuleTrees.QueryOf(action);
        var isSelectOfInsert = !ReferenceEquals(query, action);
        var moved = map.RewriteTop(query);
        condition = condition is null ? null : map.Rewrite(condition);
        MarkLateral(moved);

        // The expressions of the entries were mapped where they stand in the moved query.
        moved.RangeTable = [.. Copies(statement), .. moved.RangeTable];
        var keepsTarget = !RuleTrees.Uses(moved.JoinTree, target) && (RuleTrees.Uses(condition, target) || RuleTrees.Uses(statement.JoinTree.Quals, target));
        List<JoinTreeNode> from = [.. statement.JoinTree.FromList.Where(n => keepsTarget || n is not RangeTblRef leaf || leaf.RtIndex != target)];
        if (moved.SetOperations is not null && (from.Count > 0 || condition is not null || statement.JoinTree.Quals is not null))
        {
            throw new PgException(SqlState.FeatureNotSupported, "conditional UNION/INTERSECT/EXCEPT statements are not implemented");
        }

        var terms = new[] { moved.JoinTree.Quals, condition, statement.JoinTree.Quals }.OfType<BoundExpr>().ToList();
        moved.JoinTree = new FromExpr { FromList = Ordered(moved, target, from), Quals = Conjunction(terms) };
        moved.HasSubLinks |= statement.HasSubLinks || condition is not null;
        AddWith(statement, moved, isSelectOfInsert);
        var relation = catalog.Class(statement.RangeTable[target - 1].Relid)!;
        if (statement.CommandType is CommandType.Insert or CommandType.Update)
        {
            moved = new TargetValues(catalog, RuleTrees.New + offset, relation, statement.TargetList, statement.CommandType == CommandType.Update ? target : 0).RewriteTop(moved);
        }

        var result = moved;
        if (isSelectOfInsert)
        {
            result = (BoundQuery)action.ShallowCopy();
            result.RangeTable = action.RangeTable.ConvertAll(r => ReferenceEquals(r.Subquery, query) ? Over(r, RangeTableMap.Compact(moved)) : r);
        }

        if (statement.ReturningList.Count == 0)
        {
            result.ReturningList = [];
        }
        else if (result.ReturningList.Count > 0)
        {
            if (returning)
            {
                throw new PgException(SqlState.FeatureNotSupported, "cannot have RETURNING lists in multiple rules");
            }

            returning = true;
            var given = result.ReturningList.Where(static t => !t.ResJunk).Select(static (t, i) => new TargetEntry { Expr = t.Expr, ResNo = i + 1 }).ToList();
            result.ReturningList = new TargetValues(catalog, target, relation, given, 0).RewriteList(statement.ReturningList);
        }

        return result;
    }

    /// <summary>The statement for the rows alone that a condition of an INSTEAD rule leaves to it (CopyAndAddInvertedQual).</summary>
    internal static BoundQuery Except(CatalogSnapshot catalog, BoundQuery statement, BoundExpr condition)
    {
        var target = statement.ResultRelation;
        var relation = catalog.Class(statement.RangeTable[target - 1].Relid)!;

        // NEW's number may be an entry's of the statement: it is replaced under one that is nobody's.
        const int NewEntry = int.MaxValue;
        var own = new RangeTableMap(i => i == RuleTrees.Old ? target : NewEntry).Rewrite(condition);
        own = new TargetValues(catalog, NewEntry, relation, statement.TargetList, statement.CommandType == CommandType.Update ? target : 0).Rewrite(own);
        var result = (BoundQuery)statement.ShallowCopy();
        var inverted = new BoundBooleanTest { Arg = own, TestType = BoolTestType.IsNotTrue, Type = Types.TypeOid.Bool };
        result.JoinTree = new FromExpr
        {
            FromList = statement.JoinTree.FromList,
            Quals = Conjunction(statement.JoinTree.Quals is { } quals ? [quals, inverted] : [inverted]),
        };
        result.HasSubLinks = true;
        return result;
    }

    internal static BoundExpr? Conjunction(List<BoundExpr> terms) => terms.Count switch
    {
        0 => null,
        1 => terms[0],
        _ => new BoundBoolExpr { BoolOp = BoolExprType.And, Args = terms, Type = Types.TypeOid.Bool },
    };

    // The statement goes on to be planned by itself: rows of VALUES that lack a default have NULL in what the rule sees of them.
    private static IEnumerable<RangeTableEntry> Copies(BoundQuery statement) => statement.RangeTable.Select(entry =>
    {
        if (entry.RteKind != RteKind.Values || !entry.ValuesLists.Exists(static r => r.Items.Exists(static e => e is BoundSetToDefault)))
        {
            return entry;
        }

        var copy = (RangeTableEntry)entry.ShallowCopy();
        copy.ValuesLists = entry.ValuesLists.ConvertAll(static r => new BoundExprList
        {
            Items = r.Items.ConvertAll(static e => e is BoundSetToDefault ? new BoundConst { Type = e.Type, Typmod = e.Typmod, Collation = e.Collation } : e),
        });
        return copy;
    });

    // The target of the action comes first, then OLD, to which all others may be lateral.
    private static List<JoinTreeNode> Ordered(BoundQuery query, int target, List<JoinTreeNode> before)
    {
        var own = query.JoinTree.FromList;
        return
        [
            .. own.Where(n => query.CommandType is CommandType.Update or CommandType.Delete && Is(n, query.ResultRelation)),
            .. own.Where(n => Is(n, target)),
            .. before,
            .. own.Where(n => !Is(n, target) && !(query.CommandType is CommandType.Update or CommandType.Delete && Is(n, query.ResultRelation))),
        ];

        static bool Is(JoinTreeNode node, int index) => node is RangeTblRef leaf && leaf.RtIndex == index;
    }

    // A subquery in FROM may refer to OLD and NEW without the word.
    private static void MarkLateral(BoundQuery query)
    {
        query.RangeTable = query.RangeTable.ConvertAll(entry =>
        {
            if (entry is not { RteKind: RteKind.Subquery, Lateral: false, Subquery: { } subquery } || !RefersOutside(subquery))
            {
                return entry;
            }

            var copy = (RangeTableEntry)entry.ShallowCopy();
            copy.Lateral = true;
            return copy;
        });
    }

    private static bool RefersOutside(BoundQuery query)
    {
        var finder = new OuterReferences();
        finder.VisitTop(query);
        return finder.Found;
    }

    private static void AddWith(BoundQuery statement, BoundQuery query, bool isSelectOfInsert)
    {
        if (statement.CteList.Count == 0)
        {
            return;
        }

        if (query.CteList.Find(own => statement.CteList.Exists(c => c.CteName == own.CteName)) is { } twice)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"WITH query name \"{twice.CteName}\" appears in both a rule action and the query being rewritten");
        }

        query.CteList = [.. query.CteList, .. statement.CteList];
        query.HasRecursive |= statement.HasRecursive;
        query.HasModifyingCTE |= statement.HasModifyingCTE;
        if (query.HasModifyingCTE && isSelectOfInsert)
        {
            throw new PgException(SqlState.FeatureNotSupported, "INSERT ... SELECT rule actions are not supported for queries having data-modifying statements in WITH");
        }
    }

    private static RangeTableEntry Over(RangeTableEntry entry, BoundQuery query)
    {
        var copy = (RangeTableEntry)entry.ShallowCopy();
        copy.Subquery = query;
        return copy;
    }

    private sealed class OuterReferences : BoundTreeWalker
    {
        internal bool Found => Stopped;

        protected override void VisitExpr(BoundExpr expr)
        {
            if (expr is BoundVar column && column.Varlevelsup == SublevelsUp + 1)
            {
                Stopped = true;
                return;
            }

            base.VisitExpr(expr);
        }
    }
}
