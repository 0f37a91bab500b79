using PgMicro.Core.Errors;
using PgMicro.Core.Types.Geometric;

namespace PgMicro.Core.Functions.Geometric;

/// <summary>Lines.</summary>
internal static class LineFunctions
{
    [PgFunction("line(point,point)")]
    public static PgLine Make(PgPoint a, PgPoint b) => GeoMath.Eq(a, b)
        ? throw new PgException(SqlState.InvalidParameterValue, "invalid line specification: must be two distinct points")
        : GeoLines.Through(a, b);

    [PgFunction("line_intersect(line,line)")]
    public static bool Intersects(PgLine left, PgLine right) => GeoLines.Intersection(left, right) is not null;

    [PgFunction("line_parallel(line,line)")]
    [PgFunction("isparallel(line,line)")]
    public static bool IsParallel(PgLine left, PgLine right) => !Intersects(left, right);

    [PgFunction("line_perp(line,line)")]
    [PgFunction("isperp(line,line)")]
    public static bool IsPerpendicular(PgLine left, PgLine right) => GeoMath.IsZero(left.A) ? GeoMath.IsZero(right.B)
        : GeoMath.IsZero(right.A) ? GeoMath.IsZero(left.B)
        : GeoMath.IsZero(left.B) ? GeoMath.IsZero(right.A)
        : GeoMath.IsZero(right.B) ? GeoMath.IsZero(left.A)
        : GeoMath.Eq(GeoMath.Divide(GeoMath.Multiply(left.A, right.A), GeoMath.Multiply(left.B, right.B)), -1.0);

    [PgFunction("line_vertical(line)")]
    [PgFunction("isvertical(line)")]
    public static bool IsVertical(PgLine value) => GeoMath.IsZero(value.B);

    [PgFunction("line_horizontal(line)")]
    [PgFunction("ishorizontal(line)")]
    public static bool IsHorizontal(PgLine value) => GeoMath.IsZero(value.A);

    [PgFunction("line_eq(line,line)")]
    public static bool Eq(PgLine left, PgLine right)
    {
        if (double.IsNaN(left.A + left.B + left.C + right.A + right.B + right.C))
        {
            return GeoMath.Same(left.A, right.A) && GeoMath.Same(left.B, right.B) && GeoMath.Same(left.C, right.C);
        }

        var ratio = !GeoMath.IsZero(right.A) ? GeoMath.Divide(left.A, right.A)
            : !GeoMath.IsZero(right.B) ? GeoMath.Divide(left.B, right.B)
            : !GeoMath.IsZero(right.C) ? GeoMath.Divide(left.C, right.C) : 1.0;
        return GeoMath.Eq(left.A, GeoMath.Multiply(ratio, right.A)) && GeoMath.Eq(left.B, GeoMath.Multiply(ratio, right.B)) && GeoMath.Eq(left.C, GeoMath.Multiply(ratio, right.C));
    }

    [PgFunction("line_distance(line,line)")]
    public static double Distance(PgLine left, PgLine right)
    {
        if (Intersects(left, right))
        {
            return 0;
        }

        var ratio = !GeoMath.IsZero(left.A) && !double.IsNaN(left.A) && !GeoMath.IsZero(right.A) && !double.IsNaN(right.A) ? GeoMath.Divide(left.A, right.A)
            : !GeoMath.IsZero(left.B) && !double.IsNaN(left.B) && !GeoMath.IsZero(right.B) && !double.IsNaN(right.B) ? GeoMath.Divide(left.B, right.B) : 1.0;
        return GeoMath.Divide(Math.Abs(GeoMath.Subtract(left.C, GeoMath.Multiply(ratio, right.C))), GeoMath.Hypotenuse(left.A, left.B));
    }

    [PgFunction("line_interpt(line,line)")]
    public static PgPoint? Intersection(PgLine left, PgLine right) => GeoLines.Intersection(left, right);

    [PgFunction("on_pl(point,line)")]
    public static bool Contains(PgPoint point, PgLine line) => GeoLines.Contains(line, point);

    [PgFunction("on_sl(lseg,line)")]
    public static bool Contains(PgLseg value, PgLine line) => GeoLines.Contains(line, value.A) && GeoLines.Contains(line, value.B);

    [PgFunction("dist_pl(point,line)")]
    public static double DistanceFrom(PgPoint point, PgLine line) => GeoLines.Closest(line, point).Distance;

    [PgFunction("dist_lp(line,point)")]
    public static double DistanceTo(PgLine line, PgPoint point) => GeoLines.Closest(line, point).Distance;

    [PgFunction("close_pl(point,line)")]
    public static PgPoint? ClosestTo(PgPoint point, PgLine line) => GeoLines.Closest(line, point).Point;

    [PgFunction("inter_sl(lseg,line)")]
    public static bool Intersects(PgLseg value, PgLine line) => GeoSegments.Intersection(value, line) is not null;

    [PgFunction("dist_sl(lseg,line)")]
    public static double DistanceFrom(PgLseg value, PgLine line) => GeoSegments.Closest(value, line).Distance;

    [PgFunction("dist_ls(line,lseg)")]
    public static double DistanceTo(PgLine line, PgLseg value) => GeoSegments.Closest(value, line).Distance;

    [PgFunction("close_ls(line,lseg)")]
    public static PgPoint? ClosestTo(PgLine line, PgLseg value) => GeoSegments.Slope(value).Equals(GeoLines.Slope(line)) ? null : GeoSegments.Closest(value, line).Point;

    [PgFunction("inter_lb(line,box)")]
    public static bool Intersects(PgLine line, PgBox box) => GeoBoxes.Sides(box).Any(side => GeoSegments.Intersection(side, line) is not null);
}
