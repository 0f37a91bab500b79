namespace PgMicro.Core.Functions.Aggregates;

/// <summary>Sum of squared differences from the mean, kept by Youngs and Cramer's recurrence.</summary>
internal abstract class FloatSquares
{
    private long _count;
    private double _sum;
    private double _squares;

    public void Step(double value)
    {
        _count++;
        _sum += value;
        if (_count > 1)
        {
            var delta = (value * _count) - _sum;
            _squares += delta * delta / ((double)_count * (_count - 1));
            if (double.IsInfinity(_sum) || double.IsInfinity(_squares) || double.IsNaN(_squares))
            {
                _squares = double.IsNaN(value) || double.IsInfinity(_sum) || double.IsNaN(_sum) ? double.NaN : throw Numeric.FloatArithmetic.Overflow();
            }
        }
        else if (double.IsNaN(value) || double.IsInfinity(value))
        {
            _squares = double.NaN;
        }
    }

    protected double? VarianceOf(bool isSample) => _count <= (isSample ? 1 : 0) ? null : _squares / (isSample ? _count - 1 : _count);

    protected double? DeviationOf(bool isSample) => VarianceOf(isSample) is { } variance ? Math.Sqrt(variance) : null;
}

[PgAggregate("var_samp(real)")]
[PgAggregate("var_samp(float8)")]
[PgAggregate("variance(real)")]
[PgAggregate("variance(float8)")]
internal sealed class FloatVarSamp : FloatSquares
{
    public double? Final() => VarianceOf(true);
}

[PgAggregate("var_pop(real)")]
[PgAggregate("var_pop(float8)")]
internal sealed class FloatVarPop : FloatSquares
{
    public double? Final() => VarianceOf(false);
}

[PgAggregate("stddev_samp(real)")]
[PgAggregate("stddev_samp(float8)")]
[PgAggregate("stddev(real)")]
[PgAggregate("stddev(float8)")]
internal sealed class FloatStddevSamp : FloatSquares
{
    public double? Final() => DeviationOf(true);
}

[PgAggregate("stddev_pop(real)")]
[PgAggregate("stddev_pop(float8)")]
internal sealed class FloatStddevPop : FloatSquares
{
    public double? Final() => DeviationOf(false);
}
