using System.Numerics;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <content>Arithmetic with PostgreSQL's result scales.</content>
public readonly partial struct PgNumeric
{
    private const int MinSignificantDigits = 16;

    public static PgNumeric operator -(PgNumeric value) => value._kind switch
    {
        Kind.Finite => value._big is BigInteger big ? new(-big, value._scale) : new(-value._small, value._scale),
        Kind.PositiveInfinity => NegativeInfinity,
        Kind.NegativeInfinity => PositiveInfinity,
        _ => value,
    };

    public static PgNumeric operator +(PgNumeric a, PgNumeric b)
    {
        if (!a.IsFinite || !b.IsFinite)
        {
            return a.IsNaN || b.IsNaN || (a.IsInfinite && b.IsInfinite && a.Sign != b.Sign) ? NaN : a.IsInfinite ? a : b;
        }

        var scale = Math.Max(a._scale, b._scale);
        if (TryAlign(a, scale, out var x) && TryAlign(b, scale, out var y))
        {
            var sum = x + y;
            if (((x ^ sum) & (y ^ sum)) >= 0)
            {
                return new(sum, scale);
            }
        }

        return new(Aligned(a, scale) + Aligned(b, scale), scale);
    }

    public static PgNumeric operator -(PgNumeric a, PgNumeric b) => a + -b;

    public static PgNumeric operator *(PgNumeric a, PgNumeric b)
    {
        if (!a.IsFinite || !b.IsFinite)
        {
            return (a.Sign * b.Sign) switch { > 0 => PositiveInfinity, < 0 => NegativeInfinity, _ => NaN };
        }

        var scale = a._scale + b._scale;
        var product = FitsLong(a) && FitsLong(b) ? new PgNumeric(a._small * b._small, scale) : new(a.Unscaled * b.Unscaled, scale);
        return scale > MaxScale ? product.Round(MaxScale) : product;
    }

    public static PgNumeric operator /(PgNumeric a, PgNumeric b) => Divide(a, b, null, round: true);

    /// <summary>The % operator: the remainder has the dividend's sign.</summary>
    public static PgNumeric operator %(PgNumeric a, PgNumeric b)
    {
        if (!a.IsFinite || !b.IsFinite)
        {
            if (a.IsNaN || b.IsNaN)
            {
                return NaN;
            }

            if (!a.IsFinite)
            {
                return b.Sign == 0 ? throw PgErrors.DivisionByZero() : NaN;
            }

            return a;
        }

        if (b.Sign == 0)
        {
            throw PgErrors.DivisionByZero();
        }

        var scale = Math.Max(a._scale, b._scale);
        return TryAlign(a, scale, out var x) && TryAlign(b, scale, out var y)
            ? new(x % y, scale)
            : new(BigInteger.Remainder(Aligned(a, scale), Aligned(b, scale)), scale);
    }

    /// <summary>div(numeric, numeric): the quotient cut to an integer.</summary>
    /// <exception cref="PgException">22012.</exception>
    public static PgNumeric DivideTruncated(PgNumeric a, PgNumeric b) => Divide(a, b, 0, round: false);

    /// <summary>Absolute value.</summary>
    public PgNumeric Abs() => Sign < 0 ? -this : this;

    /// <summary>sign(numeric): of scale 0; NaN for NaN.</summary>
    public PgNumeric SignValue() => IsNaN ? this : Sign;

    /// <summary>Rounds half away from zero to so many digits after the point; negative counts round before it.</summary>
    public PgNumeric Round(int digits) => Rescale(digits, round: true);

    /// <summary>Cuts to so many digits after the point; negative counts cut before it.</summary>
    public PgNumeric Truncate(int digits) => Rescale(digits, round: false);

    /// <summary>Least integer not below.</summary>
    public PgNumeric Ceiling()
    {
        var cut = Truncate(0);
        return IsFinite && Sign > 0 && cut.CompareTo(this) != 0 ? cut + One : cut;
    }

    /// <summary>Greatest integer not above.</summary>
    public PgNumeric Floor()
    {
        var cut = Truncate(0);
        return IsFinite && Sign < 0 && cut.CompareTo(this) != 0 ? cut - One : cut;
    }

    /// <summary>Drops zeros at the end of the fraction.</summary>
    public PgNumeric TrimScale()
    {
        if (!IsFinite || _scale == 0)
        {
            return this;
        }

        var scale = _scale;
        if (IsSmall)
        {
            var value = _small;
            while (scale > 0 && value % 10 == 0)
            {
                value /= 10;
                scale--;
            }

            return new(value, scale);
        }

        var big = Unscaled;
        while (scale > 0)
        {
            var quotient = BigInteger.DivRem(big, 10, out var remainder);
            if (!remainder.IsZero)
            {
                break;
            }

            big = quotient;
            scale--;
        }

        return new(big, scale);
    }

    /// <summary>The same number with at least so many digits after the point, rounded when it has more.</summary>
    internal PgNumeric Rescale(int digits, bool round)
    {
        if (!IsFinite || digits == _scale)
        {
            return this;
        }

        digits = Math.Clamp(digits, -MaxWholeDigits, MaxScale);
        if (digits > _scale)
        {
            return TryAlign(this, digits, out var wider) ? new(wider, digits) : new(Aligned(this, digits), digits);
        }

        var drop = _scale - digits;
        PgNumeric result;
        if (IsSmall && drop <= PowersOfTen.MaxSmall)
        {
            var power = PowersOfTen.Small(drop);
            var (quotient, remainder) = Int128.DivRem(_small, power);
            if (round && Int128.Abs(remainder) >= power - Int128.Abs(remainder))
            {
                quotient += Int128.Sign(_small);
            }

            result = new(quotient, digits);
        }
        else
        {
            result = new(DivideInteger(Unscaled, PowersOfTen.Big(drop), round), digits);
        }

        // Zeros restored before the point, as scales are never negative.
        return digits >= 0 ? result : new(result.Unscaled * PowersOfTen.Big(-digits), 0);
    }

    /// <summary>Rounds a quotient of integers half away from zero, or cuts it.</summary>
    internal static BigInteger DivideInteger(BigInteger dividend, BigInteger divisor, bool round)
    {
        var quotient = BigInteger.DivRem(dividend, divisor, out var remainder);
        if (round && BigInteger.Abs(remainder) * 2 >= BigInteger.Abs(divisor))
        {
            quotient += dividend.Sign * divisor.Sign;
        }

        return quotient;
    }

    /// <summary>Divides to a given scale.</summary>
    internal static PgNumeric DivideToScale(PgNumeric a, PgNumeric b, int scale) => Divide(a, b, scale, round: true);

    private static PgNumeric Divide(PgNumeric a, PgNumeric b, int? fixedScale, bool round)
    {
        if (!a.IsFinite || !b.IsFinite)
        {
            if (a.IsNaN || b.IsNaN)
            {
                return NaN;
            }

            if (a.IsInfinite)
            {
                return b.IsInfinite ? NaN : b.Sign == 0 ? throw PgErrors.DivisionByZero() : a.Sign * b.Sign > 0 ? PositiveInfinity : NegativeInfinity;
            }

            return Zero;
        }

        if (b.Sign == 0)
        {
            throw PgErrors.DivisionByZero();
        }

        var scale = fixedScale ?? DivisionScale(a, b);
        var shift = scale + b._scale - a._scale;
        if (shift >= 0 && b.IsSmall && TryAlign(a, a._scale + shift, out var x) && FitsHalf(b))
        {
            var (quotient, remainder) = Int128.DivRem(x, b._small);
            if (round && Int128.Abs(remainder) * 2 >= Int128.Abs(b._small))
            {
                quotient += Int128.Sign(x) * Int128.Sign(b._small);
            }

            return new(quotient, scale);
        }

        var dividend = a.Unscaled;
        var divisor = b.Unscaled;
        if (shift >= 0)
        {
            dividend *= PowersOfTen.Big(shift);
        }
        else
        {
            divisor *= PowersOfTen.Big(-shift);
        }

        return new(DivideInteger(dividend, divisor, round), scale);
    }

    private static int DivisionScale(PgNumeric a, PgNumeric b)
    {
        var (weight1, first1) = a.Leading();
        var (weight2, first2) = b.Leading();
        var weight = weight1 - weight2 - (first1 <= first2 ? 1 : 0);
        return ResultScale(MinSignificantDigits - (weight * 4), a._scale, b._scale);
    }

    private static int ResultScale(int scale, int atLeast, int andAtLeast = 0) =>
        Math.Min(Math.Max(Math.Max(scale, 0), Math.Max(atLeast, andAtLeast)), MaxDisplayScale);

    /// <summary>Weight and value of the first digit other than zero in base 10,000; zeros for zero.</summary>
    private (int Weight, int First) Leading()
    {
        if (Sign == 0)
        {
            return (0, 0);
        }

        var digits = DigitCount();
        var exponent = digits - 1 - _scale;
        var weight = exponent >= 0 ? exponent / 4 : -((-exponent + 3) / 4);
        var take = exponent - (4 * weight) + 1;
        var drop = digits - take;
        var first = drop >= 0
            ? IsSmall ? (int)(Int128.Abs(_small) / PowersOfTen.Small(drop)) : (int)(BigInteger.Abs(Unscaled) / PowersOfTen.Big(drop))
            : (int)(Int128.Abs(_small) * PowersOfTen.Small(-drop));
        return (weight, first);
    }

    /// <summary>Number of decimal digits of the unscaled value; 1 for zero.</summary>
    internal int DigitCount()
    {
        if (IsSmall)
        {
            var magnitude = Int128.Abs(_small);
            var count = 1;
            while (count <= PowersOfTen.MaxSmall && magnitude >= PowersOfTen.Small(count))
            {
                count++;
            }

            return count;
        }

        var big = BigInteger.Abs(Unscaled);
        var estimate = (int)((big.GetBitLength() - 1) * 0.30102999566398120);
        while (big >= PowersOfTen.Big(estimate))
        {
            estimate++;
        }

        return estimate;
    }

    private static bool FitsLong(in PgNumeric value) => value.IsSmall && value._small == (long)value._small;

    private static bool FitsHalf(in PgNumeric value) => Int128.Abs(value._small) < Int128.MaxValue / 2;

    private static bool TryAlign(in PgNumeric value, int scale, out Int128 unscaled)
    {
        unscaled = value._small;
        var up = scale - value._scale;
        if (up == 0)
        {
            return value.IsSmall;
        }

        if (!value.IsSmall || up > PowersOfTen.MaxSmall)
        {
            return false;
        }

        var power = PowersOfTen.Small(up);
        if (FitsLong(value) && up <= 18)
        {
            unscaled *= power;
            return true;
        }

        if (Int128.Abs(unscaled) > Int128.MaxValue / power)
        {
            return false;
        }

        unscaled *= power;
        return true;
    }

    private static BigInteger Aligned(in PgNumeric value, int scale) => value.Unscaled * PowersOfTen.Big(scale - value._scale);
}
