namespace PgMicro.Core.Types.DateTime;

/// <summary>What datetime input found: a broken-down time, or one of the words that stand for a value.</summary>
internal sealed class DateTimeFields
{
    public int Year, Month, Day, DayOfYear, Hour, Minute, Second, Fraction;

    /// <summary>Seconds east of UTC.</summary>
    public int Offset;

    public SpecialValue Special;

    public long DateDays => DateMath.FromCivil(Year, Month, Day);

    public long TimeMicroseconds => (((((Hour * 60L) + Minute) * 60) + Second) * 1_000_000L) + Fraction;

    public bool TimeOverflows => Hour is < 0 or > 24 || Minute is < 0 or > 59 || Second is < 0 or > 60 || Fraction is < 0 or > 1_000_000
        || TimeMicroseconds > TimestampMath.MicrosecondsPerDay;
}

/// <summary>Words that stand for a whole value.</summary>
internal enum SpecialValue
{
    None,
    Epoch,
    Infinity,
    NegativeInfinity,
}

/// <summary>Why datetime input failed.</summary>
internal enum DateTimeError
{
    None,
    BadFormat,
    FieldOverflow,
    MonthDayOverflow,
    IntervalOverflow,
    ZoneOverflow,
    BadZone,
}
