using System.Collections;
using PgMicro.Core.Types;

namespace PgMicro.Data.Converters;

/// <summary>Shared by the array converters: CLR collection → PostgreSQL array.</summary>
internal static class ArrayWriting
{
    internal static PgDatum Write(ArrayCodec codec, TypeConverters elements, IEnumerable value, TypeContext context)
    {
        if (value is Array { Rank: > 1 } array)
        {
            var lengths = new int[array.Rank];
            var bounds = new int[array.Rank];
            for (var i = 0; i < lengths.Length; i++)
            {
                lengths[i] = array.GetLength(i);
                bounds[i] = 1;
            }

            return codec.ToStorage(new PgArray(codec.Element.Oid, lengths, bounds, Items(elements, array, context)));
        }

        return codec.ToStorage(new PgArray(codec.Element.Oid, Items(elements, value, context)));
    }

    private static PgDatum[] Items(TypeConverters elements, IEnumerable value, TypeContext context)
    {
        var items = new List<PgDatum>(value is ICollection c ? c.Count : 4);
        foreach (var item in value)
        {
            items.Add(item is null or DBNull ? PgDatum.Null : elements.ForWriting(item.GetType()).WriteObject(item, context));
        }

        return [.. items];
    }
}

/// <summary>An array ↔ TElement[]; also reads into it what has one dimension.</summary>
internal sealed class ArrayConverter<TElement>(ArrayCodec codec, TypeConverters elements) : Converter<TElement[]>
{
    internal override TElement[] Read(in StoredValue value, TypeContext context) => [.. Items(codec, elements, value, context)];

    internal override PgDatum Write(TElement[] value, TypeContext context) => ArrayWriting.Write(codec, elements, value, context);

    internal static List<TElement> Items(ArrayCodec codec, TypeConverters elements, in StoredValue value, TypeContext context)
    {
        var array = codec.FromStorage(value.Bytes);
        if (array.Dimensions.Length > 1)
        {
            throw new InvalidCastException(
                $"Cannot read an array with 1 dimension from an array with {array.Dimensions.Length} dimension(s)");
        }

        var items = new List<TElement>(array.Elements.Length);
        foreach (var element in array.Elements)
        {
            items.Add(Element(elements, element, context));
        }

        return items;
    }

    internal static TElement Element(TypeConverters elements, in PgDatum element, TypeContext context)
    {
        if (element.IsNull)
        {
            return default(TElement) is null
                ? default!
                : throw new InvalidCastException(
                    "Cannot read a non-nullable collection of elements because the returned array contains nulls. Call GetFieldValue with a nullable collection type instead.");
        }

        return (TElement)elements.ForReading(Nullable.GetUnderlyingType(typeof(TElement)) ?? typeof(TElement)).ReadObject(new StoredValue(element), context);
    }
}

/// <summary>An array ↔ List&lt;TElement&gt;.</summary>
internal sealed class ListConverter<TElement>(ArrayCodec codec, TypeConverters elements) : Converter<List<TElement>>
{
    internal override List<TElement> Read(in StoredValue value, TypeContext context) => ArrayConverter<TElement>.Items(codec, elements, value, context);

    internal override PgDatum Write(List<TElement> value, TypeContext context) => ArrayWriting.Write(codec, elements, value, context);
}

/// <summary>An array ↔ a CLR array of several dimensions, or one of any number of them (Array).</summary>
internal sealed class MultidimensionalArrayConverter<TArray, TElement>(ArrayCodec codec, TypeConverters elements) : Converter<TArray>
    where TArray : class
{
    internal override TArray Read(in StoredValue value, TypeContext context)
    {
        var source = codec.FromStorage(value.Bytes);
        if (typeof(TArray) == typeof(Array) && source.Dimensions.Length <= 1)
        {
            return (TArray)(object)ArrayConverter<TElement>.Items(codec, elements, value, context).ToArray();
        }

        var rank = typeof(TArray) == typeof(Array) ? Math.Max(1, source.Dimensions.Length) : typeof(TArray).GetArrayRank();
        if (source.Dimensions.Length != rank && (source.Elements.Length > 0 || rank > 1))
        {
            throw new InvalidCastException($"Cannot read an array with {rank} dimension(s) from an array with {source.Dimensions.Length} dimension(s)");
        }

        var result = Array.CreateInstance(typeof(TElement), source.Elements.Length == 0 ? new int[rank] : source.Dimensions);
        var index = new int[rank];
        foreach (var element in source.Elements)
        {
            result.SetValue(ArrayConverter<TElement>.Element(elements, element, context), index);
            for (var i = rank - 1; i >= 0 && ++index[i] == result.GetLength(i) && i > 0; i--)
            {
                index[i] = 0;
            }
        }

        return (TArray)(object)result;
    }

    internal override PgDatum Write(TArray value, TypeContext context) => ArrayWriting.Write(codec, elements, (IEnumerable)value, context);
}

/// <summary>Any other collection → an array; not read.</summary>
internal sealed class EnumerableConverter(ArrayCodec codec, TypeConverters elements) : Converter<IEnumerable>
{
    internal override IEnumerable Read(in StoredValue value, TypeContext context) => throw new NotSupportedException();

    internal override PgDatum Write(IEnumerable value, TypeContext context) => ArrayWriting.Write(codec, elements, value, context);
}

/// <summary>A type without a CLR type of its own ↔ its text.</summary>
internal sealed class OutputTextConverter(PgTypeCodec codec) : Converter<string>
{
    internal override string Read(in StoredValue value, TypeContext context) => codec.OutputString(value.ToDatum(), context);

    internal override PgDatum Write(string value, TypeContext context) => codec.Input(System.Text.Encoding.UTF8.GetBytes(value), -1, context);
}

/// <summary>int2vector and oidvector ↔ short[] and uint[].</summary>
internal sealed class VectorConverter<T>(VectorCodec codec) : Converter<T[]>
    where T : System.Numerics.INumber<T>
{
    internal override T[] Read(in StoredValue value, TypeContext context) => Array.ConvertAll(codec.FromStorage(value.Bytes).Elements, e => T.CreateChecked(e.Int64));

    internal override PgDatum Write(T[] value, TypeContext context) => codec.Input(System.Text.Encoding.UTF8.GetBytes(string.Join(' ', value)), -1, context);
}
