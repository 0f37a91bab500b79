using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Functions.Numeric;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Aggregates;

/// <summary>Transition and final functions of built-in aggregates whose state is a value of SQL: aggregates that users make are built on them.</summary>
internal static class TransitionFunctions
{
    [PgFunction("int4_sum(bigint,integer)")]
    [PgFunction("int2_sum(bigint,smallint)")]
    public static long? Sum(PgDatum state, PgDatum value) =>
        value.IsNull ? state.IsNull ? null : state.Int64 : state.IsNull ? value.Int64 : unchecked(state.Int64 + value.Int64);

    [PgFunction("int4_avg_accum(bigint[],integer)")]
    [PgFunction("int2_avg_accum(bigint[],smallint)")]
    public static PgDatum Accumulate(FunctionContext context, PgDatum state, long value) => Move(context, state, 1, value);

    [PgFunction("int4_avg_accum_inv(bigint[],integer)")]
    [PgFunction("int2_avg_accum_inv(bigint[],smallint)")]
    public static PgDatum Remove(FunctionContext context, PgDatum state, long value) => Move(context, state, -1, -value);

    [PgFunction("int4_avg_combine(bigint[],bigint[])")]
    public static PgDatum Combine(FunctionContext context, PgDatum left, PgDatum right)
    {
        var (count, sum) = Pair(context, right);
        return Move(context, left, count, sum);
    }

    [PgFunction("int8_avg(bigint[])")]
    public static PgNumeric? Average(FunctionContext context, PgDatum state)
    {
        var (count, sum) = Pair(context, state);
        return count == 0 ? null : new PgNumeric(sum, 0) / count;
    }

    [PgFunction("int2int4_sum(bigint[])")]
    public static long? Total(FunctionContext context, PgDatum state)
    {
        var (count, sum) = Pair(context, state);
        return count == 0 ? null : sum;
    }

    [PgFunction("int8inc_float8_float8(bigint,float8,float8)")]
    public static long Count(long state, double first, double second) => Int8Arithmetic.Int8pl(state, 1);

    [PgFunction("booland_statefunc(boolean,boolean)")]
    public static bool And(bool state, bool value) => state && value;

    [PgFunction("boolor_statefunc(boolean,boolean)")]
    public static bool Or(bool state, bool value) => state || value;

    [PgFunction("any_value_transfn(anyelement,anyelement)")]
    public static PgDatum First(PgDatum state, PgDatum value) => state;

    [PgFunction("float8_accum(float8[],float8)")]
    [PgFunction("float4_accum(float8[],real)")]
    public static PgDatum AccumulateFloat(FunctionContext context, PgDatum state, double value)
    {
        var (count, sum, squares) = Moments(context, state);
        (count, sum) = (count + 1, sum + value);
        if (count > 1)
        {
            var delta = (value * count) - sum;
            squares += delta * delta / (count * (count - 1));
            if (double.IsInfinity(sum) || double.IsInfinity(squares) || double.IsNaN(squares))
            {
                squares = double.IsNaN(value) || double.IsInfinity(sum) || double.IsNaN(sum) ? double.NaN : throw FloatArithmetic.Overflow();
            }
        }
        else if (!double.IsFinite(value))
        {
            squares = double.NaN;
        }

        return ArrayOperations.Store(context, new PgArray(TypeOid.Float8, [PgDatum.FromDouble(count), PgDatum.FromDouble(sum), PgDatum.FromDouble(squares)]));
    }

    [PgFunction("float8_avg(float8[])")]
    public static double? AverageFloat(FunctionContext context, PgDatum state)
    {
        var (count, sum, _) = Moments(context, state);
        return count == 0 ? null : sum / count;
    }

    [PgFunction("float8_var_pop(float8[])")]
    public static double? VariancePop(FunctionContext context, PgDatum state) => Variance(context, state, 0);

    [PgFunction("float8_var_samp(float8[])")]
    public static double? VarianceSamp(FunctionContext context, PgDatum state) => Variance(context, state, 1);

    [PgFunction("float8_stddev_pop(float8[])")]
    public static double? DeviationPop(FunctionContext context, PgDatum state) => Variance(context, state, 0) is { } variance ? Math.Sqrt(variance) : null;

    [PgFunction("float8_stddev_samp(float8[])")]
    public static double? DeviationSamp(FunctionContext context, PgDatum state) => Variance(context, state, 1) is { } variance ? Math.Sqrt(variance) : null;

    private static double? Variance(FunctionContext context, PgDatum state, int free)
    {
        var (count, _, squares) = Moments(context, state);
        return count <= free ? null : squares / (count - free);
    }

    private static PgDatum Move(FunctionContext context, PgDatum state, long by, long value)
    {
        var (count, sum) = Pair(context, state);
        return ArrayOperations.Store(context, new PgArray(TypeOid.Int8, [PgDatum.FromInt64(count + by), PgDatum.FromInt64(unchecked(sum + value))]));
    }

    private static (long Count, long Sum) Pair(FunctionContext context, PgDatum state)
    {
        var array = ArrayOperations.Parse(context, TypeOid.Int8, state.Bytes);
        return array is { Elements.Length: 2, Dimensions.Length: 1, HasNull: false }
            ? (array.Elements[0].Int64, array.Elements[1].Int64)
            : throw new PgException(SqlState.InternalError, "expected 2-element int8 array");
    }

    private static (double Count, double Sum, double Squares) Moments(FunctionContext context, PgDatum state)
    {
        var array = ArrayOperations.Parse(context, TypeOid.Float8, state.Bytes);
        return array is { Elements.Length: 3, Dimensions.Length: 1, HasNull: false }
            ? (Number(array.Elements[0]), Number(array.Elements[1]), Number(array.Elements[2]))
            : throw new PgException(SqlState.InternalError, "float8_accum: expected 3-element float8 array");
    }

    private static double Number(PgDatum value) => value.Kind == DatumKind.Text ? double.NaN : value.Double;
}
