namespace PgMicro.Core.Functions.DateTimes;

/// <summary>The patterns of a date/time picture. Patterns whose case matters for output share a key and differ in their text.</summary>
internal enum DateTimeKey
{
    /// <summary>Text between double quotes or another character that stands for itself.</summary>
    Literal,
    Separator,
    Space,
    Exact,
    MeridianDots, Meridian, EraDots, Era,
    Century, DayName, DayOfYear, Day, DayAbbreviation, DayOfWeek,
    Fraction1, Fraction2, Fraction3, Fraction4, Fraction5, Fraction6,
    Hour24, Hour12, IsoDayOfYear, IsoDayOfWeek, IsoWeek, IsoYear4, IsoYear3, IsoYear2, IsoYear1,
    Julian, Minute, MonthNumber, MonthName, MonthAbbreviation, Milliseconds, Offset, Quarter, RomanMonth, SecondsOfDay, Second,
    ZoneHour, ZoneMinute, Zone, Microseconds, WeekOfYear, WeekOfMonth, YearComma, Year4, Year3, Year2, Year1,
}

/// <summary>Whether a pattern is part of the Gregorian calendar or of the ISO week date.</summary>
internal enum DateConvention : byte
{
    None,
    Gregorian,
    IsoWeek,
}

/// <summary>A pattern: its spelling, meaning, whether it reads digits, and its calendar.</summary>
internal sealed record DateTimeKeyword(string Text, DateTimeKey Key, bool IsDigits, DateConvention Convention);
