namespace PgMicro.Core.Binding.BoundTree;

/// <summary>GREATEST or LEAST.</summary>
public enum MinMaxOp
{
    /// <summary>GREATEST.</summary>
    Greatest,

    /// <summary>LEAST.</summary>
    Least,
}

/// <summary>CASE.</summary>
public sealed class BoundCaseExpr : BoundExpr
{
    /// <summary>The operand of CASE x WHEN ...; the arms then compare a BoundCaseTestExpr.</summary>
    public BoundExpr? Arg { get; set; }

    /// <summary>The arms.</summary>
    public List<BoundCaseWhen> Args { get; set; } = [];

    /// <summary>ELSE.</summary>
    public BoundExpr DefResult { get; set; } = null!;

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Node(Arg);
        sink.Nodes(Args);
        sink.Node(DefResult);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var arg = MapOne(Arg, map);
        var args = MapList(Args, map);
        var defResult = MapOne(DefResult, map);
        if (ReferenceEquals(arg, Arg)
            && ReferenceEquals(args, Args)
            && ReferenceEquals(defResult, DefResult))
        {
            return this;
        }

        var copy = (BoundCaseExpr)ShallowCopy();
        copy.Arg = arg;
        copy.Args = args;
        copy.DefResult = defResult!;
        return copy;
    }
}

/// <summary>WHEN ... THEN.</summary>
public sealed class BoundCaseWhen : BoundNode
{
    /// <summary>The condition.</summary>
    public BoundExpr Expr { get; set; } = null!;

    /// <summary>The result.</summary>
    public BoundExpr Result { get; set; } = null!;

    /// <summary>UTF-8 byte offset, or -1.</summary>
    public int Location { get; set; } = -1;

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        sink.Node(Expr);
        sink.Node(Result);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var expr = MapOne(Expr, map);
        var result = MapOne(Result, map);
        if (ReferenceEquals(expr, Expr)
            && ReferenceEquals(result, Result))
        {
            return this;
        }

        var copy = (BoundCaseWhen)ShallowCopy();
        copy.Expr = expr!;
        copy.Result = result!;
        return copy;
    }
}

/// <summary>The value under test in CASE, or the element in an array coercion.</summary>
public sealed class BoundCaseTestExpr : BoundExpr
{

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}

/// <summary>COALESCE.</summary>
public sealed class BoundCoalesceExpr : BoundExpr
{
    /// <summary>Arguments.</summary>
    public List<BoundExpr> Args { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
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

        var copy = (BoundCoalesceExpr)ShallowCopy();
        copy.Args = args;
        return copy;
    }
}

/// <summary>GREATEST, LEAST.</summary>
public sealed class BoundMinMaxExpr : BoundExpr
{
    /// <summary>Collation of the comparison.</summary>
    public uint InputCollation { get; set; }

    /// <summary>Which.</summary>
    public MinMaxOp Op { get; set; }

    /// <summary>Arguments.</summary>
    public List<BoundExpr> Args { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar(InputCollation);
        sink.Scalar((long)Op);
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

        var copy = (BoundMinMaxExpr)ShallowCopy();
        copy.Args = args;
        return copy;
    }
}
