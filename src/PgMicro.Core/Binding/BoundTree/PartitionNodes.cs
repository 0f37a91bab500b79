using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.BoundTree;

/// <summary>Where one column of a range bound stands; the numbers are PostgreSQL's.</summary>
public enum RangeDatumKind
{
    /// <summary>Below every value.</summary>
    MinValue = -1,

    /// <summary>A value.</summary>
    Value = 0,

    /// <summary>Above every value.</summary>
    MaxValue = 1,
}

/// <summary>One column of a range bound.</summary>
public sealed class BoundRangeDatum : BoundExpr
{
    /// <summary>Makes a node without a result.</summary>
    public BoundRangeDatum() => Type = TypeOid.Void;

    /// <summary>Which.</summary>
    public RangeDatumKind Kind { get; set; }

    /// <summary>The value, of the key column's type, when it is one.</summary>
    public BoundConst? Value { get; set; }

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar((long)Kind);
        sink.Node(Value);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var value = MapOne(Value, map);
        return ReferenceEquals(value, Value) ? this : new BoundRangeDatum { Kind = Kind, Value = value, Location = Location };
    }
}

/// <summary>The bound of a partition (PartitionBoundSpec): what pg_class.relpartbound keeps. It is no expression, but is kept and printed as one.</summary>
public sealed class BoundPartitionBound : BoundExpr
{
    /// <summary>Makes a node without a result.</summary>
    public BoundPartitionBound() => Type = TypeOid.Void;

    /// <summary>'l', 'r' or 'h', as pg_partitioned_table.partstrat.</summary>
    public char Strategy { get; set; }

    /// <summary>Whether it is DEFAULT.</summary>
    public bool IsDefault { get; set; }

    /// <summary>MODULUS.</summary>
    public int Modulus { get; set; }

    /// <summary>REMAINDER.</summary>
    public int Remainder { get; set; }

    /// <summary>The values of IN.</summary>
    public List<BoundConst> ListDatums { get; set; } = [];

    /// <summary>FROM.</summary>
    public List<BoundRangeDatum> LowerDatums { get; set; } = [];

    /// <summary>TO.</summary>
    public List<BoundRangeDatum> UpperDatums { get; set; } = [];

    /// <inheritdoc/>
    public override void Describe(NodeSink sink)
    {
        DescribeResult(sink);
        sink.Scalar(Strategy);
        sink.Scalar(IsDefault);
        sink.Scalar(Modulus);
        sink.Scalar(Remainder);
        sink.Nodes(ListDatums);
        sink.Nodes(LowerDatums);
        sink.Nodes(UpperDatums);
    }

    /// <inheritdoc/>
    public override BoundNode MapExprs(Func<BoundExpr, BoundExpr> map)
    {
        var (list, lower, upper) = (MapList(ListDatums, map), MapList(LowerDatums, map), MapList(UpperDatums, map));
        return ReferenceEquals(list, ListDatums) && ReferenceEquals(lower, LowerDatums) && ReferenceEquals(upper, UpperDatums)
            ? this
            : new BoundPartitionBound
            {
                Strategy = Strategy,
                IsDefault = IsDefault,
                Modulus = Modulus,
                Remainder = Remainder,
                ListDatums = list,
                LowerDatums = lower,
                UpperDatums = upper,
                Location = Location,
            };
    }
}
