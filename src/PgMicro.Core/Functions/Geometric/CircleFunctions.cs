using PgMicro.Core.Errors;
using PgMicro.Core.Types.Geometric;

namespace PgMicro.Core.Functions.Geometric;

/// <summary>Circles.</summary>
internal static class CircleFunctions
{
    [PgFunction("circle_overlap(circle,circle)")]
    public static bool IsOverlap(PgCircle left, PgCircle right) => GeoMath.Le(GeoMath.Distance(left.Center, right.Center), GeoMath.Add(left.Radius, right.Radius));

    [PgFunction("circle_overleft(circle,circle)")]
    public static bool IsOverleft(PgCircle left, PgCircle right) => GeoMath.Le(left.Center.X + left.Radius, right.Center.X + right.Radius);

    [PgFunction("circle_left(circle,circle)")]
    public static bool IsLeft(PgCircle left, PgCircle right) => GeoMath.Lt(left.Center.X + left.Radius, right.Center.X - right.Radius);

    [PgFunction("circle_right(circle,circle)")]
    public static bool IsRight(PgCircle left, PgCircle right) => GeoMath.Gt(left.Center.X - left.Radius, right.Center.X + right.Radius);

    [PgFunction("circle_overright(circle,circle)")]
    public static bool IsOverright(PgCircle left, PgCircle right) => GeoMath.Ge(left.Center.X - left.Radius, right.Center.X - right.Radius);

    [PgFunction("circle_contained(circle,circle)")]
    public static bool IsContained(PgCircle left, PgCircle right) => GeoMath.Le(GeoMath.Distance(left.Center, right.Center), GeoMath.Subtract(right.Radius, left.Radius));

    [PgFunction("circle_contain(circle,circle)")]
    public static bool IsContain(PgCircle left, PgCircle right) => GeoMath.Le(GeoMath.Distance(left.Center, right.Center), GeoMath.Subtract(left.Radius, right.Radius));

    [PgFunction("circle_below(circle,circle)")]
    public static bool IsBelow(PgCircle left, PgCircle right) => GeoMath.Lt(left.Center.Y + left.Radius, right.Center.Y - right.Radius);

    [PgFunction("circle_above(circle,circle)")]
    public static bool IsAbove(PgCircle left, PgCircle right) => GeoMath.Gt(left.Center.Y - left.Radius, right.Center.Y + right.Radius);

    [PgFunction("circle_overbelow(circle,circle)")]
    public static bool IsOverbelow(PgCircle left, PgCircle right) => GeoMath.Le(left.Center.Y + left.Radius, right.Center.Y + right.Radius);

    [PgFunction("circle_overabove(circle,circle)")]
    public static bool IsOverabove(PgCircle left, PgCircle right) => GeoMath.Ge(left.Center.Y - left.Radius, right.Center.Y - right.Radius);

    [PgFunction("circle_same(circle,circle)")]
    public static bool IsSame(PgCircle left, PgCircle right) => ((double.IsNaN(left.Radius) && double.IsNaN(right.Radius)) || GeoMath.Eq(left.Radius, right.Radius)) && GeoMath.Eq(left.Center, right.Center);

    [PgFunction("circle_eq(circle,circle)")]
    public static bool Eq(PgCircle left, PgCircle right) => GeoMath.Eq(Area(left), Area(right));

    [PgFunction("circle_ne(circle,circle)")]
    public static bool Ne(PgCircle left, PgCircle right) => GeoMath.Ne(Area(left), Area(right));

    [PgFunction("circle_lt(circle,circle)")]
    public static bool Lt(PgCircle left, PgCircle right) => GeoMath.Lt(Area(left), Area(right));

    [PgFunction("circle_le(circle,circle)")]
    public static bool Le(PgCircle left, PgCircle right) => GeoMath.Le(Area(left), Area(right));

    [PgFunction("circle_gt(circle,circle)")]
    public static bool Gt(PgCircle left, PgCircle right) => GeoMath.Gt(Area(left), Area(right));

    [PgFunction("circle_ge(circle,circle)")]
    public static bool Ge(PgCircle left, PgCircle right) => GeoMath.Ge(Area(left), Area(right));

    [PgFunction("area(circle)")]
    public static double Area(PgCircle value) => GeoMath.Multiply(GeoMath.Multiply(value.Radius, value.Radius), Math.PI);

    [PgFunction("circle(point,double precision)")]
    public static PgCircle Make(PgPoint center, double radius) => new(center, radius);

    [PgFunction("circle(box)")]
    public static PgCircle Make(PgBox box) => new(box.Center, GeoMath.Distance(box.Center, box.High));

    [PgFunction("circle(polygon)")]
    public static PgCircle Make(PgPolygon polygon) => GeoPolygons.Circle(polygon);

    [PgFunction("circle_center(circle)")]
    [PgFunction("point(circle)")]
    [PgFunction("center(circle)")]
    public static PgPoint Center(PgCircle value) => value.Center;

    [PgFunction("diameter(circle)")]
    public static double Diameter(PgCircle value) => GeoMath.Multiply(value.Radius, 2);

    [PgFunction("radius(circle)")]
    public static double Radius(PgCircle value) => value.Radius;

    [PgFunction("circle_add_pt(circle,point)")]
    public static PgCircle Add(PgCircle value, PgPoint point) => value with { Center = value.Center + point };

    [PgFunction("circle_sub_pt(circle,point)")]
    public static PgCircle Sub(PgCircle value, PgPoint point) => value with { Center = value.Center - point };

    [PgFunction("circle_mul_pt(circle,point)")]
    public static PgCircle Mul(PgCircle value, PgPoint point) => new(value.Center * point, GeoMath.Multiply(value.Radius, GeoMath.Hypotenuse(point.X, point.Y)));

    [PgFunction("circle_div_pt(circle,point)")]
    public static PgCircle Div(PgCircle value, PgPoint point) => new(value.Center / point, GeoMath.Divide(value.Radius, GeoMath.Hypotenuse(point.X, point.Y)));

    [PgFunction("circle_distance(circle,circle)")]
    public static double Distance(PgCircle left, PgCircle right) => Math.Max(0.0, GeoMath.Subtract(GeoMath.Distance(left.Center, right.Center), GeoMath.Add(left.Radius, right.Radius)));

    [PgFunction("circle_contain_pt(circle,point)")]
    public static bool Contains(PgCircle value, PgPoint point) => GeoMath.Distance(value.Center, point) <= value.Radius;

    [PgFunction("pt_contained_circle(point,circle)")]
    public static bool ContainedIn(PgPoint point, PgCircle value) => Contains(value, point);

    [PgFunction("dist_pc(point,circle)")]
    public static double DistanceFrom(PgPoint point, PgCircle value) => Math.Max(0.0, GeoMath.Subtract(GeoMath.Distance(point, value.Center), value.Radius));

    [PgFunction("dist_cpoint(circle,point)")]
    public static double DistanceTo(PgCircle value, PgPoint point) => DistanceFrom(point, value);

    [PgFunction("dist_cpoly(circle,polygon)")]
    public static double DistanceTo(PgCircle value, PgPolygon polygon) => Math.Max(0.0, GeoMath.Subtract(GeoPolygons.Distance(polygon, value.Center), value.Radius));

    [PgFunction("dist_polyc(polygon,circle)")]
    public static double DistanceFrom(PgPolygon polygon, PgCircle value) => DistanceTo(value, polygon);

    [PgFunction("box(circle)")]
    public static PgBox ToBox(PgCircle value)
    {
        var delta = GeoMath.Divide(value.Radius, Math.Sqrt(2.0));
        return new PgBox(
            new PgPoint(GeoMath.Add(value.Center.X, delta), GeoMath.Add(value.Center.Y, delta)),
            new PgPoint(GeoMath.Subtract(value.Center.X, delta), GeoMath.Subtract(value.Center.Y, delta)));
    }

    [PgFunction("polygon(circle)")]
    public static PgPolygon ToPolygon(PgCircle value) => ToPolygon(12, value);

    [PgFunction("polygon(integer,circle)")]
    public static PgPolygon ToPolygon(int count, PgCircle value)
    {
        if (GeoMath.IsZero(value.Radius))
        {
            throw new PgException(SqlState.FeatureNotSupported, "cannot convert circle with radius zero to polygon");
        }

        if (count < 2)
        {
            throw new PgException(SqlState.InvalidParameterValue, "must request at least 2 points");
        }

        var points = new PgPoint[count];
        var step = GeoMath.Divide(2.0 * Math.PI, count);
        for (var i = 0; i < count; i++)
        {
            var angle = GeoMath.Multiply(step, i);
            points[i] = new PgPoint(
                GeoMath.Subtract(value.Center.X, GeoMath.Multiply(value.Radius, Math.Cos(angle))), GeoMath.Add(value.Center.Y, GeoMath.Multiply(value.Radius, Math.Sin(angle))));
        }

        return new PgPolygon(points);
    }
}
