using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;
using PgMicro.Core.Parser;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Cursors;

/// <summary>Plans DECLARE CURSOR (manual, SQL commands).</summary>
internal static class DeclareCursor
{
    private const int Binary = 0x1;
    private const int Scroll = 0x2;
    private const int NoScroll = 0x4;
    private const int Insensitive = 0x8;
    private const int Asensitive = 0x10;
    private const int Hold = 0x20;

    internal static ExecutablePlan Plan(PgSession session, ParsedStatement source, Pg.DeclareCursorStmt statement, GivenParameters parameters)
    {
        var options = statement.Options;
        if ((options & Scroll) != 0 && (options & NoScroll) != 0)
        {
            throw new PgException(SqlState.InvalidCursorDefinition, "cannot specify both SCROLL and NO SCROLL");
        }

        if ((options & Asensitive) != 0 && (options & Insensitive) != 0)
        {
            throw new PgException(SqlState.InvalidCursorDefinition, "cannot specify both ASENSITIVE and INSENSITIVE");
        }

        var context = new BindingContext(session, parameters);
        var query = Binder.Bind(new Pg.RawStmt { Stmt = statement.Query }, context);
        if (query.HasModifyingCTE)
        {
            throw new PgException(SqlState.FeatureNotSupported, "DECLARE CURSOR must not contain data-modifying statements in WITH");
        }

        Roles.QueryPermissions.Check(session, query, null);
        CheckRowMarks(query, options);
        var columns = Planner.Describe(query.TargetList, context.Catalog);
        var lowering = Planner.NewLoweringContext(session);
        var locks = Locks.QueryLocks.Of(query, lowering);
        var targets = AddRowids(query, columns.Count, lowering);
        var plan = (SelectPlan)Planner.PlanQuery(session, query, context.ParameterTypes, callsFirst: false);
        return new CursorPlan(plan, statement.Portalname, source.Source.Text, columns, targets)
        {
            ParameterTypes = context.ParameterTypes,
            Locks = locks,
            Reads = plan.Reads,
            IsHoldable = (options & Hold) != 0,
            IsBinary = (options & Binary) != 0,
            IsScrollable = (options & Scroll) != 0 || ((options & NoScroll) == 0 && query.RowMarks.Count == 0 && ScansBackward(query)),
            HasRowMarks = query.RowMarks.Count > 0,
        };
    }

    private static void CheckRowMarks(BoundQuery query, int options)
    {
        if (query.RowMarks.Count == 0)
        {
            return;
        }

        var clause = query.RowMarks[0].Strength switch
        {
            LockClauseStrength.ForKeyShare => "FOR KEY SHARE",
            LockClauseStrength.ForShare => "FOR SHARE",
            LockClauseStrength.ForNoKeyUpdate => "FOR NO KEY UPDATE",
            _ => "FOR UPDATE",
        };
        if ((options & Hold) != 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"DECLARE CURSOR WITH HOLD ... {clause} is not supported")
                .WithDetail("Holdable cursors must be READ ONLY.");
        }

        if ((options & Scroll) != 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"DECLARE SCROLL CURSOR ... {clause} is not supported")
                .WithDetail("Scrollable cursors must be READ ONLY.");
        }

        if ((options & Insensitive) != 0)
        {
            throw new PgException(SqlState.InvalidCursorDefinition, $"DECLARE INSENSITIVE CURSOR ... {clause} is not valid")
                .WithDetail("Insensitive cursors must be READ ONLY.");
        }
    }

    /// <summary>Adds the rowids of the tables that WHERE CURRENT OF may mean: those of a query that neither groups nor combines rows.</summary>
    private static List<CursorTarget> AddRowids(BoundQuery query, int column, LoweringContext context)
    {
        var (result, added) = (new List<CursorTarget>(), 0);
        if (!IsSimple(query))
        {
            return result;
        }

        var tables = new List<int>();
        foreach (var item in query.JoinTree.FromList)
        {
            CollectTables(item, tables);
        }

        // Without FOR UPDATE only a scan of one table is simple enough.
        if (query.RowMarks.Count == 0 && (tables.Count != 1 || query.JoinTree.FromList.Count != 1))
        {
            return result;
        }

        foreach (var index in tables)
        {
            if (Rowid(query, index, context, descend: query.RowMarks.Count == 0) is (var place, var table, var members))
            {
                result.Add(new CursorTarget(table, column + added, query.RowMarks.Exists(m => m.Rti == index), members));
                foreach (var expr in place)
                {
                    query.TargetList.Insert(column + added, BoundTrees.Target(expr, column + added + 1, "place"));
                    added++;
                }
            }
        }

        Number(query);
        return result;
    }

    /// <summary>
    /// The rowid of the table that an item of FROM is, or that a view or subquery scans: then the subquery gets a column more. Of a table with children also
    /// the OID of the row's own table. The query's own tree is changed, those of views, which are shared, are copied.
    /// </summary>
    private static (BoundExpr[] Place, uint Table, IReadOnlyList<uint>? Members)? Rowid(BoundQuery query, int index, LoweringContext context, bool descend)
    {
        var entry = query.RangeTable[index - 1];
        var relation = entry.RteKind == RteKind.Relation ? context.Catalog.Class(entry.Relid) : null;
        if (relation is { relkind: 'r' or 'p', oid: >= Catalog.BuiltInOids.FirstNormalObjectId })
        {
            var members = TableMembers.Of(context.Catalog, entry);
            return (members is null ? [BoundTrees.Rowid(index)] : [BoundTrees.Rowid(index), BoundTrees.TableOid(index)], relation.oid, members);
        }

        var inner = relation is { relkind: 'v', oid: >= Catalog.BuiltInOids.FirstNormalObjectId } ? ViewExpansion.QueryOf(context, relation)
            : entry.RteKind == RteKind.Subquery ? entry.Subquery : null;

        // A row taken as a whole would get the column too, in a subquery of the condition as well.
        if (!descend || query.HasSubLinks || inner is null || !IsSimple(inner) || inner.SortClause.Count > 0 || inner.JoinTree.FromList is not [RangeTblRef scanned]
            || query.TargetList.Exists(t => QueryLayers.Contains(t.Expr, e => e is BoundVar { Varattno: 0, Varlevelsup: 0 } whole && whole.Varno == index))
            || (query.JoinTree.Quals is { } quals && QueryLayers.Contains(quals, e => e is BoundVar { Varattno: 0, Varlevelsup: 0 } whole && whole.Varno == index)))
        {
            return null;
        }

        inner = (BoundQuery)inner.ShallowCopy();
        inner.RangeTable = [.. inner.RangeTable];
        if (Rowid(inner, scanned.RtIndex, context, descend) is not (var place, var table, var tables))
        {
            return null;
        }

        inner.TargetList = [.. inner.TargetList.Select(static t => (TargetEntry)t.ShallowCopy())];
        var width = inner.TargetList.Count(static t => !t.ResJunk);
        inner.TargetList.InsertRange(width, place.Select(static e => BoundTrees.Target(e, 0, "place")));
        Number(inner);
        entry = (RangeTableEntry)entry.ShallowCopy();
        entry.RteKind = RteKind.Subquery;
        entry.Subquery = inner;
        entry.Eref = new Alias { AliasName = entry.Eref.AliasName, ColNames = [.. entry.Eref.ColNames, .. place.Select(static _ => "place")] };
        query.RangeTable[index - 1] = entry;
        return ([.. place.Select((e, i) => new BoundVar { Varno = index, Varattno = width + 1 + i, Type = e.Type })], table, tables);
    }

    private static void Number(BoundQuery query)
    {
        for (var i = 0; i < query.TargetList.Count; i++)
        {
            query.TargetList[i].ResNo = i + 1;
        }
    }

    private static bool IsSimple(BoundQuery query) =>
        !query.HasAggs && !query.HasWindowFuncs && !query.HasTargetSRFs && query.GroupClause.Count == 0 && query.GroupingSets.Count == 0 && query.DistinctClause.Count == 0
        && query.SetOperations is null && query.HavingQual is null;

    private static void CollectTables(JoinTreeNode node, List<int> tables)
    {
        switch (node)
        {
            case RangeTblRef reference:
                tables.Add(reference.RtIndex);
                break;
            case JoinExpr join:
                CollectTables(join.Larg, tables);
                CollectTables(join.Rarg, tables);
                break;
        }
    }

    /// <summary>Whether PostgreSQL's plan could be run backwards: a scan of one item, or a sort.</summary>
    private static bool ScansBackward(BoundQuery query)
    {
        if (query.DistinctClause.Count > 0 || query.SetOperations is not null)
        {
            return false;
        }

        if (query.SortClause.Count > 0)
        {
            return !query.HasTargetSRFs;
        }

        // A row of its own, without a table, is not read backwards.
        return IsSimple(query) && query.JoinTree.FromList is [RangeTblRef reference]
            && (query.RangeTable[reference.RtIndex - 1] is not { RteKind: RteKind.Subquery, Subquery: { } inner } || ScansBackward(inner));
    }
}
