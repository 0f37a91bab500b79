using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Arrays;

/// <summary>Shape, search and change of arrays.</summary>
internal static class ArrayFunctions
{
    [PgFunction("cardinality(anyarray)")]
    public static int Cardinality(CallSite site, FunctionContext context, ReadOnlySpan<byte> array) => Read(site, context, array, 0).Elements.Length;

    [PgFunction("array_length(anyarray,integer)")]
    public static int? Length(CallSite site, FunctionContext context, ReadOnlySpan<byte> array, int dimension)
    {
        var value = Read(site, context, array, 0);
        return dimension < 1 || dimension > value.Dimensions.Length ? null : value.Dimensions[dimension - 1];
    }

    [PgFunction("array_lower(anyarray,integer)")]
    public static int? Lower(CallSite site, FunctionContext context, ReadOnlySpan<byte> array, int dimension)
    {
        var value = Read(site, context, array, 0);
        return dimension < 1 || dimension > value.Dimensions.Length ? null : value.LowerBounds[dimension - 1];
    }

    [PgFunction("array_upper(anyarray,integer)")]
    public static int? Upper(CallSite site, FunctionContext context, ReadOnlySpan<byte> array, int dimension)
    {
        var value = Read(site, context, array, 0);
        return dimension < 1 || dimension > value.Dimensions.Length ? null : value.LowerBounds[dimension - 1] + value.Dimensions[dimension - 1] - 1;
    }

    [PgFunction("array_ndims(anyarray)")]
    public static int? Ndims(CallSite site, FunctionContext context, ReadOnlySpan<byte> array) =>
        Read(site, context, array, 0).Dimensions.Length is > 0 and var n ? n : null;

    [PgFunction("array_dims(anyarray)")]
    public static string? Dims(CallSite site, FunctionContext context, ReadOnlySpan<byte> array)
    {
        var value = Read(site, context, array, 0);
        return value.Dimensions.Length == 0
            ? null
            : string.Concat(value.Dimensions.Zip(value.LowerBounds, (length, lower) => $"[{lower}:{lower + length - 1}]"));
    }

    [PgFunction("array_append(anycompatiblearray,anycompatible)")]
    public static PgDatum Append(CallSite site, FunctionContext context, PgDatum array, PgDatum item)
    {
        var codec = ArrayOperations.ByArrayType(context, site.ResultType);
        var value = array.IsNull ? new PgArray(codec.Element.Oid, []) : codec.FromStorage(array.Bytes);
        return codec.ToStorage(Extend(value, [.. value.Elements, item]));
    }

    [PgFunction("array_prepend(anycompatible,anycompatiblearray)")]
    public static PgDatum Prepend(CallSite site, FunctionContext context, PgDatum item, PgDatum array)
    {
        var codec = ArrayOperations.ByArrayType(context, site.ResultType);
        var value = array.IsNull ? new PgArray(codec.Element.Oid, []) : codec.FromStorage(array.Bytes);
        return codec.ToStorage(Extend(value, [item, .. value.Elements]));
    }

    [PgFunction("array_cat(anycompatiblearray,anycompatiblearray)")]
    public static PgDatum Concatenate(CallSite site, FunctionContext context, PgDatum left, PgDatum right)
    {
        if (left.IsNull || right.IsNull)
        {
            return left.IsNull ? right : left;
        }

        var codec = ArrayOperations.ByArrayType(context, site.ResultType);
        PgArray a = codec.FromStorage(left.Bytes), b = codec.FromStorage(right.Bytes);
        if (a.Dimensions.Length == 0)
        {
            return right;
        }

        if (b.Dimensions.Length == 0)
        {
            return left;
        }

        int[] dimensions, bounds;
        var (an, bn) = (a.Dimensions.Length, b.Dimensions.Length);
        if (an == bn && a.Dimensions.AsSpan(1).SequenceEqual(b.Dimensions.AsSpan(1)))
        {
            dimensions = [a.Dimensions[0] + b.Dimensions[0], .. a.Dimensions[1..]];
            bounds = a.LowerBounds;
        }
        else if (an == bn + 1 && a.Dimensions.AsSpan(1).SequenceEqual(b.Dimensions))
        {
            dimensions = [a.Dimensions[0] + 1, .. a.Dimensions[1..]];
            bounds = a.LowerBounds;
        }
        else if (bn == an + 1 && b.Dimensions.AsSpan(1).SequenceEqual(a.Dimensions))
        {
            dimensions = [b.Dimensions[0] + 1, .. b.Dimensions[1..]];
            bounds = b.LowerBounds;
        }
        else
        {
            throw new PgException(SqlState.ArraySubscriptError, "cannot concatenate incompatible arrays").WithDetail(
                Math.Abs(an - bn) > 1
                    ? $"Arrays of {an} and {bn} dimensions are not compatible for concatenation."
                    : an == bn
                        ? "Arrays with differing element dimensions are not compatible for concatenation."
                        : "Arrays with differing dimensions are not compatible for concatenation.");
        }

        return codec.ToStorage(new PgArray(codec.Element.Oid, dimensions, bounds, [.. a.Elements, .. b.Elements]));
    }

    [PgFunction("array_position(anycompatiblearray,anycompatible)")]
    public static int? Position(CallSite site, FunctionContext context, PgDatum array, PgDatum item) => Find(site, context, array, item, null);

    [PgFunction("array_position(anycompatiblearray,anycompatible,integer)")]
    public static int? Position(CallSite site, FunctionContext context, PgDatum array, PgDatum item, int? start) =>
        start is null
            ? throw new PgException(SqlState.NullValueNotAllowed, "initial position must not be null")
            : Find(site, context, array, item, start);

    [PgFunction("array_positions(anycompatiblearray,anycompatible)")]
    public static PgDatum Positions(CallSite site, FunctionContext context, PgDatum array, PgDatum item)
    {
        if (array.IsNull)
        {
            return PgDatum.Null;
        }

        var codec = ArrayOperations.ByArrayType(context, site.ArgumentTypes[0]);
        var value = OneDimensional(codec.FromStorage(array.Bytes), "searching for elements in multidimensional arrays is not supported");
        var found = new List<PgDatum>();
        for (var i = 0; i < value.Elements.Length; i++)
        {
            if (Same(codec.Element, value.Elements[i], item))
            {
                found.Add(PgDatum.FromInt64(value.LowerBounds[0] + i));
            }
        }

        return ArrayOperations.Store(context, new PgArray(TypeOid.Int4, [.. found]));
    }

    [PgFunction("array_remove(anycompatiblearray,anycompatible)")]
    public static PgDatum Remove(CallSite site, FunctionContext context, PgDatum array, PgDatum item)
    {
        if (array.IsNull)
        {
            return PgDatum.Null;
        }

        var codec = ArrayOperations.ByArrayType(context, site.ResultType);
        var value = OneDimensional(codec.FromStorage(array.Bytes), "removing elements from multidimensional arrays is not supported");
        PgDatum[] kept = [.. value.Elements.Where(e => !Same(codec.Element, e, item))];
        return kept.Length == value.Elements.Length ? array
            : codec.ToStorage(kept.Length == 0 ? new PgArray(codec.Element.Oid, []) : new PgArray(codec.Element.Oid, [kept.Length], value.LowerBounds, kept));
    }

    [PgFunction("array_replace(anycompatiblearray,anycompatible,anycompatible)")]
    public static PgDatum Replace(CallSite site, FunctionContext context, PgDatum array, PgDatum from, PgDatum to)
    {
        if (array.IsNull)
        {
            return PgDatum.Null;
        }

        var codec = ArrayOperations.ByArrayType(context, site.ResultType);
        var value = codec.FromStorage(array.Bytes);
        return codec.ToStorage(new PgArray(
            codec.Element.Oid, value.Dimensions, value.LowerBounds, [.. value.Elements.Select(e => Same(codec.Element, e, from) ? to : e)]));
    }

    [PgFunction("arraycontains(anyarray,anyarray)")]
    public static bool Contains(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Covers(site, context, left, right);

    [PgFunction("arraycontained(anyarray,anyarray)")]
    public static bool IsContained(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Covers(site, context, right, left);

    [PgFunction("arrayoverlap(anyarray,anyarray)")]
    public static bool Overlap(CallSite site, FunctionContext context, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var codec = ArrayOperations.ByArrayType(context, site.ArgumentTypes[0]);
        var set = codec.FromStorage(right).Elements;
        return codec.FromStorage(left).Elements.Any(e => !e.IsNull && set.Any(other => Same(codec.Element, e, other)));
    }

    [PgFunction("array_fill(anyelement,integer[])")]
    public static PgDatum Fill(CallSite site, FunctionContext context, PgDatum item, PgDatum dimensions) => Fill(site, context, item, dimensions, PgDatum.Null, false);

    [PgFunction("array_fill(anyelement,integer[],integer[])")]
    public static PgDatum Fill(CallSite site, FunctionContext context, PgDatum item, PgDatum dimensions, PgDatum bounds) =>
        Fill(site, context, item, dimensions, bounds, true);

    [PgFunction("trim_array(anyarray,integer)")]
    public static PgDatum TrimArray(CallSite site, FunctionContext context, PgDatum array, int count)
    {
        var codec = ArrayOperations.ByArrayType(context, site.ResultType);
        var value = codec.FromStorage(array.Bytes);
        var length = value.Dimensions.Length == 0 ? 0 : value.Dimensions[0];
        if (count < 0 || count > length)
        {
            throw new PgException(SqlState.ArraySubscriptError, $"number of elements to trim must be between 0 and {length}");
        }

        return length == 0 ? array : codec.ToStorage(ArrayOperations.Slice(value, [(null, value.LowerBounds[0] + length - count - 1)]));
    }

    private static PgArray Read(CallSite site, FunctionContext context, ReadOnlySpan<byte> array, int argument) =>
        ArrayOperations.Read(context, site.ArgumentTypes[argument], array);

    private static bool Same(PgTypeCodec codec, in PgDatum a, in PgDatum b) => a.IsNull || b.IsNull ? a.IsNull && b.IsNull : codec.CompareValues(a, b) == 0;

    private static bool Covers(CallSite site, FunctionContext context, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> part)
    {
        var codec = ArrayOperations.ByArrayType(context, site.ArgumentTypes[0]);
        var set = codec.FromStorage(whole).Elements;
        return codec.FromStorage(part).Elements.All(e => !e.IsNull && set.Any(other => Same(codec.Element, e, other)));
    }

    private static PgArray OneDimensional(PgArray array, string message) =>
        array.Dimensions.Length > 1 ? throw new PgException(SqlState.FeatureNotSupported, message) : array;

    private static PgArray Extend(PgArray array, PgDatum[] items)
    {
        if (array.Dimensions.Length > 1)
        {
            throw new PgException(SqlState.DataException, "argument must be empty or one-dimensional array");
        }

        return array.Dimensions.Length == 0 ? new PgArray(array.ElementType, items) : new PgArray(array.ElementType, [items.Length], array.LowerBounds, items);
    }

    private static int? Find(CallSite site, FunctionContext context, PgDatum array, PgDatum item, int? start)
    {
        if (array.IsNull)
        {
            return null;
        }

        var codec = ArrayOperations.ByArrayType(context, site.ArgumentTypes[0]);
        var value = OneDimensional(codec.FromStorage(array.Bytes), "searching for elements in multidimensional arrays is not supported");
        if (value.Elements.Length == 0)
        {
            return null;
        }

        for (var i = Math.Max((start ?? value.LowerBounds[0]) - value.LowerBounds[0], 0); i < value.Elements.Length; i++)
        {
            if (Same(codec.Element, value.Elements[i], item))
            {
                return value.LowerBounds[0] + i;
            }
        }

        return null;
    }

    private static PgDatum Fill(CallSite site, FunctionContext context, PgDatum item, PgDatum dimensions, PgDatum bounds, bool hasBounds)
    {
        if (dimensions.IsNull || (hasBounds && bounds.IsNull))
        {
            throw new PgException(SqlState.NullValueNotAllowed, "dimension array or low bound array cannot be null");
        }

        if (ArrayOperations.Parse(context, TypeOid.Int4, dimensions.Bytes).Dimensions.Length > 1)
        {
            throw new PgException(SqlState.ArraySubscriptError, "wrong number of array subscripts").WithDetail("Dimension array must be one dimensional.");
        }

        int[] Read(PgDatum value) => [.. ArrayOperations.Parse(context, TypeOid.Int4, value.Bytes).Elements.Select(
            e => e.IsNull ? throw new PgException(SqlState.NullValueNotAllowed, "dimension values cannot be null") : (int)e.Int64)];
        var lengths = Read(dimensions);
        var lowers = hasBounds ? Read(bounds) : [.. lengths.Select(_ => 1)];
        if (lowers.Length != lengths.Length)
        {
            throw new PgException(SqlState.ArraySubscriptError, "wrong number of array subscripts")
                .WithDetail("Low bound array has different size than dimensions array.");
        }

        var codec = ArrayOperations.ByArrayType(context, site.ResultType);
        var items = new PgDatum[PgArray.CountItems(lengths)];
        items.AsSpan().Fill(item);
        return codec.ToStorage(items.Length == 0 ? new PgArray(codec.Element.Oid, []) : new PgArray(codec.Element.Oid, lengths, lowers, items));
    }
}
