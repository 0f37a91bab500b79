using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>Arithmetic of real and double precision, with PostgreSQL's overflow and underflow errors.</summary>
internal static class FloatArithmetic
{
    [PgFunction("float4pl(real,real)")]
    public static float Float4Add(float left, float right) => Sum(left, right, left + right);

    [PgFunction("float4mi(real,real)")]
    public static float Float4Subtract(float left, float right) => Sum(left, right, left - right);

    [PgFunction("float4mul(real,real)")]
    public static float Float4Multiply(float left, float right) => Product(left, right, left * right);

    [PgFunction("float4div(real,real)")]
    public static float Float4Divide(float left, float right) => Quotient(left, right, left / right);

    [PgFunction("float8pl(float8,float8)")]
    public static double Float8Add(double left, double right) => Sum(left, right, left + right);

    [PgFunction("float8mi(float8,float8)")]
    public static double Float8Subtract(double left, double right) => Sum(left, right, left - right);

    [PgFunction("float8mul(float8,float8)")]
    public static double Float8Multiply(double left, double right) => Product(left, right, left * right);

    [PgFunction("float8div(float8,float8)")]
    public static double Float8Divide(double left, double right) => Quotient(left, right, left / right);

    [PgFunction("float48pl(real,float8)")]
    public static double Float48Add(double left, double right) => Sum(left, right, left + right);

    [PgFunction("float48mi(real,float8)")]
    public static double Float48Subtract(double left, double right) => Sum(left, right, left - right);

    [PgFunction("float48mul(real,float8)")]
    public static double Float48Multiply(double left, double right) => Product(left, right, left * right);

    [PgFunction("float48div(real,float8)")]
    public static double Float48Divide(double left, double right) => Quotient(left, right, left / right);

    [PgFunction("float84pl(float8,real)")]
    public static double Float84Add(double left, double right) => Sum(left, right, left + right);

    [PgFunction("float84mi(float8,real)")]
    public static double Float84Subtract(double left, double right) => Sum(left, right, left - right);

    [PgFunction("float84mul(float8,real)")]
    public static double Float84Multiply(double left, double right) => Product(left, right, left * right);

    [PgFunction("float84div(float8,real)")]
    public static double Float84Divide(double left, double right) => Quotient(left, right, left / right);

    [PgFunction("float4um(real)")]
    [PgFunction("float8um(float8)")]
    public static double Negate(double value) => -value;

    [PgFunction("float4up(real)", Sqlite = "{0}")]
    [PgFunction("float8up(float8)", Sqlite = "{0}")]
    public static double Plus(double value) => value;

    [PgFunction("float4abs(real)")]
    [PgFunction("abs(real)")]
    [PgFunction("float8abs(float8)")]
    [PgFunction("abs(float8)")]
    public static double Absolute(double value) => Math.Abs(value);

    /// <summary>22003 "value out of range: overflow".</summary>
    internal static PgException Overflow() => new(SqlState.NumericValueOutOfRange, "value out of range: overflow");

    /// <summary>22003 "value out of range: underflow".</summary>
    internal static PgException Underflow() => new(SqlState.NumericValueOutOfRange, "value out of range: underflow");

    private static float Sum(float left, float right, float result) =>
        float.IsInfinity(result) && !float.IsInfinity(left) && !float.IsInfinity(right) ? throw Overflow() : result;

    private static float Product(float left, float right, float result) =>
        float.IsInfinity(result) && !float.IsInfinity(left) && !float.IsInfinity(right) ? throw Overflow()
        : result == 0 && left != 0 && right != 0 ? throw Underflow() : result;

    private static float Quotient(float left, float right, float result) =>
        right == 0 && !float.IsNaN(left) ? throw PgErrors.DivisionByZero()
        : float.IsInfinity(result) && !float.IsInfinity(left) ? throw Overflow()
        : result == 0 && left != 0 && !float.IsInfinity(right) ? throw Underflow() : result;

    private static double Sum(double left, double right, double result) =>
        double.IsInfinity(result) && !double.IsInfinity(left) && !double.IsInfinity(right) ? throw Overflow() : result;

    private static double Product(double left, double right, double result) =>
        double.IsInfinity(result) && !double.IsInfinity(left) && !double.IsInfinity(right) ? throw Overflow()
        : result == 0 && left != 0 && right != 0 ? throw Underflow() : result;

    private static double Quotient(double left, double right, double result) =>
        right == 0 && !double.IsNaN(left) ? throw PgErrors.DivisionByZero()
        : double.IsInfinity(result) && !double.IsInfinity(left) ? throw Overflow()
        : result == 0 && left != 0 && !double.IsInfinity(right) ? throw Underflow() : result;
}
