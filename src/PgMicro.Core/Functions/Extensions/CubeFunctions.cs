using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Extensions;

namespace PgMicro.Core.Functions.Extensions;

/// <summary>cube: constructors, coordinates, relations and distances.</summary>
internal static class CubeFunctions
{
    [PgFunction("cube(double precision)")]
    public static string Make(double x) => Text([x], [x]);

    [PgFunction("cube(double precision,double precision)")]
    public static string Make(double x, double y) => Text([x], [y]);

    [PgFunction("cube(double precision[])")]
    public static string Make(FunctionContext context, ReadOnlySpan<byte> point)
    {
        var values = Doubles(context, point);
        return Text(values, values);
    }

    [PgFunction("cube(double precision[],double precision[])")]
    public static string Make(FunctionContext context, ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower)
    {
        double[] a = Doubles(context, upper), b = Doubles(context, lower);
        return a.Length == b.Length ? Text(a, b) : throw new PgException(SqlState.ArraySubscriptError, "UR and LL arrays must be of same length");
    }

    [PgFunction("cube(cube,double precision)")]
    public static string Extend(ReadOnlySpan<byte> cube, double x) => Extend(cube, x, x);

    [PgFunction("cube(cube,double precision,double precision)")]
    public static string Extend(ReadOnlySpan<byte> cube, double x, double y)
    {
        var value = PgCube.FromStorage(cube);
        return Text([.. value.Lower, x], [.. value.Upper, y]);
    }

    [PgFunction("cube_eq(cube,cube)")]
    public static bool Eq(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Cmp(left, right) == 0;

    [PgFunction("cube_ne(cube,cube)")]
    public static bool Ne(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Cmp(left, right) != 0;

    [PgFunction("cube_lt(cube,cube)")]
    public static bool Lt(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Cmp(left, right) < 0;

    [PgFunction("cube_le(cube,cube)")]
    public static bool Le(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Cmp(left, right) <= 0;

    [PgFunction("cube_gt(cube,cube)")]
    public static bool Gt(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Cmp(left, right) > 0;

    [PgFunction("cube_ge(cube,cube)")]
    public static bool Ge(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Cmp(left, right) >= 0;

    [PgFunction("cube_cmp(cube,cube)")]
    public static int Cmp(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Math.Sign(PgCube.Compare(PgCube.FromStorage(left), PgCube.FromStorage(right)));

    [PgFunction("cube_contains(cube,cube)")]
    public static bool Contains(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        PgCube a = PgCube.FromStorage(left), b = PgCube.FromStorage(right);
        for (var i = 0; i < Math.Max(a.Dimensions, b.Dimensions); i++)
        {
            if (a.Low(i) > b.Low(i) || a.High(i) < b.High(i))
            {
                return false;
            }
        }

        return true;
    }

    [PgFunction("cube_contained(cube,cube)")]
    public static bool IsContained(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Contains(right, left);

    [PgFunction("cube_overlap(cube,cube)")]
    public static bool Overlap(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        PgCube a = PgCube.FromStorage(left), b = PgCube.FromStorage(right);
        for (var i = 0; i < Math.Max(a.Dimensions, b.Dimensions); i++)
        {
            if (a.Low(i) > b.High(i) || a.High(i) < b.Low(i))
            {
                return false;
            }
        }

        return true;
    }

    [PgFunction("cube_union(cube,cube)")]
    public static string Union(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Combine(left, right, static (a, b, i) => Math.Min(a.Low(i), b.Low(i)), static (a, b, i) => Math.Max(a.High(i), b.High(i)));

    [PgFunction("cube_inter(cube,cube)")]
    public static string Intersection(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Combine(left, right, static (a, b, i) => Math.Max(a.Low(i), b.Low(i)), static (a, b, i) => Math.Min(a.High(i), b.High(i)));

    [PgFunction("cube_size(cube)")]
    public static double Size(ReadOnlySpan<byte> cube)
    {
        var value = PgCube.FromStorage(cube);
        if (value.Dimensions == 0)
        {
            return 0;
        }

        var size = 1.0;
        for (var i = 0; i < value.Dimensions; i++)
        {
            size *= Math.Abs(value.Lower[i] - value.Upper[i]);
        }

        return size;
    }

    [PgFunction("cube_subset(cube,integer[])")]
    public static string Subset(FunctionContext context, ReadOnlySpan<byte> cube, ReadOnlySpan<byte> indexes)
    {
        var value = PgCube.FromStorage(cube);
        var array = ArrayOperations.Parse(context, TypeOid.Int4, indexes);
        if (Array.Exists(array.Elements, static e => e.IsNull))
        {
            throw new PgException(SqlState.ArraySubscriptError, "cannot work with arrays containing NULLs");
        }

        var (lower, upper) = (new double[array.Elements.Length], new double[array.Elements.Length]);
        for (var i = 0; i < lower.Length; i++)
        {
            var index = array.Elements[i].Int64;
            if (index <= 0 || index > value.Dimensions)
            {
                throw new PgException(SqlState.ArraySubscriptError, "Index out of bounds");
            }

            (lower[i], upper[i]) = (value.Lower[index - 1], value.Upper[index - 1]);
        }

        return Text(lower, upper);
    }

    [PgFunction("cube_distance(cube,cube)")]
    public static double Distance(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Math.Sqrt(Fold(left, right, static (sum, d) => sum + (d * d)));

    [PgFunction("distance_taxicab(cube,cube)")]
    public static double TaxicabDistance(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Fold(left, right, static (sum, d) => sum + d);

    [PgFunction("distance_chebyshev(cube,cube)")]
    public static double ChebyshevDistance(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Fold(left, right, Math.Max);

    [PgFunction("cube_dim(cube)")]
    public static int Dimensions(ReadOnlySpan<byte> cube) => PgCube.FromStorage(cube).Dimensions;

    [PgFunction("cube_ll_coord(cube,integer)")]
    public static double LowerCoordinate(ReadOnlySpan<byte> cube, int n) => PgCube.FromStorage(cube).Low(n < 1 ? int.MaxValue : n - 1);

    [PgFunction("cube_ur_coord(cube,integer)")]
    public static double UpperCoordinate(ReadOnlySpan<byte> cube, int n) => PgCube.FromStorage(cube).High(n < 1 ? int.MaxValue : n - 1);

    [PgFunction("cube_coord(cube,integer)")]
    public static double Coordinate(ReadOnlySpan<byte> cube, int n)
    {
        var value = PgCube.FromStorage(cube);
        return n <= 0 || n > 2 * value.Dimensions ? throw new PgException(SqlState.ArraySubscriptError, $"cube index {n} is out of bounds")
            : n <= value.Dimensions ? value.Lower[n - 1] : value.Upper[n - 1 - value.Dimensions];
    }

    [PgFunction("cube_coord_llur(cube,integer)")]
    public static double CoordinateBySide(ReadOnlySpan<byte> cube, int n)
    {
        if (n == 0)
        {
            throw new PgException(SqlState.ArraySubscriptError, "zero cube index is not defined");
        }

        var value = PgCube.FromStorage(cube);
        var number = Math.Abs(Math.Max(n, -int.MaxValue));
        var result = number % 2 == 1 ? value.Low((number - 1) / 2) : value.High((number - 1) / 2);
        return n < 0 ? -result : result;
    }

    [PgFunction("cube_is_point(cube)")]
    public static bool IsPoint(ReadOnlySpan<byte> cube) => PgCube.FromStorage(cube).IsPoint;

    [PgFunction("cube_enlarge(cube,double precision,integer)")]
    public static string Enlarge(ReadOnlySpan<byte> cube, double radius, int n)
    {
        var value = PgCube.FromStorage(cube);
        var dimensions = radius > 0 && n > 0 ? Math.Max(Math.Min(n, PgCube.MaxDimensions), value.Dimensions) : value.Dimensions;
        var (lower, upper) = (new double[dimensions], new double[dimensions]);
        for (var i = 0; i < dimensions; i++)
        {
            // Dimensions beyond the cube's own start at zero.
            (lower[i], upper[i]) = i < value.Dimensions ? (value.Low(i) - radius, value.High(i) + radius) : (-radius, radius);
            if (lower[i] > upper[i])
            {
                lower[i] = upper[i] = (lower[i] + upper[i]) / 2;
            }
        }

        return Text(lower, upper);
    }

    private static string Text(double[] lower, double[] upper) => lower.Length <= PgCube.MaxDimensions
        ? new PgCube(lower, upper).ToString()
        : throw new PgException(SqlState.ProgramLimitExceeded, "can't extend cube").WithDetail($"A cube cannot have more than {PgCube.MaxDimensions} dimensions.");

    private static string Combine(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Func<PgCube, PgCube, int, double> low, Func<PgCube, PgCube, int, double> high)
    {
        PgCube a = PgCube.FromStorage(left), b = PgCube.FromStorage(right);
        var dimensions = Math.Max(a.Dimensions, b.Dimensions);
        var (lower, upper) = (new double[dimensions], new double[dimensions]);
        for (var i = 0; i < dimensions; i++)
        {
            (lower[i], upper[i]) = (low(a, b, i), high(a, b, i));
        }

        return Text(lower, upper);
    }

    private static double Fold(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Func<double, double, double> add)
    {
        PgCube a = PgCube.FromStorage(left), b = PgCube.FromStorage(right);
        var total = 0.0;
        for (var i = 0; i < Math.Max(a.Dimensions, b.Dimensions); i++)
        {
            total = add(total, Math.Max(0, Math.Max(a.Low(i) - b.High(i), b.Low(i) - a.High(i))));
        }

        return total;
    }

    private static double[] Doubles(FunctionContext context, ReadOnlySpan<byte> array)
    {
        var elements = ArrayOperations.Parse(context, TypeOid.Float8, array).Elements;
        var values = new double[elements.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = elements[i].IsNull ? throw new PgException(SqlState.ArraySubscriptError, "cannot work with arrays containing NULLs")
                : elements[i].Kind == DatumKind.Text ? double.NaN : elements[i].Double;
        }

        return values;
    }
}
