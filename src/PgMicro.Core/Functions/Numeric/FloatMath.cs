using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>Elementary functions of double precision.</summary>
internal static class FloatMath
{
    [PgFunction("dround(float8)")]
    [PgFunction("round(float8)")]
    public static double Round(double value) => Math.Round(value, MidpointRounding.ToEven);

    [PgFunction("dtrunc(float8)")]
    [PgFunction("trunc(float8)")]
    public static double Truncate(double value) => Math.Truncate(value);

    [PgFunction("ceil(float8)")]
    [PgFunction("ceiling(float8)")]
    public static double Ceiling(double value) => Math.Ceiling(value);

    [PgFunction("floor(float8)")]
    public static double Floor(double value) => Math.Floor(value);

    [PgFunction("sign(float8)")]
    public static double Sign(double value) => value > 0 ? 1 : value < 0 ? -1 : value;

    [PgFunction("dsqrt(float8)")]
    [PgFunction("sqrt(float8)")]
    public static double SquareRoot(double value) => value < 0
        ? throw new PgException(SqlState.InvalidArgumentForPowerFunction, "cannot take square root of a negative number")
        : Math.Sqrt(value);

    [PgFunction("dcbrt(float8)")]
    [PgFunction("cbrt(float8)")]
    public static double CubeRoot(double value) => Math.Cbrt(value);

    [PgFunction("dexp(float8)")]
    [PgFunction("exp(float8)")]
    public static double Exponential(double value)
    {
        var result = Math.Exp(value);
        return double.IsInfinity(result) && !double.IsInfinity(value) ? throw FloatArithmetic.Overflow()
            : result == 0 && !double.IsInfinity(value) ? throw FloatArithmetic.Underflow() : result;
    }

    [PgFunction("dlog1(float8)")]
    [PgFunction("ln(float8)")]
    public static double NaturalLogarithm(double value) => Math.Log(Positive(value));

    [PgFunction("dlog10(float8)")]
    [PgFunction("log(float8)")]
    [PgFunction("log10(float8)")]
    public static double DecimalLogarithm(double value) => Math.Log10(Positive(value));

    [PgFunction("dpow(float8,float8)")]
    [PgFunction("power(float8,float8)")]
    [PgFunction("pow(float8,float8)")]
    public static double Power(double x, double y)
    {
        if (double.IsNaN(x))
        {
            return y == 0 ? 1 : x;
        }

        if (double.IsNaN(y))
        {
            return x == 1 ? 1 : y;
        }

        if (x == 0 && y < 0)
        {
            throw new PgException(SqlState.InvalidArgumentForPowerFunction, "zero raised to a negative power is undefined");
        }

        if (x < 0 && Math.Floor(y) != y)
        {
            throw new PgException(
                SqlState.InvalidArgumentForPowerFunction, "a negative number raised to a non-integer power yields a complex result");
        }

        var result = Math.Pow(x, y);
        if (double.IsInfinity(x) || double.IsInfinity(y))
        {
            return result;
        }

        return double.IsInfinity(result) ? throw FloatArithmetic.Overflow() : result == 0 && x != 0 ? throw FloatArithmetic.Underflow() : result;
    }

    [PgFunction("pi()")]
    public static double Pi() => Math.PI;

    [PgFunction("degrees(float8)")]
    public static double Degrees(double value) => Finite(value, value / (Math.PI / 180));

    [PgFunction("radians(float8)")]
    public static double Radians(double value) => value * (Math.PI / 180);

    [PgFunction("sin(float8)")]
    public static double Sin(double value) => Math.Sin(InRange(value, !double.IsInfinity(value)));

    [PgFunction("cos(float8)")]
    public static double Cos(double value) => Math.Cos(InRange(value, !double.IsInfinity(value)));

    [PgFunction("tan(float8)")]
    public static double Tan(double value) => Math.Tan(InRange(value, !double.IsInfinity(value)));

    [PgFunction("cot(float8)")]
    public static double Cot(double value) => 1 / Math.Tan(InRange(value, !double.IsInfinity(value)));

    [PgFunction("asin(float8)")]
    public static double Asin(double value) => Math.Asin(InRange(value, double.IsNaN(value) || Math.Abs(value) <= 1));

    [PgFunction("acos(float8)")]
    public static double Acos(double value) => Math.Acos(InRange(value, double.IsNaN(value) || Math.Abs(value) <= 1));

    [PgFunction("atan(float8)")]
    public static double Atan(double value) => Math.Atan(value);

    [PgFunction("tanh(float8)")]
    public static double Tanh(double value) => Math.Tanh(value);

    [PgFunction("asinh(float8)")]
    public static double Asinh(double value) => Math.Asinh(value);

    [PgFunction("sinh(float8)")]
    public static double Sinh(double value) => Math.Sinh(value);

    [PgFunction("cosh(float8)")]
    public static double Cosh(double value) => Math.Cosh(value);

    [PgFunction("acosh(float8)")]
    public static double Acosh(double value) => Math.Acosh(InRange(value, !(value < 1)));

    [PgFunction("atanh(float8)")]
    public static double Atanh(double value) => Math.Atanh(InRange(value, double.IsNaN(value) || Math.Abs(value) <= 1));

    [PgFunction("atan2(float8,float8)")]
    public static double Atan2(double y, double x) => Math.Atan2(y, x);

    private static double InRange(double value, bool isInRange) =>
        isInRange ? value : throw new PgException(SqlState.NumericValueOutOfRange, "input is out of range");

    private static double Finite(double value, double result) =>
        double.IsInfinity(result) && !double.IsInfinity(value) ? throw FloatArithmetic.Overflow() : result;

    private static double Positive(double value) => value switch
    {
        0 => throw new PgException(SqlState.InvalidArgumentForLogarithm, "cannot take logarithm of zero"),
        < 0 => throw new PgException(SqlState.InvalidArgumentForLogarithm, "cannot take logarithm of a negative number"),
        _ => value,
    };
}
