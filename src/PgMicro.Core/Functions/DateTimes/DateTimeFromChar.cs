using PgMicro.Core.Errors;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>to_date and to_timestamp.</summary>
internal static class DateTimeFromChar
{
    [PgFunction("to_date(text,text)")]
    public static long ToDate(string text, string format)
    {
        var (year, month, day, _, _) = DateTimeReader.Read(text, DateTimePicture.Of(format), false).Resolve(text);
        return Date(year, month, day, text);
    }

    [PgFunction("to_timestamp(text,text)")]
    public static long ToTimestamp(FunctionContext context, string text, string format)
    {
        var fields = DateTimeReader.Read(text, DateTimePicture.Of(format), false);
        var (year, month, day, time, offset) = fields.Resolve(text);
        var local = Local(year, month, day, time);
        var utc = offset is { } east ? TimestampMath.Checked((Int128)local - (east * 1_000_000L)) : TimestampMath.ToUtc(local, context.TimeZone);
        return fields.FractionDigits != 0 ? TimestampMath.Round(utc, fields.FractionDigits) : utc;
    }

    /// <summary>A date of checked fields.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static long Date(int year, int month, int day, string text)
    {
        var date = DateMath.FromCivil(year, month, day);
        return DateMath.IsInRange(date) ? date : throw PgErrors.DateOutOfRange(text);
    }

    /// <summary>A local timestamp of checked fields.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static long Local(int year, int month, int day, long time) =>
        TimestampMath.Checked(((Int128)DateMath.FromCivil(year, month, day) * TimestampMath.MicrosecondsPerDay) + time);
}
