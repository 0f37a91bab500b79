using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Aggregates;

[PgAggregate("array_agg(anynonarray)")]
internal sealed class ArrayAgg
{
    private readonly List<PgDatum> _items = [];
    private uint _arrayType;

    public void Step(CallSite site, PgDatum value)
    {
        _arrayType = site.ResultType;
        _items.Add(value);
    }

    public PgDatum Final(FunctionContext context)
    {
        if (_items.Count == 0)
        {
            return PgDatum.Null;
        }

        var codec = ArrayOperations.ByArrayType(context, _arrayType);
        return codec.ToStorage(new PgArray(codec.Element.Oid, [.. _items]));
    }
}

[PgAggregate("array_agg(anyarray)")]
internal sealed class ArrayAggOfArrays
{
    private readonly List<PgDatum> _items = [];
    private uint _arrayType;
    private int[]? _dimensions;
    private int[]? _bounds;

    public void Step(CallSite site, FunctionContext context, PgDatum value)
    {
        _arrayType = site.ResultType;
        _items.Add(value.IsNull ? throw new PgException(SqlState.NullValueNotAllowed, "cannot accumulate null arrays") : value);
        var array = ArrayOperations.ByArrayType(context, _arrayType).FromStorage(value.Bytes);
        if (_dimensions is null)
        {
            if (array.Dimensions.Length == 0)
            {
                throw new PgException(SqlState.ArraySubscriptError, "cannot accumulate empty arrays");
            }

            (_dimensions, _bounds) = (array.Dimensions, array.LowerBounds);
        }
        else if (!array.Dimensions.AsSpan().SequenceEqual(_dimensions) || !array.LowerBounds.AsSpan().SequenceEqual(_bounds))
        {
            throw new PgException(SqlState.ArraySubscriptError, "cannot accumulate arrays of different dimensionality");
        }
    }

    public PgDatum Final(FunctionContext context)
    {
        if (_items.Count == 0)
        {
            return PgDatum.Null;
        }

        var codec = ArrayOperations.ByArrayType(context, _arrayType);
        return codec.ToStorage(ArrayOperations.Nest(context, codec.Element.Oid, [.. _items]));
    }
}

[PgAggregate("any_value(anyelement)")]
internal sealed class AnyValue
{
    private PgDatum _value;

    public void Step(PgDatum value)
    {
        if (_value.IsNull)
        {
            _value = value;
        }
    }

    public PgDatum Final() => _value;
}
