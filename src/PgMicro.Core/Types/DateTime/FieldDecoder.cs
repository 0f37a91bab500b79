using System.Globalization;

namespace PgMicro.Core.Types.DateTime;

/// <summary>Decodes single fields of datetime input into a broken-down time; the masks say which parts are known.</summary>
internal ref struct FieldDecoder(DateTimeFields tm, DateOrder order)
{
    public const int Year = 1, Month = 2, Day = 4, Time = 8, Zone = 16, DayOfYear = 32, Dst = 64, AmPm = 128, AdBc = 256, DayOfWeek = 512, Reserved = 1024;
    public const int FullDate = Year | Month | Day;

    public bool TwoDigitYear;

    /// <summary>The parts that the last call set.</summary>
    public int Mask;

    /// <summary>A signed integer at the start of a text and where it ends, as strtol reads; false when out of int range.</summary>
    public static bool Integer(ReadOnlySpan<char> text, out long value, out int end)
    {
        end = text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
        var first = end;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        if (end == first)
        {
            value = 0;
            end = 0;
            return true;
        }

        return long.TryParse(text[..end], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>An int as <see cref="Integer(ReadOnlySpan{char}, out long, out int)"/> reads it.</summary>
    public static bool Integer(ReadOnlySpan<char> text, out int value, out int end)
    {
        var ok = Integer(text, out long wide, out end) && wide is >= int.MinValue and <= int.MaxValue;
        value = ok ? (int)wide : 0;
        return ok;
    }

    /// <summary>A fraction that starts at its point.</summary>
    public static bool Fraction(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        if (text.Length == 1)
        {
            return true;
        }

        return text[1..].IndexOfAnyExceptInRange('0', '9') < 0 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>"+hh", "+hhmm", "+hh:mm:ss": seconds east.</summary>
    public static DateTimeError DecodeZone(ReadOnlySpan<char> text, out int offset)
    {
        offset = 0;
        if (text.Length == 0 || text[0] is not ('+' or '-'))
        {
            return DateTimeError.BadFormat;
        }

        if (!Integer(text[1..], out int hour, out var end))
        {
            return DateTimeError.ZoneOverflow;
        }

        int minute = 0, second = 0;
        var at = end + 1;
        if (at < text.Length && text[at] == ':')
        {
            if (!Integer(text[(at + 1)..], out minute, out end))
            {
                return DateTimeError.ZoneOverflow;
            }

            at += end + 1;
            if (at < text.Length && text[at] == ':')
            {
                if (!Integer(text[(at + 1)..], out second, out end))
                {
                    return DateTimeError.ZoneOverflow;
                }

                at += end + 1;
            }
        }
        else if (at == text.Length && text.Length > 3)
        {
            minute = hour % 100;
            hour /= 100;
        }

        if (hour is < 0 or > 15 || minute is < 0 or > 59 || second is < 0 or > 59)
        {
            return DateTimeError.ZoneOverflow;
        }

        offset = (((hour * 60) + minute) * 60) + second;
        offset = text[0] == '-' ? -offset : offset;
        return at == text.Length ? DateTimeError.None : DateTimeError.BadFormat;
    }

    /// <summary>A date of several parts in one field.</summary>
    public DateTimeError DecodeDate(string text, int known)
    {
        Mask = 0;
        var parts = new List<string>();
        var i = 0;
        while (i < text.Length && parts.Count < 25)
        {
            while (i < text.Length && !char.IsAsciiLetterOrDigit(text[i]))
            {
                i++;
            }

            if (i == text.Length)
            {
                return DateTimeError.BadFormat;
            }

            var start = i;
            var digit = char.IsAsciiDigit(text[i]);
            while (i < text.Length && (digit ? char.IsAsciiDigit(text[i]) : char.IsAsciiLetter(text[i])))
            {
                i++;
            }

            parts.Add(text[start..i]);

            // Whatever ends a part is dropped, be it a separator or not.
            i++;
        }

        var found = 0;
        var textMonth = false;
        for (var p = 0; p < parts.Count; p++)
        {
            if (!char.IsAsciiLetter(parts[p][0]))
            {
                continue;
            }

            var (kind, value) = DateTimeTokens.Date(parts[p]);
            if (kind == TokenKind.Ignore)
            {
                continue;
            }

            if (kind != TokenKind.Month || ((known | found) & Month) != 0)
            {
                return DateTimeError.BadFormat;
            }

            tm.Month = value;
            textMonth = true;
            found |= Month;
            parts[p] = "";
        }

        foreach (var part in parts)
        {
            if (part.Length == 0)
            {
                continue;
            }

            var error = DecodeNumber(part, textMonth, known | found);
            if (error != DateTimeError.None)
            {
                return error;
            }

            if (((known | found) & Mask) != 0)
            {
                return DateTimeError.BadFormat;
            }

            found |= Mask;
        }

        Mask = found;
        return ((known | found) & ~(DayOfYear | Zone)) == FullDate ? DateTimeError.None : DateTimeError.BadFormat;
    }

    /// <summary>hh:mm[:ss[.f]].</summary>
    public DateTimeError DecodeTime(ReadOnlySpan<char> text)
    {
        Mask = Time;
        var error = SplitTime(text, false, out var hour, out var minute, out var second, out var fraction);
        if (error == DateTimeError.None)
        {
            if (hour > int.MaxValue)
            {
                return DateTimeError.FieldOverflow;
            }

            (tm.Hour, tm.Minute, tm.Second, tm.Fraction) = ((int)hour, minute, second, fraction);
        }

        return error;
    }

    public static DateTimeError SplitTime(
        ReadOnlySpan<char> text, bool minuteToSecond, out long hour, out int minute, out int second, out int fraction)
    {
        (minute, second, fraction) = (0, 0, 0);
        if (!Integer(text, out hour, out var end))
        {
            return DateTimeError.FieldOverflow;
        }

        if (end == text.Length || text[end] != ':')
        {
            return DateTimeError.BadFormat;
        }

        var rest = text[(end + 1)..];
        if (!Integer(rest, out minute, out end))
        {
            return DateTimeError.FieldOverflow;
        }

        rest = rest[end..];
        double part = 0;
        if (rest.Length == 0)
        {
            if (minuteToSecond)
            {
                if (hour > int.MaxValue || hour < int.MinValue)
                {
                    return DateTimeError.FieldOverflow;
                }

                (second, minute, hour) = (minute, (int)hour, 0);
            }
        }
        else if (rest[0] == '.')
        {
            if (!Fraction(rest, out part))
            {
                return DateTimeError.BadFormat;
            }

            if (hour > int.MaxValue || hour < int.MinValue)
            {
                return DateTimeError.FieldOverflow;
            }

            (second, minute, hour) = (minute, (int)hour, 0);
        }
        else if (rest[0] == ':')
        {
            if (!Integer(rest[1..], out second, out end))
            {
                return DateTimeError.FieldOverflow;
            }

            rest = rest[(end + 1)..];
            if (rest.Length > 0 && (rest[0] != '.' || !Fraction(rest, out part)))
            {
                return DateTimeError.BadFormat;
            }
        }
        else
        {
            return DateTimeError.BadFormat;
        }

        fraction = (int)Math.Round(part * 1_000_000, MidpointRounding.ToEven);
        return hour < 0 || minute is < 0 or > 59 || second is < 0 or > 60 ? DateTimeError.FieldOverflow : DateTimeError.None;
    }

    /// <summary>A number that stands alone; what it means depends on what is known.</summary>
    public DateTimeError DecodeNumber(string text, bool textMonth, int known)
    {
        Mask = 0;
        if (!Integer(text, out int value, out var end))
        {
            return DateTimeError.FieldOverflow;
        }

        if (end == 0)
        {
            return DateTimeError.BadFormat;
        }

        if (end < text.Length)
        {
            if (text[end] != '.')
            {
                return DateTimeError.BadFormat;
            }

            if (end > 2)
            {
                return DecodeRunTogether(text, known | FullDate);
            }

            if (!Fraction(text.AsSpan(end), out var part))
            {
                return DateTimeError.BadFormat;
            }

            tm.Fraction = (int)Math.Round(part * 1_000_000, MidpointRounding.ToEven);
        }

        var length = text.Length;
        if (length == 3 && (known & FullDate) == Year && value is >= 1 and <= 366)
        {
            Mask = DayOfYear | Month | Day;
            tm.DayOfYear = value;
            return DateTimeError.None;
        }

        switch (known & FullDate)
        {
            case 0:
                Mask = length >= 3 || order == DateOrder.Ymd ? Year : order == DateOrder.Dmy ? Day : Month;
                break;
            case Year:
                Mask = Month;
                break;
            case Month:
                Mask = textMonth && (length >= 3 || order == DateOrder.Ymd) ? Year : Day;
                break;
            case Year | Month:
                Mask = Day;
                if (textMonth && length >= 3 && TwoDigitYear)
                {
                    // The first number was the day after all.
                    tm.Day = tm.Year;
                    tm.Year = value;
                    TwoDigitYear = false;
                    return DateTimeError.None;
                }

                break;
            case Day:
                Mask = Month;
                break;
            case Month | Day:
                Mask = Year;
                break;
            case FullDate:
                return DecodeRunTogether(text, known);
            default:
                return DateTimeError.BadFormat;
        }

        switch (Mask)
        {
            case Year:
                tm.Year = value;
                TwoDigitYear = length <= 2;
                break;
            case Month:
                tm.Month = value;
                break;
            default:
                tm.Day = value;
                break;
        }

        return DateTimeError.None;
    }

    /// <summary>yymmdd, yyyymmdd, hhmm, hhmmss[.f].</summary>
    public DateTimeError DecodeRunTogether(string text, int known)
    {
        Mask = 0;
        var digits = text;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            if (!Fraction(text.AsSpan(point), out var part))
            {
                return DateTimeError.BadFormat;
            }

            tm.Fraction = (int)Math.Round(part * 1_000_000, MidpointRounding.ToEven);
            digits = text[..point];
        }
        else if ((known & FullDate) != FullDate && digits.Length >= 6)
        {
            Mask = FullDate;
            tm.Day = Leading(digits.AsSpan(digits.Length - 2));
            tm.Month = Leading(digits.AsSpan(digits.Length - 4, 2));
            tm.Year = Leading(digits.AsSpan(0, digits.Length - 4));
            TwoDigitYear |= digits.Length == 6;
            return DateTimeError.None;
        }

        if ((known & Time) == 0 && digits.Length is 4 or 6)
        {
            Mask = Time;
            tm.Hour = Leading(digits.AsSpan(0, 2));
            tm.Minute = Leading(digits.AsSpan(2, 2));
            tm.Second = digits.Length == 6 ? Leading(digits.AsSpan(4, 2)) : 0;
            return DateTimeError.None;
        }

        return DateTimeError.BadFormat;
    }

    /// <summary>Settles the year's century and era, the day of the year, and the ranges.</summary>
    public readonly DateTimeError Validate(int known, bool julian, bool bc)
    {
        if ((known & Year) != 0 && !julian)
        {
            if (bc)
            {
                if (tm.Year <= 0)
                {
                    return DateTimeError.FieldOverflow;
                }

                tm.Year = -(tm.Year - 1);
            }
            else if (TwoDigitYear)
            {
                if (tm.Year < 0)
                {
                    return DateTimeError.FieldOverflow;
                }

                tm.Year += tm.Year < 70 ? 2000 : tm.Year < 100 ? 1900 : 0;
            }
            else if (tm.Year <= 0)
            {
                return DateTimeError.FieldOverflow;
            }
        }

        if ((known & DayOfYear) != 0)
        {
            (tm.Year, tm.Month, tm.Day) = DateMath.ToCivil(DateMath.FromCivil(tm.Year, 1, 1) + tm.DayOfYear - 1);
        }

        if (((known & Month) != 0 && tm.Month is < 1 or > 12) || ((known & Day) != 0 && tm.Day is < 1 or > 31))
        {
            return DateTimeError.MonthDayOverflow;
        }

        return (known & FullDate) == FullDate && tm.Day > DateMath.DaysInMonth(tm.Year, tm.Month) ? DateTimeError.FieldOverflow : DateTimeError.None;
    }

    private static int Leading(ReadOnlySpan<char> text)
    {
        // As C's atoi: what is no digit ends the number.
        long value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                break;
            }

            value = Math.Min((value * 10) + (c - '0'), int.MaxValue);
        }

        return (int)value;
    }
}
