using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Arrays;

/// <summary>Arrays with an element or slice replaced (array_set_element, array_set_slice).</summary>
internal static class ArrayAssignment
{
    /// <summary>An array with one element replaced; a one-dimensional one grows to hold it.</summary>
    /// <exception cref="PgException">2202E when the subscripts do not fit; 54000 when the array would be too large.</exception>
    internal static PgArray SetElement(PgArray array, int[] subscripts, in PgDatum value)
    {
        if (array.Dimensions.Length == 0)
        {
            var ones = new int[subscripts.Length];
            ones.AsSpan().Fill(1);
            CheckBounds(ones, subscripts);
            return new PgArray(array.ElementType, ones, subscripts, [value]);
        }

        if (array.Dimensions.Length != subscripts.Length)
        {
            throw WrongNumber();
        }

        if (subscripts.Length == 1)
        {
            return SetRange(array, subscripts[0], subscripts[0], [value]);
        }

        var offset = 0;
        for (var i = 0; i < subscripts.Length; i++)
        {
            var index = (long)subscripts[i] - array.LowerBounds[i];
            if (index < 0 || index >= array.Dimensions[i])
            {
                throw OutOfRange();
            }

            offset = (offset * array.Dimensions[i]) + (int)index;
        }

        PgDatum[] elements = [.. array.Elements];
        elements[offset] = value;
        return new PgArray(array.ElementType, array.Dimensions, array.LowerBounds, elements);
    }

    /// <summary>An array with a slice replaced by the first elements of another.</summary>
    /// <exception cref="PgException">2202E when the slice does not fit or the source is too small; 54000 when the array would be too large.</exception>
    internal static PgArray SetSlice(PgArray array, (int? Lower, int? Upper)[] bounds, PgArray source)
    {
        var dimensions = array.Dimensions.Length;
        if (dimensions == 0)
        {
            return NewSlice(array, bounds, source);
        }

        if (dimensions < bounds.Length)
        {
            throw WrongNumber();
        }

        var from = new int[dimensions];
        var lengths = new int[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            var first = array.LowerBounds[i];
            var last = first + array.Dimensions[i] - 1;
            var lower = i < bounds.Length ? bounds[i].Lower ?? first : first;
            var upper = i < bounds.Length ? bounds[i].Upper ?? last : last;
            if (lower > upper)
            {
                throw new PgException(SqlState.ArraySubscriptError, "upper bound cannot be less than lower bound");
            }

            if (dimensions > 1 && (lower < first || upper > last))
            {
                throw OutOfRange();
            }

            from[i] = lower;
            lengths[i] = SizeOf(lower, upper);
        }

        var count = PgArray.CountItems(lengths);
        if (source.Elements.Length < count)
        {
            throw TooSmall();
        }

        if (dimensions == 1)
        {
            return SetRange(array, from[0], from[0] + lengths[0] - 1, source.Elements.AsSpan(0, count));
        }

        PgDatum[] elements = [.. array.Elements];
        for (var i = 0; i < count; i++)
        {
            var rest = i;
            var target = 0;
            var stride = 1;
            for (var d = dimensions - 1; d >= 0; d--)
            {
                target += (from[d] - array.LowerBounds[d] + (rest % lengths[d])) * stride;
                stride *= array.Dimensions[d];
                rest /= lengths[d];
            }

            elements[target] = source.Elements[i];
        }

        return new PgArray(array.ElementType, array.Dimensions, array.LowerBounds, elements);
    }

    private static PgArray NewSlice(PgArray array, (int? Lower, int? Upper)[] bounds, PgArray source)
    {
        var lengths = new int[bounds.Length];
        var lowers = new int[bounds.Length];
        for (var i = 0; i < bounds.Length; i++)
        {
            if (bounds[i] is not ({ } lower, { } upper))
            {
                throw new PgException(SqlState.ArraySubscriptError, "array slice subscript must provide both boundaries")
                    .WithDetail("When assigning to a slice of an empty array value, slice boundaries must be fully specified.");
            }

            // An empty slice of an empty array has nothing to hold.
            lengths[i] = SizeOf(lower, upper);
            lowers[i] = lower;
        }

        CheckBounds(lengths, lowers);
        var count = PgArray.CountItems(lengths);
        return count == 0 ? new PgArray(array.ElementType, [])
            : source.Elements.Length < count ? throw TooSmall()
            : new PgArray(array.ElementType, lengths, lowers, source.Elements[..count]);
    }

    private static PgArray SetRange(PgArray array, int lower, int upper, ReadOnlySpan<PgDatum> values)
    {
        var first = (long)array.LowerBounds[0];
        var last = first + array.Dimensions[0] - 1;
        var start = Math.Min(first, lower);
        var length = Math.Max(last, upper) - start + 1;
        if (length > PgArray.MaxSize)
        {
            throw PgArray.SizeExceeded();
        }

        CheckBounds([(int)length], [(int)start]);
        var elements = new PgDatum[length];
        elements.AsSpan().Fill(PgDatum.Null);
        array.Elements.CopyTo(elements, first - start);
        values.CopyTo(elements.AsSpan((int)(lower - start)));
        return new PgArray(array.ElementType, [(int)length], [(int)start], elements);
    }

    private static int SizeOf(int lower, int upper)
    {
        var size = (long)upper - lower + 1;
        return size > PgArray.MaxSize ? throw PgArray.SizeExceeded() : (int)size;
    }

    private static void CheckBounds(int[] lengths, int[] lowers)
    {
        for (var i = 0; i < lengths.Length; i++)
        {
            if ((long)lowers[i] + lengths[i] > int.MaxValue)
            {
                throw new PgException(SqlState.ProgramLimitExceeded, $"array lower bound is too large: {lowers[i]}");
            }
        }
    }

    private static PgException WrongNumber() => new(SqlState.ArraySubscriptError, "wrong number of array subscripts");

    private static PgException OutOfRange() => new(SqlState.ArraySubscriptError, "array subscript out of range");

    private static PgException TooSmall() => new(SqlState.ArraySubscriptError, "source array too small");
}
