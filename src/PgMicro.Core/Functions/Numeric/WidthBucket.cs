using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>width_bucket.</summary>
internal static class WidthBucket
{
    [PgFunction("width_bucket(float8,float8,float8,integer)")]
    public static int Float(double operand, double bound1, double bound2, int count)
    {
        CheckCount(count);
        if (double.IsNaN(operand) || double.IsNaN(bound1) || double.IsNaN(bound2))
        {
            throw Wrong("operand, lower bound, and upper bound cannot be NaN");
        }

        if (double.IsInfinity(bound1) || double.IsInfinity(bound2))
        {
            throw Wrong("lower and upper bounds must be finite");
        }

        if (bound1 == bound2)
        {
            throw Wrong("lower bound cannot equal upper bound");
        }

        var isAscending = bound1 < bound2;
        if (isAscending ? operand < bound1 : operand > bound1)
        {
            return 0;
        }

        if (isAscending ? operand >= bound2 : operand <= bound2)
        {
            return Next(count);
        }

        var width = bound2 - bound1;
        var share = double.IsInfinity(width) ? ((operand / 2) - (bound1 / 2)) / ((bound2 / 2) - (bound1 / 2)) : (operand - bound1) / width;

        // The quotient may round to 1, where the operand is below the bound.
        return Math.Min((int)(count * share), count - 1) + 1;
    }

    [PgFunction("width_bucket(numeric,numeric,numeric,integer)")]
    public static int Numeric(PgNumeric operand, PgNumeric bound1, PgNumeric bound2, int count)
    {
        CheckCount(count);
        if (operand.IsNaN || bound1.IsNaN || bound2.IsNaN)
        {
            throw Wrong("operand, lower bound, and upper bound cannot be NaN");
        }

        if (bound1.IsInfinite || bound2.IsInfinite)
        {
            throw Wrong("lower and upper bounds must be finite");
        }

        var order = bound1.CompareTo(bound2);
        if (order == 0)
        {
            throw Wrong("lower bound cannot equal upper bound");
        }

        if (order < 0 ? operand < bound1 : operand > bound1)
        {
            return 0;
        }

        return (order < 0 ? operand >= bound2 : operand <= bound2)
            ? Next(count)
            : PgNumeric.DivideTruncated((operand - bound1) * count, bound2 - bound1).ToInt32() + 1;
    }

    [PgFunction("width_bucket(anycompatible,anycompatiblearray)")]
    public static int Thresholds(CallSite site, FunctionContext context, PgDatum operand, PgDatum thresholds)
    {
        var array = ArrayOperations.ByArrayType(context, site.ArgumentTypes[1]).FromStorage(thresholds.Bytes);
        if (array.Dimensions.Length > 1)
        {
            throw new PgException(SqlState.ArraySubscriptError, "thresholds must be one-dimensional array");
        }

        if (array.HasNull)
        {
            throw new PgException(SqlState.NullValueNotAllowed, "thresholds array must not contain NULLs");
        }

        var codec = context.Types.GetCodec(site.ArgumentTypes[0]);
        var (low, high) = (0, array.Elements.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (codec.CompareValues(operand, array.Elements[middle]) < 0)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    private static int Next(int count) => count < int.MaxValue ? count + 1 : throw PgErrors.OutOfRange("integer");

    private static void CheckCount(int count)
    {
        if (count <= 0)
        {
            throw Wrong("count must be greater than zero");
        }
    }

    private static PgException Wrong(string message) => new(SqlState.InvalidArgumentForWidthBucket, message);
}
