using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>Casts between date and time types, AT TIME ZONE, and make_*.</summary>
internal static class DateTimeCasts
{
    private const long Day = 86_400_000_000;

    [PgFunction("date(timestamp)")]
    public static long DateOf(long timestamp) => DateMath.FromTimestamp(timestamp);

    [PgFunction("date(timestamptz)")]
    public static long DateOf(FunctionContext context, long timestamp) => DateMath.FromTimestamp(TimestampMath.ToLocal(timestamp, context.TimeZone));

    [PgFunction("timestamp(date)")]
    public static long TimestampOf(long date) => DateMath.ToTimestamp(date);

    [PgFunction("timestamptz(date)")]
    public static long TimestamptzOf(FunctionContext context, long date) => TimestampMath.ToUtc(DateMath.ToTimestamp(date), context.TimeZone);

    [PgFunction("timestamp(timestamptz)")]
    [PgFunction("timezone(timestamptz)")]
    public static long ToLocal(FunctionContext context, long timestamp) => TimestampMath.ToLocal(timestamp, context.TimeZone);

    [PgFunction("timestamptz(timestamp)")]
    [PgFunction("timezone(timestamp)")]
    public static long ToUtc(FunctionContext context, long timestamp) => TimestampMath.ToUtc(timestamp, context.TimeZone);

    [PgFunction("timezone(text,timestamp)")]
    public static long AtZoneFromLocal(string zone, long timestamp) => TimestampMath.ToUtc(timestamp, Zone(zone));

    [PgFunction("timezone(text,timestamptz)")]
    public static long AtZoneFromUtc(string zone, long timestamp) => TimestampMath.ToLocal(timestamp, Zone(zone));

    [PgFunction("timezone(interval,timestamp)")]
    public static long AtOffsetFromLocal(PgInterval offset, long timestamp) => TimestampMath.ToUtc(timestamp, Zone(offset));

    [PgFunction("timezone(interval,timestamptz)")]
    public static long AtOffsetFromUtc(PgInterval offset, long timestamp) => TimestampMath.ToLocal(timestamp, Zone(offset));

    [PgFunction("time(timestamp)")]
    public static long? TimeOf(long timestamp) => TimestampMath.IsInfinite(timestamp) ? null : TimestampMath.Split(timestamp).Time;

    [PgFunction("time(timestamptz)")]
    public static long? TimeOf(FunctionContext context, long timestamp) =>
        TimestampMath.IsInfinite(timestamp) ? null : TimestampMath.Split(TimestampMath.ToLocal(timestamp, context.TimeZone)).Time;

    [PgFunction("time(interval)")]
    public static long TimeOf(PgInterval span) => span.IsFinite
        ? DateMath.FloorMod(span.Microseconds, Day)
        : throw new PgException(SqlState.DatetimeFieldOverflow, "cannot convert infinite interval to time");

    [PgFunction("interval(time)")]
    public static PgInterval IntervalOf(long time) => new(0, 0, time);

    [PgFunction("timestamp(timestamp,integer)")]
    public static PgDatum TimestampTypmod(FunctionContext context, PgDatum value, int typmod) => Apply(context, TypeOid.Timestamp, value, typmod);

    [PgFunction("timestamptz(timestamptz,integer)")]
    public static PgDatum TimestamptzTypmod(FunctionContext context, PgDatum value, int typmod) => Apply(context, TypeOid.Timestamptz, value, typmod);

    [PgFunction("time(time,integer)")]
    public static PgDatum TimeTypmod(FunctionContext context, PgDatum value, int typmod) => Apply(context, TypeOid.Time, value, typmod);

    [PgFunction("interval(interval,integer)")]
    public static PgDatum IntervalTypmod(FunctionContext context, PgDatum value, int typmod) => Apply(context, TypeOid.Interval, value, typmod);

    [PgFunction("make_date(integer,integer,integer)")]
    public static long MakeDate(int year, int month, int day) => DateMath.Make(year, month, day);

    [PgFunction("make_time(integer,integer,float8)")]
    public static long MakeTime(int hour, int minute, double second)
    {
        if (TryTime(hour, minute, second) is { } time)
        {
            return time;
        }

        throw new PgException(SqlState.DatetimeFieldOverflow, string.Create(
            global::System.Globalization.CultureInfo.InvariantCulture, $"time field value out of range: {hour}:{DateMath.Two(minute)}:{second.ToString("0.##########", global::System.Globalization.CultureInfo.InvariantCulture).PadLeft(2, '0')}"));
    }

    [PgFunction("make_timestamp(integer,integer,integer,integer,integer,float8)")]
    public static long MakeTimestamp(int year, int month, int day, int hour, int minute, double second)
    {
        var date = DateMath.Make(year, month, day);
        var time = TryTime(hour, minute, second) ?? throw new PgException(SqlState.DatetimeFieldOverflow, string.Create(
            global::System.Globalization.CultureInfo.InvariantCulture, $"time field value out of range: {hour}:{DateMath.Two(minute)}:{second.ToString("0.##########", global::System.Globalization.CultureInfo.InvariantCulture).PadLeft(2, '0')}"));
        return TimestampMath.Checked(((Int128)date * Day) + time);
    }

    [PgFunction("make_timestamptz(integer,integer,integer,integer,integer,float8)")]
    public static long MakeTimestamptz(FunctionContext context, int year, int month, int day, int hour, int minute, double second) =>
        TimestampMath.ToUtc(MakeTimestamp(year, month, day, hour, minute, second), context.TimeZone);

    [PgFunction("make_timestamptz(integer,integer,integer,integer,integer,float8,text)")]
    public static long MakeTimestamptz(int year, int month, int day, int hour, int minute, double second, string zone) =>
        TimestampMath.ToUtc(MakeTimestamp(year, month, day, hour, minute, second), SaneZone(zone));

    [PgFunction("make_interval(integer,integer,integer,integer,integer,integer,float8)")]
    public static PgInterval MakeInterval(int years, int months, int weeks, int days, int hours, int minutes, double seconds) =>
        IntervalMath.Make(years, months, weeks, days, hours, minutes, seconds);

    [PgFunction("to_timestamp(float8)")]
    public static long FromEpoch(double seconds)
    {
        if (double.IsNaN(seconds))
        {
            throw new PgException(SqlState.DatetimeFieldOverflow, "timestamp cannot be NaN");
        }

        if (double.IsInfinity(seconds))
        {
            return seconds > 0 ? long.MaxValue : long.MinValue;
        }

        return Math.Abs(seconds) < 9.3e12
            ? TimestampMath.Checked((Int128)Math.Round(seconds * 1_000_000, MidpointRounding.ToEven))
            : throw new PgException(SqlState.DatetimeFieldOverflow, string.Create(
                global::System.Globalization.CultureInfo.InvariantCulture, $"timestamp out of range: \"{seconds}\""));
    }

    /// <summary>A zone by name, abbreviation or POSIX specification; 22023 when there is none.</summary>
    internal static PgTimeZone Zone(string name) => PgTimeZone.FindAbbreviation(name) ?? PgTimeZone.Find(name)
        ?? throw new PgException(SqlState.InvalidParameterValue, $"time zone \"{name}\" not recognized");

    // As PostgreSQL's parse_sane_timezone: a number needs its sign and means hours east, unlike in a POSIX zone.
    private static PgTimeZone SaneZone(string name)
    {
        if (name.Length > 0 && char.IsAsciiDigit(name[0]))
        {
            throw new PgException(SqlState.InvalidParameterValue, $"invalid input syntax for type numeric time zone: \"{name}\"")
                .WithHint("Numeric time zones must have \"-\" or \"+\" as first character.");
        }

        if (name.Length == 0 || name[0] is not ('+' or '-'))
        {
            return Zone(name);
        }

        var at = 1;
        var (hour, minute, second) = (Number(), 0L, 0L);
        if (at < name.Length && name[at] == ':')
        {
            at++;
            minute = Number();
            if (at < name.Length && name[at] == ':')
            {
                at++;
                second = Number();
            }
        }
        else if (at == name.Length && name.Length > 3)
        {
            (hour, minute) = (hour / 100, hour % 100);
        }

        if (hour > 15 || minute > 59 || second > 59)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"numeric time zone \"{name}\" out of range");
        }

        var offset = (int)((((hour * 60) + minute) * 60) + second);
        return at < name.Length ? Zone(name) : PgTimeZone.FixedOffset(name[0] == '-' ? -offset : offset);

        long Number()
        {
            var value = 0L;
            for (; at < name.Length && char.IsAsciiDigit(name[at]); at++)
            {
                value = Math.Min((value * 10) + (name[at] - '0'), int.MaxValue);
            }

            return value;
        }
    }

    internal static PgTimeZone Zone(PgInterval offset) => !offset.IsFinite
        ? throw new PgException(SqlState.InvalidParameterValue, "interval time zone must be finite")
        : offset.Months == 0 && offset.Days == 0
        ? PgTimeZone.FixedOffset((int)(offset.Microseconds / 1_000_000))
        : throw new PgException(SqlState.InvalidParameterValue, $"interval time zone \"{offset}\" must not include months or days");

    private static PgDatum Apply(FunctionContext context, uint type, PgDatum value, int typmod) =>
        context.Types.GetCodec(type).ApplyTypmod(value, typmod, true, context);

    private static long? TryTime(int hour, int minute, double second)
    {
        if (double.IsNaN(second) || hour is < 0 or > 24 || minute is < 0 or > 59 || second is < 0 or > 60)
        {
            return null;
        }

        var time = (((hour * 60L) + minute) * 60_000_000) + (long)Math.Round(second * 1_000_000, MidpointRounding.ToEven);
        return time <= Day ? time : null;
    }
}
