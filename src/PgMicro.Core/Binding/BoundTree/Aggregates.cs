using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.BoundTree;

/// <summary>An aggregate call.</summary>
public sealed class BoundAggref : BoundExpr
{
    /// <summary>pg_proc OID.</summary>
    public uint AggFnOid { get; set; }

    /// <summary>Collation that the function sees.</summary>
    public uint InputCollation { get; set; }

    /// <summary>Types of direct and aggregated arguments.</summary>
    public List<uint> AggArgTypes { get; set; } = [];

    /// <summary>Direct arguments of an ordered-set aggregate.</summary>
    public List<BoundExpr> AggDirectArgs { get; set; } = [];

    /// <summary>Aggregated arguments and sort expressions.</summary>
    public List<TargetEntry> Args { get; set; } = [];

    /// <summary>ORDER BY.</summary>
    public List<SortGroupClause> AggOrder { get; set; } = [];

    /// <summary>DISTINCT.</summary>
    public List<SortGroupClause> AggDistinct { get; set; } = [];

    /// <summary>FILTER.</summary>
    public BoundExpr? AggFilter { get; set; }

    /// <summary>Whether it is (*).</summary>
    public bool AggStar { get; set; }

    /// <summary>Whether VARIADIC was collected into an array.</summary>
    public bool AggVariadic { get; set; }

    /// <summary>pg_aggregate.aggkind.</summary>
    public char AggKind { get; set; } = 'n';

    /// <summary>How many queries up it belongs.</summary>
    public int AggLevelsUp { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar(AggFnOid);
        sink.Scalar(InputCollation);
        sink.Scalars(AggArgTypes);
        sink.Nodes(AggDirectArgs);
        sink.Nodes(Args);
        sink.Nodes(AggOrder);
        sink.Nodes(AggDistinct);
        sink.Node(AggFilter);
        sink.Scalar(AggStar);
        sink.Scalar(AggVariadic);
        sink.Scalar((long)AggKind);
        sink.Scalar(AggLevelsUp);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var aggDirectArgs = MapList(AggDirectArgs, map);
        var args = MapList(Args, map);
        var aggOrder = MapList(AggOrder, map);
        var aggDistinct = MapList(AggDistinct, map);
        var aggFilter = MapOne(AggFilter, map);
        if (ReferenceEquals(aggDirectArgs, AggDirectArgs)
            && ReferenceEquals(args, Args)
            && ReferenceEquals(aggOrder, AggOrder)
            && ReferenceEquals(aggDistinct, AggDistinct)
            && ReferenceEquals(aggFilter, AggFilter))
        {
            return this;
        }

        var copy = (BoundAggref)ShallowCopy();
        copy.AggDirectArgs = aggDirectArgs;
        copy.Args = args;
        copy.AggOrder = aggOrder;
        copy.AggDistinct = aggDistinct;
        copy.AggFilter = aggFilter;
        return copy;
    }
}

/// <summary>GROUPING(...).</summary>
public sealed class BoundGroupingFunc : BoundExpr
{
    /// <summary>Makes a node with its fixed result.</summary>
    public BoundGroupingFunc() => Type = TypeOid.Int4;

    /// <summary>Not evaluated.</summary>
    public List<BoundExpr> Args { get; set; } = [];

    /// <summary>ressortgrouprefs of the arguments.</summary>
    public List<int> Refs { get; set; } = [];

    /// <summary>How many queries up it belongs.</summary>
    public int AggLevelsUp { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Nodes(Args);
        sink.Scalars(Refs);
        sink.Scalar(AggLevelsUp);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var args = MapList(Args, map);
        if (ReferenceEquals(args, Args))
        {
            return this;
        }

        var copy = (BoundGroupingFunc)ShallowCopy();
        copy.Args = args;
        return copy;
    }
}

/// <summary>A window function call.</summary>
public sealed class BoundWindowFunc : BoundExpr
{
    /// <summary>pg_proc OID.</summary>
    public uint WinFnOid { get; set; }

    /// <summary>Collation that the function sees.</summary>
    public uint InputCollation { get; set; }

    /// <summary>Arguments.</summary>
    public List<BoundExpr> Args { get; set; } = [];

    /// <summary>FILTER.</summary>
    public BoundExpr? AggFilter { get; set; }

    /// <summary>Which WindowClause.</summary>
    public int WinRef { get; set; }

    /// <summary>Whether it is (*).</summary>
    public bool WinStar { get; set; }

    /// <summary>Whether the function is a plain aggregate.</summary>
    public bool WinAgg { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar(WinFnOid);
        sink.Scalar(InputCollation);
        sink.Nodes(Args);
        sink.Node(AggFilter);
        sink.Scalar(WinRef);
        sink.Scalar(WinStar);
        sink.Scalar(WinAgg);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var args = MapList(Args, map);
        var aggFilter = MapOne(AggFilter, map);
        if (ReferenceEquals(args, Args)
            && ReferenceEquals(aggFilter, AggFilter))
        {
            return this;
        }

        var copy = (BoundWindowFunc)ShallowCopy();
        copy.Args = args;
        copy.AggFilter = aggFilter;
        return copy;
    }
}

/// <summary>merge_action().</summary>
public sealed class BoundMergeSupportFunc : BoundExpr
{
    /// <summary>Makes a node with its fixed result.</summary>
    public BoundMergeSupportFunc() => Type = TypeOid.Text;


    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}
