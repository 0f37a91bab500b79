using System.Buffers;

namespace PgMicro.Core.Types.DateTime;

/// <summary>Output of dates, times and timestamps in each DateStyle.</summary>
internal static class DateTimeText
{
    private static readonly string[] MonthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    private static readonly string[] DayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    public static void WriteDate(long days, TypeContext context, IBufferWriter<byte> writer)
    {
        if (WriteInfinity(days, writer))
        {
            return;
        }

        var (year, month, day) = DateMath.ToCivil(days);
        WriteDate(year, month, day, context.DateStyle, context.DateOrder, writer);
        writer.Append(year > 0 ? "" : " BC");
    }

    public static void WriteTime(long microseconds, IBufferWriter<byte> writer)
    {
        writer.AppendPadded(microseconds / 3_600_000_000L, 2);
        writer.Append(':');
        writer.AppendPadded(microseconds / 60_000_000L % 60, 2);
        writer.Append(':');
        IntervalText.WriteSeconds(microseconds / 1_000_000L % 60, microseconds % 1_000_000L, fill: true, writer);
    }

    /// <summary>"+hh[:mm[:ss]]" of seconds east.</summary>
    public static void WriteOffset(int offset, IBufferWriter<byte> writer)
    {
        writer.Append(offset >= 0 ? '+' : '-');
        offset = Math.Abs(offset);
        writer.AppendPadded(offset / 3600, 2);
        if (offset % 3600 != 0)
        {
            writer.Append(':');
            writer.AppendPadded(offset / 60 % 60, 2);
            if (offset % 60 != 0)
            {
                writer.Append(':');
                writer.AppendPadded(offset % 60, 2);
            }
        }
    }

    /// <summary>A local timestamp; with a zone when it is one of timestamptz.</summary>
    public static void WriteTimestamp(long local, ZoneOffset? zone, TypeContext context, IBufferWriter<byte> writer)
    {
        if (WriteInfinity(local, writer))
        {
            return;
        }

        var (days, time) = TimestampMath.Split(local);
        var (year, month, day) = DateMath.ToCivil(days);
        if (context.DateStyle == DateStyleFormat.Postgres)
        {
            writer.Append(DayNames[DateMath.DayOfWeek(days)]);
            writer.Append(' ');
            if (context.DateOrder == DateOrder.Dmy)
            {
                writer.AppendPadded(day, 2);
                writer.Append(' ');
                writer.Append(MonthNames[month - 1]);
            }
            else
            {
                writer.Append(MonthNames[month - 1]);
                writer.Append(' ');
                writer.AppendPadded(day, 2);
            }

            writer.Append(' ');
            WriteTime(time, writer);
            writer.Append(' ');
            writer.AppendPadded(year > 0 ? year : -(year - 1), 4);
        }
        else
        {
            // Timestamps in SQL and German style keep month first unless the order is DMY.
            WriteDate(year, month, day, context.DateStyle, context.DateOrder, writer);
            writer.Append(' ');
            WriteTime(time, writer);
        }

        if (zone is { } offset)
        {
            if (context.DateStyle == DateStyleFormat.Iso)
            {
                WriteOffset(offset.Offset, writer);
            }
            else
            {
                writer.Append(' ');
                if (offset.Abbreviation.Length > 0 && char.IsAsciiLetter(offset.Abbreviation[0]))
                {
                    writer.Append(offset.Abbreviation);
                }
                else if (context.DateStyle == DateStyleFormat.Postgres || offset.Abbreviation.Length == 0)
                {
                    WriteOffset(offset.Offset, writer);
                }
                else
                {
                    writer.Append(offset.Abbreviation);
                }
            }
        }

        writer.Append(year > 0 ? "" : " BC");
    }

    private static bool WriteInfinity(long value, IBufferWriter<byte> writer)
    {
        if (!TimestampMath.IsInfinite(value))
        {
            return false;
        }

        writer.Append(value > 0 ? "infinity" : "-infinity");
        return true;
    }

    private static void WriteDate(int year, int month, int day, DateStyleFormat style, DateOrder order, IBufferWriter<byte> writer)
    {
        var shown = year > 0 ? year : -(year - 1);
        if (style == DateStyleFormat.Iso)
        {
            writer.AppendPadded(shown, 4);
            writer.Append('-');
            writer.AppendPadded(month, 2);
            writer.Append('-');
            writer.AppendPadded(day, 2);
            return;
        }

        var separator = style == DateStyleFormat.Sql ? '/' : style == DateStyleFormat.German ? '.' : '-';
        var dayFirst = style == DateStyleFormat.German || order == DateOrder.Dmy;
        writer.AppendPadded(dayFirst ? day : month, 2);
        writer.Append(separator);
        writer.AppendPadded(dayFirst ? month : day, 2);
        writer.Append(separator);
        writer.AppendPadded(shown, 4);
    }
}
