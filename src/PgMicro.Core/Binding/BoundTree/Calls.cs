using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.BoundTree;

/// <summary>How a call was written.</summary>
public enum CoercionForm
{
    /// <summary>As a function call.</summary>
    ExplicitCall,

    /// <summary>As a cast.</summary>
    ExplicitCast,

    /// <summary>Not at all: an implicit cast.</summary>
    ImplicitCast,

    /// <summary>In SQL's own syntax, such as EXTRACT.</summary>
    SqlSyntax,
}

/// <summary>A function call.</summary>
public sealed class BoundFuncExpr : BoundExpr
{
    /// <summary>pg_proc OID.</summary>
    public uint FuncId { get; set; }

    /// <summary>Whether it returns a set.</summary>
    public bool FuncRetSet { get; set; }

    /// <summary>Whether VARIADIC arguments were collected into an array.</summary>
    public bool FuncVariadic { get; set; }

    /// <summary>How it was written.</summary>
    public CoercionForm FuncFormat { get; set; }

    /// <summary>Collation that the function sees.</summary>
    public uint InputCollation { get; set; }

    /// <summary>
    /// Which parameters the call's text gives, in written order; null when it gives all of them in place. The other arguments of
    /// <see cref="Args"/> are defaults.
    /// </summary>
    public List<int>? WrittenArgs { get; set; }

    /// <summary>How many of <see cref="WrittenArgs"/> stand without a name.</summary>
    public int WrittenPositional { get; set; }

    /// <summary>Arguments.</summary>
    public List<BoundExpr> Args { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar(FuncId);
        sink.Scalar(FuncRetSet);
        sink.Scalar(FuncVariadic);
        sink.Scalar(InputCollation);
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

        var copy = (BoundFuncExpr)ShallowCopy();
        copy.Args = args;
        return copy;
    }
}

/// <summary>name => value.</summary>
public sealed class BoundNamedArgExpr : BoundExpr
{
    /// <summary>The value.</summary>
    public BoundExpr Arg { get; set; } = null!;

    /// <summary>The name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Position in the call.</summary>
    public int ArgNumber { get; set; } = -1;

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Node(Arg);
        sink.Text(Name);
        sink.Scalar(ArgNumber);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var arg = MapOne(Arg, map);
        if (ReferenceEquals(arg, Arg))
        {
            return this;
        }

        var copy = (BoundNamedArgExpr)ShallowCopy();
        copy.Arg = arg!;
        return copy;
    }
}

/// <summary>An operator call.</summary>
public sealed class BoundOpExpr : BoundExpr
{
    /// <summary>pg_operator OID.</summary>
    public uint OpNo { get; set; }

    /// <summary>pg_proc OID of its function.</summary>
    public uint OpFuncId { get; set; }

    /// <summary>Whether it returns a set.</summary>
    public bool OpRetSet { get; set; }

    /// <summary>Collation that the function sees.</summary>
    public uint InputCollation { get; set; }

    /// <summary>One or two arguments.</summary>
    public List<BoundExpr> Args { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar(OpNo);
        sink.Scalar(OpFuncId);
        sink.Scalar(OpRetSet);
        sink.Scalar(InputCollation);
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

        var copy = (BoundOpExpr)ShallowCopy();
        copy.Args = args;
        return copy;
    }
}

/// <summary>IS DISTINCT FROM, by an equality operator.</summary>
public sealed class BoundDistinctExpr : BoundExpr
{
    /// <summary>Makes a node with its fixed result.</summary>
    public BoundDistinctExpr() => Type = TypeOid.Bool;

    /// <summary>pg_operator OID of "=".</summary>
    public uint OpNo { get; set; }

    /// <summary>pg_proc OID of its function.</summary>
    public uint OpFuncId { get; set; }

    /// <summary>Collation that the function sees.</summary>
    public uint InputCollation { get; set; }

    /// <summary>Two arguments.</summary>
    public List<BoundExpr> Args { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar(OpNo);
        sink.Scalar(OpFuncId);
        sink.Scalar(InputCollation);
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

        var copy = (BoundDistinctExpr)ShallowCopy();
        copy.Args = args;
        return copy;
    }
}

/// <summary>NULLIF, by an equality operator.</summary>
public sealed class BoundNullIfExpr : BoundExpr
{
    /// <summary>pg_operator OID of "=".</summary>
    public uint OpNo { get; set; }

    /// <summary>pg_proc OID of its function.</summary>
    public uint OpFuncId { get; set; }

    /// <summary>Collation that the function sees.</summary>
    public uint InputCollation { get; set; }

    /// <summary>Two arguments.</summary>
    public List<BoundExpr> Args { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar(OpNo);
        sink.Scalar(OpFuncId);
        sink.Scalar(InputCollation);
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

        var copy = (BoundNullIfExpr)ShallowCopy();
        copy.Args = args;
        return copy;
    }
}

/// <summary>scalar op ANY/ALL (array).</summary>
public sealed class BoundScalarArrayOpExpr : BoundExpr
{
    /// <summary>Makes a node with its fixed result.</summary>
    public BoundScalarArrayOpExpr() => Type = TypeOid.Bool;

    /// <summary>pg_operator OID.</summary>
    public uint OpNo { get; set; }

    /// <summary>pg_proc OID of its function.</summary>
    public uint OpFuncId { get; set; }

    /// <summary>Whether ANY and not ALL.</summary>
    public bool UseOr { get; set; }

    /// <summary>Collation that the function sees.</summary>
    public uint InputCollation { get; set; }

    /// <summary>The scalar and the array.</summary>
    public List<BoundExpr> Args { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar(OpNo);
        sink.Scalar(OpFuncId);
        sink.Scalar(UseOr);
        sink.Scalar(InputCollation);
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

        var copy = (BoundScalarArrayOpExpr)ShallowCopy();
        copy.Args = args;
        return copy;
    }
}

/// <summary>Subscripting, or assignment to a subscripted place.</summary>
public sealed class BoundSubscriptingRef : BoundExpr
{
    /// <summary>Type of the container (a domain is looked through).</summary>
    public uint ContainerType { get; set; }

    /// <summary>Type of its elements.</summary>
    public uint ElementType { get; set; }

    /// <summary>Subscripts; an absent one of a slice is null.</summary>
    public List<BoundExpr?> UpperIndexes { get; set; } = [];

    /// <summary>Lower bounds when slicing; an absent one is null.</summary>
    public List<BoundExpr?>? LowerIndexes { get; set; }

    /// <summary>The container.</summary>
    public BoundExpr RefExpr { get; set; } = null!;

    /// <summary>The value to store, when assigning.</summary>
    public BoundExpr? RefAssignExpr { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar(ContainerType);
        sink.Scalar(ElementType);
        sink.Nodes(UpperIndexes);
        sink.Nodes(LowerIndexes);
        sink.Node(RefExpr);
        sink.Node(RefAssignExpr);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var upperIndexes = MapList(UpperIndexes, map);
        var lowerIndexes = LowerIndexes is null ? null : MapList(LowerIndexes, map);
        var refExpr = MapOne(RefExpr, map);
        var refAssignExpr = MapOne(RefAssignExpr, map);
        if (ReferenceEquals(upperIndexes, UpperIndexes)
            && ReferenceEquals(lowerIndexes, LowerIndexes)
            && ReferenceEquals(refExpr, RefExpr)
            && ReferenceEquals(refAssignExpr, RefAssignExpr))
        {
            return this;
        }

        var copy = (BoundSubscriptingRef)ShallowCopy();
        copy.UpperIndexes = upperIndexes;
        copy.LowerIndexes = lowerIndexes;
        copy.RefExpr = refExpr!;
        copy.RefAssignExpr = refAssignExpr;
        return copy;
    }
}
