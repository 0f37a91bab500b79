namespace PgMicro.Core.Binding.BoundTree;

/// <summary>A query with other numbers for the entries of its range table (OffsetVarNodes, ChangeVarNodes). The range table itself stays.</summary>
/// <param name="map">The new number of an entry.</param>
public sealed class RangeTableMap(Func<int, int> map) : BoundTreeRewriter
{
    /// <summary>A query with those entries of its range table alone that something refers to.</summary>
    public static BoundQuery Compact(BoundQuery query)
    {
        var uses = new Uses();
        uses.VisitTop(query);
        uses.Add(query.ResultRelation);
        uses.Add(query.MergeTargetRelation);
        uses.Add(query.OnConflict?.ExclRelIndex ?? 0);
        query.RowMarks.ForEach(m => uses.Add(m.Rti));
        if (uses.Used.Count == query.RangeTable.Count)
        {
            return query;
        }

        var kept = uses.Used.Order().ToList();
        var numbers = kept.Select((old, i) => (old, i + 1)).ToDictionary();
        var result = new RangeTableMap(i => numbers.GetValueOrDefault(i)).RewriteTop(query);
        var entries = result.RangeTable;
        result.RangeTable = kept.ConvertAll(i => entries[i - 1]);
        return result;
    }

    /// <summary>The join tree under the new numbers.</summary>
    internal JoinTreeNode Map(JoinTreeNode node)
    {
        switch (node)
        {
            case RangeTblRef leaf:
                return new RangeTblRef { RtIndex = map(leaf.RtIndex) };
            case JoinExpr join:
                var joined = (JoinExpr)join.ShallowCopy();
                joined.Larg = Map(join.Larg);
                joined.Rarg = Map(join.Rarg);
                joined.RtIndex = join.RtIndex == 0 ? 0 : map(join.RtIndex);
                return joined;
            default:
                var from = (FromExpr)node.ShallowCopy();
                from.FromList = from.FromList.ConvertAll(Map);
                return from;
        }
    }

    /// <inheritdoc/>
    protected override BoundExpr RewriteExpr(BoundExpr expr)
    {
        switch (expr)
        {
            case BoundVar column when column.Varlevelsup == SublevelsUp:
                var moved = (BoundVar)column.ShallowCopy();
                moved.Varno = map(column.Varno);
                moved.SyntacticVarno = column.SyntacticVarno == 0 ? 0 : map(column.SyntacticVarno);
                return moved;
            case BoundCurrentOfExpr current when SublevelsUp == 0:
                var target = (BoundCurrentOfExpr)current.ShallowCopy();
                target.CVarno = map(current.CVarno);
                return target;
            default:
                return base.RewriteExpr(expr);
        }
    }

    /// <inheritdoc/>
    protected override BoundQuery RewriteQuery(BoundQuery query)
    {
        var result = base.RewriteQuery(query);
        if (SublevelsUp > 0)
        {
            return result;
        }

        result = ReferenceEquals(result, query) ? (BoundQuery)query.ShallowCopy() : result;
        result.JoinTree = (FromExpr)Map(result.JoinTree);
        result.ResultRelation = Map(result.ResultRelation);
        result.MergeTargetRelation = Map(result.MergeTargetRelation);
        result.SetOperations = result.SetOperations is { } operations ? Map(operations) : null;
        result.RowMarks = result.RowMarks.ConvertAll(m =>
        {
            var mark = (RowMarkClause)m.ShallowCopy();
            mark.Rti = Map(m.Rti);
            return mark;
        });
        if (result.OnConflict is { } conflict)
        {
            conflict = (OnConflictExpr)conflict.ShallowCopy();
            conflict.ExclRelIndex = Map(conflict.ExclRelIndex);
            result.OnConflict = conflict;
        }

        return result;
    }

    private int Map(int index) => index == 0 ? 0 : map(index);

    private SetOperationNode Map(SetOperationNode node)
    {
        if (node is SetOperationRef leaf)
        {
            return new SetOperationRef { RtIndex = map(leaf.RtIndex) };
        }

        var operation = (SetOperationStmt)node.ShallowCopy();
        operation.Larg = Map(operation.Larg);
        operation.Rarg = Map(operation.Rarg);
        return operation;
    }

    /// <summary>The entries that the columns, the FROM and the set operations of a query refer to. What a join is of is read through its own entry.</summary>
    private sealed class Uses : BoundTreeWalker
    {
        internal HashSet<int> Used { get; } = [];

        internal void Add(int index)
        {
            if (index > 0)
            {
                Used.Add(index);
            }
        }

        protected override void VisitExpr(BoundExpr expr)
        {
            if (expr is BoundVar column && column.Varlevelsup == SublevelsUp)
            {
                Add(column.Varno);
                Add(column.SyntacticVarno);
            }

            base.VisitExpr(expr);
        }

        protected override void VisitOther(BoundNode node)
        {
            if (SublevelsUp == 0)
            {
                Add(node switch
                {
                    RangeTblRef leaf => leaf.RtIndex,
                    JoinExpr join => join.RtIndex,
                    SetOperationRef operand => operand.RtIndex,
                    _ => 0,
                });
            }

            base.VisitOther(node);
        }
    }
}
