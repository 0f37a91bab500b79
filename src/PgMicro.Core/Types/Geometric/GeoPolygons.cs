namespace PgMicro.Core.Types.Geometric;

/// <summary>Polygons and paths.</summary>
internal static class GeoPolygons
{
    private const int OnEdge = int.MaxValue;

    /// <summary>The edges of a polygon, the one from its last point to its first in front.</summary>
    internal static IEnumerable<PgLseg> Edges(PgPoint[] points)
    {
        for (var i = 0; i < points.Length; i++)
        {
            yield return new PgLseg(points[i == 0 ? points.Length - 1 : i - 1], points[i]);
        }
    }

    /// <summary>The segments of a path.</summary>
    internal static IEnumerable<PgLseg> Segments(PgPath path)
    {
        if (path.IsClosed)
        {
            return Edges(path.Points);
        }

        return Edges(path.Points).Skip(1);
    }

    /// <summary>0 outside, 1 inside, 2 on an edge: by how often the edges cross a ray from the point.</summary>
    internal static int Inside(PgPoint point, PgPoint[] points)
    {
        var total = 0;
        var previous = points[0] - point;
        for (var i = 1; i <= points.Length; i++)
        {
            var current = points[i % points.Length] - point;
            var crossing = Crossing(current.X, current.Y, previous.X, previous.Y);
            if (crossing == OnEdge)
            {
                return 2;
            }

            total += crossing;
            previous = current;
        }

        return total != 0 ? 1 : 0;
    }

    internal static PgCircle Circle(PgPolygon polygon)
    {
        var center = new PgPoint(0, 0);
        foreach (var point in polygon.Points)
        {
            center += point;
        }

        center = new PgPoint(GeoMath.Divide(center.X, polygon.Points.Length), GeoMath.Divide(center.Y, polygon.Points.Length));
        var radius = 0.0;
        foreach (var point in polygon.Points)
        {
            radius = GeoMath.Add(radius, GeoMath.Distance(point, center));
        }

        return new PgCircle(center, GeoMath.Divide(radius, polygon.Points.Length));
    }

    internal static double Distance(PgPolygon polygon, PgPoint point) =>
        Inside(point, polygon.Points) != 0 ? 0.0 : Edges(polygon.Points).Min(edge => GeoSegments.Closest(edge, point).Distance);

    /// <summary>Whether two polygons have the same points, wherever they start and whichever way they go.</summary>
    internal static bool Same(PgPoint[] a, PgPoint[] b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }

        for (var start = 0; start < a.Length; start++)
        {
            if (!GeoMath.Eq(a[0], b[start]))
            {
                continue;
            }

            var (forward, backward) = (true, true);
            for (var i = 1; i < a.Length; i++)
            {
                forward &= GeoMath.Eq(a[i], b[(start + i) % a.Length]);
                backward &= GeoMath.Eq(a[i], b[(start - i + a.Length) % a.Length]);
            }

            if (forward || backward)
            {
                return true;
            }
        }

        return false;
    }

    internal static bool Overlap(PgPolygon a, PgPolygon b)
    {
        if (!GeoBoxes.Overlap(a.Bounds, b.Bounds))
        {
            return false;
        }

        return Edges(a.Points).Any(x => Edges(b.Points).Any(y => GeoSegments.Intersection(x, y) is not null))
            || Inside(a.Points[0], b.Points) != 0 || Inside(b.Points[0], a.Points) != 0;
    }

    internal static bool Contains(PgPolygon outer, PgPolygon inner) =>
        GeoBoxes.Contains(outer.Bounds, inner.Bounds) && Edges(inner.Points).All(edge => Inside(edge.A, edge.B, outer.Points, 0));

    // Whether a segment is inside: cut where it crosses an edge from number start on, and each part looked at by its middle.
    private static bool Inside(PgPoint a, PgPoint b, PgPoint[] points, int start)
    {
        global::System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        var segment = new PgLseg(a, b);
        var inside = true;
        for (var i = start; i < points.Length && inside; i++)
        {
            var edge = new PgLseg(points[i == 0 ? points.Length - 1 : i - 1], points[i]);
            if (GeoSegments.Contains(edge, a))
            {
                if (GeoSegments.Contains(edge, b))
                {
                    return true;
                }

                inside = Touching(a, b, edge, points, i + 1);
            }
            else if (GeoSegments.Contains(edge, b))
            {
                inside = Touching(b, a, edge, points, i + 1);
            }
            else if (GeoSegments.Intersection(segment, edge) is { } crossing)
            {
                return Inside(a, crossing, points, i + 1) && Inside(b, crossing, points, i + 1);
            }
        }

        return inside && Inside(GeoSegments.Center(segment), points) != 0;
    }

    // The first end of the segment is on the edge.
    private static bool Touching(PgPoint a, PgPoint b, PgLseg edge, PgPoint[] points, int start)
    {
        var segment = new PgLseg(a, b);
        if (GeoMath.Eq(a, edge.A))
        {
            return !GeoSegments.Contains(segment, edge.B) || Inside(b, edge.B, points, start);
        }

        if (GeoMath.Eq(a, edge.B))
        {
            return !GeoSegments.Contains(segment, edge.A) || Inside(b, edge.A, points, start);
        }

        return GeoSegments.Contains(segment, edge.A) ? Inside(b, edge.A, points, start)
            : !GeoSegments.Contains(segment, edge.B) || Inside(b, edge.B, points, start);
    }

    // How an edge crosses the positive half of the X axis: ±2, ±1 when it ends on it.
    private static int Crossing(double x, double y, double previousX, double previousY)
    {
        if (GeoMath.IsZero(y))
        {
            if (GeoMath.IsZero(x))
            {
                return OnEdge;
            }

            if (GeoMath.Gt(x, 0))
            {
                return GeoMath.IsZero(previousY) ? GeoMath.Gt(previousX, 0.0) ? 0 : OnEdge : GeoMath.Lt(previousY, 0.0) ? 1 : -1;
            }

            return !GeoMath.IsZero(previousY) || GeoMath.Lt(previousX, 0.0) ? 0 : OnEdge;
        }

        var sign = GeoMath.Gt(y, 0.0) ? 1 : -1;
        if (GeoMath.IsZero(previousY))
        {
            return GeoMath.Lt(previousX, 0.0) ? 0 : sign;
        }

        if ((sign < 0 && GeoMath.Lt(previousY, 0.0)) || (sign > 0 && GeoMath.Gt(previousY, 0.0)))
        {
            return 0;
        }

        if (GeoMath.Ge(x, 0.0) && GeoMath.Gt(previousX, 0.0))
        {
            return 2 * sign;
        }

        if (GeoMath.Lt(x, 0.0) && GeoMath.Le(previousX, 0.0))
        {
            return 0;
        }

        var cross = ((x - previousX) * y) - ((y - previousY) * x);
        return GeoMath.IsZero(cross) ? OnEdge : (sign < 0 && GeoMath.Lt(cross, 0.0)) || (sign > 0 && GeoMath.Gt(cross, 0.0)) ? 0 : 2 * sign;
    }
}
