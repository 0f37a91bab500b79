using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Locks;

/// <summary>
/// Plans a query with FOR UPDATE and the like: the rowids of what it locks become columns of its rows, through subqueries and views, and so does what is
/// read of FROM items that it does not lock.
/// </summary>
internal sealed class RowLockPlanner
{
    private readonly LoweringContext _context;
    private readonly OneRowQuery _rows;
    private readonly List<LockedTable> _tables = [];
    private readonly int _firstColumn;
    private int _columns;

    private RowLockPlanner(LoweringContext context, int parameterCount, int width)
    {
        _context = context;
        _rows = new OneRowQuery(parameterCount + 1, context.Catalog);
        _firstColumn = width;
    }

    /// <exception cref="PgException">0A000, 42809 for rows that cannot be locked.</exception>
    internal static RowLockPlan Plan(BoundQuery query, LoweringContext context, int parameterCount)
    {
        var width = Width(query);
        var planner = new RowLockPlanner(context, parameterCount, width);
        var (source, again) = planner.Expose(query);
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
        var recheck = new RowRecheck(() => QueryLowering.Lower(again, context), parameterCount + 1, planner._rows.Values);
        return new RowLockPlan(QueryLowering.Lower(source, context), recheck, limits, planner._tables, width);
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

    // A copy that has what is needed of its FROM items after its own columns, in their order; and one over one row of each.
    private (BoundQuery Source, BoundQuery Again) Expose(BoundQuery query)
    {
        var flat = OneRowQuery.Flatten(query);
        var copy = (BoundQuery)flat.ShallowCopy();
        copy.RangeTable = [.. flat.RangeTable];
        copy.RowMarks = [];
        copy.HasForUpdate = false;
        var again = (BoundQuery)copy.ShallowCopy();
        again.RangeTable = [.. flat.RangeTable];
        var read = OneRowQuery.ColumnsOf(flat);
        var (exposed, items) = (new List<BoundExpr>(), new Dictionary<int, OneRowItem>());
        foreach (var (index, isNullable) in OneRowQuery.ItemsOf(flat.JoinTree))
        {
            var entry = flat.RangeTable[index - 1];
            var mark = flat.RowMarks.Find(m => m.Rti == index);
            if (mark is not null && isNullable)
            {
                throw new PgException(SqlState.FeatureNotSupported, $"{NameOf(mark.Strength)} cannot be applied to the nullable side of an outer join");
            }

            if (mark is not null && LockedRelation(entry) is { relkind: 'r' or 'p' } relation)
            {
                var table = TableLayout.Get(_context.Catalog, relation.oid);
                var hasMembers = TableMembers.Of(_context.Catalog, entry) is not null;
                items.Add(index, new OneRowItem(table, _tables.Count) { HasMembers = hasMembers });
                _tables.Add(new LockedTable(table, _firstColumn + _columns++, (RowLockStrength)mark.Strength, mark.WaitPolicy) { HasMembers = hasMembers });
                exposed.Add(BoundTrees.Rowid(index));
                if (hasMembers)
                {
                    _columns++;
                    exposed.Add(BoundTrees.TableOid(index));
                }
            }
            else if (mark is not null && SubqueryOf(entry, mark) is { } subquery)
            {
                AddSubquery(copy, again, index, subquery, exposed);
            }
            else
            {
                var columns = read[index].Select(c => (c, _firstColumn + _columns++)).ToList();
                exposed.AddRange(columns.Select(static c => c.c));
                items.Add(index, new OneRowItem(columns, isNullable));
            }
        }

        var width = Width(query);
        copy.TargetList = [.. flat.TargetList[..width], .. exposed.Select(static r => BoundTrees.Target(r, 0, "exposed")), .. flat.TargetList[width..]];
        for (var i = 0; i < copy.TargetList.Count; i++)
        {
            if (copy.TargetList[i].ResNo != i + 1)
            {
                copy.TargetList[i] = (TargetEntry)copy.TargetList[i].ShallowCopy();
                copy.TargetList[i].ResNo = i + 1;
            }
        }

        return (copy, _rows.Over(again, items));
    }

    private PgClass? LockedRelation(RangeTableEntry entry)
    {
        if (entry.RteKind != RteKind.Relation || _context.Catalog.Class(entry.Relid) is not { } relation)
        {
            return null;
        }

        switch (relation.relkind)
        {
            case 'r' or 'p' when relation.oid >= BuiltInOids.FirstNormalObjectId:
                return relation;
            case 'm' or 'S' or 'f':
                var kind = relation.relkind switch { 'm' => "materialized view", 'S' => "sequence", _ => "foreign table" };
                throw new PgException(SqlState.WrongObjectType, $"cannot lock rows in {kind} \"{relation.relname}\"");
            default:
                return null;
        }
    }

    private BoundQuery? SubqueryOf(RangeTableEntry entry, RowMarkClause mark) => entry.RteKind switch
    {
        RteKind.Subquery => entry.Subquery,
        RteKind.Relation when _context.Catalog.Class(entry.Relid) is { relkind: 'v' } view => Marked(ViewExpansion.QueryOf(_context, view), mark),
        _ => null,
    };

    private void AddSubquery(BoundQuery source, BoundQuery again, int index, BoundQuery subquery, List<BoundExpr> exposed)
    {
        var width = Width(subquery);
        var (inner, innerAgain) = Expose(subquery);
        var entry = (RangeTableEntry)source.RangeTable[index - 1].ShallowCopy();
        entry.RteKind = RteKind.Subquery;
        var againEntry = (RangeTableEntry)entry.ShallowCopy();
        (entry.Subquery, againEntry.Subquery) = (inner, innerAgain);
        entry.Eref = new Alias { AliasName = entry.Eref.AliasName, ColNames = [.. entry.Eref.ColNames] };
        var columns = inner.TargetList.FindAll(static t => !t.ResJunk);
        for (var i = width; i < columns.Count; i++)
        {
            var expr = columns[i].Expr;
            entry.Eref.ColNames.Add("exposed");
            exposed.Add(new BoundVar { Varno = index, Varattno = i + 1, Type = expr.Type, Typmod = expr.Typmod, Collation = expr.Collation });
        }

        source.RangeTable[index - 1] = entry;
        again.RangeTable[index - 1] = againEntry;
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
}
