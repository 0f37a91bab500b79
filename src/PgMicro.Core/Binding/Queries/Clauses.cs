using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;
using Kind = PgQuery.Node.NodeOneofCase;

namespace PgMicro.Core.Binding.Queries;

/// <summary>WHERE and the like.</summary>
internal static class Where
{
    /// <summary>A condition, or null when there is none.</summary>
    internal static BoundExpr? Transform(ParseState pstate, Pg.Node? clause, ParseExprKind kind, string construct) =>
        clause is null ? null : Coercion.CoerceToBoolean(pstate, ExpressionBinder.Transform(pstate, clause, kind), construct);
}

/// <summary>LIMIT and OFFSET.</summary>
internal static class Limit
{
    /// <summary>A row count, coerced to bigint; it must not refer to columns of its level.</summary>
    internal static BoundExpr? Transform(ParseState pstate, Pg.Node? clause, ParseExprKind kind, string construct, bool withTies)
    {
        if (clause is null)
        {
            return null;
        }

        var expr = Coercion.CoerceToSpecificType(pstate, ExpressionBinder.Transform(pstate, clause, kind), TypeOid.Int8, construct);
        if (ExprFacts.Any(expr, static e => e is BoundVar { Varlevelsup: 0 }))
        {
            BoundExpr? column = null;
            ExprFacts.Any(expr, e =>
            {
                column = e is BoundVar { Varlevelsup: 0 } ? e : column;
                return column is not null;
            });
            throw new PgException(SqlState.InvalidColumnReference, $"argument of {construct} must not contain variables").At(ExprFacts.Location(column));
        }

        if (withTies && clause.NodeCase == Kind.AConst && clause.AConst.Isnull)
        {
            throw new PgException(SqlState.InvalidRowCountInLimitClause, "row count cannot be null in FETCH FIRST ... WITH TIES clause");
        }

        return expr;
    }
}

/// <summary>ORDER BY, GROUP BY, DISTINCT: items over the target list.</summary>
internal static class SortGroup
{
    /// <summary>findTargetlistEntrySQL92: a name or number of an output column, or else an expression.</summary>
    internal static TargetEntry FindSql92(ParseState pstate, Pg.Node node, List<TargetEntry> targets, ParseExprKind kind)
    {
        if (node.NodeCase == Kind.ColumnRef && node.ColumnRef.Fields.Count == 1 && node.ColumnRef.Fields[0].NodeCase == Kind.String)
        {
            var name = node.ColumnRef.Fields[0].String.Sval;
            var location = node.ColumnRef.Location;
            if (kind == ParseExprKind.GroupBy && NameResolution.FindColumn(pstate, name, localOnly: true, location) is not null)
            {
                // GROUP BY prefers input columns.
                name = null;
            }

            if (name is not null)
            {
                TargetEntry? found = null;
                foreach (var target in targets)
                {
                    if (target.ResJunk || target.ResName != name)
                    {
                        continue;
                    }

                    if (found is not null && !BoundEquality.AreEqual(found.Expr, target.Expr))
                    {
                        throw new PgException(SqlState.AmbiguousColumn, $"{ExprKindMap.Name(kind)} \"{name}\" is ambiguous").At(location);
                    }

                    found ??= target;
                }

                if (found is not null)
                {
                    CheckTarget(pstate, found, kind);
                    return found;
                }
            }
        }

        if (node.NodeCase == Kind.AConst)
        {
            if (node.AConst.ValCase != Pg.A_Const.ValOneofCase.Ival || node.AConst.Isnull)
            {
                throw new PgException(SqlState.SyntaxError, $"non-integer constant in {ExprKindMap.Name(kind)}").At(node.AConst.Location);
            }

            var position = node.AConst.Ival.Ival;
            var visible = targets.Where(t => !t.ResJunk).ToList();
            if (position < 1 || position > visible.Count)
            {
                throw new PgException(SqlState.InvalidColumnReference, $"{ExprKindMap.Name(kind)} position {position} is not in select list")
                    .At(node.AConst.Location);
            }

            CheckTarget(pstate, visible[position - 1], kind);
            return visible[position - 1];
        }

        return FindSql99(pstate, node, targets, kind);
    }

    /// <summary>An expression over input columns; appended as junk when the list has none equal to it.</summary>
    internal static TargetEntry FindSql99(ParseState pstate, Pg.Node node, List<TargetEntry> targets, ParseExprKind kind)
    {
        var before = targets.Count;
        var target = SortTargets.Find(pstate, node, targets, kind);
        if (targets.Count > before)
        {
            target.ResNo = pstate.NextResNo++;
        }

        return target;
    }

    /// <summary>ORDER BY.</summary>
    internal static List<SortGroupClause> Sort(ParseState pstate, IEnumerable<Pg.Node> items, List<TargetEntry> targets, ParseExprKind kind, bool sql99 = false)
    {
        var result = new List<SortGroupClause>();
        foreach (var node in items)
        {
            var sortBy = node.SortBy;
            var target = sql99 ? FindSql99(pstate, sortBy.Node, targets, kind) : FindSql92(pstate, sortBy.Node, targets, kind);
            SortTargets.AddToSortList(pstate, target, result, targets, sortBy);
        }

        return result;
    }

    /// <summary>GROUP BY: the flat list, and the grouping sets when there are any.</summary>
    internal static List<SortGroupClause> Group(
        ParseState pstate, IReadOnlyList<Pg.Node> items, List<TargetEntry> targets, List<SortGroupClause> sortClause, List<GroupingSet> sets,
        ParseExprKind kind, bool sql99)
    {
        var result = new List<SortGroupClause>();
        var hasSets = items.Any(HasGroupingSet);
        foreach (var node in Flatten(items))
        {
            if (node.NodeCase == Kind.GroupingSet)
            {
                sets.Add(GroupSet(pstate, node.GroupingSet, targets, sortClause, result, kind, sql99));
            }
            else
            {
                var reference = GroupItem(pstate, node, targets, sortClause, result, kind, sql99);
                if (hasSets)
                {
                    sets.Add(new GroupingSet { Kind = GroupingSetKind.Simple, Refs = [reference], Location = RawLocation.Of(node) });
                }
            }
        }

        return result;
    }

    /// <summary>SELECT DISTINCT.</summary>
    internal static List<SortGroupClause> Distinct(ParseState pstate, List<TargetEntry> targets, List<SortGroupClause> sortClause, bool isAggregate)
    {
        var result = new List<SortGroupClause>();
        foreach (var sort in sortClause)
        {
            var target = targets.First(t => t.RessortGroupRef == sort.TleSortGroupRef);
            if (target.ResJunk)
            {
                throw new PgException(
                    SqlState.InvalidColumnReference,
                    isAggregate
                        ? "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list"
                        : "for SELECT DISTINCT, ORDER BY expressions must appear in select list").At(ExprFacts.Location(target.Expr));
            }

            result.Add((SortGroupClause)sort.ShallowCopy());
        }

        foreach (var target in targets)
        {
            if (!target.ResJunk)
            {
                SortTargets.AddToGroupList(pstate, target, result, targets, ExprFacts.Location(target.Expr));
            }
        }

        if (result.Count == 0)
        {
            throw new PgException(SqlState.SyntaxError, "SELECT DISTINCT must have at least one column");
        }

        return result;
    }

    /// <summary>SELECT DISTINCT ON.</summary>
    internal static List<SortGroupClause> DistinctOn(
        ParseState pstate, IEnumerable<Pg.Node> items, List<TargetEntry> targets, List<SortGroupClause> sortClause)
    {
        var references = new List<(int Ref, TargetEntry Target, int Location)>();
        foreach (var node in items)
        {
            var target = FindSql92(pstate, node, targets, ParseExprKind.DistinctOn);
            var reference = SortTargets.AssignRef(target, targets);
            if (!references.Exists(r => r.Ref == reference))
            {
                references.Add((reference, target, RawLocation.Of(node)));
            }
        }

        var result = new List<SortGroupClause>();
        var skipped = false;
        foreach (var sort in sortClause)
        {
            if (references.Exists(r => r.Ref == sort.TleSortGroupRef))
            {
                if (skipped)
                {
                    throw new PgException(SqlState.InvalidColumnReference, "SELECT DISTINCT ON expressions must match initial ORDER BY expressions")
                        .At(references.First(r => r.Ref == sort.TleSortGroupRef).Location);
                }

                result.Add((SortGroupClause)sort.ShallowCopy());
            }
            else
            {
                skipped = true;
            }
        }

        foreach (var (reference, target, location) in references)
        {
            if (result.Exists(r => r.TleSortGroupRef == reference))
            {
                continue;
            }

            if (skipped)
            {
                throw new PgException(SqlState.InvalidColumnReference, "SELECT DISTINCT ON expressions must match initial ORDER BY expressions")
                    .At(location);
            }

            SortTargets.AddToGroupList(pstate, target, result, targets, location);
        }

        return result;
    }

    private static void CheckTarget(ParseState pstate, TargetEntry target, ParseExprKind kind)
    {
        if (kind != ParseExprKind.GroupBy)
        {
            return;
        }

        if (pstate.HasAggs && ExprFacts.Any(target.Expr, static e => e is BoundAggref { AggLevelsUp: 0 }))
        {
            throw new PgException(SqlState.GroupingError, "aggregate functions are not allowed in GROUP BY").At(ExprFacts.Location(target.Expr));
        }

        if (pstate.HasWindowFuncs && ExprFacts.Any(target.Expr, static e => e is BoundWindowFunc))
        {
            throw new PgException(SqlState.WindowingError, "window functions are not allowed in GROUP BY").At(ExprFacts.Location(target.Expr));
        }
    }

    private static bool HasGroupingSet(Pg.Node node) =>
        node.NodeCase == Kind.GroupingSet || (node.NodeCase == Kind.RowExpr && node.RowExpr.RowFormat == Pg.CoercionForm.CoerceImplicitCast && node.RowExpr.Args.Any(HasGroupingSet));

    private static IEnumerable<Pg.Node> Flatten(IEnumerable<Pg.Node> items)
    {
        foreach (var node in items)
        {
            if (node.NodeCase == Kind.RowExpr && node.RowExpr.RowFormat == Pg.CoercionForm.CoerceImplicitCast)
            {
                foreach (var inner in Flatten(node.RowExpr.Args))
                {
                    yield return inner;
                }
            }
            else
            {
                yield return node;
            }
        }
    }

    private static int GroupItem(
        ParseState pstate, Pg.Node node, List<TargetEntry> targets, List<SortGroupClause> sortClause, List<SortGroupClause> result, ParseExprKind kind, bool sql99)
    {
        var target = sql99 ? FindSql99(pstate, node, targets, kind) : FindSql92(pstate, node, targets, kind);
        if (target.RessortGroupRef > 0)
        {
            if (result.Exists(g => g.TleSortGroupRef == target.RessortGroupRef))
            {
                return target.RessortGroupRef;
            }

            if (sortClause.Find(s => s.TleSortGroupRef == target.RessortGroupRef) is { } sort)
            {
                result.Add((SortGroupClause)sort.ShallowCopy());
                return target.RessortGroupRef;
            }
        }

        SortTargets.AddToGroupList(pstate, target, result, targets, RawLocation.Of(node));
        return target.RessortGroupRef;
    }

    private static GroupingSet GroupSet(
        ParseState pstate, Pg.GroupingSet node, List<TargetEntry> targets, List<SortGroupClause> sortClause, List<SortGroupClause> result, ParseExprKind kind, bool sql99)
    {
        var set = new GroupingSet
        {
            Location = node.Location,
            Kind = node.Kind switch
            {
                Pg.GroupingSetKind.GroupingSetEmpty => GroupingSetKind.Empty,
                Pg.GroupingSetKind.GroupingSetRollup => GroupingSetKind.Rollup,
                Pg.GroupingSetKind.GroupingSetCube => GroupingSetKind.Cube,
                _ => GroupingSetKind.Sets,
            },
        };
        foreach (var item in node.Content)
        {
            if (item.NodeCase == Kind.GroupingSet)
            {
                set.Content.Add(GroupSet(pstate, item.GroupingSet, targets, sortClause, result, kind, sql99));
                continue;
            }

            IEnumerable<Pg.Node> members = item.NodeCase switch
            {
                Kind.RowExpr when item.RowExpr.RowFormat == Pg.CoercionForm.CoerceImplicitCast => item.RowExpr.Args,
                Kind.List => item.List.Items,
                _ => [item],
            };
            var simple = new GroupingSet { Kind = GroupingSetKind.Simple, Location = RawLocation.Of(item) };
            foreach (var member in members)
            {
                var reference = GroupItem(pstate, member, targets, sortClause, result, kind, sql99);
                if (!simple.Refs.Contains(reference))
                {
                    simple.Refs.Add(reference);
                }
            }

            set.Content.Add(simple);
        }

        return set;
    }
}
