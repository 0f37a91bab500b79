using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>What a text said, field by field: 0 stands for not said.</summary>
internal sealed class FromCharFields
{
    public DateConvention Convention;
    public bool Is12Hour;
    public int Hour, Pm, Minute, Second, SecondsOfDay, Milliseconds, Microseconds, FractionDigits;
    public int Year, YearDigits, Bc, Century, Month, Day, DayOfYear, DayOfWeek, Week, WeekOfMonth, Julian;

    /// <summary>+1 or -1 when hours or minutes of an offset were read.</summary>
    public int ZoneSign;
    public int ZoneHours, ZoneMinutes;

    /// <summary>Seconds east of UTC of an abbreviation.</summary>
    public int? ZoneOffset;

    /// <summary>Joins the fields to a date (astronomical year), microseconds of the day and seconds east of UTC.</summary>
    /// <param name="text">The text, for errors.</param>
    /// <exception cref="PgException">22007, 22008, 22009.</exception>
    public (int Year, int Month, int Day, long Time, int? Offset) Resolve(string text)
    {
        var time = Time(text);
        int year = 0, month = 1, day = 1;
        bool hasYear = false, hasMonth = false, hasDay = false;
        ResolveYear(text, ref year, ref hasYear);
        if (Julian != 0)
        {
            (year, month, day) = DateMath.ToCivil((long)Julian - DateMath.JulianOfEpoch);
            hasYear = hasMonth = hasDay = true;
        }

        var dayOfYear = DayOfYear;
        if (Week != 0)
        {
            if (Convention == DateConvention.IsoWeek)
            {
                var start = DateMath.IsoWeekStart(year, 1) + ((Week - 1) * 7L);
                (year, month, day) = DateMath.ToCivil(start + (DayOfWeek == 0 ? 0 : DayOfWeek > 1 ? DayOfWeek - 2 : 6));
                hasYear = hasMonth = hasDay = true;
            }
            else
            {
                dayOfYear = unchecked(((Week - 1) * 7) + 1);
            }
        }

        var givenDay = WeekOfMonth != 0 ? unchecked(((WeekOfMonth - 1) * 7) + 1) : Day;
        if (givenDay != 0)
        {
            day = givenDay;
            hasDay = true;
        }

        if (Month != 0)
        {
            month = Month;
            hasMonth = true;
        }

        if (dayOfYear != 0 && (month <= 1 || day <= 1))
        {
            if (year == 0 && Bc == 0)
            {
                throw new PgException(SqlState.InvalidDatetimeFormat, "cannot calculate day of year without year information");
            }

            if (Convention == DateConvention.IsoWeek)
            {
                (year, month, day) = DateMath.ToCivil(DateMath.IsoWeekStart(year, 1) - 1 + dayOfYear);
                hasYear = true;
            }
            else
            {
                var m = 1;
                var before = 0;
                for (; m < 12 && dayOfYear > before + DateMath.DaysInMonth(year, m); m++)
                {
                    before += DateMath.DaysInMonth(year, m);
                }

                if (m == 12 && dayOfYear > before + 31)
                {
                    m = 13;
                    before += 31;
                }

                month = month <= 1 ? m : month;
                day = day <= 1 ? dayOfYear - before : day;
            }

            hasMonth = hasDay = true;
        }

        if ((hasMonth && month is < 1 or > 12) || (hasDay && day is < 1 or > 31)
            || (hasYear && hasMonth && hasDay && day > DateMath.DaysInMonth(year, month)))
        {
            throw PgErrors.DatetimeFieldOutOfRange(text);
        }

        return (year, month, day, time, Offset(text));
    }

    private long Time(string text)
    {
        long hour = 0, minute = 0, second = 0;
        if (SecondsOfDay != 0)
        {
            (hour, minute, second) = (SecondsOfDay / 3600, SecondsOfDay % 3600 / 60, SecondsOfDay % 60);
        }

        second = Second != 0 ? Second : second;
        minute = Minute != 0 ? Minute : minute;
        hour = Hour != 0 ? Hour : hour;
        if (Is12Hour)
        {
            if (hour is < 1 or > 12)
            {
                throw new PgException(SqlState.InvalidDatetimeFormat, $"hour \"{hour}\" is invalid for the 12-hour clock")
                    .WithHint("Use the 24-hour clock, or give an hour between 1 and 12.");
            }

            hour = Pm != 0 && hour < 12 ? hour + 12 : Pm == 0 && hour == 12 ? 0 : hour;
        }

        var fraction = (Milliseconds * 1000L) + Microseconds;
        return hour is < 0 or >= 24 || minute is < 0 or >= 60 || second is < 0 or >= 60 || fraction is < 0 or >= 1_000_000
            ? throw PgErrors.DatetimeFieldOutOfRange(text)
            : (((((hour * 60) + minute) * 60) + second) * 1_000_000) + fraction;
    }

    private void ResolveYear(string text, ref int year, ref bool hasYear)
    {
        var century = Bc != 0 ? -Century : Century;
        if (Year != 0)
        {
            if (Century != 0 && YearDigits <= 2)
            {
                // The 21st century runs from 2001 to 2100, the 6th before Christ from 600 to 501.
                year = Year % 100;
                year = year != 0
                    ? century >= 0 ? year + InRange((century - 1) * 100L, text) : InRange((century + 1) * 100L, text) - year + 1
                    : InRange(century * 100L, text) + (century >= 0 ? 0 : 1);
            }
            else
            {
                year = Bc != 0 ? -Year : Year;
                year += year < 0 ? 1 : 0;
            }

            hasYear = true;
        }
        else if (Century != 0)
        {
            year = (century >= 0 ? InRange((century - 1) * 100L, text) : InRange(century * 100L, text)) + 1;
            hasYear = true;
        }
    }

    private static int InRange(long year, string text) => year is > int.MinValue and < int.MaxValue
        ? (int)year
        : throw PgErrors.DateOutOfRange(text);

    private int? Offset(string text)
    {
        if (ZoneSign == 0)
        {
            return ZoneOffset;
        }

        return ZoneHours is < 0 or > 15 || ZoneMinutes is < 0 or >= 60
            ? throw new PgException(SqlState.InvalidTimeZoneDisplacementValue, $"time zone displacement out of range: \"{text}\"")
            : ZoneSign * ((ZoneHours * 60) + ZoneMinutes) * 60;
    }
}
