namespace PgMicro.Core.Types.Geometric;

/// <summary>Lines through points and slopes.</summary>
internal static class GeoLines
{
    /// <summary>The line through two points.</summary>
    internal static PgLine Through(PgPoint a, PgPoint b) => WithSlope(a, Slope(a, b));

    /// <summary>The line through a point.</summary>
    internal static PgLine WithSlope(PgPoint point, double slope)
    {
        if (double.IsInfinity(slope))
        {
            return new PgLine(-1, 0, point.X);
        }

        if (slope == 0)
        {
            return new PgLine(0, -1, point.Y);
        }

        var c = GeoMath.Subtract(point.Y, GeoMath.Multiply(slope, point.X));
        return new PgLine(slope, -1, c == 0 ? 0.0 : c);
    }

    /// <summary>Slope of the line through two points; infinity when it is vertical.</summary>
    internal static double Slope(PgPoint a, PgPoint b) => GeoMath.Eq(a.X, b.X) ? double.PositiveInfinity
        : GeoMath.Eq(a.Y, b.Y) ? 0.0
        : GeoMath.Divide(GeoMath.Subtract(a.Y, b.Y), GeoMath.Subtract(a.X, b.X));

    internal static double Slope(PgLine line) => GeoMath.IsZero(line.A) ? 0.0 : GeoMath.IsZero(line.B) ? double.PositiveInfinity : GeoMath.Divide(line.A, -line.B);

    /// <summary>Slope of what stands upright on a line.</summary>
    internal static double InverseSlope(PgLine line) => GeoMath.IsZero(line.A) ? double.PositiveInfinity : GeoMath.IsZero(line.B) ? 0.0 : GeoMath.Divide(line.B, line.A);

    internal static bool Contains(PgLine line, PgPoint point) =>
        GeoMath.IsZero(GeoMath.Add(GeoMath.Add(GeoMath.Multiply(line.A, point.X), GeoMath.Multiply(line.B, point.Y)), line.C));

    /// <summary>Where two lines cross; null when they are parallel.</summary>
    internal static PgPoint? Intersection(PgLine a, PgLine b)
    {
        if (GeoMath.IsZero(a.B))
        {
            if (GeoMath.IsZero(b.B))
            {
                return null;
            }

            (a, b) = (b, a);
        }

        if (GeoMath.Eq(b.A, GeoMath.Multiply(a.A, GeoMath.Divide(b.B, a.B))))
        {
            return null;
        }

        var x = GeoMath.Divide(
            GeoMath.Subtract(GeoMath.Multiply(a.B, b.C), GeoMath.Multiply(b.B, a.C)), GeoMath.Subtract(GeoMath.Multiply(a.A, b.B), GeoMath.Multiply(b.A, a.B)));
        var y = GeoMath.Divide(-GeoMath.Add(GeoMath.Multiply(a.A, x), a.C), a.B);

        // No negative zeros.
        return new PgPoint(x == 0 ? 0.0 : x, y == 0 ? 0.0 : y);
    }

    /// <summary>The point of a line that is next to a point.</summary>
    internal static (PgPoint Point, double Distance) Closest(PgLine line, PgPoint point)
    {
        var upright = WithSlope(point, InverseSlope(line));
        var closest = Intersection(upright, line) ?? point;
        return (closest, GeoMath.Distance(closest, point));
    }
}

/// <summary>Line segments against points, lines and each other.</summary>
internal static class GeoSegments
{
    internal static double Slope(PgLseg value) => GeoLines.Slope(value.A, value.B);

    internal static double InverseSlope(PgLseg value) => GeoMath.Eq(value.A.X, value.B.X) ? 0.0
        : GeoMath.Eq(value.A.Y, value.B.Y) ? double.PositiveInfinity
        : GeoMath.Divide(GeoMath.Subtract(value.A.X, value.B.X), GeoMath.Subtract(value.B.Y, value.A.Y));

    internal static PgPoint Center(PgLseg value) =>
        new(GeoMath.Divide(GeoMath.Add(value.A.X, value.B.X), 2.0), GeoMath.Divide(GeoMath.Add(value.A.Y, value.B.Y), 2.0));

    internal static bool Contains(PgLseg value, PgPoint point) =>
        GeoMath.Eq(GeoMath.Distance(point, value.A) + GeoMath.Distance(point, value.B), value.Length);

    internal static PgPoint? Intersection(PgLseg value, PgLine line)
    {
        if (GeoLines.Intersection(GeoLines.WithSlope(value.A, Slope(value)), line) is not { } point || !Contains(value, point))
        {
            return null;
        }

        return GeoMath.Eq(value.A, point) ? value.A : GeoMath.Eq(value.B, point) ? value.B : point;
    }

    internal static PgPoint? Intersection(PgLseg a, PgLseg b) =>
        Intersection(a, GeoLines.WithSlope(b.A, Slope(b))) is { } point && Contains(b, point) ? point : null;

    internal static (PgPoint Point, double Distance) Closest(PgLseg value, PgLine line)
    {
        if (Intersection(value, line) is { } crossing)
        {
            return (crossing, 0.0);
        }

        var (a, b) = (GeoLines.Closest(line, value.A).Distance, GeoLines.Closest(line, value.B).Distance);
        return a < b ? (value.A, a) : (value.B, b);
    }

    internal static (PgPoint Point, double Distance) Closest(PgLseg value, PgPoint point)
    {
        var closest = Closest(value, GeoLines.WithSlope(point, InverseSlope(value))).Point;
        return (closest, GeoMath.Distance(closest, point));
    }

    /// <summary>The point of the first segment that is next to the second.</summary>
    internal static (PgPoint Point, double Distance) Closest(PgLseg on, PgLseg to)
    {
        if (Intersection(on, to) is { } crossing)
        {
            return (crossing, 0.0);
        }

        var best = Closest(on, to.A);
        if (Closest(on, to.B) is var other && other.Distance < best.Distance)
        {
            best = other;
        }

        if (Closest(to, on.A).Distance is var a && a < best.Distance)
        {
            best = (on.A, a);
        }

        return Closest(to, on.B).Distance is var b && b < best.Distance ? (on.B, b) : best;
    }
}

/// <summary>Boxes against points, segments and each other.</summary>
internal static class GeoBoxes
{
    internal static bool Overlap(PgBox a, PgBox b) => GeoMath.Le(a.Low.X, b.High.X) && GeoMath.Le(b.Low.X, a.High.X)
        && GeoMath.Le(a.Low.Y, b.High.Y) && GeoMath.Le(b.Low.Y, a.High.Y);

    internal static bool Contains(PgBox outer, PgBox inner) => GeoMath.Ge(outer.High.X, inner.High.X) && GeoMath.Le(outer.Low.X, inner.Low.X)
        && GeoMath.Ge(outer.High.Y, inner.High.Y) && GeoMath.Le(outer.Low.Y, inner.Low.Y);

    internal static bool Contains(PgBox box, PgPoint point) => box.High.X >= point.X && box.Low.X <= point.X && box.High.Y >= point.Y && box.Low.Y <= point.Y;

    internal static PgLseg[] Sides(PgBox box)
    {
        var (upperLeft, lowerRight) = (new PgPoint(box.Low.X, box.High.Y), new PgPoint(box.High.X, box.Low.Y));
        return [new PgLseg(box.Low, upperLeft), new PgLseg(box.High, upperLeft), new PgLseg(box.Low, lowerRight), new PgLseg(box.High, lowerRight)];
    }

    internal static bool Intersects(PgBox box, PgLseg segment) => Overlap(PgBox.Of(segment.A, segment.B), box)
        && (Contains(box, segment.A) || Contains(box, segment.B) || Array.Exists(Sides(box), side => GeoSegments.Intersection(side, segment) is not null));

    internal static (PgPoint Point, double Distance) Closest(PgBox box, PgPoint point)
    {
        if (Contains(box, point))
        {
            return (point, 0.0);
        }

        var best = (Point: point, Distance: double.NaN);
        foreach (var side in Sides(box))
        {
            var closest = GeoSegments.Closest(side, point);
            best = double.IsNaN(best.Distance) || closest.Distance < best.Distance ? closest : best;
        }

        return best;
    }

    internal static (PgPoint Point, double Distance) Closest(PgBox box, PgLseg segment)
    {
        if (Intersects(box, segment))
        {
            return (GeoSegments.Closest(segment, box.Center).Point, 0.0);
        }

        var best = (Point: box.Low, Distance: double.NaN);
        foreach (var side in Sides(box))
        {
            var closest = GeoSegments.Closest(side, segment);
            best = double.IsNaN(best.Distance) || closest.Distance < best.Distance ? closest : best;
        }

        return best;
    }
}
