using System.Buffers;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Geometric;

/// <summary>Floating-point arithmetic as geo_ops does it: comparisons within a tolerance, errors for overflow.</summary>
internal static class GeoMath
{
    private const double Epsilon = 1.0E-06;

    internal static bool IsZero(double a) => Math.Abs(a) <= Epsilon;

    internal static bool Eq(double a, double b) => a == b || Math.Abs(a - b) <= Epsilon;

    internal static bool Ne(double a, double b) => a != b && Math.Abs(a - b) > Epsilon;

    internal static bool Lt(double a, double b) => a + Epsilon < b;

    internal static bool Le(double a, double b) => a <= b + Epsilon;

    internal static bool Gt(double a, double b) => a > b + Epsilon;

    internal static bool Ge(double a, double b) => a + Epsilon >= b;

    /// <summary>Equality without tolerance; NaN equals NaN.</summary>
    internal static bool Same(double a, double b) => a.Equals(b);

    internal static bool Eq(PgPoint a, PgPoint b) => double.IsNaN(a.X) || double.IsNaN(a.Y) || double.IsNaN(b.X) || double.IsNaN(b.Y)
        ? Same(a.X, b.X) && Same(a.Y, b.Y)
        : Eq(a.X, b.X) && Eq(a.Y, b.Y);

    internal static double Add(double a, double b) => Check(a + b, double.IsInfinity(a) || double.IsInfinity(b));

    internal static double Subtract(double a, double b) => Check(a - b, double.IsInfinity(a) || double.IsInfinity(b));

    internal static double Multiply(double a, double b)
    {
        var result = Check(a * b, double.IsInfinity(a) || double.IsInfinity(b));
        return result == 0 && a != 0 && b != 0 ? throw new PgException(SqlState.NumericValueOutOfRange, "value out of range: underflow") : result;
    }

    internal static double Divide(double a, double b)
    {
        if (b == 0 && !double.IsNaN(a))
        {
            throw PgErrors.DivisionByZero();
        }

        var result = Check(a / b, double.IsInfinity(a));
        return result == 0 && a != 0 && !double.IsInfinity(b) ? throw new PgException(SqlState.NumericValueOutOfRange, "value out of range: underflow") : result;
    }

    /// <summary>NaN is greater than all.</summary>
    internal static double Max(double a, double b) => double.IsNaN(a) ? a : double.IsNaN(b) || b > a ? b : a;

    internal static double Min(double a, double b) => double.IsNaN(a) ? b : double.IsNaN(b) || a < b ? a : b;

    internal static double Distance(PgPoint a, PgPoint b) => Hypotenuse(Subtract(a.X, b.X), Subtract(a.Y, b.Y));

    /// <summary>pg_hypot.</summary>
    internal static double Hypotenuse(double x, double y)
    {
        if (double.IsInfinity(x) || double.IsInfinity(y))
        {
            return double.PositiveInfinity;
        }

        if (double.IsNaN(x) || double.IsNaN(y))
        {
            return double.NaN;
        }

        (x, y) = (Math.Abs(x), Math.Abs(y));
        (x, y) = x < y ? (y, x) : (x, y);
        if (y == 0)
        {
            return x;
        }

        var ratio = y / x;
        return Check(x * Math.Sqrt(1.0 + (ratio * ratio)), false);
    }

    internal static string Format(double value) => Format(value, 1);

    /// <summary>As float8out writes it under a setting of extra_float_digits.</summary>
    internal static string Format(double value, int extraFloatDigits)
    {
        var writer = new ArrayBufferWriter<byte>(32);
        FloatText.Write(value, extraFloatDigits, writer);
        return Encoding.ASCII.GetString(writer.WrittenSpan);
    }

    private static double Check(double value, bool infinityIsRight) => double.IsInfinity(value) && !infinityIsRight
        ? throw new PgException(SqlState.NumericValueOutOfRange, "value out of range: overflow") : value;
}
