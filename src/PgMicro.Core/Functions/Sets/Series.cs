using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.Sets;

/// <summary>generate_series of numeric and timestamps, generate_subscripts, unnest, string_to_table.</summary>
internal static class Series
{
    [PgSetFunction("generate_series(numeric,numeric)")]
    public static IEnumerable<PgDatum> Numeric(PgNumeric start, PgNumeric stop) => Numeric(start, stop, PgNumeric.One);

    [PgSetFunction("generate_series(numeric,numeric,numeric)")]
    public static IEnumerable<PgDatum> Numeric(PgNumeric start, PgNumeric stop, PgNumeric step)
    {
        foreach (var (value, name) in new[] { (start, "start"), (stop, "stop"), (step, "step") })
        {
            if (!value.IsFinite)
            {
                var what = name == "step" ? "step size" : name + " value";
                throw new PgException(SqlState.InvalidParameterValue, $"{what} cannot be {(value.IsNaN ? "NaN" : "infinity")}");
            }
        }

        return step.Sign == 0 ? throw ZeroStep() : Iterate();

        IEnumerable<PgDatum> Iterate()
        {
            for (var value = start; step.Sign > 0 ? value <= stop : value >= stop; value += step)
            {
                yield return value.ToDatum();
            }
        }
    }

    [PgSetFunction("generate_series(timestamp,timestamp,interval)")]
    public static IEnumerable<PgDatum> Timestamp(long start, long stop, PgInterval step) => Timestamps(start, stop, step, null);

    [PgSetFunction("generate_series(timestamptz,timestamptz,interval)")]
    public static IEnumerable<PgDatum> Timestamptz(FunctionContext context, long start, long stop, PgInterval step) =>
        Timestamps(start, stop, step, context.TimeZone);

    [PgSetFunction("generate_series(timestamptz,timestamptz,interval,text)")]
    public static IEnumerable<PgDatum> Timestamptz(long start, long stop, PgInterval step, string zone) =>
        Timestamps(start, stop, step, DateTimes.DateTimeCasts.Zone(zone));

    [PgSetFunction("generate_subscripts(anyarray,integer)")]
    public static IEnumerable<PgDatum> Subscripts(CallSite site, FunctionContext context, PgDatum array, int dimension) =>
        Subscripts(site, context, array, dimension, false);

    [PgSetFunction("generate_subscripts(anyarray,integer,boolean)")]
    public static IEnumerable<PgDatum> Subscripts(CallSite site, FunctionContext context, PgDatum array, int dimension, bool reverse)
    {
        var value = ArrayOperations.ByArrayType(context, site.ArgumentTypes[0]).FromStorage(array.Bytes);
        if (dimension < 1 || dimension > value.Dimensions.Length)
        {
            yield break;
        }

        var lower = value.LowerBounds[dimension - 1];
        var length = value.Dimensions[dimension - 1];
        for (var i = 0; i < length; i++)
        {
            yield return PgDatum.FromInt64(reverse ? lower + length - 1 - i : lower + i);
        }
    }

    [PgSetFunction("unnest(anyarray)")]
    public static IEnumerable<PgDatum> Unnest(CallSite site, FunctionContext context, PgDatum array) =>
        ArrayOperations.Read(context, site.ArgumentTypes[0], array.Bytes).Elements;

    [PgSetFunction("string_to_table(text,text)")]
    public static IEnumerable<PgDatum>? Split(string? text, string? separator) => Split(text, separator, null);

    [PgSetFunction("string_to_table(text,text,text)")]
    public static IEnumerable<PgDatum>? Split(string? text, string? separator, string? nullText)
    {
        if (text is null)
        {
            return null;
        }

        return StringArrays.Pieces(text, separator).Select(piece => piece == nullText ? PgDatum.Null : PgDatum.FromText(piece));
    }

    private static IEnumerable<PgDatum> Timestamps(long start, long stop, PgInterval step, PgTimeZone? zone)
    {
        if (!step.IsFinite)
        {
            throw new PgException(SqlState.InvalidParameterValue, "step size cannot be infinite");
        }

        var sign = step.CompareTo(default);
        return sign == 0 ? throw ZeroStep() : Iterate();

        IEnumerable<PgDatum> Iterate()
        {
            for (var value = start; sign > 0 ? value <= stop : value >= stop;)
            {
                yield return PgDatum.FromInt64(value);
                value = zone is null ? TimestampMath.Add(value, step) : TimestampMath.Add(value, step, zone);
            }
        }
    }

    private static PgException ZeroStep() => new(SqlState.InvalidParameterValue, "step size cannot equal zero");
}
