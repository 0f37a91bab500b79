using System.Globalization;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.DateTime;

/// <summary>Type modifier of interval: which fields, and the precision of seconds.</summary>
internal static class IntervalTypmod
{
    public const int Month = 1 << 1, Year = 1 << 2, Day = 1 << 3, Hour = 1 << 10, Minute = 1 << 11, Second = 1 << 12;
    public const int FullRange = 0x7FFF;
    public const int FullPrecision = 0xFFFF;

    private static readonly (int Range, string Name)[] Ranges =
    [
        (Year, "year"), (Month, "month"), (Day, "day"), (Hour, "hour"), (Minute, "minute"), (Second, "second"),
        (Year | Month, "year to month"), (Day | Hour, "day to hour"), (Day | Hour | Minute, "day to minute"),
        (Day | Hour | Minute | Second, "day to second"), (Hour | Minute, "hour to minute"), (Hour | Minute | Second, "hour to second"),
        (Minute | Second, "minute to second"),
    ];

    public static int Range(int typmod) => typmod < 0 ? FullRange : (typmod >> 16) & 0x7FFF;

    public static int Precision(int typmod) => typmod < 0 ? FullPrecision : typmod & 0xFFFF;

    public static DateUnit RightmostUnit(int range)
    {
        return range == FullRange || (range & Second) != 0 ? DateUnit.Second
            : (range & Minute) != 0 ? DateUnit.Minute
            : (range & Hour) != 0 ? DateUnit.Hour
            : (range & Day) != 0 ? DateUnit.Day
            : (range & Month) != 0 ? DateUnit.Month
            : (range & Year) != 0 ? DateUnit.Year : DateUnit.Second;
    }

    public static int In(IReadOnlyList<string> arguments)
    {
        var values = TypmodArguments.Integers(arguments);
        if (values.Length is 0 or > 2 || (values[0] != FullRange && !Ranges.Any(r => r.Range == values[0])))
        {
            throw new PgException(SqlState.InvalidParameterValue, "invalid INTERVAL type modifier");
        }

        if (values.Length == 1)
        {
            return values[0] == FullRange ? -1 : (values[0] << 16) | FullPrecision;
        }

        return values[1] < 0
            ? throw new PgException(SqlState.InvalidParameterValue, $"INTERVAL({values[1]}) precision must not be negative")
            : (values[0] << 16) | Math.Min(values[1], 6);
    }

    public static string Out(int typmod)
    {
        if (typmod < 0)
        {
            return "";
        }

        var range = Range(typmod);
        var name = range == FullRange ? "" : " " + Ranges.First(r => r.Range == range).Name;
        return Precision(typmod) == FullPrecision ? name : name + string.Create(CultureInfo.InvariantCulture, $"({Precision(typmod)})");
    }

    /// <summary>Cuts to the fields and rounds to the precision.</summary>
    /// <exception cref="PgException">22008.</exception>
    public static PgInterval Apply(PgInterval value, int typmod)
    {
        if (typmod < 0 || !value.IsFinite)
        {
            return value;
        }

        var time = value.Microseconds;
        var result = Range(typmod) switch
        {
            Year => new(value.Months / 12 * 12, 0, 0),
            Month or (Year | Month) => new(value.Months, 0, 0),
            Day => new(value.Months, value.Days, 0),
            Hour or (Day | Hour) => value with { Microseconds = time / 3_600_000_000L * 3_600_000_000L },
            Minute or (Day | Hour | Minute) or (Hour | Minute) => value with { Microseconds = time / 60_000_000L * 60_000_000L },
            _ => value,
        };
        var precision = Precision(typmod);
        return precision >= 6
            ? result
            : IntervalMath.Make(result.Months, result.Days, TimestampMath.RoundMicroseconds(result.Microseconds, precision));
    }
}
