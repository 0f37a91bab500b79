using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>date_trunc.</summary>
internal static class DateTrunc
{
    private const long Day = 86_400_000_000;

    [PgFunction("date_trunc(text,timestamp)")]
    public static long Timestamp(string field, long timestamp) => TimestampMath.IsInfinite(timestamp) ? timestamp : Truncate(field, timestamp, "timestamp without time zone");

    [PgFunction("date_trunc(text,timestamptz)")]
    public static long Timestamptz(FunctionContext context, string field, long timestamp) => TimestampMath.IsInfinite(timestamp) ? timestamp : InZone(field, timestamp, context.TimeZone);

    [PgFunction("date_trunc(text,timestamptz,text)")]
    public static long Timestamptz(string field, long timestamp, string zone) => TimestampMath.IsInfinite(timestamp) ? timestamp : InZone(field, timestamp, DateTimeCasts.Zone(zone));

    [PgFunction("date_trunc(text,interval)")]
    public static PgInterval Interval(string field, PgInterval span)
    {
        var unit = DateTimeUnits.Parse(field, "interval");
        if (!span.IsFinite)
        {
            return span;
        }

        return unit switch
        {
            DateTimeUnit.Millennium => new(span.Months / 12000 * 12000, 0, 0),
            DateTimeUnit.Century => new(span.Months / 1200 * 1200, 0, 0),
            DateTimeUnit.Decade => new(span.Months / 120 * 120, 0, 0),
            DateTimeUnit.Year => new(span.Months / 12 * 12, 0, 0),
            DateTimeUnit.Quarter => new(span.Months / 3 * 3, 0, 0),
            DateTimeUnit.Month => new(span.Months, 0, 0),
            DateTimeUnit.Day => new(span.Months, span.Days, 0),
            DateTimeUnit.Hour => Clock(span, 3_600_000_000),
            DateTimeUnit.Minute => Clock(span, 60_000_000),
            DateTimeUnit.Second => Clock(span, 1_000_000),
            DateTimeUnit.Milliseconds => Clock(span, 1000),
            DateTimeUnit.Microseconds => span,
            DateTimeUnit.Week => throw DateTimeUnits.NotSupported(field, "interval").WithDetail("Months usually have fractional weeks."),
            _ => throw DateTimeUnits.NotSupported(field, "interval"),
        };
    }

    private static PgInterval Clock(PgInterval span, long size) => span with { Microseconds = span.Microseconds / size * size };

    private static long InZone(string field, long timestamp, PgTimeZone zone)
    {
        if (TimestampMath.IsInfinite(timestamp))
        {
            DateTimeUnits.Parse(field, "timestamp with time zone");
            return timestamp;
        }

        var local = TimestampMath.ToLocal(timestamp, zone);
        var truncated = Truncate(field, local, "timestamp with time zone");

        // Within a day the offset stays the value's own, so that a repeated hour does not move.
        var unit = DateTimeUnits.Parse(field, "timestamp with time zone");
        return unit < DateTimeUnit.Day ? truncated - (local - timestamp) : TimestampMath.ToUtc(truncated, zone);
    }

    private static long Truncate(string field, long timestamp, string type)
    {
        var unit = DateTimeUnits.Parse(field, type);
        if (unit > DateTimeUnit.Millennium)
        {
            throw DateTimeUnits.NotSupported(field, type);
        }

        if (TimestampMath.IsInfinite(timestamp))
        {
            return timestamp;
        }

        var (days, time) = TimestampMath.Split(timestamp);
        switch (unit)
        {
            case DateTimeUnit.Microseconds: return timestamp;
            case DateTimeUnit.Milliseconds: return (days * Day) + (time / 1000 * 1000);
            case DateTimeUnit.Second: return (days * Day) + (time / 1_000_000 * 1_000_000);
            case DateTimeUnit.Minute: return (days * Day) + (time / 60_000_000 * 60_000_000);
            case DateTimeUnit.Hour: return (days * Day) + (time / 3_600_000_000 * 3_600_000_000);
            case DateTimeUnit.Day: return days * Day;
            case DateTimeUnit.Week: return (days - ((DateMath.DayOfWeek(days) + 6) % 7)) * Day;
        }

        var (year, month, _) = DateMath.ToCivil(days);
        (year, month) = unit switch
        {
            DateTimeUnit.Month => (year, month),
            DateTimeUnit.Quarter => (year, (3 * ((month - 1) / 3)) + 1),
            DateTimeUnit.Year => (year, 1),
            DateTimeUnit.Decade => (year > 0 ? year / 10 * 10 : -((8 - (year - 1)) / 10 * 10), 1),
            DateTimeUnit.Century => (year > 0 ? ((year + 99) / 100 * 100) - 99 : -((99 - (year - 1)) / 100 * 100) + 1, 1),
            _ => (year > 0 ? ((year + 999) / 1000 * 1000) - 999 : -((999 - (year - 1)) / 1000 * 1000) + 1, 1),
        };
        return TimestampMath.Checked((Int128)DateMath.FromCivil(year, month, 1) * Day);
    }
}
