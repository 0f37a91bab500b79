using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Locks;

/// <summary>
/// Subqueries that PostgreSQL's planner makes joins of (pull_up_sublinks), as they are looked at anew: a semi-join keeps the row that it has found, which must
/// suit the changed row too; an anti-join has found none, and none is looked for again. All others are asked again as they are.
/// </summary>
/// <param name="catalog">The catalog.</param>
/// <param name="before">What a column of the query's own FROM items was when the statement read it; null for what does not change.</param>
internal sealed class PulledUpSubqueries(CatalogSnapshot catalog, Func<BoundVar, BoundExpr?> before)
{
    /// <summary>Rewrites the conditions of a query.</summary>
    internal FromExpr Rewrite(FromExpr tree)
    {
        if (tree.Quals is null || !LooksLikeIt(tree.Quals))
        {
            return tree;
        }

        var terms = new List<BoundExpr>();
        foreach (var term in Conjunction.Flatten(tree.Quals))
        {
            switch (term)
            {
                case BoundSubLink { SubLinkType: SubLinkType.Exists } link when IsSemiJoin(link):
                    terms.Add(Kept(link, link.Subselect));
                    break;
                case BoundSubLink { SubLinkType: SubLinkType.Any } link when KeptAny(link) is { } exists:
                    terms.Add(exists);
                    break;
                case BoundBoolExpr { BoolOp: BoolExprType.Not, Args: [BoundSubLink { SubLinkType: SubLinkType.Exists } link] } when IsSemiJoin(link):
                    break;
                default:
                    terms.Add(term);
                    break;
            }
        }

        var copy = (FromExpr)tree.ShallowCopy();
        copy.Quals = terms.Count == 0 ? null : Conjunction.Of(terms);
        return copy;
    }

    private static bool LooksLikeIt(BoundExpr quals) => Conjunction.Flatten(quals).Exists(static t => t is BoundSubLink or BoundBoolExpr { Args: [BoundSubLink] });

    // convert_EXISTS_sublink_to_join
    private bool IsSemiJoin(BoundSubLink link)
    {
        var query = link.Subselect;
        if (!IsSimple(query) || query.LimitOffset is not null || query.LimitCount is not (null or BoundConst { Value: { IsNull: false, Int64: > 0 } })
            || query.JoinTree is not { FromList.Count: > 0, Quals: { } quals } || Volatility.Has(catalog, quals) || !OuterColumns.Any(quals))
        {
            return false;
        }

        var rest = (BoundQuery)query.ShallowCopy();
        rest.JoinTree = (FromExpr)query.JoinTree.ShallowCopy();
        rest.JoinTree.Quals = null;
        rest.TargetList = [];
        return !OuterColumns.Any(rest);
    }

    private static bool IsSimple(BoundQuery query) =>
        query is { CommandType: CommandType.Select, SetOperations: null, HasAggs: false, HasWindowFuncs: false, HasTargetSRFs: false, HavingQual: null, HasModifyingCTE: false }
        && query.CteList.Count == 0 && query.GroupingSets.Count == 0 && query.RowMarks.Count == 0;

    // EXISTS (SELECT 1 FROM (SELECT … WHERE it suited the row as it was LIMIT 1) WHERE it suits the row as it is)
    private BoundSubLink Kept(BoundSubLink link, BoundQuery query)
    {
        var found = (BoundQuery)query.ShallowCopy();
        found.TargetList = [];
        found.DistinctClause = [];
        found.SortClause = [];
        found.GroupClause = [];
        var now = Conjunction.Flatten(query.JoinTree.Quals!).FindAll(OuterColumns.Any);
        var references = new FoundColumns(found.TargetList);
        var conditions = now.ConvertAll(references.Rewrite);
        if (found.TargetList.Count == 0)
        {
            found.TargetList.Add(BoundTrees.Target(BoundTrees.Int4(1), 1));
        }

        return Exists(link, new Before(before).RewriteTop(found), conditions);
    }

    // The same of a row of the subquery of an ANY.
    private BoundSubLink? KeptAny(BoundSubLink link)
    {
        if (link.Testexpr is not { } test || Volatility.Has(catalog, test) || VarCollector.Collect(test).Count == 0)
        {
            return null;
        }

        var outputs = link.Subselect.TargetList.FindAll(static t => !t.ResJunk);
        var query = link.Subselect;
        if (IsSimple(query) && query.GroupClause.Count == 0 && query.DistinctClause.Count == 0 && query.LimitOffset is null && query.LimitCount is null)
        {
            var plain = (BoundQuery)query.ShallowCopy();
            plain.JoinTree = (FromExpr)query.JoinTree.ShallowCopy();
            var inside = new TestInside(i => outputs[i].Expr).Rewrite(test);
            plain.JoinTree.Quals = query.JoinTree.Quals is { } quals ? Conjunction.Of([quals, inside]) : inside;
            return Kept(link, plain);
        }

        var inner = new TestInside(i => Output(outputs[i].Expr, i + 1));
        var found = new BoundQuery
        {
            CommandType = CommandType.Select,
            RangeTable = [BoundTrees.Subquery(new LevelShift(1).RewriteTop(query), "source")],
            JoinTree = new FromExpr { FromList = [new RangeTblRef { RtIndex = 1 }], Quals = new Before(before).Rewrite(inner.Rewrite(test)) },
            TargetList = [.. outputs.Select((t, i) => BoundTrees.Target(Output(t.Expr, i + 1), i + 1))],
        };
        return Exists(link, found, [inner.Rewrite(test)]);
    }

    // A query at the subquery's level is put one level further down.
    private static BoundSubLink Exists(BoundSubLink link, BoundQuery found, List<BoundExpr> conditions)
    {
        found.LimitCount = new BoundConst { Type = TypeOid.Int8, Value = PgDatum.FromInt64(1) };
        found.LimitOption = LimitOption.Count;
        var exists = new BoundQuery
        {
            CommandType = CommandType.Select,
            HasSubLinks = true,
            RangeTable = [BoundTrees.Subquery(new LevelShift(1).RewriteTop(found), "found")],
            JoinTree = new FromExpr { FromList = [new RangeTblRef { RtIndex = 1 }], Quals = Conjunction.Of(conditions) },
            TargetList = [BoundTrees.Target(BoundTrees.Int4(1), 1)],
        };
        return new BoundSubLink { SubLinkType = SubLinkType.Exists, Type = link.Type, Subselect = exists, Location = link.Location };
    }

    private static BoundVar Output(BoundExpr expr, int number, int levelsUp = 0) =>
        new() { Varno = 1, Varattno = number, Varlevelsup = levelsUp, Type = expr.Type, Typmod = expr.Typmod, Collation = expr.Collation };

    /// <summary>Whether something of a subquery's level reads columns of the query around it.</summary>
    private sealed class OuterColumns : BoundTreeWalker
    {
        internal static bool Any(BoundExpr expr)
        {
            var finder = new OuterColumns();
            finder.Visit(expr);
            return finder.Stopped;
        }

        internal static bool Any(BoundQuery query)
        {
            var finder = new OuterColumns();
            finder.VisitTop(query);
            return finder.Stopped;
        }

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

    /// <summary>The columns of the query around a subquery as they were.</summary>
    private sealed class Before(Func<BoundVar, BoundExpr?> before) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr) =>
            expr is BoundVar column && column.Varlevelsup == SublevelsUp + 1 ? before(column) ?? expr : base.RewriteExpr(expr);
    }

    /// <summary>Columns of a query by reference to what it gives, which is added to its targets.</summary>
    private sealed class FoundColumns(List<TargetEntry> targets) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is not BoundVar column || column.Varlevelsup != SublevelsUp)
            {
                return base.RewriteExpr(expr);
            }

            var known = targets.FindIndex(t => t.Expr is BoundVar v && v.Varno == column.Varno && v.Varattno == column.Varattno && v.Type == column.Type);
            if (known < 0)
            {
                var copy = (BoundVar)column.ShallowCopy();
                copy.Varlevelsup = 0;
                known = targets.Count;
                targets.Add(BoundTrees.Target(copy, known + 1));
            }

            return Output(column, known + 1, SublevelsUp);
        }
    }

    /// <summary>The test of an ANY as a condition one level down, over what its subquery gives or reads.</summary>
    private sealed class TestInside(Func<int, BoundExpr> output) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            switch (expr)
            {
                case BoundParam { Kind: ParamKind.SubLink, ParamId: var number } when SublevelsUp == 0:
                    return output(number - 1);
                case BoundVar column when column.Varlevelsup >= SublevelsUp:
                    var copy = (BoundVar)column.ShallowCopy();
                    copy.Varlevelsup++;
                    return copy;
                default:
                    return base.RewriteExpr(expr);
            }
        }
    }

    /// <summary>What a query refers to outside of itself is further up.</summary>
    private sealed class LevelShift(int levels) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is not BoundVar column || column.Varlevelsup <= SublevelsUp)
            {
                return base.RewriteExpr(expr);
            }

            var copy = (BoundVar)column.ShallowCopy();
            copy.Varlevelsup += levels;
            return copy;
        }

        protected override BoundQuery RewriteQuery(BoundQuery query) => ShiftCtes(query, base.RewriteQuery(query), SublevelsUp + 1, levels);
    }
}
