using System.Globalization;

namespace PgMicro.Core.Types.DateTime;

/// <summary>ISO 8601 durations: with designators, "P1Y2M3DT4H5M6S", or alternative, "P0001-02-03T04:05:06".</summary>
internal static class Iso8601Interval
{
    public static DateTimeError Decode(ReadOnlySpan<byte> utf8, ref IntervalSum total)
    {
        var text = Ascii.Text(utf8).AsSpan();
        if (text.Length < 2 || text[0] != 'P')
        {
            return DateTimeError.BadFormat;
        }

        text = text[1..];
        var inDate = true;
        var seen = false;
        while (text.Length > 0)
        {
            if (text[0] == 'T')
            {
                inDate = false;
                seen = false;
                text = text[1..];
                continue;
            }

            var start = text;
            var error = Number(ref text, out var value, out var part);
            if (error != DateTimeError.None)
            {
                return error;
            }

            var unit = text.Length > 0 ? text[0] : '\0';
            text = text.Length > 0 ? text[1..] : text;
            DateUnit found;
            if (inDate)
            {
                switch (unit)
                {
                    case 'Y':
                        found = DateUnit.Year;
                        break;
                    case 'M':
                        found = DateUnit.Month;
                        break;
                    case 'W':
                        found = DateUnit.Week;
                        break;
                    case 'D':
                        found = DateUnit.Day;
                        break;
                    case 'T' or '\0' when Whole(start) == 8 && !seen:
                        // yyyymmdd
                        if (!total.Into(ref total.Years, value / 10000, 1) || !total.Into(ref total.Months, value / 100 % 100, 1)
                            || !total.Into(ref total.Days, value % 100, 1) || !total.TimeFraction(part, TimestampMath.MicrosecondsPerDay))
                        {
                            return DateTimeError.FieldOverflow;
                        }

                        if (unit == '\0')
                        {
                            return DateTimeError.None;
                        }

                        inDate = false;
                        seen = false;
                        continue;
                    case 'T' or '\0' or '-' when !seen:
                        error = AlternativeDate(unit, value, part, ref text, ref total);
                        if (error != DateTimeError.None || text.Length == 0)
                        {
                            return error;
                        }

                        inDate = false;
                        seen = false;
                        continue;
                    default:
                        return DateTimeError.BadFormat;
                }
            }
            else
            {
                switch (unit)
                {
                    case 'H':
                        found = DateUnit.Hour;
                        break;
                    case 'M':
                        found = DateUnit.Minute;
                        break;
                    case 'S':
                        found = DateUnit.Second;
                        break;
                    case '\0' when Whole(start) == 6 && !seen:
                        // hhmmss
                        return total.Time(value / 10000, 0, 3_600_000_000L) && total.Time(value / 100 % 100, 0, 60_000_000)
                            && total.Time(value % 100, 0, 1_000_000) && total.TimeFraction(part, 1)
                            ? DateTimeError.None
                            : DateTimeError.FieldOverflow;
                    case ':' or '\0' when !seen:
                        return AlternativeTime(unit, value, part, text, ref total);
                    default:
                        return DateTimeError.BadFormat;
                }
            }

            var added = total.Add(found, value, part, out _);
            if (added != DateTimeError.None)
            {
                return added;
            }

            seen = true;
        }

        return DateTimeError.None;
    }

    private static DateTimeError AlternativeDate(char unit, long value, double part, ref ReadOnlySpan<char> text, ref IntervalSum total)
    {
        if (!total.Into(ref total.Years, value, 1) || !total.YearFraction(part, 1))
        {
            return DateTimeError.FieldOverflow;
        }

        for (var i = 0; i < 2 && unit == '-'; i++)
        {
            var error = Number(ref text, out value, out part);
            if (error != DateTimeError.None)
            {
                return error;
            }

            error = total.Add(i == 0 ? DateUnit.Month : DateUnit.Day, value, part, out _);
            if (error != DateTimeError.None)
            {
                return error;
            }

            unit = text.Length > 0 ? text[0] : '\0';
            text = text.Length > 0 ? text[1..] : text;
        }

        return unit is 'T' or '\0' ? DateTimeError.None : DateTimeError.BadFormat;
    }

    private static DateTimeError AlternativeTime(char unit, long value, double part, ReadOnlySpan<char> text, ref IntervalSum total)
    {
        var error = total.Add(DateUnit.Hour, value, part, out _);
        for (var i = 0; i < 2 && unit == ':' && error == DateTimeError.None; i++)
        {
            error = Number(ref text, out value, out part);
            if (error == DateTimeError.None)
            {
                error = total.Add(i == 0 ? DateUnit.Minute : DateUnit.Second, value, part, out _);
            }

            unit = text.Length > 0 ? text[0] : '\0';
            text = text.Length > 0 ? text[1..] : text;
        }

        return error != DateTimeError.None ? error : unit == '\0' ? DateTimeError.None : DateTimeError.BadFormat;
    }

    // As strtod reads, exponents included; split into a whole part and a fraction.
    private static DateTimeError Number(ref ReadOnlySpan<char> text, out long whole, out double part)
    {
        whole = 0;
        part = 0;
        var i = text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
        var first = i;
        while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] == '.'))
        {
            i++;
        }

        if (i == first)
        {
            return DateTimeError.BadFormat;
        }

        if (i < text.Length && text[i] is 'e' or 'E')
        {
            var j = i + 1 + (i + 1 < text.Length && text[i + 1] is '-' or '+' ? 1 : 0);
            var digits = j;
            while (j < text.Length && char.IsAsciiDigit(text[j]))
            {
                j++;
            }

            i = j > digits ? j : i;
        }

        if (!double.TryParse(text[..i], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            return DateTimeError.BadFormat;
        }

        if (value is < -1e15 or > 1e15)
        {
            return DateTimeError.FieldOverflow;
        }

        text = text[i..];
        whole = (long)value;
        part = value - whole;
        return DateTimeError.None;
    }

    private static int Whole(ReadOnlySpan<char> text)
    {
        var i = text.Length > 0 && text[0] == '-' ? 1 : 0;
        var first = i;
        while (i < text.Length && char.IsAsciiDigit(text[i]))
        {
            i++;
        }

        return i - first;
    }
}
