using PgMicro.Core.Errors;
using PgMicro.Core.Types.Geometric;

namespace PgMicro.Core.Functions.Geometric;

/// <summary>Paths.</summary>
internal static class PathFunctions
{
    [PgFunction("path_n_lt(path,path)")]
    public static bool Lt(PgPath left, PgPath right) => left.Points.Length < right.Points.Length;

    [PgFunction("path_n_gt(path,path)")]
    public static bool Gt(PgPath left, PgPath right) => left.Points.Length > right.Points.Length;

    [PgFunction("path_n_eq(path,path)")]
    public static bool Eq(PgPath left, PgPath right) => left.Points.Length == right.Points.Length;

    [PgFunction("path_n_le(path,path)")]
    public static bool Le(PgPath left, PgPath right) => left.Points.Length <= right.Points.Length;

    [PgFunction("path_n_ge(path,path)")]
    public static bool Ge(PgPath left, PgPath right) => left.Points.Length >= right.Points.Length;

    [PgFunction("area(path)")]
    public static double? Area(PgPath value)
    {
        if (!value.IsClosed)
        {
            return null;
        }

        var area = 0.0;
        for (var i = 0; i < value.Points.Length; i++)
        {
            var (a, b) = (value.Points[i], value.Points[(i + 1) % value.Points.Length]);
            area = GeoMath.Add(area, GeoMath.Multiply(a.X, b.Y));
            area = GeoMath.Subtract(area, GeoMath.Multiply(a.Y, b.X));
        }

        return Math.Abs(GeoMath.Divide(area, 2.0));
    }

    [PgFunction("path_npoints(path)")]
    [PgFunction("npoints(path)")]
    public static int Count(PgPath value) => value.Points.Length;

    [PgFunction("isclosed(path)")]
    public static bool IsClosed(PgPath value) => value.IsClosed;

    [PgFunction("isopen(path)")]
    public static bool IsOpen(PgPath value) => !value.IsClosed;

    [PgFunction("pclose(path)")]
    public static PgPath Close(PgPath value) => value with { IsClosed = true };

    [PgFunction("popen(path)")]
    public static PgPath Open(PgPath value) => value with { IsClosed = false };

    [PgFunction("path_length(path)")]
    [PgFunction("length(path)")]
    public static double Length(PgPath value) => GeoPolygons.Segments(value).Aggregate(0.0, static (sum, s) => GeoMath.Add(sum, s.Length));

    [PgFunction("path_add(path,path)")]
    public static PgPath? Add(PgPath left, PgPath right) => left.IsClosed || right.IsClosed ? null : new PgPath([.. left.Points, .. right.Points], false);

    [PgFunction("path_add_pt(path,point)")]
    public static PgPath Add(PgPath value, PgPoint point) => value with { Points = [.. value.Points.Select(p => p + point)] };

    [PgFunction("path_sub_pt(path,point)")]
    public static PgPath Sub(PgPath value, PgPoint point) => value with { Points = [.. value.Points.Select(p => p - point)] };

    [PgFunction("path_mul_pt(path,point)")]
    public static PgPath Mul(PgPath value, PgPoint point) => value with { Points = [.. value.Points.Select(p => p * point)] };

    [PgFunction("path_div_pt(path,point)")]
    public static PgPath Div(PgPath value, PgPoint point) => value with { Points = [.. value.Points.Select(p => p / point)] };

    [PgFunction("path_inter(path,path)")]
    public static bool Intersects(PgPath left, PgPath right) => GeoPolygons.Segments(left).Any(a => GeoPolygons.Segments(right).Any(b => GeoSegments.Intersection(a, b) is not null));

    [PgFunction("path_distance(path,path)")]
    public static double? Distance(PgPath left, PgPath right)
    {
        double? best = null;
        foreach (var a in GeoPolygons.Segments(left))
        {
            foreach (var b in GeoPolygons.Segments(right))
            {
                var distance = GeoSegments.Closest(a, b).Distance;
                best = best is { } known && known <= distance ? known : distance;
            }
        }

        return best;
    }

    [PgFunction("on_ppath(point,path)")]
    public static bool ContainedIn(PgPoint point, PgPath value) => value.IsClosed
        ? GeoPolygons.Inside(point, value.Points) != 0
        : GeoPolygons.Segments(value).Any(s => GeoMath.Eq(GeoMath.Add(GeoMath.Distance(point, s.A), GeoMath.Distance(point, s.B)), s.Length));

    [PgFunction("path_contain_pt(path,point)")]
    public static bool Contains(PgPath value, PgPoint point) => ContainedIn(point, value);

    [PgFunction("dist_ppath(point,path)")]
    public static double DistanceFrom(PgPoint point, PgPath value) => value.Points.Length == 1
        ? GeoMath.Distance(point, value.Points[0])
        : GeoPolygons.Segments(value).Min(s => GeoSegments.Closest(s, point).Distance);

    [PgFunction("dist_pathp(path,point)")]
    public static double DistanceTo(PgPath value, PgPoint point) => DistanceFrom(point, value);

    [PgFunction("path(polygon)")]
    public static PgPath FromPolygon(PgPolygon polygon) => new(polygon.Points, true);

    [PgFunction("polygon(path)")]
    public static PgPolygon ToPolygon(PgPath value) => value.IsClosed
        ? new PgPolygon(value.Points)
        : throw new PgException(SqlState.InvalidParameterValue, "open path cannot be converted to polygon");
}
