using System.Numerics;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>Square root of numeric.</summary>
internal static class NumericRoots
{
    private const int MinimumSignificantDigits = 16;

    [PgFunction("sqrt(numeric)")]
    [PgFunction("numeric_sqrt(numeric)")]
    public static PgNumeric SquareRoot(PgNumeric value)
    {
        if (value.Sign < 0 && !value.IsNaN)
        {
            throw new PgException(SqlState.InvalidArgumentForPowerFunction, "cannot take square root of a negative number");
        }

        if (!value.IsFinite)
        {
            return value;
        }

        // The result's weight in decimal digits, from the argument's in groups of four, as PostgreSQL chooses its scale.
        var digits = value.Unscaled.IsZero ? 0 : value.DigitCount() - value.Scale;
        var weight = value.Unscaled.IsZero ? 0 : digits > 0 ? (digits - 1) / 4 : -((-digits / 4) + 1);
        var resultWeight = weight >= 0 ? ((weight + 1) * 4 / 2) - 1 : 1 - ((1 - ((weight + 1) * 4)) / 2);
        var scale = Math.Clamp(Math.Max(MinimumSignificantDigits - resultWeight, value.Scale), 0, PgNumeric.MaxDisplayScale);
        return SquareRoot(value, scale);
    }

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
        for (;;)
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
