using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>Comparison of date, timestamp and timestamptz with each other, and of interval.</summary>
internal static class CrossComparison
{
    [PgFunction("date_eq_timestamp(date,timestamp)")]
    public static bool DateTimestampEq(FunctionContext context, long left, long right) => DateWithTimestamp(context, left, right) == 0;

    [PgFunction("date_eq_timestamptz(date,timestamptz)")]
    public static bool DateTimestamptzEq(FunctionContext context, long left, long right) => DateWithTimestamptz(context, left, right) == 0;

    [PgFunction("timestamp_eq_date(timestamp,date)")]
    public static bool TimestampDateEq(FunctionContext context, long left, long right) => TimestampWithDate(context, left, right) == 0;

    [PgFunction("timestamptz_eq_date(timestamptz,date)")]
    public static bool TimestamptzDateEq(FunctionContext context, long left, long right) => TimestamptzWithDate(context, left, right) == 0;

    [PgFunction("timestamp_eq_timestamptz(timestamp,timestamptz)")]
    public static bool TimestampTimestamptzEq(FunctionContext context, long left, long right) => TimestampWithTimestamptz(context, left, right) == 0;

    [PgFunction("timestamptz_eq_timestamp(timestamptz,timestamp)")]
    public static bool TimestamptzTimestampEq(FunctionContext context, long left, long right) => TimestamptzWithTimestamp(context, left, right) == 0;

    [PgFunction("interval_eq(interval,interval)")]
    public static bool IntervalEq(PgInterval left, PgInterval right) => left.CompareTo(right) == 0;

    [PgFunction("date_ne_timestamp(date,timestamp)")]
    public static bool DateTimestampNe(FunctionContext context, long left, long right) => DateWithTimestamp(context, left, right) != 0;

    [PgFunction("date_ne_timestamptz(date,timestamptz)")]
    public static bool DateTimestamptzNe(FunctionContext context, long left, long right) => DateWithTimestamptz(context, left, right) != 0;

    [PgFunction("timestamp_ne_date(timestamp,date)")]
    public static bool TimestampDateNe(FunctionContext context, long left, long right) => TimestampWithDate(context, left, right) != 0;

    [PgFunction("timestamptz_ne_date(timestamptz,date)")]
    public static bool TimestamptzDateNe(FunctionContext context, long left, long right) => TimestamptzWithDate(context, left, right) != 0;

    [PgFunction("timestamp_ne_timestamptz(timestamp,timestamptz)")]
    public static bool TimestampTimestamptzNe(FunctionContext context, long left, long right) => TimestampWithTimestamptz(context, left, right) != 0;

    [PgFunction("timestamptz_ne_timestamp(timestamptz,timestamp)")]
    public static bool TimestamptzTimestampNe(FunctionContext context, long left, long right) => TimestamptzWithTimestamp(context, left, right) != 0;

    [PgFunction("interval_ne(interval,interval)")]
    public static bool IntervalNe(PgInterval left, PgInterval right) => left.CompareTo(right) != 0;

    [PgFunction("date_lt_timestamp(date,timestamp)")]
    public static bool DateTimestampLt(FunctionContext context, long left, long right) => DateWithTimestamp(context, left, right) < 0;

    [PgFunction("date_lt_timestamptz(date,timestamptz)")]
    public static bool DateTimestamptzLt(FunctionContext context, long left, long right) => DateWithTimestamptz(context, left, right) < 0;

    [PgFunction("timestamp_lt_date(timestamp,date)")]
    public static bool TimestampDateLt(FunctionContext context, long left, long right) => TimestampWithDate(context, left, right) < 0;

    [PgFunction("timestamptz_lt_date(timestamptz,date)")]
    public static bool TimestamptzDateLt(FunctionContext context, long left, long right) => TimestamptzWithDate(context, left, right) < 0;

    [PgFunction("timestamp_lt_timestamptz(timestamp,timestamptz)")]
    public static bool TimestampTimestamptzLt(FunctionContext context, long left, long right) => TimestampWithTimestamptz(context, left, right) < 0;

    [PgFunction("timestamptz_lt_timestamp(timestamptz,timestamp)")]
    public static bool TimestamptzTimestampLt(FunctionContext context, long left, long right) => TimestamptzWithTimestamp(context, left, right) < 0;

    [PgFunction("interval_lt(interval,interval)")]
    public static bool IntervalLt(PgInterval left, PgInterval right) => left.CompareTo(right) < 0;

    [PgFunction("date_le_timestamp(date,timestamp)")]
    public static bool DateTimestampLe(FunctionContext context, long left, long right) => DateWithTimestamp(context, left, right) <= 0;

    [PgFunction("date_le_timestamptz(date,timestamptz)")]
    public static bool DateTimestamptzLe(FunctionContext context, long left, long right) => DateWithTimestamptz(context, left, right) <= 0;

    [PgFunction("timestamp_le_date(timestamp,date)")]
    public static bool TimestampDateLe(FunctionContext context, long left, long right) => TimestampWithDate(context, left, right) <= 0;

    [PgFunction("timestamptz_le_date(timestamptz,date)")]
    public static bool TimestamptzDateLe(FunctionContext context, long left, long right) => TimestamptzWithDate(context, left, right) <= 0;

    [PgFunction("timestamp_le_timestamptz(timestamp,timestamptz)")]
    public static bool TimestampTimestamptzLe(FunctionContext context, long left, long right) => TimestampWithTimestamptz(context, left, right) <= 0;

    [PgFunction("timestamptz_le_timestamp(timestamptz,timestamp)")]
    public static bool TimestamptzTimestampLe(FunctionContext context, long left, long right) => TimestamptzWithTimestamp(context, left, right) <= 0;

    [PgFunction("interval_le(interval,interval)")]
    public static bool IntervalLe(PgInterval left, PgInterval right) => left.CompareTo(right) <= 0;

    [PgFunction("date_gt_timestamp(date,timestamp)")]
    public static bool DateTimestampGt(FunctionContext context, long left, long right) => DateWithTimestamp(context, left, right) > 0;

    [PgFunction("date_gt_timestamptz(date,timestamptz)")]
    public static bool DateTimestamptzGt(FunctionContext context, long left, long right) => DateWithTimestamptz(context, left, right) > 0;

    [PgFunction("timestamp_gt_date(timestamp,date)")]
    public static bool TimestampDateGt(FunctionContext context, long left, long right) => TimestampWithDate(context, left, right) > 0;

    [PgFunction("timestamptz_gt_date(timestamptz,date)")]
    public static bool TimestamptzDateGt(FunctionContext context, long left, long right) => TimestamptzWithDate(context, left, right) > 0;

    [PgFunction("timestamp_gt_timestamptz(timestamp,timestamptz)")]
    public static bool TimestampTimestamptzGt(FunctionContext context, long left, long right) => TimestampWithTimestamptz(context, left, right) > 0;

    [PgFunction("timestamptz_gt_timestamp(timestamptz,timestamp)")]
    public static bool TimestamptzTimestampGt(FunctionContext context, long left, long right) => TimestamptzWithTimestamp(context, left, right) > 0;

    [PgFunction("interval_gt(interval,interval)")]
    public static bool IntervalGt(PgInterval left, PgInterval right) => left.CompareTo(right) > 0;

    [PgFunction("date_ge_timestamp(date,timestamp)")]
    public static bool DateTimestampGe(FunctionContext context, long left, long right) => DateWithTimestamp(context, left, right) >= 0;

    [PgFunction("date_ge_timestamptz(date,timestamptz)")]
    public static bool DateTimestamptzGe(FunctionContext context, long left, long right) => DateWithTimestamptz(context, left, right) >= 0;

    [PgFunction("timestamp_ge_date(timestamp,date)")]
    public static bool TimestampDateGe(FunctionContext context, long left, long right) => TimestampWithDate(context, left, right) >= 0;

    [PgFunction("timestamptz_ge_date(timestamptz,date)")]
    public static bool TimestamptzDateGe(FunctionContext context, long left, long right) => TimestamptzWithDate(context, left, right) >= 0;

    [PgFunction("timestamp_ge_timestamptz(timestamp,timestamptz)")]
    public static bool TimestampTimestamptzGe(FunctionContext context, long left, long right) => TimestampWithTimestamptz(context, left, right) >= 0;

    [PgFunction("timestamptz_ge_timestamp(timestamptz,timestamp)")]
    public static bool TimestamptzTimestampGe(FunctionContext context, long left, long right) => TimestamptzWithTimestamp(context, left, right) >= 0;

    [PgFunction("interval_ge(interval,interval)")]
    public static bool IntervalGe(PgInterval left, PgInterval right) => left.CompareTo(right) >= 0;

    [PgFunction("date_cmp_timestamp(date,timestamp)")]
    public static int DateWithTimestamp(FunctionContext context, long left, long right) => OfDate(left).CompareTo(right);

    [PgFunction("date_cmp_timestamptz(date,timestamptz)")]
    public static int DateWithTimestamptz(FunctionContext context, long left, long right) => LocalToUtc(context, OfDate(left)).CompareTo(right);

    [PgFunction("timestamp_cmp_date(timestamp,date)")]
    public static int TimestampWithDate(FunctionContext context, long left, long right) => left.CompareTo(OfDate(right));

    [PgFunction("timestamptz_cmp_date(timestamptz,date)")]
    public static int TimestamptzWithDate(FunctionContext context, long left, long right) => left.CompareTo(LocalToUtc(context, OfDate(right)));

    [PgFunction("timestamp_cmp_timestamptz(timestamp,timestamptz)")]
    public static int TimestampWithTimestamptz(FunctionContext context, long left, long right) => LocalToUtc(context, left).CompareTo(right);

    [PgFunction("timestamptz_cmp_timestamp(timestamptz,timestamp)")]
    public static int TimestamptzWithTimestamp(FunctionContext context, long left, long right) => left.CompareTo(LocalToUtc(context, right));

    [PgFunction("interval_cmp(interval,interval)")]
    public static int IntervalCompare(PgInterval left, PgInterval right) => Math.Sign(left.CompareTo(right));

    [PgFunction("interval_larger(interval,interval)")]
    public static PgInterval IntervalLarger(PgInterval left, PgInterval right) => left.CompareTo(right) > 0 ? left : right;

    [PgFunction("interval_smaller(interval,interval)")]
    public static PgInterval IntervalSmaller(PgInterval left, PgInterval right) => left.CompareTo(right) < 0 ? left : right;

    private static long LocalToUtc(TypeContext context, long local) => TimestampMath.ToUtc(local, context.TimeZone);

    // A date past timestamp's range compares as the infinity of its side.
    private static long OfDate(long date) => date is long.MaxValue or long.MinValue ? date : DateMath.ToTimestamp(date);
}
