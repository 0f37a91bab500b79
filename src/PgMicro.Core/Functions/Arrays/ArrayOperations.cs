using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Arrays;

/// <summary>What array functions share: reading, storing, slicing, nesting, coercing.</summary>
internal static class ArrayOperations
{
    /// <summary>Reads the storage form of an array of a known element type.</summary>
    public static PgArray Parse(TypeContext context, uint elementType, ReadOnlySpan<byte> storage) =>
        Codec(context, elementType).FromStorage(storage);

    /// <summary>The storage form.</summary>
    public static PgDatum Store(TypeContext context, PgArray array) => Codec(context, array.ElementType).ToStorage(array);

    /// <summary>The array codec over an element type.</summary>
    public static ArrayCodec Codec(TypeContext context, uint elementType)
    {
        var element = context.Types.GetCodec(elementType);
        return element.ArrayOid != 0 && context.Types.FindCodec(element.ArrayOid) is ArrayCodec codec ? codec : new ArrayCodec(element);
    }

    /// <summary>Reads an array or vector of a type.</summary>
    public static PgArray Read(TypeContext context, uint type, ReadOnlySpan<byte> storage) =>
        context.Types.GetCodec(type) is VectorCodec vector ? vector.FromStorage(storage) : ByArrayType(context, type).FromStorage(storage);

    /// <summary>The codec of an array type.</summary>
    public static ArrayCodec ByArrayType(TypeContext context, uint arrayType) => context.Types.GetCodec(arrayType) switch
    {
        VectorCodec vector => Codec(context, vector.Element.Oid),
        var codec => (ArrayCodec)codec,
    };

    public static PgDatum Coerce(TypeContext context, uint source, uint target, ReadOnlySpan<byte> storage, int typmod, bool isExplicit)
    {
        var from = context.Types.GetCodec(source);
        var to = context.Types.GetCodec(target);
        var array = Parse(context, source, storage);
        var items = new PgDatum[array.Elements.Length];
        var writer = new global::System.Buffers.ArrayBufferWriter<byte>();
        for (var i = 0; i < items.Length; i++)
        {
            if (array.Elements[i].IsNull)
            {
                continue;
            }

            var item = array.Elements[i];
            if (source != target)
            {
                writer.ResetWrittenCount();
                from.Output(item, context, writer);
                item = to.Input(writer.WrittenSpan, -1, context);
            }

            items[i] = typmod >= 0 ? to.ApplyTypmod(item, typmod, isExplicit, context) : item;
        }

        return Store(context, new PgArray(target, array.Dimensions, array.LowerBounds, items));
    }

    public static PgArray Nest(TypeContext context, uint elementType, PgDatum[] items)
    {
        PgArray? first = null;
        var elements = new List<PgDatum>();
        var empties = 0;
        foreach (var item in items)
        {
            var inner = item.IsNull ? new PgArray(elementType, []) : Parse(context, elementType, item.Bytes);
            if (inner.Dimensions.Length == 0)
            {
                empties++;
                continue;
            }

            if (first is null)
            {
                first = inner;
            }
            else if (!inner.Dimensions.AsSpan().SequenceEqual(first.Dimensions) || !inner.LowerBounds.AsSpan().SequenceEqual(first.LowerBounds))
            {
                throw Mismatch();
            }

            elements.AddRange(inner.Elements);
        }

        if (first is null)
        {
            return new PgArray(elementType, []);
        }

        if (empties != 0)
        {
            throw Mismatch();
        }

        if (first.Dimensions.Length == PgArray.MaxDimensions)
        {
            throw new PgException(
                SqlState.ProgramLimitExceeded,
                $"number of array dimensions ({PgArray.MaxDimensions + 1}) exceeds the maximum allowed ({PgArray.MaxDimensions})");
        }

        return new PgArray(elementType, [items.Length, .. first.Dimensions], [1, .. first.LowerBounds], [.. elements]);
    }

    public static PgArray Slice(PgArray array, ReadOnlySpan<(int? Lower, int? Upper)> bounds)
    {
        var dimensions = array.Dimensions.Length;
        if (dimensions == 0 || bounds.Length > dimensions)
        {
            return new PgArray(array.ElementType, []);
        }

        Span<int> from = stackalloc int[dimensions];
        var lengths = new int[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            var first = array.LowerBounds[i];
            var last = first + array.Dimensions[i] - 1;
            var lower = i < bounds.Length ? Math.Max(bounds[i].Lower ?? first, first) : first;
            var upper = i < bounds.Length ? Math.Min(bounds[i].Upper ?? last, last) : last;
            if (lower > upper)
            {
                return new PgArray(array.ElementType, []);
            }

            from[i] = lower - first;
            lengths[i] = upper - lower + 1;
        }

        var items = new PgDatum[PgArray.CountItems(lengths)];
        for (var i = 0; i < items.Length; i++)
        {
            var rest = i;
            var source = 0;
            var stride = 1;
            for (var d = dimensions - 1; d >= 0; d--)
            {
                source += (from[d] + (rest % lengths[d])) * stride;
                stride *= array.Dimensions[d];
                rest /= lengths[d];
            }

            items[i] = array.Elements[source];
        }

        var ones = new int[dimensions];
        ones.AsSpan().Fill(1);
        return new PgArray(array.ElementType, lengths, ones, items);
    }

    private static PgException Mismatch() =>
        new(SqlState.ArraySubscriptError, "multidimensional arrays must have array expressions with matching dimensions");
}
