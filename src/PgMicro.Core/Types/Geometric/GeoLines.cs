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
}
