namespace PgMicro.Core.Functions.Aggregates;

/// <summary>sum of smallint and integer in bigint, which cannot overflow before 2^31 rows of the largest value.</summary>
[PgAggregate("sum(smallint)")]
[PgAggregate("sum(integer)")]
internal struct SumInt4
{
    private long _sum;
    private long _count;

    public void Step(int value)
    {
        _sum = unchecked(_sum + value);
        _count++;
    }

    public void Inverse(int value)
    {
        _sum = unchecked(_sum - value);
        _count--;
    }

    public readonly long? Final() => _count == 0 ? null : _sum;
}
