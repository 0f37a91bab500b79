namespace PgMicro.Core.Binding.BoundTree;

/// <summary>Row lock strengths.</summary>
public enum LockClauseStrength
{
    /// <summary>None.</summary>
    None,

    /// <summary>FOR KEY SHARE.</summary>
    ForKeyShare,

    /// <summary>FOR SHARE.</summary>
    ForShare,

    /// <summary>FOR NO KEY UPDATE.</summary>
    ForNoKeyUpdate,

    /// <summary>FOR UPDATE.</summary>
    ForUpdate,
}

/// <summary>What to do when a row is locked.</summary>
public enum LockWaitPolicy
{
    /// <summary>Wait.</summary>
    Block,

    /// <summary>SKIP LOCKED.</summary>
    Skip,

    /// <summary>NOWAIT.</summary>
    Error,
}

/// <summary>ON CONFLICT actions.</summary>
public enum OnConflictAction
{
    /// <summary>None.</summary>
    None,

    /// <summary>DO NOTHING.</summary>
    Nothing,

    /// <summary>DO UPDATE.</summary>
    Update,
}

/// <summary>WHEN [NOT] MATCHED.</summary>
public enum MergeMatchKind
{
    /// <summary>WHEN MATCHED.</summary>
    Matched,

    /// <summary>WHEN NOT MATCHED BY SOURCE.</summary>
    NotMatchedBySource,

    /// <summary>WHEN NOT MATCHED [BY TARGET].</summary>
    NotMatchedByTarget,
}

/// <summary>Kinds of grouping set.</summary>
public enum GroupingSetKind
{
    /// <summary>().</summary>
    Empty,

    /// <summary>One set of references.</summary>
    Simple,

    /// <summary>ROLLUP.</summary>
    Rollup,

    /// <summary>CUBE.</summary>
    Cube,

    /// <summary>GROUPING SETS.</summary>
    Sets,
}

/// <summary>Frame options of a window, PostgreSQL's FRAMEOPTION_* bits.</summary>
[Flags]
public enum FrameOptions
{
#pragma warning disable CS1591 // the names are PostgreSQL's
    None = 0,
    NonDefault = 0x00001,
    Range = 0x00002,
    Rows = 0x00004,
    Groups = 0x00008,
    Between = 0x00010,
    StartUnboundedPreceding = 0x00020,
    EndUnboundedPreceding = 0x00040,
    StartUnboundedFollowing = 0x00080,
    EndUnboundedFollowing = 0x00100,
    StartCurrentRow = 0x00200,
    EndCurrentRow = 0x00400,
    StartOffsetPreceding = 0x00800,
    EndOffsetPreceding = 0x01000,
    StartOffsetFollowing = 0x02000,
    EndOffsetFollowing = 0x04000,
    ExcludeCurrentRow = 0x08000,
    ExcludeGroup = 0x10000,
    ExcludeTies = 0x20000,
    StartOffset = StartOffsetPreceding | StartOffsetFollowing,
    EndOffset = EndOffsetPreceding | EndOffsetFollowing,
    Exclusion = ExcludeCurrentRow | ExcludeGroup | ExcludeTies,
    Defaults = Range | StartUnboundedPreceding | EndCurrentRow,
#pragma warning restore CS1591
}

/// <summary>An output column, or a column to set.</summary>
public sealed class TargetEntry : BoundNode
{
    /// <summary>The value.</summary>
    public BoundExpr Expr { get; set; } = null!;

    /// <summary>Number from 1; the attribute number in INSERT and UPDATE.</summary>
    public int ResNo { get; set; }

    /// <summary>Column name.</summary>
    public string? ResName { get; set; }

    /// <summary>Non-zero when a sort or group clause refers to it.</summary>
    public int RessortGroupRef { get; set; }

    /// <summary>Source table of a plain column, for RowDescription.</summary>
    public uint ResOrigTbl { get; set; }

    /// <summary>Its column number there.</summary>
    public int ResOrigCol { get; set; }

    /// <summary>Whether it is not part of the output.</summary>
    public bool ResJunk { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Node(Expr);
        sink.Scalar(ResNo);
        sink.Text(ResName);
        sink.Scalar(RessortGroupRef);
        sink.Scalar(ResOrigTbl);
        sink.Scalar(ResOrigCol);
        sink.Scalar(ResJunk);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var expr = MapOne(Expr, map);
        if (ReferenceEquals(expr, Expr))
        {
            return this;
        }

        var copy = (TargetEntry)ShallowCopy();
        copy.Expr = expr!;
        return copy;
    }
}

/// <summary>An item of ORDER BY, GROUP BY, PARTITION BY or DISTINCT.</summary>
public sealed class SortGroupClause : BoundNode
{
    /// <summary>Which target entry.</summary>
    public int TleSortGroupRef { get; set; }

    /// <summary>Equality operator.</summary>
    public uint EqOp { get; set; }

    /// <summary>Ordering operator, or 0.</summary>
    public uint SortOp { get; set; }

    /// <summary>NULLS FIRST.</summary>
    public bool NullsFirst { get; set; }

    /// <summary>Whether the equality operator can hash.</summary>
    public bool Hashable { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Scalar(TleSortGroupRef);
        sink.Scalar(EqOp);
        sink.Scalar(SortOp);
        sink.Scalar(NullsFirst);
        sink.Scalar(Hashable);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}

/// <summary>A window.</summary>
public sealed class WindowClause : BoundNode
{
    /// <summary>WINDOW's name.</summary>
    public string? Name { get; set; }

    /// <summary>The window that it copies.</summary>
    public string? RefName { get; set; }

    /// <summary>PARTITION BY.</summary>
    public List<SortGroupClause> PartitionClause { get; set; } = [];

    /// <summary>ORDER BY.</summary>
    public List<SortGroupClause> OrderClause { get; set; } = [];

    /// <summary>Frame.</summary>
    public FrameOptions FrameOptions { get; set; }

    /// <summary>Offset of the frame's start.</summary>
    public BoundExpr? StartOffset { get; set; }

    /// <summary>Offset of the frame's end.</summary>
    public BoundExpr? EndOffset { get; set; }

    /// <summary>in_range function for the start.</summary>
    public uint StartInRangeFunc { get; set; }

    /// <summary>in_range function for the end.</summary>
    public uint EndInRangeFunc { get; set; }

    /// <summary>Collation for in_range.</summary>
    public uint InRangeColl { get; set; }

    /// <summary>Whether in_range sorts ascending.</summary>
    public bool InRangeAsc { get; set; }

    /// <summary>Whether nulls sort first for in_range.</summary>
    public bool InRangeNullsFirst { get; set; }

    /// <summary>Number that window functions refer to.</summary>
    public int WinRef { get; set; }

    /// <summary>Whether ORDER BY came from the copied window.</summary>
    public bool CopiedOrder { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Text(Name);
        sink.Text(RefName);
        sink.Nodes(PartitionClause);
        sink.Nodes(OrderClause);
        sink.Scalar((long)FrameOptions);
        sink.Node(StartOffset);
        sink.Node(EndOffset);
        sink.Scalar(StartInRangeFunc);
        sink.Scalar(EndInRangeFunc);
        sink.Scalar(InRangeColl);
        sink.Scalar(InRangeAsc);
        sink.Scalar(InRangeNullsFirst);
        sink.Scalar(WinRef);
        sink.Scalar(CopiedOrder);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var partitionClause = MapList(PartitionClause, map);
        var orderClause = MapList(OrderClause, map);
        var startOffset = MapOne(StartOffset, map);
        var endOffset = MapOne(EndOffset, map);
        if (ReferenceEquals(partitionClause, PartitionClause)
            && ReferenceEquals(orderClause, OrderClause)
            && ReferenceEquals(startOffset, StartOffset)
            && ReferenceEquals(endOffset, EndOffset))
        {
            return this;
        }

        var copy = (WindowClause)ShallowCopy();
        copy.PartitionClause = partitionClause;
        copy.OrderClause = orderClause;
        copy.StartOffset = startOffset;
        copy.EndOffset = endOffset;
        return copy;
    }
}

/// <summary>A grouping set.</summary>
public sealed class GroupingSet : BoundNode
{
    /// <summary>Kind.</summary>
    public GroupingSetKind Kind { get; set; }

    /// <summary>Simple: ressortgrouprefs.</summary>
    public List<int> Refs { get; set; } = [];

    /// <summary>Rollup, Cube, Sets: the members.</summary>
    public List<GroupingSet> Content { get; set; } = [];

    /// <summary>UTF-8 byte offset, or -1.</summary>
    public int Location { get; set; } = -1;

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Scalar((long)Kind);
        sink.Scalars(Refs);
        sink.Nodes(Content);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var content = MapList(Content, map);
        if (ReferenceEquals(content, Content))
        {
            return this;
        }

        var copy = (GroupingSet)ShallowCopy();
        copy.Content = content;
        return copy;
    }
}

/// <summary>FOR UPDATE and its like on one relation.</summary>
public sealed class RowMarkClause : BoundNode
{
    /// <summary>Range table index.</summary>
    public int Rti { get; set; }

    /// <summary>Strength.</summary>
    public LockClauseStrength Strength { get; set; }

    /// <summary>NOWAIT, SKIP LOCKED.</summary>
    public LockWaitPolicy WaitPolicy { get; set; }

    /// <summary>Whether it came from an outer query.</summary>
    public bool PushedDown { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Scalar(Rti);
        sink.Scalar((long)Strength);
        sink.Scalar((long)WaitPolicy);
        sink.Scalar(PushedDown);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}

/// <summary>ON CONFLICT.</summary>
public sealed class OnConflictExpr : BoundNode
{
    /// <summary>Action.</summary>
    public OnConflictAction Action { get; set; }

    /// <summary>Inferred columns and expressions.</summary>
    public List<InferenceElem> ArbiterElems { get; set; } = [];

    /// <summary>The partial index's predicate.</summary>
    public BoundExpr? ArbiterWhere { get; set; }

    /// <summary>pg_constraint OID when given by name.</summary>
    public uint Constraint { get; set; }

    /// <summary>DO UPDATE SET.</summary>
    public List<TargetEntry> OnConflictSet { get; set; } = [];

    /// <summary>DO UPDATE WHERE.</summary>
    public BoundExpr? OnConflictWhere { get; set; }

    /// <summary>Range table index of EXCLUDED.</summary>
    public int ExclRelIndex { get; set; }

    /// <summary>EXCLUDED's columns.</summary>
    public List<TargetEntry> ExclRelTlist { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Scalar((long)Action);
        sink.Nodes(ArbiterElems);
        sink.Node(ArbiterWhere);
        sink.Scalar(Constraint);
        sink.Nodes(OnConflictSet);
        sink.Node(OnConflictWhere);
        sink.Scalar(ExclRelIndex);
        sink.Nodes(ExclRelTlist);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var arbiterElems = MapList(ArbiterElems, map);
        var arbiterWhere = MapOne(ArbiterWhere, map);
        var onConflictSet = MapList(OnConflictSet, map);
        var onConflictWhere = MapOne(OnConflictWhere, map);
        var exclRelTlist = MapList(ExclRelTlist, map);
        if (ReferenceEquals(arbiterElems, ArbiterElems)
            && ReferenceEquals(arbiterWhere, ArbiterWhere)
            && ReferenceEquals(onConflictSet, OnConflictSet)
            && ReferenceEquals(onConflictWhere, OnConflictWhere)
            && ReferenceEquals(exclRelTlist, ExclRelTlist))
        {
            return this;
        }

        var copy = (OnConflictExpr)ShallowCopy();
        copy.ArbiterElems = arbiterElems;
        copy.ArbiterWhere = arbiterWhere;
        copy.OnConflictSet = onConflictSet;
        copy.OnConflictWhere = onConflictWhere;
        copy.ExclRelTlist = exclRelTlist;
        return copy;
    }
}

/// <summary>A column or expression of ON CONFLICT's target.</summary>
public sealed class InferenceElem : BoundNode
{
    /// <summary>The expression.</summary>
    public BoundExpr Expr { get; set; } = null!;

    /// <summary>Collation, or 0.</summary>
    public uint InferCollid { get; set; }

    /// <summary>Operator class, or 0.</summary>
    public uint InferOpClass { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Node(Expr);
        sink.Scalar(InferCollid);
        sink.Scalar(InferOpClass);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var expr = MapOne(Expr, map);
        if (ReferenceEquals(expr, Expr))
        {
            return this;
        }

        var copy = (InferenceElem)ShallowCopy();
        copy.Expr = expr!;
        return copy;
    }
}

/// <summary>A WHEN clause of MERGE.</summary>
public sealed class MergeAction : BoundNode
{
    /// <summary>When.</summary>
    public MergeMatchKind MatchKind { get; set; }

    /// <summary>What.</summary>
    public CommandType CommandType { get; set; }

    /// <summary>OVERRIDING.</summary>
    public OverridingKind Override { get; set; }

    /// <summary>AND.</summary>
    public BoundExpr? Qual { get; set; }

    /// <summary>Columns to set.</summary>
    public List<TargetEntry> TargetList { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Scalar((long)MatchKind);
        sink.Scalar((long)CommandType);
        sink.Scalar((long)Override);
        sink.Node(Qual);
        sink.Nodes(TargetList);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var qual = MapOne(Qual, map);
        var targetList = MapList(TargetList, map);
        if (ReferenceEquals(qual, Qual)
            && ReferenceEquals(targetList, TargetList))
        {
            return this;
        }

        var copy = (MergeAction)ShallowCopy();
        copy.Qual = qual;
        copy.TargetList = targetList;
        return copy;
    }
}

/// <summary>What a check of a row is for (WCOKind).</summary>
public enum WithCheckKind
{
    /// <summary>A view's WITH CHECK OPTION.</summary>
    View,

    /// <summary>Row security of a row that is inserted.</summary>
    PolicyInsert,

    /// <summary>Row security of a row after an update.</summary>
    PolicyUpdate,

    /// <summary>Row security of the existing row that ON CONFLICT DO UPDATE is about to update.</summary>
    PolicyConflict,

    /// <summary>Row security of the existing row that MERGE is about to update.</summary>
    PolicyMergeUpdate,

    /// <summary>Row security of the existing row that MERGE is about to delete.</summary>
    PolicyMergeDelete,
}

/// <summary>A view's WITH CHECK OPTION, or a check of row security.</summary>
public sealed class WithCheckOption : BoundNode
{
    /// <summary>What it is for.</summary>
    public WithCheckKind Kind { get; set; }

    /// <summary>The view, or the table of a policy.</summary>
    public string RelName { get; set; } = "";

    /// <summary>The restrictive policy that it is of; null when it is of several policies or none.</summary>
    public string? PolicyName { get; set; }

    /// <summary>The condition.</summary>
    public BoundExpr? Qual { get; set; }

    /// <summary>CASCADED.</summary>
    public bool Cascaded { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Scalar((long)Kind);
        sink.Text(RelName);
        sink.Text(PolicyName);
        sink.Node(Qual);
        sink.Scalar(Cascaded);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var qual = MapOne(Qual, map);
        if (ReferenceEquals(qual, Qual))
        {
            return this;
        }

        var copy = (WithCheckOption)ShallowCopy();
        copy.Qual = qual;
        return copy;
    }
}
