using NpgsqlTypes;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Ranges;

namespace PgMicro.Data.Converters;

/// <summary>A range ↔ NpgsqlRange&lt;T&gt;.</summary>
internal sealed class RangeConverter<T>(RangeCodec codec, TypeConverters bounds) : Converter<NpgsqlRange<T>>
{
    internal override NpgsqlRange<T> Read(in StoredValue value, TypeContext context) => ToClr(codec.FromStorage(value.Bytes), bounds, context);

    internal override PgDatum Write(NpgsqlRange<T> value, TypeContext context) => codec.ToStorage(FromClr(codec, value, bounds, context));

    internal static NpgsqlRange<T> ToClr(in PgRangeValue range, TypeConverters bounds, TypeContext context) => range.IsEmpty
        ? NpgsqlRange<T>.Empty
        : new NpgsqlRange<T>(
            Bound(range.Lower, bounds, context), range.Lower.IsInclusive, range.Lower.IsInfinite,
            Bound(range.Upper, bounds, context), range.Upper.IsInclusive, range.Upper.IsInfinite);

    internal static PgRangeValue FromClr(RangeCodec codec, in NpgsqlRange<T> range, TypeConverters bounds, TypeContext context) => range.IsEmpty
        ? PgRangeValue.Empty
        : codec.Make(
            new RangeBound(range.LowerBoundInfinite ? PgDatum.Null : Bound(range.LowerBound, bounds, context), range.LowerBoundIsInclusive, true),
            new RangeBound(range.UpperBoundInfinite ? PgDatum.Null : Bound(range.UpperBound, bounds, context), range.UpperBoundIsInclusive, false));

    private static T Bound(in RangeBound bound, TypeConverters bounds, TypeContext context) =>
        bound.IsInfinite ? default! : (T)bounds.ForReading(typeof(T)).ReadObject(new StoredValue(bound.Value), context);

    private static PgDatum Bound(T? value, TypeConverters bounds, TypeContext context) =>
        value is null ? PgDatum.Null : bounds.ForWriting(value.GetType()).WriteObject(value, context);
}

/// <summary>A multirange ↔ NpgsqlRange&lt;T&gt;[].</summary>
internal sealed class MultirangeConverter<T>(MultirangeCodec codec, TypeConverters bounds) : Converter<NpgsqlRange<T>[]>
{
    internal override NpgsqlRange<T>[] Read(in StoredValue value, TypeContext context) =>
        Array.ConvertAll(codec.FromStorage(value.Bytes), range => RangeConverter<T>.ToClr(range, bounds, context));

    internal override PgDatum Write(NpgsqlRange<T>[] value, TypeContext context) =>
        codec.ToStorage(codec.Normalize(value.Select(range => RangeConverter<T>.FromClr(codec.Range, range, bounds, context))));
}

/// <summary>A multirange ↔ List&lt;NpgsqlRange&lt;T&gt;&gt;.</summary>
internal sealed class MultirangeListConverter<T>(MultirangeCodec codec, TypeConverters bounds) : Converter<List<NpgsqlRange<T>>>
{
    internal override List<NpgsqlRange<T>> Read(in StoredValue value, TypeContext context) =>
        [.. codec.FromStorage(value.Bytes).Select(range => RangeConverter<T>.ToClr(range, bounds, context))];

    internal override PgDatum Write(List<NpgsqlRange<T>> value, TypeContext context) =>
        codec.ToStorage(codec.Normalize(value.Select(range => RangeConverter<T>.FromClr(codec.Range, range, bounds, context))));
}
