using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>date_bin: the start of the bin of a given width, counted from an origin, that a timestamp falls into.</summary>
internal static class DateBin
{
    [PgFunction("date_bin(interval,timestamp,timestamp)")]
    [PgFunction("date_bin(interval,timestamptz,timestamptz)")]
    public static long Of(PgInterval stride, long timestamp, long origin)
    {
        if (TimestampMath.IsInfinite(timestamp))
        {
            return timestamp;
        }

        if (TimestampMath.IsInfinite(origin))
        {
            throw new PgException(SqlState.DatetimeFieldOverflow, "origin out of range");
        }

        if (!stride.IsFinite)
        {
            throw new PgException(SqlState.DatetimeFieldOverflow, "timestamps cannot be binned into infinite intervals");
        }

        if (stride.Months != 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, "timestamps cannot be binned into intervals containing months or years");
        }

        var width = ((Int128)stride.Days * TimestampMath.MicrosecondsPerDay) + stride.Microseconds;
        if (width > long.MaxValue || width < long.MinValue)
        {
            throw PgErrors.IntervalOutOfRange();
        }

        if (width <= 0)
        {
            throw new PgException(SqlState.DatetimeFieldOverflow, "stride must be greater than zero");
        }

        var difference = (Int128)timestamp - origin;
        if (difference > long.MaxValue || difference < long.MinValue)
        {
            throw PgErrors.IntervalOutOfRange();
        }

        var rest = difference % width;
        var result = origin + difference - rest - (rest < 0 ? width : 0);
        return TimestampMath.Checked(result);
    }
}
