using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.DateTime;

/// <summary>
/// Arithmetic on timestamps: microseconds since 1970, local or UTC; the int64 ends are ±infinity. The range ends where int64
/// does, in January 294247, some 29 years before PostgreSQL's.
/// </summary>
public static class TimestampMath
{
    /// <summary>Microseconds of a day.</summary>
    public const long MicrosecondsPerDay = 86_400_000_000L;

    /// <summary>Microseconds from 1970-01-01 to 2000-01-01.</summary>
    public const long PostgresEpoch = DateMath.PostgresEpoch * MicrosecondsPerDay;

    /// <summary>First timestamp, 4714-11-24 BC.</summary>
    public const long MinTimestamp = DateMath.MinDate * MicrosecondsPerDay;

    /// <summary>End of the range, not within it.</summary>
    public const long EndTimestamp = long.MaxValue;

    /// <summary>Whether a value is ±infinity.</summary>
    public static bool IsInfinite(long timestamp) => timestamp is long.MaxValue or long.MinValue;

    /// <summary>Whether a finite value is in range.</summary>
    public static bool IsInRange(long timestamp) => timestamp is >= MinTimestamp and < EndTimestamp;

    /// <summary>UTC → local time of a zone.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static long ToLocal(long utc, PgTimeZone zone) => IsInfinite(utc) ? utc : Checked((Int128)utc + (zone.At(utc).Offset * 1_000_000L));

    /// <summary>Local time of a zone → UTC, by PostgreSQL's rules for gaps and overlaps.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static long ToUtc(long local, PgTimeZone zone) => IsInfinite(local) ? local : Checked((Int128)local - (zone.AtLocal(local).Offset * 1_000_000L));

    /// <summary>Date and time of day of a finite timestamp.</summary>
    public static (long Days, long Time) Split(long timestamp)
    {
        var days = DateMath.FloorDiv(timestamp, MicrosecondsPerDay);
        return (days, timestamp - (days * MicrosecondsPerDay));
    }

    /// <summary>timestamp + interval.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static long Add(long timestamp, PgInterval interval) => Infinite(timestamp, interval) ?? AddFinite(timestamp, interval, null);

    /// <summary>timestamptz + interval: months and days are counted in the zone's local time.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static long Add(long utc, PgInterval interval, PgTimeZone zone) => Infinite(utc, interval) ?? AddFinite(utc, interval, zone);

    /// <summary>timestamp - timestamp: days and microseconds.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static PgInterval Subtract(long a, long b)
    {
        if (IsInfinite(a) || IsInfinite(b))
        {
            return a == b
                ? throw PgErrors.IntervalOutOfRange()
                : a == long.MaxValue || b == long.MinValue ? PgInterval.PositiveInfinity : PgInterval.NegativeInfinity;
        }

        var difference = (Int128)a - b;
        return difference == (long)difference
            ? IntervalMath.JustifyHours(new PgInterval(0, 0, (long)difference))
            : throw PgErrors.IntervalOutOfRange();
    }

    /// <summary>age(timestamp, timestamp): years, months, days and time, borrowed from the earlier month's length.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static PgInterval Age(long a, long b)
    {
        if (IsInfinite(a) || IsInfinite(b))
        {
            return Subtract(a, b);
        }

        var (days1, time1) = Split(a);
        var (days2, time2) = Split(b);
        var d1 = DateMath.ToCivil(days1);
        var d2 = DateMath.ToCivil(days2);
        var years = d1.Year - d2.Year;
        var months = d1.Month - d2.Month;
        var days = d1.Day - d2.Day;
        var time = time1 - time2;
        var flip = a < b;
        if (flip)
        {
            (years, months, days, time) = (-years, -months, -days, -time);
        }

        if (time < 0)
        {
            time += MicrosecondsPerDay;
            days--;
        }

        while (days < 0)
        {
            days += flip ? DateMath.DaysInMonth(d1.Year, d1.Month) : DateMath.DaysInMonth(d2.Year, d2.Month);
            months--;
        }

        while (months < 0)
        {
            months += 12;
            years--;
        }

        var total = (years * 12) + months;
        return flip ? new(-total, -days, -time) : new(total, days, time);
    }

    /// <summary>Rounds to a precision of 0 to 6 digits, half away from 2000-01-01 as PostgreSQL does.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static long Round(long timestamp, int precision)
    {
        if (IsInfinite(timestamp) || precision is < 0 or >= 6)
        {
            return timestamp;
        }

        var rounded = (Int128)RoundMicroseconds((Int128)timestamp - PostgresEpoch, precision) + PostgresEpoch;
        return Checked(rounded);
    }

    /// <summary>Checks the range of a finite timestamp.</summary>
    /// <exception cref="PgException">22008 "timestamp out of range".</exception>
    public static long Checked(Int128 timestamp) => timestamp >= MinTimestamp && timestamp < EndTimestamp
        ? (long)timestamp
        : throw PgErrors.TimestampOutOfRange();

    internal static Int128 RoundMicroseconds(Int128 value, int precision)
    {
        long scale = 1;
        for (var i = precision; i < 6; i++)
        {
            scale *= 10;
        }

        return value >= 0 ? (value + (scale / 2)) / scale * scale : -((-value + (scale / 2)) / scale * scale);
    }

    private static long? Infinite(long timestamp, PgInterval interval)
    {
        if (!interval.IsFinite)
        {
            var sign = interval.IsPositiveInfinity ? long.MaxValue : long.MinValue;
            return IsInfinite(timestamp) && timestamp != sign ? throw PgErrors.TimestampOutOfRange() : sign;
        }

        return IsInfinite(timestamp) ? timestamp : null;
    }

    private static long AddFinite(long timestamp, PgInterval interval, PgTimeZone? zone)
    {
        if (interval.Months != 0 || interval.Days != 0)
        {
            var local = zone is null ? timestamp : ToLocal(timestamp, zone);
            if (interval.Months != 0)
            {
                var (days, time) = Split(local);
                var (year, month, day) = DateMath.ToCivil(days);
                var months = ((long)year * 12) + month - 1 + interval.Months;
                var newYear = DateMath.FloorDiv(months, 12);
                var newMonth = (int)DateMath.FloorMod(months, 12) + 1;
                day = Math.Min(day, DateMath.DaysInMonth(newYear, newMonth));
                local = Checked(((Int128)DateMath.FromCivil(newYear, newMonth, day) * MicrosecondsPerDay) + time);

                // The zone is applied after each step, as its offset may change the local time.
                local = zone is null || interval.Days == 0 ? local : ToLocal(ToUtc(local, zone), zone);
            }

            local = Checked(local + ((Int128)interval.Days * MicrosecondsPerDay));
            timestamp = zone is null ? local : ToUtc(local, zone);
        }

        return Checked((Int128)timestamp + interval.Microseconds);
    }
}
