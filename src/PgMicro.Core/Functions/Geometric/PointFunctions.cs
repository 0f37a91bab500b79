using PgMicro.Core.Types.Geometric;

namespace PgMicro.Core.Functions.Geometric;

/// <summary>Points.</summary>
internal static class PointFunctions
{
    [PgFunction("point(double precision,double precision)")]
    public static PgPoint Make(double x, double y) => new(x, y);

    [PgFunction("point_left(point,point)")]
    public static bool IsLeft(PgPoint left, PgPoint right) => GeoMath.Lt(left.X, right.X);

    [PgFunction("point_right(point,point)")]
    public static bool IsRight(PgPoint left, PgPoint right) => GeoMath.Gt(left.X, right.X);

    [PgFunction("point_above(point,point)")]
    public static bool IsAbove(PgPoint left, PgPoint right) => GeoMath.Gt(left.Y, right.Y);

    [PgFunction("point_below(point,point)")]
    public static bool IsBelow(PgPoint left, PgPoint right) => GeoMath.Lt(left.Y, right.Y);

    [PgFunction("point_vert(point,point)")]
    [PgFunction("isvertical(point,point)")]
    public static bool IsVertical(PgPoint left, PgPoint right) => GeoMath.Eq(left.X, right.X);

    [PgFunction("point_horiz(point,point)")]
    [PgFunction("ishorizontal(point,point)")]
    public static bool IsHorizontal(PgPoint left, PgPoint right) => GeoMath.Eq(left.Y, right.Y);

    [PgFunction("point_eq(point,point)")]
    public static bool Eq(PgPoint left, PgPoint right) => GeoMath.Eq(left, right);

    [PgFunction("point_ne(point,point)")]
    public static bool Ne(PgPoint left, PgPoint right) => !GeoMath.Eq(left, right);

    [PgFunction("point_distance(point,point)")]
    public static double Distance(PgPoint left, PgPoint right) => GeoMath.Distance(left, right);

    [PgFunction("slope(point,point)")]
    public static double Slope(PgPoint left, PgPoint right) => GeoLines.Slope(left, right);

    [PgFunction("point_add(point,point)")]
    public static PgPoint Add(PgPoint left, PgPoint right) => left + right;

    [PgFunction("point_sub(point,point)")]
    public static PgPoint Sub(PgPoint left, PgPoint right) => left - right;

    [PgFunction("point_mul(point,point)")]
    public static PgPoint Mul(PgPoint left, PgPoint right) => left * right;

    [PgFunction("point_div(point,point)")]
    public static PgPoint Div(PgPoint left, PgPoint right) => left / right;
}
