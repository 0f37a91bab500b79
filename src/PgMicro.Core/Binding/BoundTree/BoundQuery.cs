namespace PgMicro.Core.Binding.BoundTree;

/// <summary>Kinds of statement.</summary>
public enum CommandType
{
#pragma warning disable CS1591 // the names are SQL's
    Unknown,
    Select,
    Update,
    Insert,
    Delete,
    Merge,
    Utility,
    Nothing,
#pragma warning restore CS1591
}

/// <summary>Where a query comes from.</summary>
public enum QuerySource
{
    /// <summary>The user.</summary>
    Original,

    /// <summary>Parse analysis of a utility statement.</summary>
    Parser,

    /// <summary>An unconditional INSTEAD rule.</summary>
    InsteadRule,

    /// <summary>A conditional INSTEAD rule.</summary>
    QualInsteadRule,

    /// <summary>An ALSO rule.</summary>
    NonInsteadRule,
}

/// <summary>OVERRIDING in INSERT.</summary>
public enum OverridingKind
{
    /// <summary>None.</summary>
    NotSet,

    /// <summary>OVERRIDING USER VALUE.</summary>
    UserValue,

    /// <summary>OVERRIDING SYSTEM VALUE.</summary>
    SystemValue,
}

/// <summary>LIMIT or FETCH ... WITH TIES.</summary>
public enum LimitOption
{
    /// <summary>Exactly so many.</summary>
    Count,

    /// <summary>Peers of the last row too.</summary>
    WithTies,
}

/// <summary>An analysed statement or subquery: PostgreSQL's Query.</summary>
public sealed class BoundQuery : BoundNode
{
    /// <summary>Kind.</summary>
    public CommandType CommandType { get; set; }

    /// <summary>Origin.</summary>
    public QuerySource QuerySource { get; set; }

    /// <summary>Whether it sets the command tag.</summary>
    public bool CanSetTag { get; set; } = true;

    /// <summary>Range table index of INSERT, UPDATE, DELETE, MERGE's target, or 0.</summary>
    public int ResultRelation { get; set; }

    /// <summary>Has aggregates in the target list or HAVING.</summary>
    public bool HasAggs { get; set; }

    /// <summary>Has window functions.</summary>
    public bool HasWindowFuncs { get; set; }

    /// <summary>Has set-returning functions in the target list.</summary>
    public bool HasTargetSRFs { get; set; }

    /// <summary>Has sublinks.</summary>
    public bool HasSubLinks { get; set; }

    /// <summary>DISTINCT ON, not DISTINCT.</summary>
    public bool HasDistinctOn { get; set; }

    /// <summary>WITH RECURSIVE.</summary>
    public bool HasRecursive { get; set; }

    /// <summary>Has data-modifying statements in WITH.</summary>
    public bool HasModifyingCTE { get; set; }

    /// <summary>FOR [KEY] UPDATE or SHARE.</summary>
    public bool HasForUpdate { get; set; }

    /// <summary>Is a RETURN statement.</summary>
    public bool IsReturn { get; set; }

    /// <summary>WITH.</summary>
    public List<CommonTableExpr> CteList { get; set; } = [];

    /// <summary>The range table; numbers count from 1.</summary>
    public List<RangeTableEntry> RangeTable { get; set; } = [];

    /// <summary>FROM and WHERE.</summary>
    public FromExpr JoinTree { get; set; } = new();

    /// <summary>WHEN clauses of MERGE.</summary>
    public List<MergeAction> MergeActionList { get; set; } = [];

    /// <summary>Range table index of the relation that MERGE changes.</summary>
    public int MergeTargetRelation { get; set; }

    /// <summary>ON of MERGE.</summary>
    public BoundExpr? MergeJoinCondition { get; set; }

    /// <summary>Output, or columns to set; junk entries last.</summary>
    public List<TargetEntry> TargetList { get; set; } = [];

    /// <summary>OVERRIDING.</summary>
    public OverridingKind Override { get; set; }

    /// <summary>ON CONFLICT.</summary>
    public OnConflictExpr? OnConflict { get; set; }

    /// <summary>RETURNING.</summary>
    public List<TargetEntry> ReturningList { get; set; } = [];

    /// <summary>GROUP BY.</summary>
    public List<SortGroupClause> GroupClause { get; set; } = [];

    /// <summary>GROUP BY DISTINCT.</summary>
    public bool GroupDistinct { get; set; }

    /// <summary>Grouping sets, when there are any.</summary>
    public List<GroupingSet> GroupingSets { get; set; } = [];

    /// <summary>HAVING.</summary>
    public BoundExpr? HavingQual { get; set; }

    /// <summary>Windows.</summary>
    public List<WindowClause> WindowClause { get; set; } = [];

    /// <summary>DISTINCT [ON].</summary>
    public List<SortGroupClause> DistinctClause { get; set; } = [];

    /// <summary>ORDER BY.</summary>
    public List<SortGroupClause> SortClause { get; set; } = [];

    /// <summary>OFFSET, bigint.</summary>
    public BoundExpr? LimitOffset { get; set; }

    /// <summary>LIMIT, bigint.</summary>
    public BoundExpr? LimitCount { get; set; }

    /// <summary>LIMIT or WITH TIES.</summary>
    public LimitOption LimitOption { get; set; }

    /// <summary>FOR UPDATE and its like.</summary>
    public List<RowMarkClause> RowMarks { get; set; } = [];

    /// <summary>Tree of UNION, INTERSECT, EXCEPT.</summary>
    public SetOperationNode? SetOperations { get; set; }

    /// <summary>pg_constraint OIDs that grouping relies on.</summary>
    public List<uint> ConstraintDeps { get; set; } = [];

    /// <summary>WITH CHECK OPTION of views.</summary>
    public List<WithCheckOption> WithCheckOptions { get; set; } = [];

    /// <summary>NOTIFY as the action of a rule.</summary>
    public NotifyAction? Notify { get; set; }

    /// <summary>UTF-8 byte offset of the statement, or -1.</summary>
    public int StmtLocation { get; set; } = -1;

    /// <summary>Its length in bytes; 0 means the rest.</summary>
    public int StmtLength { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Scalar((long)CommandType);
        sink.Scalar(CanSetTag);
        sink.Scalar(ResultRelation);
        sink.Scalar(HasAggs);
        sink.Scalar(HasWindowFuncs);
        sink.Scalar(HasTargetSRFs);
        sink.Scalar(HasSubLinks);
        sink.Scalar(HasDistinctOn);
        sink.Scalar(HasRecursive);
        sink.Scalar(HasModifyingCTE);
        sink.Scalar(HasForUpdate);
        sink.Scalar(IsReturn);
        sink.Nodes(CteList);
        sink.Nodes(RangeTable);
        sink.Node(JoinTree);
        sink.Nodes(MergeActionList);
        sink.Scalar(MergeTargetRelation);
        sink.Node(MergeJoinCondition);
        sink.Nodes(TargetList);
        sink.Scalar((long)Override);
        sink.Node(OnConflict);
        sink.Nodes(ReturningList);
        sink.Nodes(GroupClause);
        sink.Scalar(GroupDistinct);
        sink.Nodes(GroupingSets);
        sink.Node(HavingQual);
        sink.Nodes(WindowClause);
        sink.Nodes(DistinctClause);
        sink.Nodes(SortClause);
        sink.Node(LimitOffset);
        sink.Node(LimitCount);
        sink.Scalar((long)LimitOption);
        sink.Nodes(RowMarks);
        sink.Node(SetOperations);
        sink.Scalars(ConstraintDeps);
        sink.Nodes(WithCheckOptions);
        sink.Node(Notify);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var cteList = MapList(CteList, map);
        var rangeTable = MapList(RangeTable, map);
        var joinTree = MapOne(JoinTree, map);
        var mergeActionList = MapList(MergeActionList, map);
        var mergeJoinCondition = MapOne(MergeJoinCondition, map);
        var targetList = MapList(TargetList, map);
        var onConflict = MapOne(OnConflict, map);
        var returningList = MapList(ReturningList, map);
        var groupClause = MapList(GroupClause, map);
        var groupingSets = MapList(GroupingSets, map);
        var havingQual = MapOne(HavingQual, map);
        var windowClause = MapList(WindowClause, map);
        var distinctClause = MapList(DistinctClause, map);
        var sortClause = MapList(SortClause, map);
        var limitOffset = MapOne(LimitOffset, map);
        var limitCount = MapOne(LimitCount, map);
        var rowMarks = MapList(RowMarks, map);
        var setOperations = MapOne(SetOperations, map);
        var withCheckOptions = MapList(WithCheckOptions, map);
        if (ReferenceEquals(cteList, CteList)
            && ReferenceEquals(rangeTable, RangeTable)
            && ReferenceEquals(joinTree, JoinTree)
            && ReferenceEquals(mergeActionList, MergeActionList)
            && ReferenceEquals(mergeJoinCondition, MergeJoinCondition)
            && ReferenceEquals(targetList, TargetList)
            && ReferenceEquals(onConflict, OnConflict)
            && ReferenceEquals(returningList, ReturningList)
            && ReferenceEquals(groupClause, GroupClause)
            && ReferenceEquals(groupingSets, GroupingSets)
            && ReferenceEquals(havingQual, HavingQual)
            && ReferenceEquals(windowClause, WindowClause)
            && ReferenceEquals(distinctClause, DistinctClause)
            && ReferenceEquals(sortClause, SortClause)
            && ReferenceEquals(limitOffset, LimitOffset)
            && ReferenceEquals(limitCount, LimitCount)
            && ReferenceEquals(rowMarks, RowMarks)
            && ReferenceEquals(setOperations, SetOperations)
            && ReferenceEquals(withCheckOptions, WithCheckOptions))
        {
            return this;
        }

        var copy = (BoundQuery)ShallowCopy();
        copy.CteList = cteList;
        copy.RangeTable = rangeTable;
        copy.JoinTree = joinTree!;
        copy.MergeActionList = mergeActionList;
        copy.MergeJoinCondition = mergeJoinCondition;
        copy.TargetList = targetList;
        copy.OnConflict = onConflict;
        copy.ReturningList = returningList;
        copy.GroupClause = groupClause;
        copy.GroupingSets = groupingSets;
        copy.HavingQual = havingQual;
        copy.WindowClause = windowClause;
        copy.DistinctClause = distinctClause;
        copy.SortClause = sortClause;
        copy.LimitOffset = limitOffset;
        copy.LimitCount = limitCount;
        copy.RowMarks = rowMarks;
        copy.SetOperations = setOperations;
        copy.WithCheckOptions = withCheckOptions;
        return copy;
    }
}

/// <summary>NOTIFY, the one utility statement that a rule may run.</summary>
public sealed class NotifyAction : BoundNode
{
    /// <summary>The channel.</summary>
    public string Channel { get; set; } = "";

    /// <summary>What is sent with it.</summary>
    public string? Payload { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Text(Channel);
        sink.Text(Payload);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}
