using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>UPDATE (the rules of transformUpdateStmt).</summary>
internal static class UpdateBinder
{
    internal static BoundQuery Transform(ParseState pstate, Pg.UpdateStmt statement)
    {
        var query = new BoundQuery { CommandType = CommandType.Update };
        WithClauses.Transform(pstate, statement.WithClause, query);
        var item = TargetRelations.Set(pstate, statement.Relation, alsoSource: true);
        query.ResultRelation = item.RtIndex;
        FromItems(pstate, statement.FromClause);
        var where = Where.Transform(pstate, statement.WhereClause, ParseExprKind.Where, "WHERE");
        query.ReturningList = Returning.Transform(pstate, statement.ReturningList);
        var sources = TargetLists.Transform(pstate, statement.TargetList, ParseExprKind.UpdateSource);
        query.TargetList = SetList(pstate, sources, statement.TargetList);
        foreach (var multi in pstate.MultiAssignExprs)
        {
            multi.ResNo = query.TargetList.Max(t => t.ResNo) + 1;
            query.TargetList.Add(multi);
        }

        query.RangeTable = pstate.RangeTable;
        query.JoinTree = new FromExpr { FromList = pstate.JoinList, Quals = where };
        SelectBinder.Finish(pstate, query);
        QueryCollations.Assign(pstate, query);
        TargetListRewriter.RewriteUpdate(pstate, query);
        return query;
    }

    /// <summary>FROM of UPDATE, USING of DELETE: the target is visible to LATERAL items in name only.</summary>
    internal static void FromItems(ParseState pstate, IEnumerable<Pg.Node> items)
    {
        var target = pstate.Namespace.Find(n => n.RtIndex == pstate.TargetItem!.RtIndex)!;
        target.LateralOnly = true;
        target.LateralOk = false;
        FromClause.Transform(pstate, items);
        target.LateralOnly = false;
        target.LateralOk = true;
    }

    /// <summary>transformUpdateTargetList: sources to columns.</summary>
    internal static List<TargetEntry> SetList(ParseState pstate, List<TargetEntry> sources, IReadOnlyList<Pg.Node> targets)
    {
        var kind = pstate.ExprKind;
        pstate.ExprKind = ParseExprKind.UpdateTarget;
        for (var i = 0; i < sources.Count; i++)
        {
            var target = targets[i].ResTarget;
            var relation = pstate.TargetRelation!;
            if (pstate.Catalog.FindAttribute(relation.oid, target.Name) is not { attisdropped: false } && NameResolution.SystemColumn(target.Name) is null)
            {
                var error = new PgException(SqlState.UndefinedColumn, $"column \"{target.Name}\" of relation \"{relation.relname}\" does not exist").At(target.Location);
                throw target.Indirection.Count > 0 && target.Name == pstate.TargetItem!.Names.AliasName
                    ? error.WithHint("SET target columns cannot be qualified with the relation name.") : error;
            }

            var column = TargetRelations.FindColumn(pstate, target.Name, target.Location);
            sources[i].Expr = Assignments.Transform(pstate, sources[i].Expr, column, target.Indirection, target.Location, isInsert: false);
            sources[i].ResNo = column.attnum;
            sources[i].ResName = column.attname;
        }

        pstate.ExprKind = kind;
        return sources;
    }
}

/// <summary>DELETE.</summary>
internal static class DeleteBinder
{
    internal static BoundQuery Transform(ParseState pstate, Pg.DeleteStmt statement)
    {
        var query = new BoundQuery { CommandType = CommandType.Delete };
        WithClauses.Transform(pstate, statement.WithClause, query);
        var item = TargetRelations.Set(pstate, statement.Relation, alsoSource: true);
        query.ResultRelation = item.RtIndex;
        UpdateBinder.FromItems(pstate, statement.UsingClause);
        var where = Where.Transform(pstate, statement.WhereClause, ParseExprKind.Where, "WHERE");
        query.ReturningList = Returning.Transform(pstate, statement.ReturningList);
        query.RangeTable = pstate.RangeTable;
        query.JoinTree = new FromExpr { FromList = pstate.JoinList, Quals = where };
        SelectBinder.Finish(pstate, query);
        QueryCollations.Assign(pstate, query);
        return query;
    }
}
