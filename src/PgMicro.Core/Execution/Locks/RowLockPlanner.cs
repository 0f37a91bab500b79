using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Locks;

/// <summary>Plans a query with FOR UPDATE and the like: the rowids of what it locks become columns of its rows, through subqueries and views.</summary>
internal sealed class RowLockPlanner
{
    private readonly LoweringContext _context;
    private readonly int _parameterCount;
    private readonly bool _isOneRow;
    private readonly List<LockedTable> _tables = [];

    private RowLockPlanner(LoweringContext context, int parameterCount, bool isOneRow)
    {
        _context = context;
        _parameterCount = parameterCount;
        _isOneRow = isOneRow;
    }

    /// <exception cref="PgException">0A000, 42809 for rows that cannot be locked.</exception>
    internal static RowLockPlan Plan(BoundQuery query, LoweringContext context, int parameterCount)
    {
        var width = Width(query);
        var planner = new RowLockPlanner(context, parameterCount, isOneRow: false);
        var source = planner.Expose(query);
        var again = new RowLockPlanner(context, parameterCount, isOneRow: true).Expose(query);
        LoweredQuery? limits = null;
        if (query.LimitOption == LimitOption.Count && (query.LimitCount ?? query.LimitOffset) is not null)
        {
            source.LimitCount = source.LimitOffset = null;
            limits = QueryLowering.Lower(
                new BoundQuery
                {
                    CommandType = CommandType.Select,
                    HasSubLinks = query.HasSubLinks,
                    CteList = query.CteList,
                    TargetList =
                    [
                        BoundTrees.Target(query.LimitCount ?? BoundTrees.Null(TypeOid.Int8, -1, 0), 1),
                        BoundTrees.Target(query.LimitOffset ?? BoundTrees.Null(TypeOid.Int8, -1, 0), 2),
                    ],
                },
                context);
        }

        again.LimitCount = again.LimitOffset = null;
        again.LimitOption = LimitOption.Count;
        var tables = planner._tables.Select((t, i) => t with { Column = width + i }).ToArray();
        return new RowLockPlan(QueryLowering.Lower(source, context), QueryLowering.Lower(again, context), limits, tables, width);
    }

    /// <summary>FOR UPDATE and its like, as messages name them.</summary>
    internal static string NameOf(LockClauseStrength strength) => strength switch
    {
        LockClauseStrength.ForKeyShare => "FOR KEY SHARE",
        LockClauseStrength.ForShare => "FOR SHARE",
        LockClauseStrength.ForNoKeyUpdate => "FOR NO KEY UPDATE",
        _ => "FOR UPDATE",
    };

    private static int Width(BoundQuery query) => query.TargetList.Count(static t => !t.ResJunk);

    // A copy that has the rowids after its own columns, in the order of the tables that are added.
    private BoundQuery Expose(BoundQuery query)
    {
        var copy = (BoundQuery)query.ShallowCopy();
        copy.RangeTable = [.. query.RangeTable];
        copy.RowMarks = [];
        copy.HasForUpdate = false;
        var (rowids, terms, nullable) = (new List<BoundExpr>(), new List<BoundExpr>(), new HashSet<int>());
        var items = new List<int>();
        foreach (var item in query.JoinTree.FromList)
        {
            Collect(item, false, items, nullable);
        }

        foreach (var index in items)
        {
            var mark = query.RowMarks.Find(m => m.Rti == index);
            var entry = query.RangeTable[index - 1];
            if (mark is not null && nullable.Contains(index))
            {
                throw new PgException(SqlState.FeatureNotSupported, $"{NameOf(mark.Strength)} cannot be applied to the nullable side of an outer join");
            }

            if (entry.RteKind == RteKind.Relation && _context.Catalog.Class(entry.Relid) is { } relation && (mark is not null || relation.relkind == 'r'))
            {
                AddRelation(copy, index, relation, mark, nullable.Contains(index), rowids, terms);
            }
            else if (mark is not null && entry is { RteKind: RteKind.Subquery, Subquery: { } subquery })
            {
                AddSubquery(copy, index, subquery, rowids);
            }
        }

        if (_isOneRow && terms.Count > 0)
        {
            var tree = (FromExpr)copy.JoinTree.ShallowCopy();
            tree.Quals = BoundTrees.And(tree.Quals is null ? terms : [tree.Quals, .. terms]);
            copy.JoinTree = tree;
        }

        var width = Width(query);
        copy.TargetList = [.. query.TargetList[..width], .. rowids.Select(static r => BoundTrees.Target(r, 0, "ctid")), .. query.TargetList[width..]];
        for (var i = 0; i < copy.TargetList.Count; i++)
        {
            if (copy.TargetList[i].ResNo != i + 1)
            {
                copy.TargetList[i] = (TargetEntry)copy.TargetList[i].ShallowCopy();
                copy.TargetList[i].ResNo = i + 1;
            }
        }

        return copy;
    }

    private void AddRelation(BoundQuery query, int index, PgClass relation, RowMarkClause? mark, bool isNullable, List<BoundExpr> rowids, List<BoundExpr> terms)
    {
        switch (relation.relkind)
        {
            case 'r' when relation.oid >= BuiltInOids.FirstNormalObjectId:
                break;
            case 'v':
                var entry = (RangeTableEntry)query.RangeTable[index - 1].ShallowCopy();
                entry.RteKind = RteKind.Subquery;
                query.RangeTable[index - 1] = entry;
                AddSubquery(query, index, Marked(ViewExpansion.QueryOf(_context, relation), mark!), rowids);
                return;
            case 'm' or 'S' or 'f':
                var kind = relation.relkind switch { 'm' => "materialized view", 'S' => "sequence", _ => "foreign table" };
                throw new PgException(SqlState.WrongObjectType, $"cannot lock rows in {kind} \"{relation.relname}\"");
            default:
                return;
        }

        _tables.Add(new LockedTable(relation.oid, relation.relname, 0, mark is null ? 0 : (RowLockStrength)mark.Strength, mark?.WaitPolicy ?? LockWaitPolicy.Block));
        rowids.Add(BoundTrees.Rowid(index));
        if (!isNullable)
        {
            terms.Add(BoundTrees.Operator(
                _context.Catalog, BuiltInOperators.Int8Equal, BoundTrees.Rowid(index), BoundTrees.Parameter(_parameterCount + _tables.Count, TypeOid.Int8), 0));
        }
    }

    private void AddSubquery(BoundQuery query, int index, BoundQuery subquery, List<BoundExpr> rowids)
    {
        var before = _tables.Count;
        var width = Width(subquery);
        var entry = (RangeTableEntry)query.RangeTable[index - 1].ShallowCopy();
        entry.Subquery = Expose(subquery);
        entry.Eref = new Alias { AliasName = entry.Eref.AliasName, ColNames = [.. entry.Eref.ColNames] };
        for (var i = before; i < _tables.Count; i++)
        {
            entry.Eref.ColNames.Add("ctid");
            rowids.Add(new BoundVar { Varno = index, Varattno = width + i - before + 1, Type = TypeOid.Int8 });
        }

        query.RangeTable[index - 1] = entry;
    }

    // What a view reads is locked as the view is.
    private static BoundQuery Marked(BoundQuery view, RowMarkClause mark)
    {
        void Reject(bool when, string what)
        {
            if (when)
            {
                throw new PgException(SqlState.FeatureNotSupported, $"{NameOf(mark.Strength)} is not allowed with {what}");
            }
        }

        Reject(view.SetOperations is not null, "UNION/INTERSECT/EXCEPT");
        Reject(view.DistinctClause.Count > 0, "DISTINCT clause");
        Reject(view.GroupClause.Count > 0 || view.GroupingSets.Count > 0, "GROUP BY clause");
        Reject(view.HavingQual is not null, "HAVING clause");
        Reject(view.HasAggs, "aggregate functions");
        Reject(view.HasWindowFuncs, "window functions");
        Reject(view.HasTargetSRFs, "set-returning functions in the target list");
        var copy = (BoundQuery)view.ShallowCopy();
        copy.RowMarks = [];
        for (var i = 1; i <= view.RangeTable.Count; i++)
        {
            if (view.RangeTable[i - 1] is not { InFromCl: true } entry)
            {
                continue;
            }

            if (entry.RteKind == RteKind.Subquery)
            {
                copy.RangeTable = [.. copy.RangeTable];
                copy.RangeTable[i - 1] = (RangeTableEntry)entry.ShallowCopy();
                copy.RangeTable[i - 1].Subquery = Marked(entry.Subquery!, mark);
            }

            if (entry.RteKind is RteKind.Relation or RteKind.Subquery)
            {
                copy.RowMarks.Add(new RowMarkClause { Rti = i, Strength = mark.Strength, WaitPolicy = mark.WaitPolicy, PushedDown = true });
            }
        }

        return copy;
    }

    private static void Collect(JoinTreeNode node, bool isNullable, List<int> items, HashSet<int> nullable)
    {
        switch (node)
        {
            case RangeTblRef reference:
                items.Add(reference.RtIndex);
                if (isNullable)
                {
                    nullable.Add(reference.RtIndex);
                }

                break;
            case JoinExpr join:
                Collect(join.Larg, isNullable || join.JoinType is JoinType.Right or JoinType.Full, items, nullable);
                Collect(join.Rarg, isNullable || join.JoinType is JoinType.Left or JoinType.Full, items, nullable);
                break;
        }
    }
}
