using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using Pg = PgQuery;
using Kind = PgQuery.Node.NodeOneofCase;

namespace PgMicro.Core.Binding.Queries;

/// <summary>SELECT without set operations.</summary>
internal static class SelectBinder
{
    /// <summary>RETURN of an SQL function: a query without FROM.</summary>
    internal static BoundQuery TransformReturn(ParseState pstate, Pg.ReturnStmt statement)
    {
        var select = new Pg.SelectStmt();
        select.TargetList.Add(new Pg.Node { ResTarget = new Pg.ResTarget { Val = statement.Returnval, Location = -1 } });
        var query = Transform(pstate, select);
        query.IsReturn = true;
        query.TargetList[0].ResName = null;
        return query;
    }

    internal static BoundQuery Transform(ParseState pstate, Pg.SelectStmt statement)
    {
        var query = new BoundQuery { CommandType = CommandType.Select };
        WithClauses.Transform(pstate, statement.WithClause, query);
        if (statement.IntoClause is not null)
        {
            throw new PgException(SqlState.SyntaxError, "SELECT ... INTO is not allowed here").At(statement.IntoClause.Rel?.Location ?? -1);
        }

        pstate.WindowDefs.AddRange(statement.WindowClause.Select(w => w.WindowDef));
        FromClause.Transform(pstate, statement.FromClause);
        query.TargetList = TargetLists.Transform(pstate, statement.TargetList, ParseExprKind.SelectTarget);
        TargetLists.MarkOrigins(pstate, query.TargetList);
        var where = Where.Transform(pstate, statement.WhereClause, ParseExprKind.Where, "WHERE");
        query.HavingQual = Where.Transform(pstate, statement.HavingClause, ParseExprKind.Having, "HAVING");
        query.SortClause = SortGroup.Sort(pstate, statement.SortClause, query.TargetList, ParseExprKind.OrderBy);
        query.GroupClause = SortGroup.Group(
            pstate, statement.GroupClause, query.TargetList, query.SortClause, query.GroupingSets, ParseExprKind.GroupBy, sql99: false);
        query.GroupDistinct = statement.GroupDistinct;
        if (statement.DistinctClause.Count > 0)
        {
            if (statement.DistinctClause[0].NodeCase is Kind.None)
            {
                query.DistinctClause = SortGroup.Distinct(pstate, query.TargetList, query.SortClause, isAggregate: false);
            }
            else
            {
                query.DistinctClause = SortGroup.DistinctOn(pstate, statement.DistinctClause, query.TargetList, query.SortClause);
                query.HasDistinctOn = true;
            }
        }

        Limits(pstate, statement, query);
        query.WindowClause = WindowClauses.Transform(pstate, query.TargetList);
        if (pstate.ResolveUnknowns)
        {
            TargetLists.ResolveUnknowns(pstate, query.TargetList);
        }

        query.RangeTable = pstate.RangeTable;
        query.JoinTree = new FromExpr { FromList = pstate.JoinList, Quals = where };
        Finish(pstate, query);
        foreach (var locking in statement.LockingClause)
        {
            RowLocks.Transform(pstate, query, locking.LockingClause);
        }

        QueryCollations.Assign(pstate, query);
        if (pstate.HasAggs || query.GroupClause.Count > 0 || query.GroupingSets.Count > 0 || query.HavingQual is not null)
        {
            UngroupedColumns.Check(pstate, query);
        }

        return query;
    }

    internal static void Limits(ParseState pstate, Pg.SelectStmt statement, BoundQuery query)
    {
        var withTies = statement.LimitOption == Pg.LimitOption.WithTies;
        query.LimitOffset = Limit.Transform(pstate, statement.LimitOffset, ParseExprKind.Offset, "OFFSET", withTies: false);
        query.LimitCount = statement.LimitCount is { NodeCase: Kind.AConst, AConst.Isnull: true } && !withTies
            ? null
            : Limit.Transform(pstate, statement.LimitCount, ParseExprKind.Limit, "LIMIT", withTies);
        query.LimitOption = withTies ? LimitOption.WithTies : LimitOption.Count;
    }

    internal static void Finish(ParseState pstate, BoundQuery query)
    {
        query.HasSubLinks = pstate.HasSubLinks;
        query.HasWindowFuncs = pstate.HasWindowFuncs;
        query.HasTargetSRFs = pstate.HasTargetSRFs;
        query.HasAggs = pstate.HasAggs;
        query.HasModifyingCTE |= pstate.HasModifyingCTE;
    }
}

/// <summary>FOR UPDATE, FOR SHARE ….</summary>
internal static class RowLocks
{
    internal static void Transform(ParseState pstate, BoundQuery query, Pg.LockingClause clause)
    {
        var strength = clause.Strength switch
        {
            Pg.LockClauseStrength.LcsForkeyshare => LockClauseStrength.ForKeyShare,
            Pg.LockClauseStrength.LcsForshare => LockClauseStrength.ForShare,
            Pg.LockClauseStrength.LcsFornokeyupdate => LockClauseStrength.ForNoKeyUpdate,
            _ => LockClauseStrength.ForUpdate,
        };
        var name = strength switch
        {
            LockClauseStrength.ForKeyShare => "FOR KEY SHARE",
            LockClauseStrength.ForShare => "FOR SHARE",
            LockClauseStrength.ForNoKeyUpdate => "FOR NO KEY UPDATE",
            _ => "FOR UPDATE",
        };
        void Reject(bool when, string what)
        {
            if (when)
            {
                throw new PgException(SqlState.FeatureNotSupported, $"{name} is not allowed with {what}");
            }
        }

        Reject(query.SetOperations is not null, "UNION/INTERSECT/EXCEPT");
        Reject(query.DistinctClause.Count > 0, "DISTINCT clause");
        Reject(query.GroupClause.Count > 0 || query.GroupingSets.Count > 0, "GROUP BY clause");
        Reject(query.HavingQual is not null, "HAVING clause");
        Reject(query.HasAggs, "aggregate functions");
        Reject(query.HasWindowFuncs, "window functions");
        Reject(query.HasTargetSRFs, "set-returning functions in the target list");
        var policy = clause.WaitPolicy switch
        {
            Pg.LockWaitPolicy.LockWaitSkip => LockWaitPolicy.Skip,
            Pg.LockWaitPolicy.LockWaitError => LockWaitPolicy.Error,
            _ => LockWaitPolicy.Block,
        };
        void Mark(int index)
        {
            if (query.RowMarks.Find(m => m.Rti == index) is { } mark)
            {
                mark.Strength = (LockClauseStrength)Math.Max((int)mark.Strength, (int)strength);
                mark.WaitPolicy = (LockWaitPolicy)Math.Max((int)mark.WaitPolicy, (int)policy);
                return;
            }

            query.HasForUpdate = true;
            query.RowMarks.Add(new RowMarkClause { Rti = index, Strength = strength, WaitPolicy = policy });
        }

        if (clause.LockedRels.Count == 0)
        {
            for (var i = 0; i < query.RangeTable.Count; i++)
            {
                var rte = query.RangeTable[i];
                if (rte.RteKind == RteKind.Relation && rte.InFromCl)
                {
                    Mark(i + 1);
                }
                else if (rte is { RteKind: RteKind.Subquery, InFromCl: true })
                {
                    Mark(i + 1);
                    Transform(pstate, rte.Subquery!, new Pg.LockingClause { Strength = clause.Strength, WaitPolicy = clause.WaitPolicy });
                }
            }

            return;
        }

        foreach (var node in clause.LockedRels)
        {
            var range = node.RangeVar;
            var index = query.RangeTable.FindIndex(r => r.InFromCl && r.Eref.AliasName == range.Relname && (r.RteKind != RteKind.Join || r.Alias is not null));
            if (index < 0)
            {
                throw new PgException(SqlState.UndefinedTable, $"relation \"{range.Relname}\" in {name} clause not found in FROM clause").At(range.Location);
            }

            switch (query.RangeTable[index].RteKind)
            {
                case RteKind.Relation:
                    Mark(index + 1);
                    break;
                case RteKind.Subquery:
                    Mark(index + 1);
                    Transform(pstate, query.RangeTable[index].Subquery!, new Pg.LockingClause { Strength = clause.Strength, WaitPolicy = clause.WaitPolicy });
                    break;
                case var kind:
                    var what = kind switch
                    {
                        RteKind.Join => "a join",
                        RteKind.Function => "a function",
                        RteKind.TableFunc => "a table function",
                        RteKind.Values => "VALUES",
                        _ => "a WITH query",
                    };
                    throw new PgException(
                        SqlState.FeatureNotSupported, $"{name} cannot be applied to {what}").At(range.Location);
            }
        }
    }
}
