using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>extract (numeric) and date_part (double precision).</summary>
internal static class Extract
{
    private const long Day = 86_400_000_000;
    private const string TimestampName = "timestamp without time zone";
    private const string TimestamptzName = "timestamp with time zone";

    [PgFunction("extract(text,timestamp)")]
    public static PgNumeric? FromTimestamp(string field, long timestamp) => Field(field, timestamp, timestamp, null, TimestampName);

    [PgFunction("extract(text,timestamptz)")]
    public static PgNumeric? FromTimestamptz(FunctionContext context, string field, long timestamp)
    {
        var offset = TimestampMath.IsInfinite(timestamp) ? 0 : context.TimeZone.At(timestamp).Offset;
        return Field(field, TimestampMath.ToLocal(timestamp, context.TimeZone), timestamp, offset, TimestamptzName);
    }

    [PgFunction("extract(text,date)")]
    public static PgNumeric? FromDate(string field, long date)
    {
        var unit = DateTimeUnits.Parse(field, "date");
        if (unit is DateTimeUnit.Microseconds or DateTimeUnit.Milliseconds or DateTimeUnit.Second or DateTimeUnit.Minute or DateTimeUnit.Hour
            or DateTimeUnit.Timezone or DateTimeUnit.TimezoneHour or DateTimeUnit.TimezoneMinute)
        {
            throw DateTimeUnits.NotSupported(field, "date");
        }

        if (date is long.MaxValue or long.MinValue)
        {
            return Infinite(unit, date > 0);
        }

        return unit switch
        {
            DateTimeUnit.Epoch => date * 86400,
            DateTimeUnit.Julian => date + DateMath.JulianOfEpoch,
            _ => Calendar(unit, date),
        };
    }

    [PgFunction("extract(text,time)")]
    public static PgNumeric FromTime(string field, long time)
    {
        const string Name = "time without time zone";
        return DateTimeUnits.Parse(field, Name) switch
        {
            DateTimeUnit.Epoch => new PgNumeric((Int128)time, 6),
            var unit and <= DateTimeUnit.Hour => Clock(unit, time),
            _ => throw DateTimeUnits.NotSupported(field, Name),
        };
    }

    [PgFunction("extract(text,interval)")]
    public static PgNumeric? FromInterval(string field, PgInterval span)
    {
        var unit = DateTimeUnits.Parse(field, "interval");
        if (!span.IsFinite)
        {
            return unit switch
            {
                DateTimeUnit.Hour or DateTimeUnit.Day or DateTimeUnit.Year or DateTimeUnit.Decade or DateTimeUnit.Century or DateTimeUnit.Millennium
                    or DateTimeUnit.Epoch => span.IsPositiveInfinity ? PgNumeric.PositiveInfinity : PgNumeric.NegativeInfinity,
                DateTimeUnit.Microseconds or DateTimeUnit.Milliseconds or DateTimeUnit.Second or DateTimeUnit.Minute or DateTimeUnit.Month
                    or DateTimeUnit.Quarter => null,
                _ => throw DateTimeUnits.NotSupported(field, "interval"),
            };
        }

        return unit switch
        {
            <= DateTimeUnit.Minute => Clock(unit, span.Microseconds),
            DateTimeUnit.Hour => span.Microseconds / 3_600_000_000,
            DateTimeUnit.Day => span.Days,
            DateTimeUnit.Month => span.Months % 12,
            DateTimeUnit.Quarter => (span.Months % 12 / 3) + 1,
            DateTimeUnit.Year => span.Months / 12,
            DateTimeUnit.Decade => span.Months / 120,
            DateTimeUnit.Century => span.Months / 1200,
            DateTimeUnit.Millennium => span.Months / 12000,
            DateTimeUnit.Epoch => new PgNumeric(
                ((((Int128)1461 * (span.Months / 12)) + (120 * (span.Months % 12)) + (4L * span.Days)) * 21600 * 1_000_000) + span.Microseconds, 6),
            _ => throw DateTimeUnits.NotSupported(field, "interval"),
        };
    }

    [PgFunction("date_part(text,timestamp)")]
    public static double? PartOfTimestamp(string field, long timestamp) => FromTimestamp(field, timestamp)?.ToDouble();

    [PgFunction("date_part(text,timestamptz)")]
    public static double? PartOfTimestamptz(FunctionContext context, string field, long timestamp) => FromTimestamptz(context, field, timestamp)?.ToDouble();

    [PgFunction("date_part(text,date)")]
    public static double? PartOfDate(string field, long date) => PartOfTimestamp(field, DateMath.ToTimestamp(date));

    [PgFunction("date_part(text,time)")]
    public static double PartOfTime(string field, long time) => FromTime(field, time).ToDouble();

    [PgFunction("date_part(text,interval)")]
    public static double? PartOfInterval(string field, PgInterval span) => FromInterval(field, span)?.ToDouble();

    private static PgNumeric? Field(string field, long local, long utc, int? offset, string type)
    {
        var unit = DateTimeUnits.Parse(field, type);
        if (unit is DateTimeUnit.Timezone or DateTimeUnit.TimezoneHour or DateTimeUnit.TimezoneMinute && offset is null)
        {
            throw DateTimeUnits.NotSupported(field, type);
        }

        if (TimestampMath.IsInfinite(local))
        {
            return Infinite(unit, local > 0);
        }

        var (days, time) = TimestampMath.Split(local);
        return unit switch
        {
            <= DateTimeUnit.Hour => Clock(unit, time),
            DateTimeUnit.Epoch => new PgNumeric((Int128)utc, 6),
            DateTimeUnit.Julian => (days + DateMath.JulianOfEpoch) + ((PgNumeric)time / Day),
            DateTimeUnit.Timezone => offset!.Value,
            DateTimeUnit.TimezoneHour => offset!.Value / 3600,
            DateTimeUnit.TimezoneMinute => offset!.Value / 60 % 60,
            _ => Calendar(unit, days),
        };
    }

    internal static PgNumeric Clock(DateTimeUnit unit, long time) => unit switch
    {
        DateTimeUnit.Microseconds => time % 60_000_000,
        DateTimeUnit.Milliseconds => new PgNumeric((Int128)(time % 60_000_000), 3),
        DateTimeUnit.Second => new PgNumeric((Int128)(time % 60_000_000), 6),
        DateTimeUnit.Minute => time / 60_000_000 % 60,
        _ => time / 3_600_000_000,
    };

    private static PgNumeric Calendar(DateTimeUnit unit, long days)
    {
        var (year, month, day) = DateMath.ToCivil(days);
        switch (unit)
        {
            case DateTimeUnit.Day: return day;
            case DateTimeUnit.Month: return month;
            case DateTimeUnit.Quarter: return ((month - 1) / 3) + 1;
            case DateTimeUnit.Year: return year > 0 ? year : year - 1;
            case DateTimeUnit.Decade: return year >= 0 ? year / 10 : -((8 - (year - 1)) / 10);
            case DateTimeUnit.Century: return year > 0 ? (year + 99) / 100 : -((99 - (year - 1)) / 100);
            case DateTimeUnit.Millennium: return year > 0 ? (year + 999) / 1000 : -((999 - (year - 1)) / 1000);
            case DateTimeUnit.Week: return DateMath.IsoWeek(days).Week;
            case DateTimeUnit.Isoyear:
                var iso = DateMath.IsoWeek(days).Year;
                return iso > 0 ? iso : iso - 1;
            case DateTimeUnit.Dow: return DateMath.DayOfWeek(days);
            case DateTimeUnit.Isodow:
                var weekday = DateMath.DayOfWeek(days);
                return weekday == 0 ? 7 : weekday;
            default: return days - DateMath.FromCivil(year, 1, 1) + 1;
        }
    }

    private static PgNumeric? Infinite(DateTimeUnit unit, bool isPositive) => unit switch
    {
        DateTimeUnit.Year or DateTimeUnit.Decade or DateTimeUnit.Century or DateTimeUnit.Millennium or DateTimeUnit.Julian or DateTimeUnit.Isoyear
            or DateTimeUnit.Epoch => isPositive ? PgNumeric.PositiveInfinity : PgNumeric.NegativeInfinity,
        _ => null,
    };
}
