using System.Collections.Concurrent;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>One element of a date/time picture.</summary>
/// <param name="Key">What it stands for.</param>
/// <param name="Keyword">The pattern; null for characters.</param>
/// <param name="Text">The characters, or the pattern's spelling.</param>
/// <param name="NoFill">FM before it.</param>
/// <param name="Translated">TM before it.</param>
/// <param name="Ordinal">TH or th after it; null for neither.</param>
internal sealed record DateTimeElement(DateTimeKey Key, DateTimeKeyword? Keyword, string Text, bool NoFill = false, bool Translated = false, string? Ordinal = null);

/// <summary>A picture of to_char, to_date and to_timestamp, read once and kept.</summary>
internal sealed class DateTimePicture
{
    private const int CacheLimit = 512;

    private static readonly DateTimeKeyword[] Keywords = MakeKeywords();
    private static readonly ConcurrentDictionary<(string, bool), DateTimePicture> Cache = new();

    private DateTimePicture(DateTimeElement[] elements) => Elements = elements;

    /// <summary>The elements in order.</summary>
    public DateTimeElement[] Elements { get; }

    /// <summary>Whether patterns of the date, the time of day, the zone occur.</summary>
    public (bool Dated, bool Timed, bool Zoned) Parts
    {
        get
        {
            bool dated = false, timed = false, zoned = false;
            foreach (var element in Elements)
            {
                switch (element.Key)
                {
                    case DateTimeKey.Literal or DateTimeKey.Separator or DateTimeKey.Space or DateTimeKey.Exact:
                        break;
                    case DateTimeKey.MeridianDots or DateTimeKey.Meridian or DateTimeKey.Hour12 or DateTimeKey.Hour24 or DateTimeKey.Minute or DateTimeKey.Second
                        or DateTimeKey.Milliseconds or DateTimeKey.Microseconds or DateTimeKey.SecondsOfDay
                        or (>= DateTimeKey.Fraction1 and <= DateTimeKey.Fraction6):
                        timed = true;
                        break;
                    case DateTimeKey.Zone or DateTimeKey.ZoneHour or DateTimeKey.ZoneMinute or DateTimeKey.Offset:
                        zoned = true;
                        break;
                    default:
                        dated = true;
                        break;
                }
            }

            return (dated, timed, zoned);
        }
    }

    /// <summary>The picture of a text.</summary>
    /// <param name="text">The format.</param>
    /// <param name="isStandard">Whether only the separators of the SQL standard may stand between patterns (jsonpath's datetime()).</param>
    /// <exception cref="PgException">22007 for another separator in standard mode.</exception>
    public static DateTimePicture Of(string text, bool isStandard = false)
    {
        if (Cache.TryGetValue((text, isStandard), out var found))
        {
            return found;
        }

        if (Cache.Count >= CacheLimit)
        {
            Cache.Clear();
        }

        return Cache[(text, isStandard)] = new DateTimePicture(Parse(text, isStandard));
    }

    /// <summary>Whether a character separates fields: printable ASCII that is no letter and no digit.</summary>
    public static bool IsSeparator(char c) => c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c);

    /// <summary>C's isspace.</summary>
    public static bool IsSpace(char c) => c is ' ' or (>= '\t' and <= '\r');

    private static DateTimeElement[] Parse(string text, bool isStandard)
    {
        var list = new List<DateTimeElement>();
        for (var i = 0; i < text.Length;)
        {
            bool noFill = false, translated = false;
            if (Starts(text, i, "FM", "fm"))
            {
                noFill = true;
                i += 2;
            }
            else if (Starts(text, i, "TM", "tm"))
            {
                translated = true;
                i += 2;
            }

            if (i >= text.Length)
            {
                break;
            }

            if (FindKeyword(text, i) is { } keyword)
            {
                i += keyword.Text.Length;
                string? ordinal = null;
                if (Starts(text, i, "TH", "th"))
                {
                    ordinal = text.Substring(i, 2);
                    i += 2;
                }
                else if (Starts(text, i, "SP", "SP"))
                {
                    i += 2;
                }

                list.Add(new DateTimeElement(keyword.Key, keyword, keyword.Text, noFill, translated, ordinal));
            }
            else if (isStandard && text[i] != '"')
            {
                var c = text[i];
                if (!"-./,':; ".Contains(c, StringComparison.Ordinal))
                {
                    throw new PgException(
                        SqlState.InvalidDatetimeFormat, $"invalid datetime format separator: \"{text.AsSpan(i, char.IsHighSurrogate(c) ? 2 : 1)}\"");
                }

                list.Add(new DateTimeElement(c == ' ' ? DateTimeKey.Space : DateTimeKey.Separator, null, c.ToString()));
                i++;
            }
            else if (text[i] == '"')
            {
                i = Quoted(text, i + 1, list);
            }
            else
            {
                i += text[i] == '\\' && i + 1 < text.Length && text[i + 1] == '"' ? 1 : 0;
                var c = text[i];
                var length = char.IsHighSurrogate(c) && i + 1 < text.Length ? 2 : 1;
                var key = IsSeparator(c) ? DateTimeKey.Separator : IsSpace(c) ? DateTimeKey.Space : DateTimeKey.Literal;
                list.Add(new DateTimeElement(key, null, text.Substring(i, length)));
                i += length;
            }
        }

        return [.. list];
    }

    private static int Quoted(string text, int i, List<DateTimeElement> list)
    {
        while (i < text.Length)
        {
            if (text[i] == '"')
            {
                return i + 1;
            }

            i += text[i] == '\\' && i + 1 < text.Length ? 1 : 0;
            var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
            list.Add(new DateTimeElement(DateTimeKey.Literal, null, text.Substring(i, length)));
            i += length;
        }

        return i;
    }

    private static bool Starts(string text, int at, string upper, string lower) =>
        string.CompareOrdinal(text, at, upper, 0, upper.Length) == 0 || string.CompareOrdinal(text, at, lower, 0, lower.Length) == 0;

    private static DateTimeKeyword? FindKeyword(string text, int at)
    {
        foreach (var keyword in Keywords)
        {
            if (keyword.Text[0] == text[at] && string.CompareOrdinal(text, at, keyword.Text, 0, keyword.Text.Length) == 0)
            {
                return keyword;
            }
        }

        return null;
    }

    // Longer spellings come before their beginnings. Upper case first, then Mixed, then lower.
    private static DateTimeKeyword[] MakeKeywords()
    {
        var list = new List<DateTimeKeyword>();
        void Add(string text, DateTimeKey key, bool isDigits, DateConvention convention = DateConvention.None) =>
            list.Add(new DateTimeKeyword(text, key, isDigits, convention));
        void Both(string text, DateTimeKey key, bool isDigits, DateConvention convention = DateConvention.None)
        {
            Add(text, key, isDigits, convention);
            Add(text.ToLowerInvariant(), key, isDigits, convention);
        }

        const DateConvention Gregorian = DateConvention.Gregorian, Iso = DateConvention.IsoWeek;
        foreach (var text in (string[])["A.D.", "a.d.", "B.C.", "b.c."])
        {
            Add(text, DateTimeKey.EraDots, false);
        }

        foreach (var text in (string[])["A.M.", "a.m.", "P.M.", "p.m."])
        {
            Add(text, DateTimeKey.MeridianDots, false);
        }

        foreach (var text in (string[])["AD", "ad", "BC", "bc"])
        {
            Add(text, DateTimeKey.Era, false);
        }

        foreach (var text in (string[])["AM", "am", "PM", "pm"])
        {
            Add(text, DateTimeKey.Meridian, false);
        }

        Both("CC", DateTimeKey.Century, true);
        foreach (var text in (string[])["DAY", "Day", "day"])
        {
            Add(text, DateTimeKey.DayName, false);
        }

        Both("DDD", DateTimeKey.DayOfYear, true, Gregorian);
        Both("DD", DateTimeKey.Day, true, Gregorian);
        foreach (var text in (string[])["DY", "Dy", "dy"])
        {
            Add(text, DateTimeKey.DayAbbreviation, false);
        }

        Both("D", DateTimeKey.DayOfWeek, true, Gregorian);
        for (var i = 1; i <= 6; i++)
        {
            Both("FF" + (char)('0' + i), DateTimeKey.Fraction1 + (i - 1), true);
        }

        Both("FX", DateTimeKey.Exact, false);
        Both("HH24", DateTimeKey.Hour24, true);
        Both("HH12", DateTimeKey.Hour12, true);
        Both("HH", DateTimeKey.Hour12, true);
        Both("IDDD", DateTimeKey.IsoDayOfYear, true, Iso);
        Both("ID", DateTimeKey.IsoDayOfWeek, true, Iso);
        Both("IW", DateTimeKey.IsoWeek, true, Iso);
        Both("IYYY", DateTimeKey.IsoYear4, true, Iso);
        Both("IYY", DateTimeKey.IsoYear3, true, Iso);
        Both("IY", DateTimeKey.IsoYear2, true, Iso);
        Both("I", DateTimeKey.IsoYear1, true, Iso);
        Both("J", DateTimeKey.Julian, true);
        Both("MI", DateTimeKey.Minute, true);
        Both("MM", DateTimeKey.MonthNumber, true, Gregorian);
        foreach (var text in (string[])["MONTH", "Month", "month"])
        {
            Add(text, DateTimeKey.MonthName, false, Gregorian);
        }

        foreach (var text in (string[])["MON", "Mon", "mon"])
        {
            Add(text, DateTimeKey.MonthAbbreviation, false, Gregorian);
        }

        Both("MS", DateTimeKey.Milliseconds, true);
        Both("OF", DateTimeKey.Offset, false);
        Both("Q", DateTimeKey.Quarter, true);
        Both("RM", DateTimeKey.RomanMonth, false, Gregorian);
        Both("SSSSS", DateTimeKey.SecondsOfDay, true);
        Both("SSSS", DateTimeKey.SecondsOfDay, true);
        Both("SS", DateTimeKey.Second, true);
        Both("TZH", DateTimeKey.ZoneHour, false);
        Both("TZM", DateTimeKey.ZoneMinute, true);
        Both("TZ", DateTimeKey.Zone, false);
        Both("US", DateTimeKey.Microseconds, true);
        Both("WW", DateTimeKey.WeekOfYear, true, Gregorian);
        Both("W", DateTimeKey.WeekOfMonth, true, Gregorian);
        Both("Y,YYY", DateTimeKey.YearComma, true, Gregorian);
        Both("YYYY", DateTimeKey.Year4, true, Gregorian);
        Both("YYY", DateTimeKey.Year3, true, Gregorian);
        Both("YY", DateTimeKey.Year2, true, Gregorian);
        Both("Y", DateTimeKey.Year1, true, Gregorian);
        return [.. list];
    }
}
