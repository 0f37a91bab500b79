using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>+ and - of dates, times, timestamps and intervals.</summary>
internal static class DateTimeArithmetic
{
    private const long Day = 86_400_000_000;

    [PgFunction("date_pli(date,integer)")]
    public static long DatePlusDays(long date, int days) => DateMath.Add(date, days);

    [PgFunction("integer_pl_date(integer,date)")]
    public static long DaysPlusDate(int days, long date) => DateMath.Add(date, days);

    [PgFunction("date_mii(date,integer)")]
    public static long DateMinusDays(long date, int days) =>
        days == int.MinValue ? DateMath.Add(DateMath.Add(date, int.MaxValue), 1) : DateMath.Add(date, -days);

    [PgFunction("date_mi(date,date)")]
    public static int DateMinusDate(long left, long right) => DateMath.Subtract(left, right);

    [PgFunction("date_pl_interval(date,interval)")]
    public static long DatePlusInterval(long date, PgInterval span) => TimestampMath.Add(DateMath.ToTimestamp(date), span);

    [PgFunction("interval_pl_date(interval,date)")]
    public static long IntervalPlusDate(PgInterval span, long date) => DatePlusInterval(date, span);

    [PgFunction("date_mi_interval(date,interval)")]
    public static long DateMinusInterval(long date, PgInterval span) => TimestampMath.Add(DateMath.ToTimestamp(date), IntervalMath.Negate(span));

    [PgFunction("timestamp_pl_interval(timestamp,interval)")]
    public static long TimestampPlus(long timestamp, PgInterval span) => TimestampMath.Add(timestamp, span);

    [PgFunction("interval_pl_timestamp(interval,timestamp)")]
    public static long PlusTimestamp(PgInterval span, long timestamp) => TimestampMath.Add(timestamp, span);

    [PgFunction("timestamp_mi_interval(timestamp,interval)")]
    public static long TimestampMinus(long timestamp, PgInterval span) => TimestampMath.Add(timestamp, IntervalMath.Negate(span));

    [PgFunction("timestamptz_pl_interval(timestamptz,interval)")]
    [PgFunction("date_add(timestamptz,interval)")]
    public static long TimestamptzPlus(FunctionContext context, long timestamp, PgInterval span) => TimestampMath.Add(timestamp, span, context.TimeZone);

    [PgFunction("interval_pl_timestamptz(interval,timestamptz)")]
    public static long PlusTimestamptz(FunctionContext context, PgInterval span, long timestamp) => TimestampMath.Add(timestamp, span, context.TimeZone);

    [PgFunction("timestamptz_mi_interval(timestamptz,interval)")]
    [PgFunction("date_subtract(timestamptz,interval)")]
    public static long TimestamptzMinus(FunctionContext context, long timestamp, PgInterval span) =>
        TimestampMath.Add(timestamp, IntervalMath.Negate(span), context.TimeZone);

    [PgFunction("timestamp_mi(timestamp,timestamp)")]
    [PgFunction("timestamptz_mi(timestamptz,timestamptz)")]
    public static PgInterval TimestampDifference(long left, long right) => TimestampMath.Subtract(left, right);

    [PgFunction("time_pl_interval(time,interval)")]
    public static long TimePlus(long time, PgInterval span) => span.IsFinite
        ? DateMath.FloorMod(time + (span.Microseconds % Day), Day)
        : throw new PgException(SqlState.DatetimeFieldOverflow, "cannot add infinite interval to time");

    [PgFunction("interval_pl_time(interval,time)")]
    public static long PlusTime(PgInterval span, long time) => TimePlus(time, span);

    [PgFunction("time_mi_interval(time,interval)")]
    public static long TimeMinus(long time, PgInterval span) => span.IsFinite
        ? DateMath.FloorMod(time - (span.Microseconds % Day), Day)
        : throw new PgException(SqlState.DatetimeFieldOverflow, "cannot subtract infinite interval from time");

    [PgFunction("time_mi_time(time,time)")]
    public static PgInterval TimeDifference(long left, long right) => new(0, 0, left - right);

    [PgFunction("datetime_pl(date,time)")]
    [PgFunction("timestamp(date,time)")]
    public static long DatePlusTime(long date, long time)
    {
        var timestamp = DateMath.ToTimestamp(date);
        return TimestampMath.IsInfinite(timestamp) ? timestamp : TimestampMath.Checked((Int128)timestamp + time);
    }

    [PgFunction("timedate_pl(time,date)")]
    public static long TimePlusDate(long time, long date) => DatePlusTime(date, time);

    [PgFunction("timestamptz(date,time)")]
    public static long DatePlusTimeWithZone(FunctionContext context, long date, long time) => TimestampMath.ToUtc(DatePlusTime(date, time), context.TimeZone);

    [PgFunction("interval_pl(interval,interval)")]
    public static PgInterval IntervalPlus(PgInterval left, PgInterval right) => IntervalMath.Add(left, right);

    [PgFunction("interval_mi(interval,interval)")]
    public static PgInterval IntervalMinus(PgInterval left, PgInterval right) => IntervalMath.Subtract(left, right);

    [PgFunction("interval_um(interval)")]
    public static PgInterval IntervalNegate(PgInterval span) => IntervalMath.Negate(span);

    [PgFunction("interval_mul(interval,float8)")]
    public static PgInterval IntervalTimes(PgInterval span, double factor) => IntervalMath.Multiply(span, factor);

    [PgFunction("mul_d_interval(float8,interval)")]
    public static PgInterval TimesInterval(double factor, PgInterval span) => IntervalMath.Multiply(span, factor);

    [PgFunction("interval_div(interval,float8)")]
    public static PgInterval IntervalOver(PgInterval span, double divisor) => IntervalMath.Divide(span, divisor);

    [PgFunction("justify_hours(interval)")]
    public static PgInterval JustifyHours(PgInterval span) => IntervalMath.JustifyHours(span);

    [PgFunction("justify_days(interval)")]
    public static PgInterval JustifyDays(PgInterval span) => IntervalMath.JustifyDays(span);

    [PgFunction("justify_interval(interval)")]
    public static PgInterval JustifyInterval(PgInterval span) => IntervalMath.JustifyInterval(span);

    [PgFunction("isfinite(date)")]
    [PgFunction("isfinite(timestamp)")]
    [PgFunction("isfinite(timestamptz)")]
    public static bool IsFinite(long value) => value is not (long.MaxValue or long.MinValue);

    [PgFunction("isfinite(interval)")]
    public static bool IsFinite(PgInterval value) => value.IsFinite;

    [PgFunction("age(timestamp,timestamp)")]
    public static PgInterval Age(long left, long right) => TimestampMath.Age(left, right);

    [PgFunction("age(timestamptz,timestamptz)")]
    public static PgInterval AgeWithZone(FunctionContext context, long left, long right) =>
        TimestampMath.Age(TimestampMath.ToLocal(left, context.TimeZone), TimestampMath.ToLocal(right, context.TimeZone));

    [PgFunction("age(timestamp)")]
    public static PgInterval Age(FunctionContext context, long timestamp) => TimestampMath.Age(Midnight(context), timestamp);

    [PgFunction("age(timestamptz)")]
    public static PgInterval AgeWithZone(FunctionContext context, long timestamp) =>
        TimestampMath.Age(Midnight(context), TimestampMath.ToLocal(timestamp, context.TimeZone));

    private static long Midnight(TypeContext context) =>
        DateMath.ToTimestamp(TimestampMath.Split(TimestampMath.ToLocal(context.TransactionTimestamp, context.TimeZone)).Days);
}
