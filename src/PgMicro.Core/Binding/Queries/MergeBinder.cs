using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>MERGE (the rules of transformMergeStmt).</summary>
internal static class MergeBinder
{
    internal static BoundQuery Transform(ParseState pstate, Pg.MergeStmt statement)
    {
        var query = new BoundQuery { CommandType = CommandType.Merge };
        if (statement.WithClause is { Recursive: true })
        {
            throw new PgException(SqlState.SyntaxError, "WITH RECURSIVE is not supported for MERGE statement");
        }

        WithClauses.Transform(pstate, statement.WithClause, query);
        CheckReachable(statement);
        var target = TargetRelations.Set(pstate, statement.Relation, alsoSource: false, forMerge: true);
        var relation = pstate.TargetRelation!;
        if (relation.relkind is not ('r' or 'p' or 'v'))
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cannot execute MERGE on relation \"{relation.relname}\"")
                .WithDetail(relation.relkind == 'f' ? "This operation is not supported for foreign tables." : "This operation is not supported for materialized views.");
        }

        query.ResultRelation = target.RtIndex;
        query.MergeTargetRelation = target.RtIndex;
        FromClause.Transform(pstate, [statement.SourceRelation]);
        foreach (var item in pstate.Namespace)
        {
            if (item.RelVisible && item.Names.AliasName == target.Names.AliasName)
            {
                throw new PgException(SqlState.DuplicateAlias, $"name \"{target.Names.AliasName}\" specified more than once")
                    .WithDetail("The name is used both as MERGE target table and data source.");
            }
        }

        List<ParseNamespaceItem> source = [.. pstate.Namespace];
        pstate.AddItem(target, addToJoinList: false, addToRelNamespace: true, addToVarNamespace: true);
        List<ParseNamespaceItem> both = [.. pstate.Namespace];
        query.MergeJoinCondition = Where.Transform(pstate, statement.JoinCondition, ParseExprKind.JoinOn, "JOIN/ON");
        foreach (var node in statement.MergeWhenClauses)
        {
            var clause = node.MergeWhenClause;
            var kind = clause.MatchKind switch
            {
                Pg.MergeMatchKind.MergeWhenNotMatchedBySource => MergeMatchKind.NotMatchedBySource,
                Pg.MergeMatchKind.MergeWhenNotMatchedByTarget => MergeMatchKind.NotMatchedByTarget,
                _ => MergeMatchKind.Matched,
            };
            pstate.Namespace = kind switch
            {
                MergeMatchKind.Matched => both,
                MergeMatchKind.NotMatchedBySource => [target],
                _ => source,
            };
            query.MergeActionList.Add(Action(pstate, clause, kind));
        }

        pstate.Namespace = both;
        query.ReturningList = Returning.Transform(pstate, statement.ReturningList, ParseExprKind.MergeReturning);
        query.RangeTable = pstate.RangeTable;
        query.JoinTree = new FromExpr { FromList = pstate.JoinList };
        SelectBinder.Finish(pstate, query);
        QueryCollations.Assign(pstate, query);
        foreach (var action in pstate.Context.KeepsTargetLists ? [] : query.MergeActionList)
        {
            TargetListRewriter.RewriteAction(pstate.Catalog, query, action);
        }

        return query;
    }

    private static MergeAction Action(ParseState pstate, Pg.MergeWhenClause clause, MergeMatchKind kind)
    {
        var action = new MergeAction
        {
            MatchKind = kind,
            Override = clause.Override switch
            {
                Pg.OverridingKind.OverridingUserValue => OverridingKind.UserValue,
                Pg.OverridingKind.OverridingSystemValue => OverridingKind.SystemValue,
                _ => OverridingKind.NotSet,
            },
            Qual = Where.Transform(pstate, clause.Condition, ParseExprKind.MergeWhen, "WHEN"),
        };
        ExprFacts.Any(action.Qual, static e => e is BoundVar { Varlevelsup: 0, Varattno: < 0 and not -6 } system
            ? throw new PgException(
                SqlState.InvalidColumnReference,
                $"cannot use system column \"{NameResolution.SystemColumnName(system.Varattno)}\" in MERGE WHEN condition").At(system.Location)
            : false);
        switch (clause.CommandType)
        {
            case Pg.CmdType.CmdInsert:
                action.CommandType = CommandType.Insert;
                pstate.IsInsert = true;
                action.TargetList = InsertBinder.Values(pstate, clause.TargetList, clause.Values);
                pstate.IsInsert = false;
                break;
            case Pg.CmdType.CmdUpdate:
                action.CommandType = CommandType.Update;
                var sources = TargetLists.Transform(pstate, clause.TargetList, ParseExprKind.UpdateSource);
                action.TargetList = UpdateBinder.SetList(pstate, sources, clause.TargetList);
                foreach (var multi in pstate.MultiAssignExprs)
                {
                    multi.ResNo = action.TargetList.Max(static t => t.ResNo) + 1;
                    action.TargetList.Add(multi);
                }

                pstate.MultiAssignExprs.Clear();
                break;
            default:
                action.CommandType = clause.CommandType == Pg.CmdType.CmdDelete ? CommandType.Delete : CommandType.Nothing;
                break;
        }

        return action;
    }

    private static void CheckReachable(Pg.MergeStmt statement)
    {
        var unconditional = new HashSet<Pg.MergeMatchKind>();
        foreach (var node in statement.MergeWhenClauses)
        {
            var clause = node.MergeWhenClause;
            if (unconditional.Contains(clause.MatchKind))
            {
                throw new PgException(SqlState.SyntaxError, "unreachable WHEN clause specified after unconditional WHEN clause");
            }

            if (clause.Condition is null)
            {
                unconditional.Add(clause.MatchKind);
            }
        }
    }
}
