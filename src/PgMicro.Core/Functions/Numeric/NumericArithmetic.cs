using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>Arithmetic and rounding of numeric.</summary>
internal static class NumericArithmetic
{
    [PgFunction("numeric_add(numeric,numeric)")]
    public static PgNumeric Add(PgNumeric left, PgNumeric right) => left + right;

    [PgFunction("numeric_sub(numeric,numeric)")]
    public static PgNumeric Subtract(PgNumeric left, PgNumeric right) => left - right;

    [PgFunction("numeric_mul(numeric,numeric)")]
    public static PgNumeric Multiply(PgNumeric left, PgNumeric right) => left * right;

    [PgFunction("numeric_div(numeric,numeric)")]
    public static PgNumeric Divide(PgNumeric left, PgNumeric right) => left / right;

    [PgFunction("numeric_mod(numeric,numeric)")]
    [PgFunction("mod(numeric,numeric)")]
    public static PgNumeric Remainder(PgNumeric left, PgNumeric right) => left % right;

    [PgFunction("numeric_div_trunc(numeric,numeric)")]
    [PgFunction("div(numeric,numeric)")]
    public static PgNumeric DivideTruncated(PgNumeric left, PgNumeric right) => PgNumeric.DivideTruncated(left, right);

    [PgFunction("numeric_uminus(numeric)")]
    public static PgNumeric Negate(PgNumeric value) => -value;

    [PgFunction("numeric_uplus(numeric)", Sqlite = "{0}")]
    public static PgNumeric Plus(PgNumeric value) => value;

    [PgFunction("numeric_abs(numeric)")]
    [PgFunction("abs(numeric)")]
    public static PgNumeric Absolute(PgNumeric value) => value.Abs();

    [PgFunction("sign(numeric)")]
    public static PgNumeric Sign(PgNumeric value) => value.SignValue();

    [PgFunction("round(numeric,integer)")]
    public static PgNumeric Round(PgNumeric value, int digits) => value.IsFinite ? value.Round(digits) : value;

    [PgFunction("round(numeric)")]
    public static PgNumeric Round(PgNumeric value) => Round(value, 0);

    [PgFunction("trunc(numeric,integer)")]
    public static PgNumeric Truncate(PgNumeric value, int digits) => value.IsFinite ? value.Truncate(digits) : value;

    [PgFunction("trunc(numeric)")]
    public static PgNumeric Truncate(PgNumeric value) => Truncate(value, 0);

    [PgFunction("ceil(numeric)")]
    [PgFunction("ceiling(numeric)")]
    public static PgNumeric Ceiling(PgNumeric value) => value.Ceiling();

    [PgFunction("floor(numeric)")]
    public static PgNumeric Floor(PgNumeric value) => value.Floor();

    [PgFunction("scale(numeric)")]
    public static int? Scale(PgNumeric value) => value.IsFinite ? value.Scale : null;

    [PgFunction("min_scale(numeric)")]
    public static int? MinScale(PgNumeric value) => value.IsFinite ? value.TrimScale().Scale : null;

    [PgFunction("trim_scale(numeric)")]
    public static PgNumeric TrimScale(PgNumeric value) => value.IsFinite ? value.TrimScale() : value;

    [PgFunction("gcd(integer,integer)")]
    public static int Gcd(int a, int b)
    {
        var result = Gcd((long)a, b);
        return result == (int)result ? (int)result : throw PgErrors.OutOfRange("integer");
    }

    [PgFunction("gcd(bigint,bigint)")]
    public static long Gcd(long a, long b)
    {
        UInt128 x = Magnitude(a), y = Magnitude(b);
        while (y != 0)
        {
            (x, y) = (y, x % y);
        }

        return x > long.MaxValue ? throw PgErrors.OutOfRange("bigint") : (long)x;
    }

    [PgFunction("lcm(integer,integer)")]
    public static int Lcm(int a, int b)
    {
        var result = a == 0 || b == 0 ? 0 : Math.Abs(a / Gcd((long)a, b) * b);
        return result == (int)result ? (int)result : throw PgErrors.OutOfRange("integer");
    }

    [PgFunction("lcm(bigint,bigint)")]
    public static long Lcm(long a, long b)
    {
        if (a == 0 || b == 0)
        {
            return 0;
        }

        var result = Magnitude(a) / (UInt128)Gcd(a, b) * Magnitude(b);
        return result > long.MaxValue ? throw PgErrors.OutOfRange("bigint") : (long)result;
    }

    [PgFunction("factorial(bigint)")]
    public static PgNumeric Factorial(long value)
    {
        if (value < 0)
        {
            throw new PgException(SqlState.NumericValueOutOfRange, "factorial of a negative number is undefined");
        }

        if (value > 32177)
        {
            throw PgErrors.NumericOverflow();
        }

        var result = global::System.Numerics.BigInteger.One;
        for (long i = 2; i <= value; i++)
        {
            result *= i;
        }

        return new PgNumeric(result, 0);
    }

    private static UInt128 Magnitude(long value) => value < 0 ? (UInt128)(-(Int128)value) : (UInt128)value;
}
