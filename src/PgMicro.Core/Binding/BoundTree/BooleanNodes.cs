using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.BoundTree;

/// <summary>AND, OR, NOT.</summary>
public enum BoolExprType
{
    /// <summary>AND of any number.</summary>
    And,

    /// <summary>OR of any number.</summary>
    Or,

    /// <summary>NOT of one.</summary>
    Not,
}

/// <summary>IS [NOT] TRUE, FALSE, UNKNOWN.</summary>
public enum BoolTestType
{
    /// <summary>IS TRUE.</summary>
    IsTrue,

    /// <summary>IS NOT TRUE.</summary>
    IsNotTrue,

    /// <summary>IS FALSE.</summary>
    IsFalse,

    /// <summary>IS NOT FALSE.</summary>
    IsNotFalse,

    /// <summary>IS UNKNOWN.</summary>
    IsUnknown,

    /// <summary>IS NOT UNKNOWN.</summary>
    IsNotUnknown,
}

/// <summary>AND, OR, NOT.</summary>
public sealed class BoundBoolExpr : BoundExpr
{
    /// <summary>Makes a node with its fixed result.</summary>
    public BoundBoolExpr() => Type = TypeOid.Bool;

    /// <summary>Which.</summary>
    public BoolExprType BoolOp { get; set; }

    /// <summary>Arguments.</summary>
    public List<BoundExpr> Args { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar((long)BoolOp);
        sink.Nodes(Args);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var args = MapList(Args, map);
        if (ReferenceEquals(args, Args))
        {
            return this;
        }

        var copy = (BoundBoolExpr)ShallowCopy();
        copy.Args = args;
        return copy;
    }
}

/// <summary>IS [NOT] NULL.</summary>
public sealed class BoundNullTest : BoundExpr
{
    /// <summary>Makes a node with its fixed result.</summary>
    public BoundNullTest() => Type = TypeOid.Bool;

    /// <summary>What is tested.</summary>
    public BoundExpr Arg { get; set; } = null!;

    /// <summary>Whether IS NOT NULL.</summary>
    public bool IsNotNull { get; set; }

    /// <summary>Whether the test is the row-wise one.</summary>
    public bool ArgIsRow { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Node(Arg);
        sink.Scalar(IsNotNull);
        sink.Scalar(ArgIsRow);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var arg = MapOne(Arg, map);
        if (ReferenceEquals(arg, Arg))
        {
            return this;
        }

        var copy = (BoundNullTest)ShallowCopy();
        copy.Arg = arg!;
        return copy;
    }
}

/// <summary>IS [NOT] TRUE, FALSE, UNKNOWN.</summary>
public sealed class BoundBooleanTest : BoundExpr
{
    /// <summary>Makes a node with its fixed result.</summary>
    public BoundBooleanTest() => Type = TypeOid.Bool;

    /// <summary>What is tested.</summary>
    public BoundExpr Arg { get; set; } = null!;

    /// <summary>Which.</summary>
    public BoolTestType TestType { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Node(Arg);
        sink.Scalar((long)TestType);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var arg = MapOne(Arg, map);
        if (ReferenceEquals(arg, Arg))
        {
            return this;
        }

        var copy = (BoundBooleanTest)ShallowCopy();
        copy.Arg = arg!;
        return copy;
    }
}
