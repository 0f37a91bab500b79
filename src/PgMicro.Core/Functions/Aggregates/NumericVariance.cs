using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Aggregates;

/// <summary>Sums of values and of their squares in numeric.</summary>
internal abstract class NumericSquares : NumericSums
{
    private PgNumeric _squares;

    public override void Step(PgNumeric value)
    {
        base.Step(value);
        if (value.IsFinite)
        {
            _squares += value * value;
        }
    }

    public override void Inverse(PgNumeric value)
    {
        base.Inverse(value);
        if (value.IsFinite)
        {
            _squares -= value * value;
        }
    }

    protected PgNumeric? VarianceOf(bool isSample)
    {
        if (Count <= (isSample ? 1 : 0))
        {
            return null;
        }

        if (!IsFinite)
        {
            return PgNumeric.NaN;
        }

        var numerator = (Count * _squares) - (Sum * Sum);
        return numerator.Sign <= 0 ? PgNumeric.Zero : numerator / ((PgNumeric)Count * (isSample ? Count - 1 : Count));
    }

    protected PgNumeric? DeviationOf(bool isSample) =>
        VarianceOf(isSample) is not { } variance ? null : variance.IsFinite && variance.Sign > 0 ? Numeric.NumericRoots.SquareRoot(variance, variance.Scale) : variance;
}

[PgAggregate("var_samp(numeric)")]
[PgAggregate("var_samp(smallint)")]
[PgAggregate("var_samp(integer)")]
[PgAggregate("var_samp(bigint)")]
[PgAggregate("variance(numeric)")]
[PgAggregate("variance(smallint)")]
[PgAggregate("variance(integer)")]
[PgAggregate("variance(bigint)")]
internal sealed class NumericVarSamp : NumericSquares
{
    public PgNumeric? Final() => VarianceOf(true);
}

[PgAggregate("var_pop(numeric)")]
[PgAggregate("var_pop(smallint)")]
[PgAggregate("var_pop(integer)")]
[PgAggregate("var_pop(bigint)")]
internal sealed class NumericVarPop : NumericSquares
{
    public PgNumeric? Final() => VarianceOf(false);
}

[PgAggregate("stddev_samp(numeric)")]
[PgAggregate("stddev_samp(smallint)")]
[PgAggregate("stddev_samp(integer)")]
[PgAggregate("stddev_samp(bigint)")]
[PgAggregate("stddev(numeric)")]
[PgAggregate("stddev(smallint)")]
[PgAggregate("stddev(integer)")]
[PgAggregate("stddev(bigint)")]
internal sealed class NumericStddevSamp : NumericSquares
{
    public PgNumeric? Final() => DeviationOf(true);
}

[PgAggregate("stddev_pop(numeric)")]
[PgAggregate("stddev_pop(smallint)")]
[PgAggregate("stddev_pop(integer)")]
[PgAggregate("stddev_pop(bigint)")]
internal sealed class NumericStddevPop : NumericSquares
{
    public PgNumeric? Final() => DeviationOf(false);
}
