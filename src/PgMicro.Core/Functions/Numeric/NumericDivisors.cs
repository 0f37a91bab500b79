using System.Numerics;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>gcd and lcm of numeric, and the increments that aggregates of old used.</summary>
internal static class NumericDivisors
{
    [PgFunction("gcd(numeric,numeric)")]
    public static PgNumeric Gcd(PgNumeric a, PgNumeric b)
    {
        if (!a.IsFinite || !b.IsFinite)
        {
            return PgNumeric.NaN;
        }

        var (x, y, scale) = Aligned(a, b);
        return new PgNumeric(System.Numerics.BigInteger.GreatestCommonDivisor(x, y), scale);
    }

    [PgFunction("lcm(numeric,numeric)")]
    public static PgNumeric Lcm(PgNumeric a, PgNumeric b)
    {
        if (!a.IsFinite || !b.IsFinite)
        {
            return PgNumeric.NaN;
        }

        var (x, y, scale) = Aligned(a, b);
        return x.IsZero || y.IsZero
            ? new PgNumeric(System.Numerics.BigInteger.Zero, scale)
            : new PgNumeric(System.Numerics.BigInteger.Abs(x / System.Numerics.BigInteger.GreatestCommonDivisor(x, y) * y), scale);
    }

    [PgFunction("numeric_inc(numeric)")]
    public static PgNumeric Increment(PgNumeric value) => value + 1;

    [PgFunction("int4inc(integer)")]
    public static int Increment(int value) => Int4Arithmetic.Int4pl(value, 1);

    [PgFunction("int8inc(bigint)")]
    public static long Increment(long value) => Int8Arithmetic.Int8pl(value, 1);

    [PgFunction("int8dec(bigint)")]
    public static long Decrement(long value) => Int8Arithmetic.Int8mi(value, 1);

    [PgFunction("int8inc_any(bigint,\"any\")")]
    public static long IncrementAny(long value, PgDatum ignored) => Increment(value);

    [PgFunction("int8dec_any(bigint,\"any\")")]
    public static long DecrementAny(long value, PgDatum ignored) => Decrement(value);

    [PgFunction("int8_sum(numeric,bigint)")]
    public static PgNumeric? Sum(PgNumeric? sum, long? value) => value is { } v ? (sum ?? 0) + v : sum;

    private static (BigInteger A, BigInteger B, int Scale) Aligned(PgNumeric a, PgNumeric b)
    {
        var scale = Math.Max(a.Scale, b.Scale);
        return (a.Unscaled * System.Numerics.BigInteger.Pow(10, scale - a.Scale), b.Unscaled * System.Numerics.BigInteger.Pow(10, scale - b.Scale), scale);
    }
}
