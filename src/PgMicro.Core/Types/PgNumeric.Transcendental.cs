using System.Numerics;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <content>Roots, powers, exponentials and logarithms, with PostgreSQL's result scales; the digits are the exact value's, rounded.</content>
public readonly partial struct PgNumeric
{
    private const int MaxResultScale = 2000;
    private const double LogTenOfE = 0.434294481903252;

    /// <summary>sqrt(numeric).</summary>
    /// <exception cref="PgException">2201F for a negative number.</exception>
    public static PgNumeric Sqrt(PgNumeric value)
    {
        if (value.Sign < 0)
        {
            throw new PgException(SqlState.InvalidArgumentForPowerFunction, "cannot take square root of a negative number");
        }

        if (!value.IsFinite)
        {
            return value;
        }

        // Half the decimal weight of the argument, as PostgreSQL reckons it from base 10,000.
        var weight = value.Leading().Weight;
        var resultWeight = weight >= 0 ? ((weight + 1) * 2) - 1 : 1 - (-(weight + 1) * 2) - 2;
        var scale = ResultScale(MinSignificantDigits - resultWeight, value._scale);
        var radicand = value.Unscaled * PowersOfTen.Big((2 * scale) - value._scale);
        var root = FixedPoint.SquareRoot(radicand);
        return new(radicand - (root * root) > root ? root + 1 : root, scale);
    }

    /// <summary>exp(numeric).</summary>
    /// <exception cref="PgException">22003.</exception>
    public static PgNumeric Exp(PgNumeric value)
    {
        if (!value.IsFinite)
        {
            return value._kind == Kind.NegativeInfinity ? Zero : value;
        }

        var approximate = value.ToDoubleNoOverflow();
        var weight = (int)Math.Clamp(approximate * LogTenOfE, -MaxResultScale, MaxResultScale);
        var scale = ResultScale(MinSignificantDigits - weight, value._scale);
        if (Math.Abs(approximate) >= MaxResultScale * 3)
        {
            return approximate > 0 ? throw PgErrors.NumericOverflow() : new((Int128)0, scale);
        }

        return FixedPoint.Exp(value, scale, weight);
    }

    /// <summary>ln(numeric).</summary>
    /// <exception cref="PgException">2201E.</exception>
    public static PgNumeric Ln(PgNumeric value)
    {
        CheckLogarithm(value);
        if (!value.IsFinite)
        {
            return value;
        }

        var scale = ResultScale(MinSignificantDigits - value.LnWeight(), value._scale);
        return FixedPoint.ToScale(FixedPoint.Ln(value, FixedPoint.Bits(scale + 10)), FixedPoint.Bits(scale + 10), scale);
    }

    /// <summary>log(numeric): base 10.</summary>
    /// <exception cref="PgException">2201E.</exception>
    public static PgNumeric Log10(PgNumeric value) => Log(10, value);

    /// <summary>log(base, numeric).</summary>
    /// <exception cref="PgException">2201E, 22012.</exception>
    public static PgNumeric Log(PgNumeric logBase, PgNumeric value)
    {
        if (logBase.IsNaN || value.IsNaN)
        {
            return NaN;
        }

        if ((logBase.IsInfinite || value.IsInfinite) && value.Sign < 0)
        {
            // With an infinity in play signs are looked at before zeros.
            CheckLogarithm(value);
        }

        CheckLogarithm(logBase);
        CheckLogarithm(value);
        if (!logBase.IsFinite || !value.IsFinite)
        {
            return !logBase.IsFinite ? value.IsFinite ? Zero : NaN : PositiveInfinity;
        }

        var scale = ResultScale(MinSignificantDigits - (value.LnWeight() - logBase.LnWeight()), logBase._scale, value._scale);
        var bits = FixedPoint.Bits(scale + 20 + (Math.Max(0, -logBase.LnWeight()) * 2) + Math.Max(0, value.LnWeight()));
        var divisor = FixedPoint.Ln(logBase, bits);
        if (divisor.IsZero)
        {
            throw PgErrors.DivisionByZero();
        }

        return new(DivideInteger(FixedPoint.Ln(value, bits) * PowersOfTen.Big(scale), divisor, round: true), scale);
    }

    /// <summary>power(numeric, numeric), the ^ operator.</summary>
    /// <exception cref="PgException">2201F, 22003.</exception>
    public static PgNumeric Power(PgNumeric value, PgNumeric exponent)
    {
        if (!value.IsFinite || !exponent.IsFinite)
        {
            return PowerOfSpecial(value, exponent);
        }

        if (value.Sign == 0 && exponent.Sign < 0)
        {
            throw new PgException(SqlState.InvalidArgumentForPowerFunction, "zero raised to a negative power is undefined");
        }

        var whole = exponent.Truncate(0);
        var isWhole = whole == exponent;
        if (value.Sign < 0 && !isWhole)
        {
            throw new PgException(
                SqlState.InvalidArgumentForPowerFunction, "a negative number raised to a non-integer power yields a complex result");
        }

        if (isWhole && whole.IsSmall && whole._small >= int.MinValue && whole._small <= int.MaxValue)
        {
            return PowerOfInteger(value, (int)whole._small, exponent._scale);
        }

        if (value.Sign == 0)
        {
            return new((Int128)0, MinSignificantDigits);
        }

        var magnitude = value.Abs();

        // The weight is judged from logarithms of few digits, as PostgreSQL does, or exact powers of ten would get another scale.
        var roughScale = Math.Max(0, 8 - magnitude.LnWeight());
        var roughBits = FixedPoint.Bits(roughScale + 10);
        var rough = FixedPoint.ToScale(FixedPoint.Ln(magnitude, roughBits), roughBits, roughScale);
        var logarithm = (rough * exponent).Round(roughScale).ToDoubleNoOverflow();
        if (Math.Abs(logarithm) > MaxResultScale * 3.01)
        {
            return logarithm > 0 ? throw PgErrors.NumericOverflow() : new((Int128)0, MaxDisplayScale);
        }

        var weight = (int)(logarithm * LogTenOfE);
        var scale = ResultScale(MinSignificantDigits - weight, value._scale, exponent._scale);
        var digits = scale + Math.Max(0, weight) + 20 + exponent.DigitCount();
        var bits = FixedPoint.Bits(digits);
        var product = FixedPoint.Ln(magnitude, bits) * exponent.Unscaled / PowersOfTen.Big(exponent._scale);
        var result = FixedPoint.ExpToScale(product, bits, scale);
        return value.Sign < 0 && !whole.Unscaled.IsEven ? -result : result;
    }

    private static void CheckLogarithm(PgNumeric value)
    {
        if (value.IsNaN || value.Sign > 0)
        {
            return;
        }

        throw new PgException(
            SqlState.InvalidArgumentForLogarithm, value.Sign == 0 ? "cannot take logarithm of zero" : "cannot take logarithm of a negative number");
    }

    private static PgNumeric PowerOfSpecial(PgNumeric value, PgNumeric exponent)
    {
        // As POSIX has it: 1 ^ NaN and NaN ^ 0 are 1.
        if (value.IsNaN || exponent.IsNaN)
        {
            return (value.IsFinite && value == One) || (exponent.IsFinite && exponent.Sign == 0) ? One : NaN;
        }

        if (value.Sign == 0 && exponent.Sign < 0)
        {
            throw new PgException(SqlState.InvalidArgumentForPowerFunction, "zero raised to a negative power is undefined");
        }

        if (value.IsFinite && value == One)
        {
            return One;
        }

        if (exponent.IsFinite)
        {
            if (exponent.Sign == 0)
            {
                return One;
            }

            if (value._kind == Kind.NegativeInfinity && !exponent.IsInteger)
            {
                throw new PgException(
                    SqlState.InvalidArgumentForPowerFunction, "a negative number raised to a non-integer power yields a complex result");
            }

            return exponent.Sign < 0
                ? Zero
                : value._kind == Kind.NegativeInfinity && !exponent.Truncate(0).Unscaled.IsEven ? NegativeInfinity : PositiveInfinity;
        }

        var magnitude = value.Abs().CompareTo(One);
        return magnitude == 0 ? One : magnitude > 0 == exponent.Sign > 0 ? PositiveInfinity : Zero;
    }

    private static PgNumeric PowerOfInteger(PgNumeric value, int exponent, int exponentScale)
    {
        double weight = 0;
        if (value.Sign != 0)
        {
            // log10 of the result from the leading digits, taken as PostgreSQL takes them.
            var digits = value.DigitCount();
            var keep = Math.Min(digits, 17);
            var leading = (double)(BigInteger.Abs(value.Unscaled) / PowersOfTen.Big(digits - keep));
            weight = exponent * (Math.Log10(leading) + (digits - keep - value._scale));
        }

        if (weight > (32767 + 1) * 4)
        {
            throw PgErrors.NumericOverflow();
        }

        if (weight + 1 < -MaxDisplayScale)
        {
            return new((Int128)0, MaxDisplayScale);
        }

        var scale = ResultScale(MinSignificantDigits - (int)weight, value._scale, exponentScale);
        switch (exponent)
        {
            case 0:
                return One.Rescale(scale, round: true);
            case 1:
                return value.Rescale(scale, round: true);
            case -1:
                return DivideToScale(One, value, scale);
            case 2:
                return (value * value).Rescale(scale, round: true);
        }

        if (value.Sign == 0)
        {
            return new((Int128)0, scale);
        }

        // Square and multiply, keeping more digits than the result shows.
        var limit = Math.Max(1, scale + (int)Math.Max(weight, 0) + (int)Math.Log10(Math.Abs((double)exponent)) + 16 + Math.Max(0, -(int)weight));
        var power = new FixedPoint.Decimal(value.Unscaled, -value._scale);
        var result = new FixedPoint.Decimal(1, 0);
        for (var rest = Math.Abs((long)exponent); rest > 0; rest >>= 1)
        {
            if ((rest & 1) != 0)
            {
                result = result.Times(power, limit);
            }

            power = rest > 1 ? power.Times(power, limit) : power;
        }

        if (exponent < 0)
        {
            // 1 / (m × 10^e) to the scale.
            var shift = scale - result.Exponent;
            return shift < 0
                ? new((Int128)0, scale)
                : new(DivideInteger(PowersOfTen.Big(shift), result.Mantissa, round: true), scale);
        }

        var up = result.Exponent + scale;
        return new(up >= 0 ? result.Mantissa * PowersOfTen.Big(up) : DivideInteger(result.Mantissa, PowersOfTen.Big(-up), round: true), scale);
    }

    /// <summary>Estimate of the decimal weight of the natural logarithm.</summary>
    private int LnWeight()
    {
        if (Sign <= 0)
        {
            return 0;
        }

        if (CompareTo(new PgNumeric((Int128)9, 1)) >= 0 && CompareTo(new PgNumeric((Int128)11, 1)) <= 0)
        {
            var difference = this - One;
            if (difference.Sign == 0)
            {
                return 0;
            }

            var (weight, first) = difference.Leading();
            return (weight * 4) + (int)Math.Log10(first);
        }

        var digits = DigitCount();
        var keep = Math.Min(digits, 8);
        var leading = (double)(Unscaled / PowersOfTen.Big(digits - keep));
        var logarithm = Math.Log(leading) + ((digits - keep - _scale) * 2.302585092994046);
        return (int)Math.Log10(Math.Abs(logarithm));
    }
}
