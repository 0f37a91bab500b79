using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>An array value, detached: dimensions, lower bounds and the elements in row-major order.</summary>
public sealed class PgArray
{
    /// <summary>Most dimensions that an array may have.</summary>
    public const int MaxDimensions = 6;

    /// <summary>Most elements that an array may have.</summary>
    public const int MaxSize = 134217727;

    /// <summary>Makes an array of given shape.</summary>
    public PgArray(uint elementType, int[] dimensions, int[] lowerBounds, PgDatum[] elements)
    {
        ElementType = elementType;
        Dimensions = dimensions;
        LowerBounds = lowerBounds;
        Elements = elements;
    }

    /// <summary>Makes a one-dimensional array of lower bound 1, or the empty array.</summary>
    public PgArray(uint elementType, PgDatum[] elements)
        : this(elementType, elements.Length == 0 ? [] : [elements.Length], elements.Length == 0 ? [] : [1], elements)
    {
    }

    /// <summary>pg_type.oid of the elements.</summary>
    public uint ElementType { get; }

    /// <summary>Length of each dimension; empty for an empty array.</summary>
    public int[] Dimensions { get; }

    /// <summary>Lower bound of each dimension.</summary>
    public int[] LowerBounds { get; }

    /// <summary>Elements in row-major order.</summary>
    public PgDatum[] Elements { get; }

    /// <summary>Whether an element is NULL.</summary>
    public bool HasNull
    {
        get
        {
            foreach (ref readonly var element in Elements.AsSpan())
            {
                if (element.IsNull)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The element of the given subscripts; NULL when outside, or when their number is not that of the dimensions.</summary>
    public PgDatum Get(ReadOnlySpan<int> subscripts)
    {
        if (subscripts.Length != Dimensions.Length || subscripts.Length == 0)
        {
            return PgDatum.Null;
        }

        long offset = 0;
        for (var i = 0; i < subscripts.Length; i++)
        {
            var index = (long)subscripts[i] - LowerBounds[i];
            if (index < 0 || index >= Dimensions[i])
            {
                return PgDatum.Null;
            }

            offset = (offset * Dimensions[i]) + index;
        }

        return Elements[offset];
    }

    /// <summary>Compares as btarraycmp does: elements, then their number, dimensions, bounds.</summary>
    public static int Compare(PgArray a, PgArray b, PgTypeCodec element)
    {
        var n = Math.Min(a.Elements.Length, b.Elements.Length);
        for (var i = 0; i < n; i++)
        {
            ref readonly var x = ref a.Elements[i];
            ref readonly var y = ref b.Elements[i];
            if (x.IsNull || y.IsNull)
            {
                if (x.IsNull != y.IsNull)
                {
                    return x.IsNull ? 1 : -1;
                }

                continue;
            }

            var order = element.CompareValues(x, y);
            if (order != 0)
            {
                return order;
            }
        }

        var result = a.Elements.Length.CompareTo(b.Elements.Length);
        result = result != 0 ? result : a.Dimensions.Length.CompareTo(b.Dimensions.Length);
        result = result != 0 ? result : a.Dimensions.AsSpan().SequenceCompareTo(b.Dimensions);
        return result != 0 ? result : a.LowerBounds.AsSpan().SequenceCompareTo(b.LowerBounds);
    }

    /// <summary>Number of elements that dimensions give.</summary>
    /// <exception cref="PgException">54000 when there are too many.</exception>
    public static int CountItems(ReadOnlySpan<int> dimensions)
    {
        if (dimensions.Length == 0)
        {
            return 0;
        }

        long count = 1;
        foreach (var dimension in dimensions)
        {
            count *= dimension;
            if (dimension < 0 || count > MaxSize)
            {
                throw SizeExceeded();
            }
        }

        return (int)count;
    }

    internal static PgException SizeExceeded() =>
        new(SqlState.ProgramLimitExceeded, $"array size exceeds the maximum allowed ({MaxSize})");
}
