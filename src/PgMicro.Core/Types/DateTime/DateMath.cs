using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.DateTime;

/// <summary>
/// Calendar arithmetic. Dates are days since 1970-01-01 in the proleptic Gregorian calendar, years are astronomical (1 BC is 0);
/// -infinity and infinity are the int64 ends.
/// </summary>
public static class DateMath
{
    /// <summary>infinity of date, timestamp and timestamptz.</summary>
    public const long Infinity = long.MaxValue;

    /// <summary>-infinity of date, timestamp and timestamptz.</summary>
    public const long NegativeInfinity = long.MinValue;

    /// <summary>Julian day of 1970-01-01.</summary>
    public const int JulianOfEpoch = 2440588;

    /// <summary>Days from 1970-01-01 to 2000-01-01, where PostgreSQL's binary forms start.</summary>
    public const int PostgresEpoch = 10957;

    /// <summary>First date: 4714-11-24 BC.</summary>
    public const long MinDate = -JulianOfEpoch;

    /// <summary>Day after the last date, 5874897-12-31.</summary>
    public const long EndDate = 2147483494L - JulianOfEpoch;

    /// <summary>Days since 1970 of a calendar date; month may be out of 1 to 12, day too.</summary>
    public static long FromCivil(long year, long month, long day)
    {
        year += FloorDiv(month - 1, 12);
        month = FloorMod(month - 1, 12) + 1;
        var y = month <= 2 ? year - 1 : year;
        var era = FloorDiv(y, 400);
        var yearOfEra = y - (era * 400);
        var dayOfYear = ((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5;
        return (era * 146097) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear + day - 1 - 719468;
    }

    /// <summary>The calendar date of days since 1970.</summary>
    public static (int Year, int Month, int Day) ToCivil(long days)
    {
        var z = days + 719468;
        var era = FloorDiv(z, 146097);
        var dayOfEra = z - (era * 146097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36524) - (dayOfEra / 146096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var mp = ((5 * dayOfYear) + 2) / 153;
        var month = (int)(mp < 10 ? mp + 3 : mp - 9);
        return ((int)(yearOfEra + (era * 400) + (month <= 2 ? 1 : 0)), month, (int)(dayOfYear - (((153 * mp) + 2) / 5) + 1));
    }

    /// <summary>Whether an astronomical year is a leap year.</summary>
    public static bool IsLeap(long year) => FloorMod(year, 4) == 0 && (FloorMod(year, 100) != 0 || FloorMod(year, 400) == 0);

    /// <summary>Days of a month, 1 to 12.</summary>
    public static int DaysInMonth(long year, int month) => month == 2 ? IsLeap(year) ? 29 : 28 : month is 4 or 6 or 9 or 11 ? 30 : 31;

    /// <summary>Day of the week: 0 is Sunday.</summary>
    public static int DayOfWeek(long days) => (int)FloorMod(days + 4, 7);

    /// <summary>Whether this is a date that the type holds, not ±infinity.</summary>
    public static bool IsInRange(long days) => days is >= MinDate and < EndDate;

    /// <summary>ISO 8601 year and week of a date.</summary>
    public static (int Year, int Week) IsoWeek(long days)
    {
        var weekday = (int)FloorMod(days + 3, 7);
        var thursday = days - weekday + 3;
        var year = ToCivil(thursday).Year;
        return (year, (int)((thursday - FromCivil(year, 1, 1)) / 7) + 1);
    }

    /// <summary>First day (Monday) of an ISO week.</summary>
    public static long IsoWeekStart(int year, int week)
    {
        var fourth = FromCivil(year, 1, 4);
        return fourth - FloorMod(fourth + 3, 7) + ((week - 1) * 7L);
    }

    /// <summary>make_date: negative years are BC.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static long Make(int year, int month, int day)
    {
        var y = year < 0 ? year + 1 : year;
        if (year == 0 || year == int.MinValue || month is < 1 or > 12 || day < 1 || day > DaysInMonth(y, month))
        {
            throw new PgException(SqlState.DatetimeFieldOverflow, $"date field value out of range: {year}-{Two(month)}-{Two(day)}");
        }

        var days = FromCivil(y, month, day);
        return IsInRange(days) ? days : throw new PgException(SqlState.DatetimeFieldOverflow, $"date out of range: {year}-{Two(month)}-{Two(day)}");
    }

    /// <summary>date + integer.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static long Add(long date, int days)
    {
        if (date is Infinity or NegativeInfinity)
        {
            return date;
        }

        var sum = date + days;
        return IsInRange(sum) ? sum : throw new PgException(SqlState.DatetimeFieldOverflow, "date out of range");
    }

    /// <summary>date - date.</summary>
    /// <exception cref="PgException">22008 for infinite dates.</exception>
    public static int Subtract(long a, long b) =>
        a is Infinity or NegativeInfinity || b is Infinity or NegativeInfinity
            ? throw new PgException(SqlState.DatetimeFieldOverflow, "cannot subtract infinite dates")
            : (int)(a - b);

    /// <summary>date → timestamp, midnight.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static long ToTimestamp(long date)
    {
        if (date is Infinity or NegativeInfinity)
        {
            return date;
        }

        return date < TimestampMath.EndTimestamp / TimestampMath.MicrosecondsPerDay
            ? date * TimestampMath.MicrosecondsPerDay
            : throw new PgException(SqlState.DatetimeFieldOverflow, "date out of range for timestamp");
    }

    /// <summary>timestamp → date.</summary>
    public static long FromTimestamp(long timestamp) => timestamp is Infinity or NegativeInfinity
        ? timestamp
        : FloorDiv(timestamp, TimestampMath.MicrosecondsPerDay);

    /// <summary>Quotient rounded down.</summary>
    public static long FloorDiv(long a, long b)
    {
        var quotient = a / b;
        return (a % b != 0) && ((a < 0) != (b < 0)) ? quotient - 1 : quotient;
    }

    /// <summary>Remainder of <see cref="FloorDiv"/>.</summary>
    public static long FloorMod(long a, long b) => a - (FloorDiv(a, b) * b);

    /// <summary>At least two characters, the sign among them, as C's %02d writes a number.</summary>
    internal static string Two(int value) => value < 0
        ? value.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : value.ToString("00", System.Globalization.CultureInfo.InvariantCulture);
}
