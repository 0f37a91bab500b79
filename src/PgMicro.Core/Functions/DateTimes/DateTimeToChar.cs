using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>to_char of timestamps and intervals.</summary>
internal static class DateTimeToChar
{
    [PgFunction("to_char(timestamp,text)")]
    public static string? Timestamp(long value, string format) =>
        TimestampMath.IsInfinite(value) || format.Length == 0 ? null : DateTimeWriter.Write(DateTimeParts.Of(value, null), format);

    [PgFunction("to_char(timestamptz,text)")]
    public static string? Timestamptz(FunctionContext context, long value, string format) => TimestampMath.IsInfinite(value) || format.Length == 0
        ? null
        : DateTimeWriter.Write(DateTimeParts.Of(TimestampMath.ToLocal(value, context.TimeZone), context.TimeZone.At(value)), format);

    [PgFunction("to_char(interval,text)")]
    public static string? Interval(PgInterval value, string format) =>
        !value.IsFinite || format.Length == 0 ? null : DateTimeWriter.Write(DateTimeParts.Of(value), format);
}
