namespace PgMicro.Core.Functions.Aggregates;

[PgAggregate("sum(float8)")]
internal struct SumFloat8
{
    private double _sum;
    private long _count;

    public void Step(double value)
    {
        var sum = _count++ == 0 ? value : _sum + value;
        if (double.IsInfinity(sum) && !double.IsInfinity(_sum) && !double.IsInfinity(value))
        {
            throw Numeric.FloatArithmetic.Overflow();
        }

        _sum = sum;
    }

    public readonly double? Final() => _count == 0 ? null : _sum;
}

[PgAggregate("sum(real)")]
internal struct SumFloat4
{
    private float _sum;
    private long _count;

    public void Step(float value)
    {
        var sum = _count++ == 0 ? value : _sum + value;
        if (float.IsInfinity(sum) && !float.IsInfinity(_sum) && !float.IsInfinity(value))
        {
            throw Numeric.FloatArithmetic.Overflow();
        }

        _sum = sum;
    }

    public readonly float? Final() => _count == 0 ? null : _sum;
}

[PgAggregate("avg(real)")]
[PgAggregate("avg(float8)")]
internal struct AvgFloat
{
    private double _sum;
    private long _count;

    public void Step(double value)
    {
        var sum = _sum + value;
        _count++;
        if (double.IsInfinity(sum) && !double.IsInfinity(_sum) && !double.IsInfinity(value))
        {
            throw Numeric.FloatArithmetic.Overflow();
        }

        _sum = sum;
    }

    public readonly double? Final() => _count == 0 ? null : _sum / _count;
}
