using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Sets;

internal static class SeriesIntegers
{
    [PgSetFunction("generate_series(integer,integer)")]
    public static IEnumerable<PgDatum> Int4(int start, int stop) => Iterate(start, stop, 1);

    [PgSetFunction("generate_series(integer,integer,integer)")]
    public static IEnumerable<PgDatum> Int4(int start, int stop, int step) => Iterate(start, stop, Checked(step));

    [PgSetFunction("generate_series(bigint,bigint)")]
    public static IEnumerable<PgDatum> Int8(long start, long stop) => Iterate(start, stop, 1);

    [PgSetFunction("generate_series(bigint,bigint,bigint)")]
    public static IEnumerable<PgDatum> Int8(long start, long stop, long step) => Iterate(start, stop, Checked(step));

    private static long Checked(long step) =>
        step == 0 ? throw new PgException(SqlState.InvalidParameterValue, "step size cannot equal zero") : step;

    private static IEnumerable<PgDatum> Iterate(long start, long stop, long step)
    {
        for (var value = start; step > 0 ? value <= stop : value >= stop;)
        {
            yield return PgDatum.FromInt64(value);
            var next = unchecked(value + step);
            if (step > 0 ? next < value : next > value)
            {
                yield break;
            }

            value = next;
        }
    }
}
