using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.BoundTree;

/// <summary>A B-tree comparison, by strategy number.</summary>
public enum RowCompareType
{
    /// <summary>Less.</summary>
    Lt = 1,

    /// <summary>Less or equal.</summary>
    Le = 2,

    /// <summary>Equal.</summary>
    Eq = 3,

    /// <summary>Greater or equal.</summary>
    Ge = 4,

    /// <summary>Greater.</summary>
    Gt = 5,

    /// <summary>Not equal, which no B-tree knows.</summary>
    Ne = 6,
}

/// <summary>ARRAY[...].</summary>
public sealed class BoundArrayExpr : BoundExpr
{
    /// <summary>Common type of the elements.</summary>
    public uint ElementType { get; set; }

    /// <summary>Elements, or sub-arrays.</summary>
    public List<BoundExpr> Elements { get; set; } = [];

    /// <summary>Whether the elements are sub-arrays.</summary>
    public bool MultiDims { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar(ElementType);
        sink.Nodes(Elements);
        sink.Scalar(MultiDims);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var elements = MapList(Elements, map);
        if (ReferenceEquals(elements, Elements))
        {
            return this;
        }

        var copy = (BoundArrayExpr)ShallowCopy();
        copy.Elements = elements;
        return copy;
    }
}

/// <summary>ROW(...).</summary>
public sealed class BoundRowExpr : BoundExpr
{
    /// <summary>Fields.</summary>
    public List<BoundExpr> Args { get; set; } = [];

    /// <summary>How it was written.</summary>
    public CoercionForm RowFormat { get; set; }

    /// <summary>Field names of a RECORD row.</summary>
    public List<string> ColNames { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Nodes(Args);
        sink.Texts(ColNames);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var args = MapList(Args, map);
        if (ReferenceEquals(args, Args))
        {
            return this;
        }

        var copy = (BoundRowExpr)ShallowCopy();
        copy.Args = args;
        return copy;
    }
}

/// <summary>Row-wise less and greater.</summary>
public sealed class BoundRowCompareExpr : BoundExpr
{
    /// <summary>Makes a node with its fixed result.</summary>
    public BoundRowCompareExpr() => Type = TypeOid.Bool;

    /// <summary>Which.</summary>
    public RowCompareType RcType { get; set; }

    /// <summary>pg_operator OIDs of the columns.</summary>
    public List<uint> OpNos { get; set; } = [];

    /// <summary>Operator families of the columns.</summary>
    public List<uint> OpFamilies { get; set; } = [];

    /// <summary>Collations of the columns.</summary>
    public List<uint> InputCollations { get; set; } = [];

    /// <summary>Left fields.</summary>
    public List<BoundExpr> LArgs { get; set; } = [];

    /// <summary>Right fields.</summary>
    public List<BoundExpr> RArgs { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar((long)RcType);
        sink.Scalars(OpNos);
        sink.Scalars(OpFamilies);
        sink.Scalars(InputCollations);
        sink.Nodes(LArgs);
        sink.Nodes(RArgs);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var lArgs = MapList(LArgs, map);
        var rArgs = MapList(RArgs, map);
        if (ReferenceEquals(lArgs, LArgs)
            && ReferenceEquals(rArgs, RArgs))
        {
            return this;
        }

        var copy = (BoundRowCompareExpr)ShallowCopy();
        copy.LArgs = lArgs;
        copy.RArgs = rArgs;
        return copy;
    }
}
