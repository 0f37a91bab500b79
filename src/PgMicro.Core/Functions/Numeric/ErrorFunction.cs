using System.Numerics;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>erf and erfc: the Taylor series in integers wide enough for its cancellation, so that the result is rounded once.</summary>
internal static class ErrorFunction
{
    [PgFunction("erf(float8)")]
    public static double Erf(double x) => double.IsNaN(x) || x == 0 ? x : Math.Abs(x) > 6 ? Math.Sign(x) : Math.CopySign(Of(Math.Abs(x), false), x);

    [PgFunction("erfc(float8)")]
    public static double Erfc(double x) => double.IsNaN(x) ? x
        : x > 27.3 ? 0
        : x < -6 ? 2
        : x < 0 ? 1 + Of(-x, false)
        : Of(x, true);

    private static double Of(double x, bool isComplement)
    {
        // A double is an integer times a power of two; below 2^-60 the first term is all.
        if (x < 1e-18)
        {
            return isComplement ? 1 : x * 1.1283791670955126;
        }

        var bits = 256 + (int)(x * x * 4.4);
        var one = BigInteger.One << bits;
        var raw = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)((raw >> 52) & 0x7FF);
        var mantissa = new BigInteger((raw & 0xFFFFFFFFFFFFF) | (exponent > 0 ? 1L << 52 : 0));
        var shift = bits + Math.Max(exponent, 1) - 1075;
        var value = shift >= 0 ? mantissa << shift : mantissa >> -shift;
        var square = (value * value) >> bits;
        var power = value;
        var sum = value;
        for (var n = 1; !power.IsZero; n++)
        {
            power = -(power * square >> bits) / n;
            sum += power / ((2 * n) + 1);
            if (BigInteger.Abs(power) <= 1)
            {
                break;
            }
        }

        var result = (sum * TwoOverRootPi(bits)) >> bits;
        return ToDouble(isComplement ? one - result : result, bits);
    }

    private static BigInteger TwoOverRootPi(int bits)
    {
        // Pi by Machin's formula, then 2/sqrt(pi) = sqrt(4/pi).
        var wide = bits + 16;
        var pi = ((16 * Arctangent(5, wide)) - (4 * Arctangent(239, wide))) >> 16;
        return Root(((BigInteger.One << ((3 * bits) + 2)) / pi));
    }

    private static BigInteger Arctangent(int inverse, int bits)
    {
        var power = (BigInteger.One << bits) / inverse;
        var sum = power;
        for (var n = 3; !power.IsZero; n += 2)
        {
            power = -power / (inverse * inverse);
            sum += power / n;
        }

        return sum;
    }

    // The square root of a number with `bits` binary places, given with twice as many.
    private static BigInteger Root(BigInteger value)
    {
        var guess = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (guess + (value / guess)) >> 1;
            if (next >= guess)
            {
                return guess;
            }

            guess = next;
        }
    }

    private static double ToDouble(BigInteger value, int bits)
    {
        var extra = (int)value.GetBitLength() - 64;
        if (extra > 0)
        {
            // A sticky bit keeps the rounding of the conversion right.
            var kept = value >> extra;
            value = kept | (kept << extra == value ? BigInteger.Zero : BigInteger.One);
            return Math.ScaleB((double)(ulong)value, extra - bits);
        }

        return Math.ScaleB((double)value, -bits);
    }
}
