using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>Trigonometry in degrees, exact where the result is: results are scaled by the value at 30, 45 or 60 degrees.</summary>
internal static class DegreeTrigonometry
{
    private const double Radian = 0.0174532925199432957692;
    private static readonly double Sin30 = Math.Sin(30 * Radian);
    private static readonly double OneMinusCos60 = 1 - Math.Cos(60 * Radian);
    private static readonly double AsinHalf = Math.Asin(0.5);
    private static readonly double AcosHalf = Math.Acos(0.5);
    private static readonly double Atan1 = Math.Atan(1);
    private static readonly double Tan45 = SinFirst(45) / CosFirst(45);
    private static readonly double Cot45 = CosFirst(45) / SinFirst(45);

    [PgFunction("sind(float8)")]
    public static double Sin(double degrees)
    {
        var (angle, sign) = Fold(degrees, flipsAtStraight: true);
        return degrees is double.NaN ? degrees : sign * SinFirst(angle > 90 ? 180 - angle : angle);
    }

    [PgFunction("cosd(float8)")]
    public static double Cos(double degrees)
    {
        var (angle, _) = Fold(degrees, flipsAtStraight: false);
        return degrees is double.NaN ? degrees : angle > 90 ? -CosFirst(180 - angle) : CosFirst(angle);
    }

    [PgFunction("tand(float8)")]
    public static double Tan(double degrees)
    {
        var (angle, sign) = Fold(degrees, flipsAtStraight: true);
        (angle, sign) = angle > 90 ? (180 - angle, -sign) : (angle, sign);
        var result = sign * (SinFirst(angle) / CosFirst(angle) / Tan45);
        return degrees is double.NaN ? degrees : result == 0 ? 0 : result;
    }

    [PgFunction("cotd(float8)")]
    public static double Cot(double degrees)
    {
        var (angle, sign) = Fold(degrees, flipsAtStraight: true);
        (angle, sign) = angle > 90 ? (180 - angle, -sign) : (angle, sign);
        var result = sign * (CosFirst(angle) / SinFirst(angle) / Cot45);
        return degrees is double.NaN ? degrees : result == 0 ? 0 : result;
    }

    [PgFunction("asind(float8)")]
    public static double Asin(double value)
    {
        CheckRange(value);
        return value >= 0 ? AsinFirst(value) : -AsinFirst(-value);
    }

    [PgFunction("acosd(float8)")]
    public static double Acos(double value)
    {
        CheckRange(value);
        return value >= 0
            ? value <= 0.5 ? 90 - (Math.Asin(value) / AsinHalf * 30) : Math.Acos(value) / AcosHalf * 60
            : double.IsNaN(value) ? value : 90 + AsinFirst(-value);
    }

    [PgFunction("atand(float8)")]
    public static double Atan(double value) => Math.Atan(value) / Atan1 * 45;

    [PgFunction("atan2d(float8,float8)")]
    public static double Atan2(double y, double x) => Math.Atan2(y, x) / Atan1 * 45;

    private static (double Angle, int Sign) Fold(double degrees, bool flipsAtStraight)
    {
        if (double.IsInfinity(degrees))
        {
            throw new PgException(SqlState.NumericValueOutOfRange, "input is out of range");
        }

        var angle = degrees % 360;
        var sign = 1;
        if (angle < 0)
        {
            (angle, sign) = (-angle, -1);
        }

        return angle > 180 ? (360 - angle, flipsAtStraight ? -sign : sign) : (angle, sign);
    }

    private static void CheckRange(double value)
    {
        if (value is < -1 or > 1)
        {
            throw new PgException(SqlState.NumericValueOutOfRange, "input is out of range");
        }
    }

    private static double AsinFirst(double value) => value <= 0.5 ? Math.Asin(value) / AsinHalf * 30 : 90 - (Math.Acos(value) / AcosHalf * 60);

    private static double SinTo30(double degrees) => Math.Sin(degrees * Radian) / Sin30 / 2;

    private static double CosTo60(double degrees) => 1 - ((1 - Math.Cos(degrees * Radian)) / OneMinusCos60 / 2);

    private static double SinFirst(double degrees) => degrees <= 30 ? SinTo30(degrees) : CosTo60(90 - degrees);

    private static double CosFirst(double degrees) => degrees <= 60 ? CosTo60(degrees) : SinTo30(90 - degrees);
}
