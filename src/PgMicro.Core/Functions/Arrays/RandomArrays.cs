using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Arrays;

/// <summary>array_shuffle and array_sample: items of the first dimension in random order.</summary>
internal static class RandomArrays
{
    [PgFunction("array_shuffle(anyarray)")]
    public static PgDatum Shuffle(CallSite site, FunctionContext context, PgDatum array)
    {
        var codec = ArrayOperations.ByArrayType(context, site.ResultType);
        var value = codec.FromStorage(array.Bytes);
        return value.Dimensions.Length == 0 || value.Dimensions[0] < 2 ? array : codec.ToStorage(Draw(context, value, value.Dimensions[0], keepBound: true));
    }

    [PgFunction("array_sample(anyarray,integer)")]
    public static PgDatum Sample(CallSite site, FunctionContext context, PgDatum array, int count)
    {
        var codec = ArrayOperations.ByArrayType(context, site.ResultType);
        var value = codec.FromStorage(array.Bytes);
        var items = value.Dimensions.Length == 0 ? 0 : value.Dimensions[0];
        return count < 0 || count > items
            ? throw new PgException(SqlState.InvalidParameterValue, $"sample size must be between 0 and {items}")
            : codec.ToStorage(count == 0 ? new PgArray(codec.Element.Oid, []) : Draw(context, value, count, keepBound: false));
    }

    // The first steps of a Fisher-Yates shuffle, as PostgreSQL draws them: a seed gives the same order.
    private static PgArray Draw(FunctionContext context, PgArray array, int count, bool keepBound)
    {
        var items = array.Dimensions[0];
        var size = array.Elements.Length / items;
        var order = new int[items];
        for (var i = 0; i < items; i++)
        {
            order[i] = i;
        }

        var elements = new PgDatum[count * size];
        for (var i = 0; i < count; i++)
        {
            var chosen = i + (int)context.Random.NextUpTo((ulong)(items - i - 1));
            (order[i], order[chosen]) = (order[chosen], order[i]);
            array.Elements.AsSpan(order[i] * size, size).CopyTo(elements.AsSpan(i * size));
        }

        int[] dimensions = [count, .. array.Dimensions[1..]];
        int[] bounds = [keepBound ? array.LowerBounds[0] : 1, .. array.LowerBounds[1..]];
        return new PgArray(array.ElementType, dimensions, bounds, elements);
    }
}
