using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.DateTime;

/// <summary>Parts of an interval as input adds them up.</summary>
internal struct IntervalSum
{
    public const int SecondsMask = 1 << (int)DateUnit.Second | 1 << (int)DateUnit.Millisecond | 1 << (int)DateUnit.Microsecond;
    public const int TimeMask = SecondsMask | 1 << (int)DateUnit.Minute | 1 << (int)DateUnit.Hour;
    public const int AllMask = TimeMask | 1 << (int)DateUnit.Day | 1 << (int)DateUnit.Month | 1 << (int)DateUnit.Year;

    public int Years;
    public int Months;
    public int Days;
    public long Microseconds;

    public DateTimeError Add(DateUnit unit, long value, double part, out int mask)
    {
        mask = 1 << (int)unit;
        var ok = unit switch
        {
            DateUnit.Microsecond => Time(value, part, 1),
            DateUnit.Millisecond => Time(value, part, 1000),
            DateUnit.Second => Time(value, part, 1_000_000),
            DateUnit.Minute => Time(value, part, 60_000_000),
            DateUnit.Hour => Time(value, part, 3_600_000_000L),
            DateUnit.Day => Into(ref Days, value, 1) && TimeFraction(part, TimestampMath.MicrosecondsPerDay),
            DateUnit.Week => Into(ref Days, value, 7) && DayFraction(part, 7),
            DateUnit.Month => Into(ref Months, value, 1) && DayFraction(part, 30),
            DateUnit.Year => Into(ref Years, value, 1) && YearFraction(part, 1),
            DateUnit.Decade => Into(ref Years, value, 10) && YearFraction(part, 10),
            DateUnit.Century => Into(ref Years, value, 100) && YearFraction(part, 100),
            DateUnit.Millennium => Into(ref Years, value, 1000) && YearFraction(part, 1000),
            _ => (bool?)null,
        };
        if (unit == DateUnit.Second && part != 0)
        {
            mask = SecondsMask;
        }

        return ok switch { null => DateTimeError.BadFormat, true => DateTimeError.None, _ => DateTimeError.FieldOverflow };
    }

    public DateTimeError Negate()
    {
        if (Years == int.MinValue || Months == int.MinValue || Days == int.MinValue || Microseconds == long.MinValue)
        {
            return DateTimeError.FieldOverflow;
        }

        (Years, Months, Days, Microseconds) = (-Years, -Months, -Days, -Microseconds);
        return DateTimeError.None;
    }

    public readonly PgInterval ToInterval()
    {
        var months = ((long)Years * 12) + Months;
        return months == (int)months ? new((int)months, Days, Microseconds) : throw PgErrors.IntervalOutOfRange();
    }

    public bool Into(ref int field, long value, int scale)
    {
        if (value is < int.MinValue or > int.MaxValue)
        {
            return false;
        }

        var sum = field + (value * scale);
        field = (int)sum;
        return sum == field;
    }

    public bool DayFraction(double part, int scale)
    {
        if (part == 0)
        {
            return true;
        }

        part *= scale;
        var days = (int)part;
        return Into(ref Days, days, 1) && TimeFraction(part - days, TimestampMath.MicrosecondsPerDay);
    }

    public bool YearFraction(double part, int scale) =>
        Into(ref Months, (int)Math.Round(part * scale * 12, MidpointRounding.ToEven), 1);

    public bool TimeFraction(double part, long scale)
    {
        if (part == 0)
        {
            return true;
        }

        part *= scale;
        var whole = (long)part;
        part -= whole;
        whole += part > 0.5 ? 1 : part < -0.5 ? -1 : 0;
        return AddTime(whole);
    }

    public bool Time(long value, double part, long scale)
    {
        var product = (Int128)value * scale;
        return product == (long)product && AddTime((long)product) && TimeFraction(part, scale);
    }

    private bool AddTime(long value)
    {
        var sum = (Int128)Microseconds + value;
        Microseconds = (long)sum;
        return sum == Microseconds;
    }
}
