using PgMicro.Core.Types.Geometric;

namespace PgMicro.Core.Functions.Geometric;

/// <summary>Boxes.</summary>
internal static class BoxFunctions
{
    [PgFunction("box(point,point)")]
    public static PgBox Make(PgPoint a, PgPoint b) => PgBox.Of(a, b);

    [PgFunction("box(point)")]
    public static PgBox Make(PgPoint point) => new(point, point);

    [PgFunction("box_overlap(box,box)")]
    public static bool IsOverlap(PgBox left, PgBox right) => GeoBoxes.Overlap(left, right);

    [PgFunction("box_left(box,box)")]
    public static bool IsLeft(PgBox left, PgBox right) => GeoMath.Lt(left.High.X, right.Low.X);

    [PgFunction("box_overleft(box,box)")]
    public static bool IsOverleft(PgBox left, PgBox right) => GeoMath.Le(left.High.X, right.High.X);

    [PgFunction("box_right(box,box)")]
    public static bool IsRight(PgBox left, PgBox right) => GeoMath.Gt(left.Low.X, right.High.X);

    [PgFunction("box_overright(box,box)")]
    public static bool IsOverright(PgBox left, PgBox right) => GeoMath.Ge(left.Low.X, right.Low.X);

    [PgFunction("box_below(box,box)")]
    public static bool IsBelow(PgBox left, PgBox right) => GeoMath.Lt(left.High.Y, right.Low.Y);

    [PgFunction("box_overbelow(box,box)")]
    public static bool IsOverbelow(PgBox left, PgBox right) => GeoMath.Le(left.High.Y, right.High.Y);

    [PgFunction("box_above(box,box)")]
    public static bool IsAbove(PgBox left, PgBox right) => GeoMath.Gt(left.Low.Y, right.High.Y);

    [PgFunction("box_overabove(box,box)")]
    public static bool IsOverabove(PgBox left, PgBox right) => GeoMath.Ge(left.Low.Y, right.Low.Y);

    [PgFunction("box_below_eq(box,box)")]
    public static bool IsBelowEq(PgBox left, PgBox right) => GeoMath.Le(left.High.Y, right.Low.Y);

    [PgFunction("box_above_eq(box,box)")]
    public static bool IsAboveEq(PgBox left, PgBox right) => GeoMath.Ge(left.Low.Y, right.High.Y);

    [PgFunction("box_same(box,box)")]
    public static bool IsSame(PgBox left, PgBox right) => GeoMath.Eq(left.High, right.High) && GeoMath.Eq(left.Low, right.Low);

    [PgFunction("box_contain(box,box)")]
    public static bool IsContain(PgBox left, PgBox right) => GeoBoxes.Contains(left, right);

    [PgFunction("box_contained(box,box)")]
    public static bool IsContained(PgBox left, PgBox right) => GeoBoxes.Contains(right, left);

    [PgFunction("box_eq(box,box)")]
    public static bool Eq(PgBox left, PgBox right) => GeoMath.Eq(Area(left), Area(right));

    [PgFunction("box_lt(box,box)")]
    public static bool Lt(PgBox left, PgBox right) => GeoMath.Lt(Area(left), Area(right));

    [PgFunction("box_le(box,box)")]
    public static bool Le(PgBox left, PgBox right) => GeoMath.Le(Area(left), Area(right));

    [PgFunction("box_gt(box,box)")]
    public static bool Gt(PgBox left, PgBox right) => GeoMath.Gt(Area(left), Area(right));

    [PgFunction("box_ge(box,box)")]
    public static bool Ge(PgBox left, PgBox right) => GeoMath.Ge(Area(left), Area(right));

    [PgFunction("area(box)")]
    public static double Area(PgBox value) => GeoMath.Multiply(value.Width, value.Height);

    [PgFunction("width(box)")]
    public static double Width(PgBox value) => value.Width;

    [PgFunction("height(box)")]
    public static double Height(PgBox value) => value.Height;

    [PgFunction("box_center(box)")]
    [PgFunction("point(box)")]
    [PgFunction("center(box)")]
    public static PgPoint Center(PgBox value) => value.Center;

    [PgFunction("box_distance(box,box)")]
    public static double Distance(PgBox left, PgBox right) => GeoMath.Distance(left.Center, right.Center);

    [PgFunction("lseg(box)")]
    [PgFunction("diagonal(box)")]
    public static PgLseg Diagonal(PgBox value) => new(value.High, value.Low);

    [PgFunction("box_intersect(box,box)")]
    public static PgBox? Intersection(PgBox left, PgBox right) => GeoBoxes.Overlap(left, right)
        ? new PgBox(
            new PgPoint(GeoMath.Min(left.High.X, right.High.X), GeoMath.Min(left.High.Y, right.High.Y)),
            new PgPoint(GeoMath.Max(left.Low.X, right.Low.X), GeoMath.Max(left.Low.Y, right.Low.Y)))
        : null;

    [PgFunction("bound_box(box,box)")]
    public static PgBox Bound(PgBox left, PgBox right) => new(
        new PgPoint(GeoMath.Max(left.High.X, right.High.X), GeoMath.Max(left.High.Y, right.High.Y)),
        new PgPoint(GeoMath.Min(left.Low.X, right.Low.X), GeoMath.Min(left.Low.Y, right.Low.Y)));

    [PgFunction("box_add(box,point)")]
    public static PgBox Add(PgBox value, PgPoint point) => new(value.High + point, value.Low + point);

    [PgFunction("box_sub(box,point)")]
    public static PgBox Sub(PgBox value, PgPoint point) => new(value.High - point, value.Low - point);

    [PgFunction("box_mul(box,point)")]
    public static PgBox Mul(PgBox value, PgPoint point) => PgBox.Of(value.High * point, value.Low * point);

    [PgFunction("box_div(box,point)")]
    public static PgBox Div(PgBox value, PgPoint point) => PgBox.Of(value.High / point, value.Low / point);

    [PgFunction("box_contain_pt(box,point)")]
    public static bool Contains(PgBox value, PgPoint point) => GeoBoxes.Contains(value, point);

    [PgFunction("on_pb(point,box)")]
    public static bool ContainedIn(PgPoint point, PgBox value) => GeoBoxes.Contains(value, point);

    [PgFunction("on_sb(lseg,box)")]
    public static bool ContainedIn(PgLseg segment, PgBox value) => GeoBoxes.Contains(value, segment.A) && GeoBoxes.Contains(value, segment.B);

    [PgFunction("inter_sb(lseg,box)")]
    public static bool Intersects(PgLseg segment, PgBox value) => GeoBoxes.Intersects(value, segment);

    [PgFunction("dist_pb(point,box)")]
    public static double DistanceFrom(PgPoint point, PgBox value) => GeoBoxes.Closest(value, point).Distance;

    [PgFunction("dist_bp(box,point)")]
    public static double DistanceTo(PgBox value, PgPoint point) => GeoBoxes.Closest(value, point).Distance;

    [PgFunction("close_pb(point,box)")]
    public static PgPoint? ClosestTo(PgPoint point, PgBox value) => GeoBoxes.Closest(value, point).Point;

    [PgFunction("dist_sb(lseg,box)")]
    public static double DistanceFrom(PgLseg segment, PgBox value) => GeoBoxes.Closest(value, segment).Distance;

    [PgFunction("dist_bs(box,lseg)")]
    public static double DistanceTo(PgBox value, PgLseg segment) => GeoBoxes.Closest(value, segment).Distance;

    [PgFunction("close_sb(lseg,box)")]
    public static PgPoint? ClosestTo(PgLseg segment, PgBox value) => GeoBoxes.Closest(value, segment).Point;
}
