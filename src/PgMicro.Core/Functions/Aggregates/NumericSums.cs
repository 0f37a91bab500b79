using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Aggregates;

/// <summary>A sum and a count in numeric; NaN and infinities are counted apart so that rows can leave a frame.</summary>
internal class NumericSums
{
    private long _nan;
    private long _positive;
    private long _negative;

    // How many values have each scale: a sum has the largest of those that are still in the frame.
    private long[] _scales = [];
    private bool _left;

    protected long Count { get; private set; }

    protected PgNumeric Sum { get; private set; }

    public virtual void Step(PgNumeric value) => Move(value, 1);

    public virtual void Inverse(PgNumeric value) => Move(value, -1);

    protected PgNumeric Total() => _nan > 0 || (_positive > 0 && _negative > 0) ? PgNumeric.NaN
        : _positive > 0 ? PgNumeric.PositiveInfinity : _negative > 0 ? PgNumeric.NegativeInfinity : _left ? Sum.Round(LargestScale()) : Sum;

    protected bool IsFinite => _nan == 0 && _positive == 0 && _negative == 0;

    private int LargestScale()
    {
        var scale = _scales.Length - 1;
        while (scale > 0 && _scales[scale] == 0)
        {
            scale--;
        }

        return Math.Max(scale, 0);
    }

    private void Move(PgNumeric value, int by)
    {
        Count += by;
        if (value.IsFinite)
        {
            Sum = by > 0 ? Sum + value : Sum - value;
            _left |= by < 0;
            if (value.Scale >= _scales.Length)
            {
                Array.Resize(ref _scales, value.Scale + 1);
            }

            _scales[value.Scale] += by;
        }
        else if (value.IsNaN)
        {
            _nan += by;
        }
        else if (value.Sign > 0)
        {
            _positive += by;
        }
        else
        {
            _negative += by;
        }
    }
}

[PgAggregate("sum(numeric)")]
internal sealed class SumNumeric : NumericSums
{
    public PgNumeric? Final() => Count == 0 ? null : Total();
}

[PgAggregate("avg(numeric)")]
internal sealed class AvgNumeric : NumericSums
{
    public PgNumeric? Final() => Count == 0 ? null : Total() / Count;
}

/// <summary>The exact sum of integers.</summary>
internal abstract class IntegerSums
{
    protected long Count { get; private set; }

    protected Int128 Sum { get; private set; }

    public void Step(long value)
    {
        Sum += value;
        Count++;
    }

    public void Inverse(long value)
    {
        Sum -= value;
        Count--;
    }
}

[PgAggregate("sum(bigint)")]
internal sealed class SumInt8 : IntegerSums
{
    public PgNumeric? Final() => Count == 0 ? null : new PgNumeric(Sum, 0);
}

[PgAggregate("avg(smallint)")]
[PgAggregate("avg(integer)")]
[PgAggregate("avg(bigint)")]
internal sealed class AvgInteger : IntegerSums
{
    public PgNumeric? Final() => Count == 0 ? null : new PgNumeric(Sum, 0) / Count;
}
