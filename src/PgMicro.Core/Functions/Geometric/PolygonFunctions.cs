using PgMicro.Core.Types.Geometric;

namespace PgMicro.Core.Functions.Geometric;

/// <summary>Polygons.</summary>
internal static class PolygonFunctions
{
    [PgFunction("poly_left(polygon,polygon)")]
    public static bool IsLeft(PgPolygon left, PgPolygon right) => left.Bounds.High.X < right.Bounds.Low.X;

    [PgFunction("poly_overleft(polygon,polygon)")]
    public static bool IsOverleft(PgPolygon left, PgPolygon right) => left.Bounds.High.X <= right.Bounds.High.X;

    [PgFunction("poly_right(polygon,polygon)")]
    public static bool IsRight(PgPolygon left, PgPolygon right) => left.Bounds.Low.X > right.Bounds.High.X;

    [PgFunction("poly_overright(polygon,polygon)")]
    public static bool IsOverright(PgPolygon left, PgPolygon right) => left.Bounds.Low.X >= right.Bounds.Low.X;

    [PgFunction("poly_below(polygon,polygon)")]
    public static bool IsBelow(PgPolygon left, PgPolygon right) => left.Bounds.High.Y < right.Bounds.Low.Y;

    [PgFunction("poly_overbelow(polygon,polygon)")]
    public static bool IsOverbelow(PgPolygon left, PgPolygon right) => left.Bounds.High.Y <= right.Bounds.High.Y;

    [PgFunction("poly_above(polygon,polygon)")]
    public static bool IsAbove(PgPolygon left, PgPolygon right) => left.Bounds.Low.Y > right.Bounds.High.Y;

    [PgFunction("poly_overabove(polygon,polygon)")]
    public static bool IsOverabove(PgPolygon left, PgPolygon right) => left.Bounds.Low.Y >= right.Bounds.Low.Y;

    [PgFunction("poly_same(polygon,polygon)")]
    public static bool IsSame(PgPolygon left, PgPolygon right) => GeoPolygons.Same(left.Points, right.Points);

    [PgFunction("poly_overlap(polygon,polygon)")]
    public static bool IsOverlap(PgPolygon left, PgPolygon right) => GeoPolygons.Overlap(left, right);

    [PgFunction("poly_contain(polygon,polygon)")]
    public static bool IsContain(PgPolygon left, PgPolygon right) => GeoPolygons.Contains(left, right);

    [PgFunction("poly_contained(polygon,polygon)")]
    public static bool IsContained(PgPolygon left, PgPolygon right) => GeoPolygons.Contains(right, left);

    [PgFunction("poly_contain_pt(polygon,point)")]
    public static bool Contains(PgPolygon value, PgPoint point) => GeoPolygons.Inside(point, value.Points) != 0;

    [PgFunction("pt_contained_poly(point,polygon)")]
    public static bool ContainedIn(PgPoint point, PgPolygon value) => Contains(value, point);

    [PgFunction("poly_npoints(polygon)")]
    [PgFunction("npoints(polygon)")]
    public static int Count(PgPolygon value) => value.Points.Length;

    [PgFunction("poly_center(polygon)")]
    [PgFunction("point(polygon)")]
    public static PgPoint Center(PgPolygon value) => GeoPolygons.Circle(value).Center;

    [PgFunction("box(polygon)")]
    public static PgBox Bounds(PgPolygon value) => value.Bounds;

    [PgFunction("polygon(box)")]
    public static PgPolygon FromBox(PgBox box) => new([box.Low, new PgPoint(box.Low.X, box.High.Y), box.High, new PgPoint(box.High.X, box.Low.Y)]);

    [PgFunction("poly_distance(polygon,polygon)")]
    public static double Distance(PgPolygon left, PgPolygon right) => GeoPolygons.Overlap(left, right) ? 0 : GeoPolygons.Edges(left.Points).Min(a => GeoPolygons.Edges(right.Points).Min(b => GeoSegments.Closest(a, b).Distance));

    [PgFunction("dist_polyp(polygon,point)")]
    public static double DistanceTo(PgPolygon value, PgPoint point) => GeoPolygons.Distance(value, point);

    [PgFunction("dist_ppoly(point,polygon)")]
    public static double DistanceFrom(PgPoint point, PgPolygon value) => GeoPolygons.Distance(value, point);
}
