using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.Extensions;

/// <summary>btree_gist: the distance operator &lt;-&gt; of scalar types.</summary>
internal static class BtreeGist
{
    [PgFunction("int2_dist(smallint,smallint)")]
    public static short Int2(short left, short right) => Math.Abs(left - right) is var distance and <= short.MaxValue ? (short)distance : throw PgErrors.OutOfRange("smallint");

    [PgFunction("int4_dist(integer,integer)")]
    public static int Int4(int left, int right) => Math.Abs((long)left - right) is var distance and <= int.MaxValue ? (int)distance : throw PgErrors.OutOfRange("integer");

    [PgFunction("int8_dist(bigint,bigint)")]
    public static long Int8(long left, long right) =>
        Int128.Abs((Int128)left - right) is var distance && distance <= long.MaxValue ? (long)distance : throw PgErrors.OutOfRange("bigint");

    [PgFunction("oid_dist(oid,oid)")]
    public static uint Oid(uint left, uint right) => left < right ? right - left : left - right;

    [PgFunction("cash_dist(money,money)")]
    public static long Money(long left, long right) =>
        Int128.Abs((Int128)left - right) is var distance && distance <= long.MaxValue ? (long)distance : throw PgErrors.OutOfRange("money");

    [PgFunction("float4_dist(real,real)")]
    public static float Float4(float left, float right) => float.IsInfinity(left - right) && !float.IsInfinity(left) && !float.IsInfinity(right)
        ? throw new PgException(SqlState.NumericValueOutOfRange, "value out of range: overflow") : Math.Abs(left - right);

    [PgFunction("float8_dist(double precision,double precision)")]
    public static double Float8(double left, double right) => double.IsInfinity(left - right) && !double.IsInfinity(left) && !double.IsInfinity(right)
        ? throw new PgException(SqlState.NumericValueOutOfRange, "value out of range: overflow") : Math.Abs(left - right);

    [PgFunction("date_dist(date,date)")]
    public static int Date(long left, long right) => Math.Abs(DateMath.Subtract(left, right));

    [PgFunction("time_dist(time,time)")]
    public static PgInterval Time(long left, long right) => new(0, 0, Math.Abs(left - right));

    [PgFunction("ts_dist(timestamp,timestamp)")]
    [PgFunction("tstz_dist(timestamptz,timestamptz)")]
    public static PgInterval Timestamp(long left, long right) => left is long.MaxValue or long.MinValue || right is long.MaxValue or long.MinValue
        ? throw new PgException(SqlState.DatetimeFieldOverflow, "timestamp out of range")
        : Absolute(TimestampMath.Subtract(left, right));

    [PgFunction("interval_dist(interval,interval)")]
    public static PgInterval Interval(PgInterval left, PgInterval right) => Absolute(IntervalMath.Subtract(left, right));

    private static PgInterval Absolute(PgInterval value) => value.Span < 0 ? IntervalMath.Negate(value) : value;
}
