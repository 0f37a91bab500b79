namespace PgMicro.Core.Binding.BoundTree;

/// <summary>(composite).field.</summary>
public sealed class BoundFieldSelect : BoundExpr
{
    /// <summary>The composite.</summary>
    public BoundExpr Arg { get; set; } = null!;

    /// <summary>Attribute number.</summary>
    public int FieldNum { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Node(Arg);
        sink.Scalar(FieldNum);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var arg = MapOne(Arg, map);
        if (ReferenceEquals(arg, Arg))
        {
            return this;
        }

        var copy = (BoundFieldSelect)ShallowCopy();
        copy.Arg = arg!;
        return copy;
    }
}

/// <summary>A composite with some fields replaced.</summary>
public sealed class BoundFieldStore : BoundExpr
{
    /// <summary>The composite.</summary>
    public BoundExpr Arg { get; set; } = null!;

    /// <summary>New values.</summary>
    public List<BoundExpr> NewVals { get; set; } = [];

    /// <summary>Their attribute numbers.</summary>
    public List<int> FieldNums { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Node(Arg);
        sink.Nodes(NewVals);
        sink.Scalars(FieldNums);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var arg = MapOne(Arg, map);
        var newVals = MapList(NewVals, map);
        if (ReferenceEquals(arg, Arg)
            && ReferenceEquals(newVals, NewVals))
        {
            return this;
        }

        var copy = (BoundFieldStore)ShallowCopy();
        copy.Arg = arg!;
        copy.NewVals = newVals;
        return copy;
    }
}

/// <summary>A binary-compatible cast.</summary>
public sealed class BoundRelabelType : BoundExpr
{
    /// <summary>The operand.</summary>
    public BoundExpr Arg { get; set; } = null!;

    /// <summary>How it was written.</summary>
    public CoercionForm RelabelFormat { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Node(Arg);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var arg = MapOne(Arg, map);
        if (ReferenceEquals(arg, Arg))
        {
            return this;
        }

        var copy = (BoundRelabelType)ShallowCopy();
        copy.Arg = arg!;
        return copy;
    }
}

/// <summary>A cast by output and input.</summary>
public sealed class BoundCoerceViaIO : BoundExpr
{
    /// <summary>The operand.</summary>
    public BoundExpr Arg { get; set; } = null!;

    /// <summary>How it was written.</summary>
    public CoercionForm CoerceFormat { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Node(Arg);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var arg = MapOne(Arg, map);
        if (ReferenceEquals(arg, Arg))
        {
            return this;
        }

        var copy = (BoundCoerceViaIO)ShallowCopy();
        copy.Arg = arg!;
        return copy;
    }
}

/// <summary>A cast of an array by casting its elements.</summary>
public sealed class BoundArrayCoerceExpr : BoundExpr
{
    /// <summary>The array.</summary>
    public BoundExpr Arg { get; set; } = null!;

    /// <summary>The element's cast over a BoundCaseTestExpr.</summary>
    public BoundExpr ElemExpr { get; set; } = null!;

    /// <summary>How it was written.</summary>
    public CoercionForm CoerceFormat { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Node(Arg);
        sink.Node(ElemExpr);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var arg = MapOne(Arg, map);
        var elemExpr = MapOne(ElemExpr, map);
        if (ReferenceEquals(arg, Arg)
            && ReferenceEquals(elemExpr, ElemExpr))
        {
            return this;
        }

        var copy = (BoundArrayCoerceExpr)ShallowCopy();
        copy.Arg = arg!;
        copy.ElemExpr = elemExpr!;
        return copy;
    }
}

/// <summary>A child's row as its parent's.</summary>
public sealed class BoundConvertRowtypeExpr : BoundExpr
{
    /// <summary>The row.</summary>
    public BoundExpr Arg { get; set; } = null!;

    /// <summary>How it was written.</summary>
    public CoercionForm ConvertFormat { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Node(Arg);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var arg = MapOne(Arg, map);
        if (ReferenceEquals(arg, Arg))
        {
            return this;
        }

        var copy = (BoundConvertRowtypeExpr)ShallowCopy();
        copy.Arg = arg!;
        return copy;
    }
}

/// <summary>COLLATE.</summary>
public sealed class BoundCollateExpr : BoundExpr
{
    /// <summary>The operand.</summary>
    public BoundExpr Arg { get; set; } = null!;

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Node(Arg);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var arg = MapOne(Arg, map);
        if (ReferenceEquals(arg, Arg))
        {
            return this;
        }

        var copy = (BoundCollateExpr)ShallowCopy();
        copy.Arg = arg!;
        return copy;
    }
}

/// <summary>The check of a domain's constraints.</summary>
public sealed class BoundCoerceToDomain : BoundExpr
{
    /// <summary>The value, of the base type.</summary>
    public BoundExpr Arg { get; set; } = null!;

    /// <summary>How it was written.</summary>
    public CoercionForm CoercionFormat { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Node(Arg);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var arg = MapOne(Arg, map);
        if (ReferenceEquals(arg, Arg))
        {
            return this;
        }

        var copy = (BoundCoerceToDomain)ShallowCopy();
        copy.Arg = arg!;
        return copy;
    }
}

/// <summary>VALUE in a domain's constraint.</summary>
public sealed class BoundCoerceToDomainValue : BoundExpr
{

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map) => this;
}
