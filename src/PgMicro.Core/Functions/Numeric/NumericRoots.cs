using System.Numerics;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>Roots, powers and logarithms of numeric.</summary>
internal static class NumericRoots
{
    [PgFunction("sqrt(numeric)")]
    [PgFunction("numeric_sqrt(numeric)")]
    public static PgNumeric SquareRoot(PgNumeric value) => PgNumeric.Sqrt(value);

    [PgFunction("exp(numeric)")]
    [PgFunction("numeric_exp(numeric)")]
    public static PgNumeric Exponential(PgNumeric value) => PgNumeric.Exp(value);

    [PgFunction("ln(numeric)")]
    [PgFunction("numeric_ln(numeric)")]
    public static PgNumeric NaturalLogarithm(PgNumeric value) => PgNumeric.Ln(value);

    [PgFunction("log(numeric)")]
    [PgFunction("log10(numeric)")]
    public static PgNumeric DecimalLogarithm(PgNumeric value) => PgNumeric.Log10(value);

    [PgFunction("log(numeric,numeric)")]
    [PgFunction("numeric_log(numeric,numeric)")]
    public static PgNumeric Logarithm(PgNumeric logBase, PgNumeric value) => PgNumeric.Log(logBase, value);

    [PgFunction("power(numeric,numeric)")]
    [PgFunction("pow(numeric,numeric)")]
    [PgFunction("numeric_power(numeric,numeric)")]
    public static PgNumeric Power(PgNumeric value, PgNumeric exponent) => PgNumeric.Power(value, exponent);

    /// <summary>The root rounded to so many digits after the point.</summary>
    internal static PgNumeric SquareRoot(PgNumeric value, int scale)
    {
        var shift = (2 * (scale + 1)) - value.Scale;
        var scaled = shift >= 0 ? value.Unscaled * BigInteger.Pow(10, shift) : value.Unscaled / BigInteger.Pow(10, -shift);
        return new PgNumeric(Root(scaled), scale + 1).Round(scale);
    }

    private static BigInteger Root(BigInteger value)
    {
        if (value.IsZero)
        {
            return value;
        }

        var x = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        for (; ; )
        {
            var next = (x + (value / x)) >> 1;
            if (next >= x)
            {
                return x;
            }

            x = next;
        }
    }
}
