using System.Numerics;

namespace PgMicro.Core.Types;

/// <summary>Elementary functions on binary fixed-point numbers: integers over 2^bits.</summary>
internal static class FixedPoint
{
    private static readonly Lock Gate = new();
    private static BigInteger ln2;
    private static int ln2Bits;

    /// <summary>Bits that hold so many decimal digits, with a margin.</summary>
    public static int Bits(int digits) => (int)(digits * 3.3219280948873626) + 64;

    public static PgNumeric ToScale(BigInteger value, int bits, int scale) =>
        new(PgNumeric.DivideInteger(value * PowersOfTen.Big(scale), BigInteger.One << bits, round: true), scale);

    /// <summary>Integer square root, rounded down.</summary>
    public static BigInteger SquareRoot(BigInteger value)
    {
        if (value.IsZero)
        {
            return value;
        }

        var root = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (root + (value / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }

    /// <summary>Natural logarithm of a positive number.</summary>
    public static BigInteger Ln(PgNumeric value, int bits)
    {
        // x = m × 2^k with m near 1; ln m = 2 artanh((m-1)/(m+1)).
        var numerator = value.Unscaled;
        var denominator = PowersOfTen.Big(value.Scale);
        var k = (int)(numerator.GetBitLength() - denominator.GetBitLength());
        var m = k >= 0 ? (numerator << bits) / (denominator << k) : (numerator << (bits - k)) / denominator;
        var one = BigInteger.One << bits;
        if (m > one + (one >> 1))
        {
            k++;
            m >>= 1;
        }

        // Near 1 the difference is taken exactly, as few digits of m would be left.
        var up = k >= 0 ? denominator << k : denominator;
        var scaled = k >= 0 ? numerator : numerator << -k;
        return (2 * ArTanh(((scaled - up) << bits) / (scaled + up), bits)) + (k * LnTwo(bits));
    }

    /// <summary>exp to a decimal scale.</summary>
    public static PgNumeric Exp(PgNumeric value, int scale, int weight)
    {
        var bits = Bits(scale + Math.Max(0, weight) + 20);
        return ExpToScale((value.Unscaled << bits) / PowersOfTen.Big(value.Scale), bits, scale);
    }

    /// <summary>exp of a fixed-point number to a decimal scale.</summary>
    public static PgNumeric ExpToScale(BigInteger x, int bits, int scale)
    {
        var lnTwo = LnTwo(bits);
        var n = (int)BigInteger.Divide(x, lnTwo);
        var r = x - (n * lnTwo);

        // Taylor over r / 2^8, then eight squarings.
        const int Halvings = 8;
        var one = BigInteger.One << bits;
        var step = r >> Halvings;
        var sum = one;
        var term = one;
        for (var i = 1; !term.IsZero && i < 100000; i++)
        {
            term = ((term * step) >> bits) / i;
            sum += term;
            if (BigInteger.Abs(term) <= 1)
            {
                break;
            }
        }

        for (var i = 0; i < Halvings; i++)
        {
            sum = (sum * sum) >> bits;
        }

        var numerator = sum * PowersOfTen.Big(scale);
        return new(
            n >= bits ? numerator << (n - bits) : PgNumeric.DivideInteger(numerator, BigInteger.One << (bits - n), round: true), scale);
    }

    private static BigInteger ArTanh(BigInteger z, int bits)
    {
        var square = (z * z) >> bits;
        var power = z;
        var sum = z;
        for (var i = 3; !power.IsZero; i += 2)
        {
            power = (power * square) >> bits;
            var term = power / i;
            if (term.IsZero || BigInteger.Abs(term) <= 1)
            {
                break;
            }

            sum += term;
        }

        return sum;
    }

    private static BigInteger LnTwo(int bits)
    {
        lock (Gate)
        {
            if (ln2Bits < bits)
            {
                var wide = bits + 256;
                ln2 = 2 * ArTanh((BigInteger.One << wide) / 3, wide);
                ln2Bits = wide;
            }

            return ln2 >> (ln2Bits - bits);
        }
    }

    /// <summary>A decimal floating number: mantissa × 10^exponent.</summary>
    internal readonly record struct Decimal(BigInteger Mantissa, int Exponent)
    {
        /// <summary>The product, kept to so many digits.</summary>
        public Decimal Times(Decimal other, int digits)
        {
            var mantissa = Mantissa * other.Mantissa;
            var exponent = Exponent + other.Exponent;
            var excess = (int)(BigInteger.Abs(mantissa).GetBitLength() * 0.30103) - digits;
            if (excess > 0)
            {
                mantissa = PgNumeric.DivideInteger(mantissa, PowersOfTen.Big(excess), round: true);
                exponent += excess;
            }

            return new(mantissa, exponent);
        }
    }
}
