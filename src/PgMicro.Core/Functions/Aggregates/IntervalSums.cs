using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.Aggregates;

[PgAggregate("sum(interval)")]
internal sealed class SumInterval
{
    private PgInterval? _sum;

    public void Step(PgInterval value) => _sum = _sum is { } sum ? IntervalMath.Add(sum, value) : value;

    public PgInterval? Final() => _sum;
}

[PgAggregate("avg(interval)")]
internal sealed class AvgInterval
{
    private PgInterval? _sum;
    private long _count;

    public void Step(PgInterval value)
    {
        _sum = _sum is { } sum ? IntervalMath.Add(sum, value) : value;
        _count++;
    }

    public PgInterval? Final() => _sum is { } sum ? IntervalMath.Divide(sum, _count) : null;
}
