using PgMicro.Core.Types.Geometric;

namespace PgMicro.Core.Functions.Geometric;

/// <summary>Line segments.</summary>
internal static class LsegFunctions
{
    [PgFunction("lseg(point,point)")]
    public static PgLseg Make(PgPoint a, PgPoint b) => new(a, b);

    [PgFunction("lseg_length(lseg)")]
    [PgFunction("length(lseg)")]
    public static double Length(PgLseg value) => value.Length;

    [PgFunction("lseg_center(lseg)")]
    [PgFunction("point(lseg)")]
    public static PgPoint Center(PgLseg value) => GeoSegments.Center(value);

    [PgFunction("lseg_vertical(lseg)")]
    [PgFunction("isvertical(lseg)")]
    public static bool IsVertical(PgLseg value) => GeoMath.Eq(value.A.X, value.B.X);

    [PgFunction("lseg_horizontal(lseg)")]
    [PgFunction("ishorizontal(lseg)")]
    public static bool IsHorizontal(PgLseg value) => GeoMath.Eq(value.A.Y, value.B.Y);

    [PgFunction("lseg_parallel(lseg,lseg)")]
    [PgFunction("isparallel(lseg,lseg)")]
    public static bool IsParallel(PgLseg left, PgLseg right) => GeoMath.Eq(GeoSegments.Slope(left), GeoSegments.Slope(right));

    [PgFunction("lseg_perp(lseg,lseg)")]
    [PgFunction("isperp(lseg,lseg)")]
    public static bool IsPerpendicular(PgLseg left, PgLseg right) => GeoMath.Eq(GeoSegments.Slope(left), GeoSegments.InverseSlope(right));

    [PgFunction("lseg_eq(lseg,lseg)")]
    public static bool Eq(PgLseg left, PgLseg right) => GeoMath.Eq(left.A, right.A) && GeoMath.Eq(left.B, right.B);

    [PgFunction("lseg_ne(lseg,lseg)")]
    public static bool Ne(PgLseg left, PgLseg right) => !Eq(left, right);

    [PgFunction("lseg_lt(lseg,lseg)")]
    public static bool Lt(PgLseg left, PgLseg right) => GeoMath.Lt(left.Length, right.Length);

    [PgFunction("lseg_le(lseg,lseg)")]
    public static bool Le(PgLseg left, PgLseg right) => GeoMath.Le(left.Length, right.Length);

    [PgFunction("lseg_gt(lseg,lseg)")]
    public static bool Gt(PgLseg left, PgLseg right) => GeoMath.Gt(left.Length, right.Length);

    [PgFunction("lseg_ge(lseg,lseg)")]
    public static bool Ge(PgLseg left, PgLseg right) => GeoMath.Ge(left.Length, right.Length);

    [PgFunction("lseg_intersect(lseg,lseg)")]
    public static bool Intersects(PgLseg left, PgLseg right) => GeoSegments.Intersection(left, right) is not null;

    [PgFunction("lseg_interpt(lseg,lseg)")]
    public static PgPoint? Intersection(PgLseg left, PgLseg right) => GeoSegments.Intersection(left, right);

    [PgFunction("lseg_distance(lseg,lseg)")]
    public static double Distance(PgLseg left, PgLseg right) => GeoSegments.Closest(left, right).Distance;

    [PgFunction("close_lseg(lseg,lseg)")]
    public static PgPoint? Closest(PgLseg left, PgLseg right) => GeoSegments.Slope(left).Equals(GeoSegments.Slope(right)) ? null : GeoSegments.Closest(right, left).Point;

    [PgFunction("on_ps(point,lseg)")]
    public static bool Contains(PgPoint point, PgLseg value) => GeoSegments.Contains(value, point);

    [PgFunction("dist_ps(point,lseg)")]
    public static double DistanceFrom(PgPoint point, PgLseg value) => GeoSegments.Closest(value, point).Distance;

    [PgFunction("dist_sp(lseg,point)")]
    public static double DistanceTo(PgLseg value, PgPoint point) => GeoSegments.Closest(value, point).Distance;

    [PgFunction("close_ps(point,lseg)")]
    public static PgPoint? ClosestTo(PgPoint point, PgLseg value) => GeoSegments.Closest(value, point).Point;
}
