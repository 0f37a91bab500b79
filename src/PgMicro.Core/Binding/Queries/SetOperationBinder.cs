using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>UNION, INTERSECT, EXCEPT.</summary>
internal static class SetOperationBinder
{
    internal static BoundQuery Transform(ParseState pstate, Pg.SelectStmt statement)
    {
        var query = new BoundQuery { CommandType = CommandType.Select };
        WithClauses.Transform(pstate, statement.WithClause, query);
        if (statement.LockingClause.Count > 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, "FOR UPDATE is not allowed with UNION/INTERSECT/EXCEPT");
        }

        var tree = (SetOperationStmt)TransformTree(pstate, statement, isTop: true, out var columns);
        query.SetOperations = tree;

        // The result's columns: names of the leftmost query, types of the whole tree.
        var left = tree.Larg;
        while (left is SetOperationStmt inner)
        {
            left = inner.Larg;
        }

        var leftmost = ((SetOperationRef)left).RtIndex;
        var leftTargets = pstate.RangeTable[leftmost - 1].Subquery!.TargetList.FindAll(t => !t.ResJunk);
        var names = new Alias { AliasName = "*SELECT*" };
        var namespaceColumns = new NamespaceColumn[leftTargets.Count];
        for (var i = 0; i < leftTargets.Count; i++)
        {
            names.ColNames.Add(leftTargets[i].ResName!);
            namespaceColumns[i] = new NamespaceColumn(leftmost, i + 1, tree.ColTypes[i], tree.ColTypmods[i], tree.ColCollations[i]);
            query.TargetList.Add(new TargetEntry
            {
                Expr = NameResolution.MakeVar(namespaceColumns[i], 0, ExprFacts.Location(leftTargets[i].Expr)),
                ResNo = pstate.NextResNo++,
                ResName = leftTargets[i].ResName,
            });
        }

        // ORDER BY sees the result's columns only.
        var saved = pstate.Namespace;
        pstate.Namespace =
        [
            new ParseNamespaceItem
            {
                Names = names, Rte = new RangeTableEntry { RteKind = RteKind.Result, Eref = names }, RtIndex = leftmost, Columns = namespaceColumns, RelVisible = false,
            },
        ];
        var before = query.TargetList.Count;
        query.SortClause = SortGroup.Sort(pstate, statement.SortClause, query.TargetList, ParseExprKind.OrderBy);
        pstate.Namespace = saved;
        if (query.TargetList.Count > before)
        {
            throw new PgException(SqlState.FeatureNotSupported, "invalid UNION/INTERSECT/EXCEPT ORDER BY clause")
                .WithDetail("Only result column names can be used, not expressions or functions.")
                .WithHint("Add the expression/function to every SELECT, or move the UNION into a FROM clause.")
                .At(ExprFacts.Location(query.TargetList[before].Expr));
        }

        SelectBinder.Limits(pstate, statement, query);
        query.RangeTable = pstate.RangeTable;
        query.JoinTree = new FromExpr { FromList = pstate.JoinList };
        SelectBinder.Finish(pstate, query);
        QueryCollations.Assign(pstate, query);
        return query;
    }

    private static SetOperationNode TransformTree(ParseState pstate, Pg.SelectStmt statement, bool isTop, out List<TargetEntry> columns)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        var isLeaf = statement.Op == Pg.SetOperation.SetopNone
            || (!isTop && (statement.SortClause.Count > 0 || statement.LimitOffset is not null || statement.LimitCount is not null
                || statement.LockingClause.Count > 0 || statement.WithClause is not null));
        if (isLeaf)
        {
            var subquery = Binder.TransformSubquery(pstate, new Pg.Node { SelectStmt = statement }, null, lockedFromParent: false, resolveUnknowns: false);
            if (References(subquery) is { } location)
            {
                throw new PgException(
                    SqlState.InvalidColumnReference,
                    "UNION/INTERSECT/EXCEPT member statement cannot refer to other relations of same query level").At(location);
            }

            var item = RangeTableEntries.AddSubquery(
                pstate, subquery, new Pg.Alias { Aliasname = $"*SELECT* {pstate.RangeTable.Count + 1}" }, lateral: false, inFromCl: false);
            columns = subquery.TargetList.FindAll(t => !t.ResJunk);
            return new SetOperationRef { RtIndex = item.RtIndex };
        }

        var op = statement.Op switch
        {
            Pg.SetOperation.SetopUnion => SetOperation.Union,
            Pg.SetOperation.SetopIntersect => SetOperation.Intersect,
            _ => SetOperation.Except,
        };
        var context = op.ToString().ToUpperInvariant();
        var result = new SetOperationStmt { Op = op, All = statement.All };
        result.Larg = TransformTree(pstate, statement.Larg, isTop: false, out var left);
        if (isTop && pstate.ParentCte is { CteRecursive: true } cte && ReferenceEquals(pstate.ParentParseState?.InRecursiveOf, cte))
        {
            // The non-recursive term decides the columns that the recursive one sees.
            WithClauses.DetermineRecursiveColumns(cte, left);
        }

        result.Rarg = TransformTree(pstate, statement.Rarg, isTop: false, out var right);
        if (left.Count != right.Count)
        {
            throw new PgException(SqlState.SyntaxError, $"each {context} query must have the same number of columns")
                .At(right.Count > 0 ? ExprFacts.Location(right[0].Expr) : -1);
        }

        columns = [];
        for (var i = 0; i < left.Count; i++)
        {
            var l = left[i];
            var r = right[i];
            var type = Coercion.SelectCommonType(pstate, [l.Expr, r.Expr], context, out var which);
            if (l.Expr.Type != TypeOid.Unknown)
            {
                _ = Coercion.CoerceToCommonType(pstate, (BoundExpr)l.Expr.ShallowCopy(), type, context);
            }
            else if (l.Expr is BoundConst or BoundParam)
            {
                l.Expr = Coercion.CoerceToCommonType(pstate, l.Expr, type, context);
            }

            if (r.Expr.Type != TypeOid.Unknown)
            {
                _ = Coercion.CoerceToCommonType(pstate, (BoundExpr)r.Expr.ShallowCopy(), type, context);
            }
            else if (r.Expr is BoundConst or BoundParam)
            {
                r.Expr = Coercion.CoerceToCommonType(pstate, r.Expr, type, context);
            }

            var typmod = Coercion.SelectCommonTypmod([l.Expr, r.Expr], type);
            var collation = Collations.SelectCommon(pstate, [l.Expr, r.Expr], noneOk: op == SetOperation.Union && statement.All);
            result.ColTypes.Add(type);
            result.ColTypmods.Add(typmod);
            result.ColCollations.Add(collation);
            if (op != SetOperation.Union || !statement.All)
            {
                var operators = Operators(pstate, type, ExprFacts.Location(which));
                result.GroupClauses.Add(new SortGroupClause { EqOp = operators.Eq, SortOp = operators.Lt, Hashable = operators.Hashable });
            }

            columns.Add(new TargetEntry
            {
                Expr = new BoundSetToDefault { Type = type, Typmod = typmod, Collation = collation, Location = ExprFacts.Location(which) },
                ResNo = i + 1,
                ResName = l.ResName,
            });
        }

        return result;
    }

    private static SortGroupOperators Operators(ParseState pstate, uint type, int location)
    {
        try
        {
            return OperatorResolution.GetSortGroupOperators(pstate.Catalog, type, needLt: false, needEq: true, needGt: false);
        }
        catch (PgException e)
        {
            e.At(location);
            throw;
        }
    }

    private static int? References(BoundQuery query)
    {
        var finder = new OuterReferenceFinder();
        finder.VisitTop(query);
        return finder.Location;
    }

    /// <summary>Finds a Var of the level just outside a query.</summary>
    private sealed class OuterReferenceFinder : BoundTreeWalker
    {
        internal int? Location { get; private set; }

        protected override void VisitExpr(BoundExpr expr)
        {
            if (expr is BoundVar variable && variable.Varlevelsup == SublevelsUp + 1)
            {
                Location ??= variable.Location;
            }

            base.VisitExpr(expr);
        }
    }
}
