using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>in_range of dates and times with an interval.</summary>
internal static class InRange
{
    [PgFunction("in_range(date,date,interval,boolean,boolean)")]
    public static bool Date(long value, long start, PgInterval offset, bool subtract, bool less) =>
        Timestamp(DateMath.ToTimestamp(value), DateMath.ToTimestamp(start), offset, subtract, less);

    [PgFunction("in_range(timestamp,timestamp,interval,boolean,boolean)")]
    public static bool Timestamp(long value, long start, PgInterval offset, bool subtract, bool less) =>
        Reaches(start, offset, subtract) || Compare(value, TimestampMath.Add(start, Signed(offset, subtract)), less);

    [PgFunction("in_range(timestamptz,timestamptz,interval,boolean,boolean)")]
    public static bool Timestamptz(FunctionContext context, long value, long start, PgInterval offset, bool subtract, bool less) =>
        Reaches(start, offset, subtract) || Compare(value, TimestampMath.Add(start, Signed(offset, subtract), context.TimeZone), less);

    [PgFunction("in_range(interval,interval,interval,boolean,boolean)")]
    public static bool Interval(PgInterval value, PgInterval start, PgInterval offset, bool subtract, bool less)
    {
        Check(offset);
        if (offset.IsPositiveInfinity && (subtract ? start.IsPositiveInfinity : start.IsNegativeInfinity))
        {
            return true;
        }

        var order = value.CompareTo(subtract ? IntervalMath.Subtract(start, offset) : IntervalMath.Add(start, offset));
        return less ? order <= 0 : order >= 0;
    }

    [PgFunction("in_range(time,time,interval,boolean,boolean)")]
    public static bool Time(long value, long start, PgInterval offset, bool subtract, bool less)
    {
        // Months and days do not count, as in adding to a time.
        if (offset.Microseconds < 0)
        {
            throw Numeric.InRange.InvalidSize();
        }

        var sum = subtract ? (Int128)start - offset.Microseconds : (Int128)start + offset.Microseconds;
        return less ? value <= sum : value >= sum;
    }

    [PgFunction("in_range(timetz,timetz,interval,boolean,boolean)")]
    public static bool Timetz(PgDatum value, PgDatum start, PgInterval offset, bool subtract, bool less)
    {
        if (offset.Microseconds < 0)
        {
            throw Numeric.InRange.InvalidSize();
        }

        var (time, zone) = TimetzCodec.FromStorage(value.Bytes);
        var (from, fromZone) = TimetzCodec.FromStorage(start.Bytes);
        var sum = (subtract ? (Int128)from - offset.Microseconds : (Int128)from + offset.Microseconds) - (fromZone * 1_000_000L);
        var order = ((Int128)time - (zone * 1_000_000L)).CompareTo(sum);
        order = order != 0 ? order : fromZone.CompareTo(zone);
        return less ? order <= 0 : order >= 0;
    }

    private static bool Reaches(long start, PgInterval offset, bool subtract)
    {
        Check(offset);
        return offset.IsPositiveInfinity && start == (subtract ? DateMath.Infinity : DateMath.NegativeInfinity);
    }

    private static void Check(PgInterval offset)
    {
        if (offset.Span < 0)
        {
            throw Numeric.InRange.InvalidSize();
        }
    }

    private static PgInterval Signed(PgInterval offset, bool subtract) => subtract ? IntervalMath.Negate(offset) : offset;

    private static bool Compare(long value, long sum, bool less) => less ? value <= sum : value >= sum;
}
