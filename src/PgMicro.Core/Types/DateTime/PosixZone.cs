namespace PgMicro.Core.Types.DateTime;

/// <summary>A POSIX time zone specification: "EST5EDT,M3.2.0,M11.1.0", "&lt;+03&gt;-3".</summary>
internal sealed class PosixZone
{
    private readonly ZoneOffset _standard;
    private readonly ZoneOffset _daylight;
    private readonly Rule _start;
    private readonly Rule _end;

    private PosixZone(ZoneOffset standard, ZoneOffset? daylight, Rule start, Rule end)
    {
        _standard = standard;
        HasDst = daylight is not null;
        _daylight = daylight ?? standard;
        _start = start;
        _end = end;
    }

    /// <summary>Whether there is daylight saving time.</summary>
    public bool HasDst { get; }

    /// <summary>Reads a specification; null when it is none.</summary>
    public static PosixZone? Parse(string text)
    {
        var s = text.AsSpan();

        // PostgreSQL takes an offset without a name too.
        var standardName = s.Length > 0 && (s[0] is '+' or '-' || char.IsAsciiDigit(s[0])) ? "" : Name(ref s);
        if (standardName is null || Offset(ref s) is not { } standardWest)
        {
            return null;
        }

        var standard = new ZoneOffset(-standardWest, false, standardName);
        if (s.Length == 0)
        {
            return new PosixZone(standard, null, default, default);
        }

        if (Name(ref s) is not { } daylightName)
        {
            return null;
        }

        var daylightOffset = -standardWest + 3600;
        if (s.Length > 0 && s[0] != ',')
        {
            if (Offset(ref s) is not { } west)
            {
                return null;
            }

            daylightOffset = -west;
        }

        // Without a rule PostgreSQL takes that of the United States.
        if (s.Length == 0)
        {
            s = ",M3.2.0,M11.1.0";
        }

        return Rule.Parse(ref s) is { } start && Rule.Parse(ref s) is { } end && s.Length == 0
            ? new PosixZone(standard, new ZoneOffset(daylightOffset, true, daylightName), start, end)
            : null;
    }

    public ZoneOffset At(long utcSeconds)
    {
        if (!HasDst)
        {
            return _standard;
        }

        var year = DateMath.ToCivil(DateMath.FloorDiv(utcSeconds + _standard.Offset, 86400)).Year;
        var start = _start.Seconds(year) - _standard.Offset;
        var end = _end.Seconds(year) - _daylight.Offset;
        var inside = start < end ? utcSeconds >= start && utcSeconds < end : utcSeconds >= start || utcSeconds < end;
        return inside ? _daylight : _standard;
    }

    private static string? Name(ref ReadOnlySpan<char> s)
    {
        int length;
        if (s.Length > 0 && s[0] == '<')
        {
            length = s.IndexOf('>');
            if (length < 2)
            {
                return null;
            }

            var quoted = s[1..length].ToString();
            s = s[(length + 1)..];
            return quoted;
        }

        length = 0;
        while (length < s.Length && !char.IsAsciiDigit(s[length]) && s[length] is not (',' or '-' or '+'))
        {
            length++;
        }

        if (length < 3)
        {
            return null;
        }

        var name = s[..length].ToString();
        s = s[length..];
        return name;
    }

    private static int? Offset(ref ReadOnlySpan<char> s)
    {
        var sign = 1;
        if (s.Length > 0 && s[0] is '-' or '+')
        {
            sign = s[0] == '-' ? -1 : 1;
            s = s[1..];
        }

        var total = 0;
        for (var unit = 3600; unit > 0; unit /= 60)
        {
            if (Number(ref s) is not { } value || (unit < 3600 && value > 59) || value > 167)
            {
                return null;
            }

            total += value * unit;
            if (unit == 1 || s.Length == 0 || s[0] != ':')
            {
                break;
            }

            s = s[1..];
        }

        return sign * total;
    }

    private static int? Number(ref ReadOnlySpan<char> s)
    {
        var i = 0;
        var value = 0;
        while (i < s.Length && i < 6 && char.IsAsciiDigit(s[i]))
        {
            value = (value * 10) + (s[i++] - '0');
        }

        s = s[i..];
        return i > 0 ? value : null;
    }

    private readonly record struct Rule(char Kind, int Month, int Week, int Day, int Time)
    {
        public static Rule? Parse(ref ReadOnlySpan<char> s)
        {
            if (s.Length < 2 || s[0] != ',')
            {
                return null;
            }

            s = s[1..];
            var kind = s[0] is 'M' or 'J' ? s[0] : 'N';
            s = kind == 'N' ? s : s[1..];
            if (Number(ref s) is not { } first)
            {
                return null;
            }

            int month = 0, week = 0, day = first;
            if (kind == 'M')
            {
                month = first;
                if (s.Length == 0 || s[0] != '.')
                {
                    return null;
                }

                s = s[1..];
                week = Number(ref s) ?? -1;
                if (week < 1 || s.Length == 0 || s[0] != '.')
                {
                    return null;
                }

                s = s[1..];
                day = Number(ref s) ?? -1;
                if (month is < 1 or > 12 || week > 5 || day is < 0 or > 6)
                {
                    return null;
                }
            }

            var time = 7200;
            if (s.Length > 0 && s[0] == '/')
            {
                s = s[1..];
                if (Offset(ref s) is not { } given)
                {
                    return null;
                }

                time = given;
            }

            return new Rule(kind, month, week, day, time);
        }

        // Local seconds since 1970 at which the rule applies in a year.
        public long Seconds(int year)
        {
            long days;
            if (Kind == 'M')
            {
                var first = DateMath.FromCivil(year, Month, 1);
                var offset = (int)DateMath.FloorMod(Day - DateMath.DayOfWeek(first), 7) + ((Week - 1) * 7);
                days = first + (offset >= DateMath.DaysInMonth(year, Month) ? offset - 7 : offset);
            }
            else
            {
                days = DateMath.FromCivil(year, 1, 1) + (Kind == 'J' ? Day - 1 + (DateMath.IsLeap(year) && Day >= 60 ? 1 : 0) : Day);
            }

            return (days * 86400) + Time;
        }
    }
}
