using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>The field names of extract and date_trunc.</summary>
internal enum DateTimeUnit
{
    Microseconds, Milliseconds, Second, Minute, Hour, Day, Week, Month, Quarter, Year, Decade, Century, Millennium,
    Dow, Isodow, Doy, Isoyear, Julian, Epoch, Timezone, TimezoneHour, TimezoneMinute,
}

/// <summary>Reads field names and words the errors about them.</summary>
internal static class DateTimeUnits
{
    private static readonly Dictionary<string, DateTimeUnit> Names = Make();

    /// <summary>The field of a name.</summary>
    /// <exception cref="PgException">22023 when there is none.</exception>
    public static DateTimeUnit Parse(string name, string type) => Names.TryGetValue(name.ToLowerInvariant(), out var unit)
        ? unit
        : throw new PgException(SqlState.InvalidParameterValue, $"unit \"{name.ToLowerInvariant()}\" not recognized for type {type}");

    /// <summary>0A000: the type has no such field.</summary>
    public static PgException NotSupported(string name, string type) =>
        new(SqlState.FeatureNotSupported, $"unit \"{name.ToLowerInvariant()}\" not supported for type {type}");

    private static Dictionary<string, DateTimeUnit> Make()
    {
        var names = new Dictionary<string, DateTimeUnit>();
        void Add(DateTimeUnit unit, string list)
        {
            foreach (var name in list.Split(' '))
            {
                names.Add(name, unit);
            }
        }

        Add(DateTimeUnit.Microseconds, "microsecond microseconds us usec usecs useconds microsecon");
        Add(DateTimeUnit.Milliseconds, "millisecond milliseconds ms msec msecs mseconds millisecon");
        Add(DateTimeUnit.Second, "s sec second seconds secs");
        Add(DateTimeUnit.Minute, "m min mins minute minutes");
        Add(DateTimeUnit.Hour, "h hour hours hr hrs");
        Add(DateTimeUnit.Day, "d day days");
        Add(DateTimeUnit.Week, "w week weeks");
        Add(DateTimeUnit.Month, "mon mons month months");
        Add(DateTimeUnit.Quarter, "qtr quarter");
        Add(DateTimeUnit.Year, "y year years yr yrs");
        Add(DateTimeUnit.Decade, "dec decade decades decs");
        Add(DateTimeUnit.Century, "c cent century centuries");
        Add(DateTimeUnit.Millennium, "mil millennia millennium mils");
        Add(DateTimeUnit.Dow, "dow");
        Add(DateTimeUnit.Isodow, "isodow");
        Add(DateTimeUnit.Doy, "doy");
        Add(DateTimeUnit.Isoyear, "isoyear");
        Add(DateTimeUnit.Julian, "jd julian j");
        Add(DateTimeUnit.Epoch, "epoch");
        Add(DateTimeUnit.Timezone, "timezone");
        Add(DateTimeUnit.TimezoneHour, "timezone_h timezone_hour");
        Add(DateTimeUnit.TimezoneMinute, "timezone_m timezone_minute");
        return names;
    }
}
