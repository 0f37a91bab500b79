using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>time with time zone: casts, arithmetic, zones.</summary>
internal static class TimetzFunctions
{
    private const long Day = TimestampMath.MicrosecondsPerDay;

    [PgFunction("time(timetz)")]
    public static long TimeOf(ReadOnlySpan<byte> value) => TimetzCodec.FromStorage(value).Time;

    [PgFunction("timetz(time)")]
    public static PgDatum OfTime(FunctionContext context, long time)
    {
        var today = TimestampMath.Split(TimestampMath.ToLocal(context.TransactionTimestamp, context.TimeZone)).Days;
        return TimetzCodec.ToStorage(time, context.TimeZone.AtLocal((today * Day) + time).Offset);
    }

    [PgFunction("timetz(timestamptz)")]
    public static PgDatum OfTimestamp(FunctionContext context, long timestamp) => TimestampMath.IsInfinite(timestamp)
        ? PgDatum.Null
        : TimetzCodec.ToStorage(TimestampMath.Split(TimestampMath.ToLocal(timestamp, context.TimeZone)).Time, context.TimeZone.At(timestamp).Offset);

    [PgFunction("timetz(timetz,integer)")]
    public static PgDatum Typmod(FunctionContext context, PgDatum value, int typmod) =>
        context.Types.GetCodec(TypeOid.Timetz).ApplyTypmod(value, typmod, true, context);

    [PgFunction("timetz_pl_interval(timetz,interval)")]
    public static PgDatum Plus(ReadOnlySpan<byte> value, PgInterval span)
    {
        var (time, offset) = TimetzCodec.FromStorage(value);
        return span.IsFinite
            ? TimetzCodec.ToStorage(DateMath.FloorMod(time + (span.Microseconds % Day), Day), offset)
            : throw new PgException(SqlState.DatetimeFieldOverflow, "cannot add infinite interval to time");
    }

    [PgFunction("interval_pl_timetz(interval,timetz)")]
    public static PgDatum Plus(PgInterval span, ReadOnlySpan<byte> value) => Plus(value, span);

    [PgFunction("timetz_mi_interval(timetz,interval)")]
    public static PgDatum Minus(ReadOnlySpan<byte> value, PgInterval span)
    {
        var (time, offset) = TimetzCodec.FromStorage(value);
        return span.IsFinite
            ? TimetzCodec.ToStorage(DateMath.FloorMod(time - (span.Microseconds % Day), Day), offset)
            : throw new PgException(SqlState.DatetimeFieldOverflow, "cannot subtract infinite interval from time");
    }

    [PgFunction("datetimetz_pl(date,timetz)")]
    [PgFunction("timestamptz(date,timetz)")]
    public static long DatePlus(long date, ReadOnlySpan<byte> value)
    {
        if (TimestampMath.IsInfinite(date))
        {
            return date;
        }

        var (time, offset) = TimetzCodec.FromStorage(value);
        var sum = ((Int128)date * Day) + time - (offset * 1_000_000L);
        return sum >= TimestampMath.MinTimestamp && sum < TimestampMath.EndTimestamp
            ? (long)sum
            : throw new PgException(SqlState.DatetimeFieldOverflow, "date out of range for timestamp");
    }

    [PgFunction("timetzdate_pl(timetz,date)")]
    public static long PlusDate(ReadOnlySpan<byte> value, long date) => DatePlus(date, value);

    [PgFunction("timezone(text,timetz)")]
    public static PgDatum AtZone(FunctionContext context, string zone, ReadOnlySpan<byte> value) =>
        Shift(value, DateTimeCasts.Zone(zone).At(context.TransactionTimestamp).Offset);

    [PgFunction("timezone(interval,timetz)")]
    public static PgDatum AtOffset(PgInterval offset, ReadOnlySpan<byte> value) => Shift(value, DateTimeCasts.Zone(offset).At(0).Offset);

    [PgFunction("timezone(timetz)")]
    public static PgDatum AtLocal(FunctionContext context, ReadOnlySpan<byte> value) => Shift(value, context.TimeZone.At(context.TransactionTimestamp).Offset);

    [PgFunction("timetz_larger(timetz,timetz)")]
    public static PgDatum Larger(FunctionContext context, PgDatum left, PgDatum right) =>
        context.Types.GetCodec(TypeOid.Timetz).Compare(left.Bytes, right.Bytes) > 0 ? left : right;

    [PgFunction("timetz_smaller(timetz,timetz)")]
    public static PgDatum Smaller(FunctionContext context, PgDatum left, PgDatum right) =>
        context.Types.GetCodec(TypeOid.Timetz).Compare(left.Bytes, right.Bytes) < 0 ? left : right;

    [PgFunction("extract(text,timetz)")]
    public static PgNumeric Extract(string field, ReadOnlySpan<byte> value)
    {
        const string Name = "time with time zone";
        var (time, offset) = TimetzCodec.FromStorage(value);
        return DateTimeUnits.Parse(field, Name) switch
        {
            DateTimeUnit.Timezone => offset,
            DateTimeUnit.TimezoneHour => offset / 3600,
            DateTimeUnit.TimezoneMinute => offset / 60 % 60,
            DateTimeUnit.Epoch => new PgNumeric((Int128)time - (offset * 1_000_000L), 6),
            var unit and <= DateTimeUnit.Hour => DateTimes.Extract.Clock(unit, time),
            _ => throw DateTimeUnits.NotSupported(field, Name),
        };
    }

    [PgFunction("date_part(text,timetz)")]
    public static double Part(string field, ReadOnlySpan<byte> value) => Extract(field, value).ToDouble();

    private static PgDatum Shift(ReadOnlySpan<byte> value, int offset)
    {
        var (time, old) = TimetzCodec.FromStorage(value);
        return TimetzCodec.ToStorage(DateMath.FloorMod(time + ((offset - old) * 1_000_000L), Day), offset);
    }
}
