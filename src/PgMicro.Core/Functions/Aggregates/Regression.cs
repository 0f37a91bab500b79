namespace PgMicro.Core.Functions.Aggregates;

/// <summary>Sums over pairs (Y, X), kept by Youngs and Cramer's recurrence.</summary>
internal abstract class PairSums
{
    protected long Count { get; private set; }

    protected double SumX { get; private set; }

    protected double SumY { get; private set; }

    protected double SquaresX { get; private set; }

    protected double SquaresY { get; private set; }

    protected double Products { get; private set; }

    public void Step(double y, double x)
    {
        var (oldX, oldY) = (SumX, SumY);
        Count++;
        SumX += x;
        SumY += y;
        if (Count == 1)
        {
            SquaresX = double.IsFinite(x) ? 0 : double.NaN;
            SquaresY = double.IsFinite(y) ? 0 : double.NaN;
            Products = double.IsFinite(x) && double.IsFinite(y) ? 0 : double.NaN;
            return;
        }

        var dx = (x * Count) - SumX;
        var dy = (y * Count) - SumY;
        var scale = 1.0 / ((double)Count * (Count - 1));
        SquaresX += dx * dx * scale;
        SquaresY += dy * dy * scale;
        Products += dx * dy * scale;
        if (double.IsInfinity(SumX) || double.IsInfinity(SquaresX) || double.IsInfinity(SumY) || double.IsInfinity(SquaresY) || double.IsInfinity(Products))
        {
            if (((double.IsInfinity(SumX) || double.IsInfinity(SquaresX)) && !double.IsInfinity(oldX) && !double.IsInfinity(x))
                || ((double.IsInfinity(SumY) || double.IsInfinity(SquaresY)) && !double.IsInfinity(oldY) && !double.IsInfinity(y))
                || (double.IsInfinity(Products) && !double.IsInfinity(oldX) && !double.IsInfinity(x) && !double.IsInfinity(oldY) && !double.IsInfinity(y)))
            {
                throw Numeric.FloatArithmetic.Overflow();
            }

            SquaresX = double.IsInfinity(SquaresX) ? double.NaN : SquaresX;
            SquaresY = double.IsInfinity(SquaresY) ? double.NaN : SquaresY;
            Products = double.IsInfinity(Products) ? double.NaN : Products;
        }
    }
}

[PgAggregate("regr_count(float8,float8)")]
internal struct RegressionCount
{
    private long _count;

    public void Step(double y, double x) => _count++;

    public void Inverse(double y, double x) => _count--;

    public readonly long Final() => _count;
}

[PgAggregate("regr_sxx(float8,float8)")]
internal sealed class RegressionSxx : PairSums
{
    public double? Final() => Count < 1 ? null : SquaresX;
}

[PgAggregate("regr_syy(float8,float8)")]
internal sealed class RegressionSyy : PairSums
{
    public double? Final() => Count < 1 ? null : SquaresY;
}

[PgAggregate("regr_sxy(float8,float8)")]
internal sealed class RegressionSxy : PairSums
{
    public double? Final() => Count < 1 ? null : Products;
}

[PgAggregate("regr_avgx(float8,float8)")]
internal sealed class RegressionAverageX : PairSums
{
    public double? Final() => Count < 1 ? null : SumX / Count;
}

[PgAggregate("regr_avgy(float8,float8)")]
internal sealed class RegressionAverageY : PairSums
{
    public double? Final() => Count < 1 ? null : SumY / Count;
}

[PgAggregate("regr_r2(float8,float8)")]
internal sealed class RegressionDetermination : PairSums
{
    public double? Final() => Count < 1 || SquaresX == 0 ? null : SquaresY == 0 ? 1 : Products * Products / (SquaresX * SquaresY);
}

[PgAggregate("regr_slope(float8,float8)")]
internal sealed class RegressionSlope : PairSums
{
    public double? Final() => Count < 1 || SquaresX == 0 ? null : Products / SquaresX;
}

[PgAggregate("regr_intercept(float8,float8)")]
internal sealed class RegressionIntercept : PairSums
{
    public double? Final() => Count < 1 || SquaresX == 0 ? null : (SumY - (SumX * Products / SquaresX)) / Count;
}

[PgAggregate("covar_pop(float8,float8)")]
internal sealed class CovariancePopulation : PairSums
{
    public double? Final() => Count < 1 ? null : Products / Count;
}

[PgAggregate("covar_samp(float8,float8)")]
internal sealed class CovarianceSample : PairSums
{
    public double? Final() => Count < 2 ? null : Products / (Count - 1);
}

[PgAggregate("corr(float8,float8)")]
internal sealed class Correlation : PairSums
{
    public double? Final() => Count < 1 || SquaresX == 0 || SquaresY == 0 ? null : Products / Math.Sqrt(SquaresX * SquaresY);
}
