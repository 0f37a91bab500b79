using System.Text;

namespace PgMicro.Core.Types.Geometric;

/// <summary>A point in the plane.</summary>
internal readonly record struct PgPoint(double X, double Y)
{
    public static PgPoint operator +(PgPoint a, PgPoint b) => new(GeoMath.Add(a.X, b.X), GeoMath.Add(a.Y, b.Y));

    public static PgPoint operator -(PgPoint a, PgPoint b) => new(GeoMath.Subtract(a.X, b.X), GeoMath.Subtract(a.Y, b.Y));

    /// <summary>Product as of complex numbers: rotates and scales.</summary>
    public static PgPoint operator *(PgPoint a, PgPoint b) => new(
        GeoMath.Subtract(GeoMath.Multiply(a.X, b.X), GeoMath.Multiply(a.Y, b.Y)), GeoMath.Add(GeoMath.Multiply(a.X, b.Y), GeoMath.Multiply(a.Y, b.X)));

    public static PgPoint operator /(PgPoint a, PgPoint b)
    {
        var length = GeoMath.Add(GeoMath.Multiply(b.X, b.X), GeoMath.Multiply(b.Y, b.Y));
        return new PgPoint(
            GeoMath.Divide(GeoMath.Add(GeoMath.Multiply(a.X, b.X), GeoMath.Multiply(a.Y, b.Y)), length),
            GeoMath.Divide(GeoMath.Subtract(GeoMath.Multiply(a.Y, b.X), GeoMath.Multiply(a.X, b.Y)), length));
    }

    internal static PgPoint FromStorage(ReadOnlySpan<byte> text) => new GeoReader(text, "point").Point();

    public override string ToString() => $"({GeoMath.Format(X)},{GeoMath.Format(Y)})";
}

/// <summary>A line segment.</summary>
internal readonly record struct PgLseg(PgPoint A, PgPoint B)
{
    internal double Length => GeoMath.Distance(A, B);

    internal static PgLseg FromStorage(ReadOnlySpan<byte> text) => new GeoReader(text, "lseg").Lseg();

    public override string ToString() => $"[{A},{B}]";
}

/// <summary>An infinite line Ax + By + C = 0.</summary>
internal readonly record struct PgLine(double A, double B, double C)
{
    internal static PgLine FromStorage(ReadOnlySpan<byte> text) => new GeoReader(text, "line").Line();

    public override string ToString() => $"{{{GeoMath.Format(A)},{GeoMath.Format(B)},{GeoMath.Format(C)}}}";
}

/// <summary>A box by its upper right and lower left corners.</summary>
internal readonly record struct PgBox(PgPoint High, PgPoint Low)
{
    internal double Width => GeoMath.Subtract(High.X, Low.X);

    internal double Height => GeoMath.Subtract(High.Y, Low.Y);

    internal PgPoint Center => new(GeoMath.Divide(GeoMath.Add(High.X, Low.X), 2), GeoMath.Divide(GeoMath.Add(High.Y, Low.Y), 2));

    /// <summary>The box of any two opposite corners.</summary>
    internal static PgBox Of(PgPoint a, PgPoint b) =>
        new(new PgPoint(GeoMath.Max(a.X, b.X), GeoMath.Max(a.Y, b.Y)), new PgPoint(GeoMath.Min(a.X, b.X), GeoMath.Min(a.Y, b.Y)));

    internal static PgBox FromStorage(ReadOnlySpan<byte> text) => new GeoReader(text, "box").Box();

    public override string ToString() => $"{High},{Low}";
}

/// <summary>A circle.</summary>
internal readonly record struct PgCircle(PgPoint Center, double Radius)
{
    internal static PgCircle FromStorage(ReadOnlySpan<byte> text) => new GeoReader(text, "circle").Circle();

    public override string ToString() => $"<{Center},{GeoMath.Format(Radius)}>";
}

/// <summary>A path, open or closed.</summary>
internal sealed record PgPath(PgPoint[] Points, bool IsClosed)
{
    internal static PgPath FromStorage(ReadOnlySpan<byte> text) => new GeoReader(text, "path").Path();

    internal static string Format(PgPoint[] points, char open, char close)
    {
        var text = new StringBuilder().Append(open);
        text.AppendJoin(',', points);
        return text.Append(close).ToString();
    }

    public override string ToString() => IsClosed ? Format(Points, '(', ')') : Format(Points, '[', ']');
}

/// <summary>A polygon.</summary>
internal sealed record PgPolygon(PgPoint[] Points)
{
    /// <summary>The smallest box around it.</summary>
    internal PgBox Bounds
    {
        get
        {
            var (high, low) = (Points[0], Points[0]);
            foreach (var point in Points.AsSpan(1))
            {
                high = new PgPoint(GeoMath.Max(high.X, point.X), GeoMath.Max(high.Y, point.Y));
                low = new PgPoint(GeoMath.Min(low.X, point.X), GeoMath.Min(low.Y, point.Y));
            }

            return new PgBox(high, low);
        }
    }

    internal static PgPolygon FromStorage(ReadOnlySpan<byte> text) => new(new GeoReader(text, "polygon").Polygon());

    public override string ToString() => PgPath.Format(Points, '(', ')');
}
