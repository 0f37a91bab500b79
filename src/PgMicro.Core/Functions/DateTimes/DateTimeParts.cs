using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>A timestamp or interval taken apart for formatting; years are astronomical, except in an interval.</summary>
internal readonly struct DateTimeParts
{
    public int Year { get; private init; }

    public int Month { get; private init; }

    public int Day { get; private init; }

    public long Hour { get; private init; }

    public int Minute { get; private init; }

    public int Second { get; private init; }

    public int Fraction { get; private init; }

    public int DayOfYear { get; private init; }

    public bool IsInterval { get; private init; }

    /// <summary>What the zone says; null for a timestamp without one.</summary>
    public ZoneOffset? Zone { get; private init; }

    /// <summary>The year as it is written: 1 BC is 1.</summary>
    public int WrittenYear => Written(Year);

    /// <summary>The day's number since 1970, also where month or day are those of an interval.</summary>
    public long Date => DateMath.FromCivil(Year, Month, Day);

    public static DateTimeParts Of(long local, ZoneOffset? zone)
    {
        var (days, time) = TimestampMath.Split(local);
        var (year, month, day) = DateMath.ToCivil(days);
        return new DateTimeParts
        {
            Year = year,
            Month = month,
            Day = day,
            Hour = time / 3_600_000_000,
            Minute = (int)(time / 60_000_000 % 60),
            Second = (int)(time / 1_000_000 % 60),
            Fraction = (int)(time % 1_000_000),
            DayOfYear = (int)(days - DateMath.FromCivil(year, 1, 1)) + 1,
            Zone = zone,
        };
    }

    public static DateTimeParts Of(PgInterval span)
    {
        var (year, month) = (span.Months / 12, span.Months % 12);
        return new DateTimeParts
        {
            Year = year,
            Month = month,
            Day = span.Days,
            Hour = span.Microseconds / 3_600_000_000,
            Minute = (int)(span.Microseconds / 60_000_000 % 60),
            Second = (int)(span.Microseconds / 1_000_000 % 60),
            Fraction = (int)(span.Microseconds % 1_000_000),
            DayOfYear = unchecked((((year * 12) + month) * 30) + span.Days),
            IsInterval = true,
        };
    }

    /// <summary>A year as it is written.</summary>
    public int Written(int year) => IsInterval || year > 0 ? year : 1 - year;
}
