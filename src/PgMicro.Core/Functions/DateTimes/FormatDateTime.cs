using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>to_char of timestamps and intervals.</summary>
internal static class FormatDateTime
{
    private static readonly string[] Keywords =
    [
        "SSSSS", "Y,YYY", "MONTH", "Month", "month", "IYYY", "YYYY", "A.D.", "a.d.", "B.C.", "b.c.", "A.M.", "a.m.", "P.M.", "p.m.", "HH12", "HH24", "SSSS", "IDDD",
        "DAY", "Day", "day", "DDD", "IYY", "MON", "Mon", "mon", "YYY", "TZH", "TZM", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6",
        "AD", "ad", "AM", "am", "BC", "bc", "CC", "DD", "DY", "Dy", "dy", "HH", "ID", "IW", "IY", "MI", "MM", "MS", "OF", "PM", "pm", "Q", "RM", "rm", "SS",
        "TZ", "tz", "US", "WW", "YY", "D", "I", "J", "W", "Y",
    ];

    private static readonly string[] Roman = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

    [PgFunction("to_char(timestamp,text)")]
    public static string? Timestamp(long value, string format) =>
        TimestampMath.IsInfinite(value) || format.Length == 0 ? null : Format(Parts.Of(value, null), format);

    [PgFunction("to_char(timestamptz,text)")]
    public static string? Timestamptz(FunctionContext context, long value, string format) => TimestampMath.IsInfinite(value) || format.Length == 0
        ? null
        : Format(Parts.Of(TimestampMath.ToLocal(value, context.TimeZone), context.TimeZone.At(value)), format);

    [PgFunction("to_char(interval,text)")]
    public static string? Interval(PgInterval value, string format)
    {
        if (!value.IsFinite || format.Length == 0)
        {
            return null;
        }

        var (years, months) = (value.Months / 12, value.Months % 12);
        return Format(
            new Parts(years, months, value.Days, value.Microseconds, (value.Months * 30L) + value.Days, true, null), format);
    }

    private static string Format(in Parts t, string format)
    {
        var result = new StringBuilder();
        for (var i = 0; i < format.Length;)
        {
            var fill = true;
            var start = i;
            if (Has(format, i, "FM") || Has(format, i, "fm"))
            {
                fill = false;
                i += 2;
            }
            else if (Has(format, i, "TM") || Has(format, i, "tm"))
            {
                fill = false;
                i += 2;
            }
            else if (Has(format, i, "FX") || Has(format, i, "fx"))
            {
                i += 2;
            }

            if (Keyword(format, i) is { } keyword)
            {
                i += keyword.Length;
                var isOrdinal = Has(format, i, "TH") || Has(format, i, "th");
                var text = Field(t, keyword, fill);
                result.Append(text).Append(isOrdinal ? Ordinal(text, format[i] == 'T') : "");
                i += isOrdinal ? 2 : 0;
                i += Has(format, i, "SP") || Has(format, i, "sp") ? 2 : 0;
            }
            else if (i > start)
            {
                continue;
            }
            else if (format[i] == '"')
            {
                for (i++; i < format.Length && format[i] != '"'; i++)
                {
                    i += format[i] == '\\' && i + 1 < format.Length ? 1 : 0;
                    result.Append(format[i]);
                }

                i++;
            }
            else
            {
                i += format[i] == '\\' && i + 1 < format.Length && format[i + 1] == '"' ? 1 : 0;
                result.Append(format[i++]);
            }
        }

        return result.ToString();
    }

    private static bool Has(string format, int at, string word) => string.CompareOrdinal(format, at, word, 0, word.Length) == 0;

    // Numeric fields may be written in either case; names and meridians follow the case given.
    private static string? Keyword(string format, int at)
    {
        foreach (var word in Keywords)
        {
            if (Has(format, at, word) || (IsCaseless(word) && string.Compare(format, at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0 && format.Length - at >= word.Length
                && format.AsSpan(at, word.Length).ToString() == word.ToLowerInvariant()))
            {
                return word;
            }
        }

        return null;
    }

    private static bool IsCaseless(string word) => word is not ("MONTH" or "Month" or "DAY" or "Day" or "MON" or "Mon" or "DY" or "Dy" or "AD" or "BC" or "AM" or "PM" or "A.D."
        or "B.C." or "A.M." or "P.M." or "RM" or "TZ");

    private static string Ordinal(string number, bool isUpper)
    {
        var last = number[^1];
        var suffix = !char.IsAsciiDigit(last) ? "th" : number.Length > 1 && number[^2] == '1' ? "th" : last switch { '1' => "st", '2' => "nd", '3' => "rd", _ => "th" };
        return isUpper ? suffix.ToUpperInvariant() : suffix;
    }

    private static string Field(in Parts t, string keyword, bool fill)
    {
        var hour = t.Time / 3_600_000_000L;
        var seconds = t.Time / 1_000_000 % 60;
        var fraction = t.Time % 1_000_000;
        var names = CultureInfo.InvariantCulture.DateTimeFormat;
        var twelve = hour % 12 == 0 ? 12 : hour % 12;
        var year = t.IsInterval ? t.Year : t.Year > 0 ? t.Year : 1 - t.Year;
        switch (keyword)
        {
            case "HH" or "HH12":
                return Number(twelve, 2, fill);
            case "HH24":
                return Number(hour, 2, fill);
            case "MI":
                return Number(t.Time / 60_000_000 % 60, 2, fill);
            case "SS":
                return Number(seconds, 2, fill);
            case "MS" or "FF3":
                return Number(fraction / 1000, 3, true);
            case "US" or "FF6":
                return Number(fraction, 6, true);
            case "FF1" or "FF2" or "FF4" or "FF5":
                var digits = keyword[2] - '0';
                return Number(fraction / (long)Math.Pow(10, 6 - digits), digits, true);
            case "SSSS" or "SSSSS":
                return Number(t.Time / 1_000_000, 0, fill);
            case "AM" or "PM":
                return hour % 24 >= 12 ? "PM" : "AM";
            case "am" or "pm":
                return hour % 24 >= 12 ? "pm" : "am";
            case "A.M." or "P.M.":
                return hour % 24 >= 12 ? "P.M." : "A.M.";
            case "a.m." or "p.m.":
                return hour % 24 >= 12 ? "p.m." : "a.m.";
            case "YYYY":
                return Number(year, 4, fill);
            case "YYY":
                return Number(year % 1000, 3, fill);
            case "YY":
                return Number(year % 100, 2, fill);
            case "Y":
                return Number(year % 10, 1, fill);
            case "Y,YYY":
                return Number(year / 1000, 1, false) + "," + Number(year % 1000, 3, true);
            case "MM":
                return Number(t.Month, 2, fill);
            case "DD":
                return Number(t.Day, t.Day < 0 ? 1 : 2, fill);
            case "DDD":
                return Number(t.IsInterval ? t.Days : t.Days - DateMath.FromCivil(t.Year, 1, 1) + 1, 3, fill);
            case "WW":
                return Number(((t.IsInterval ? t.Days : t.Days - DateMath.FromCivil(t.Year, 1, 1) + 1) - 1) / 7 + 1, 2, fill);
            case "W":
                return Number(((t.Day - 1) / 7) + 1, 1, fill);
            case "Q":
                return t.Month == 0 ? "" : Number(((t.Month - 1) / 3) + 1, 1, fill);
            case "CC":
                return Number(t.IsInterval ? year / 100 : t.Year > 0 ? ((t.Year - 1) / 100) + 1 : (t.Year / 100) - 1, 2, fill);
            case "RM" or "rm":
                var roman = t.Month == 0 ? "" : Roman[((t.Month - 1 + 12) % 12)];
                return Pad(keyword == "rm" ? roman.ToLowerInvariant() : roman, 4, fill);
            case "J":
                return Number(t.Days + DateMath.JulianOfEpoch, 0, fill);
        }

        if (t.IsInterval)
        {
            throw new PgException(SqlState.InvalidDatetimeFormat, "invalid format specification for an interval value")
                .WithHint("Intervals are not tied to specific calendar dates.");
        }

        var weekday = DateMath.DayOfWeek(t.Days);
        var iso = DateMath.IsoWeek(t.Days);
        var offset = t.Zone?.Offset ?? 0;
        var sign = offset < 0 ? "-" : "+";
        switch (keyword)
        {
            case "MONTH" or "Month" or "month":
                return Pad(Cased(names.MonthNames[t.Month - 1], keyword), 9, fill);
            case "MON" or "Mon" or "mon":
                return Cased(names.AbbreviatedMonthNames[t.Month - 1], keyword);
            case "DAY" or "Day" or "day":
                return Pad(Cased(names.DayNames[weekday], keyword), 9, fill);
            case "DY" or "Dy" or "dy":
                return Cased(names.AbbreviatedDayNames[weekday], keyword);
            case "D":
                return Number(weekday + 1, 1, fill);
            case "ID":
                return Number(weekday == 0 ? 7 : weekday, 1, fill);
            case "IW":
                return Number(iso.Week, 2, fill);
            case "IDDD":
                return Number(((iso.Week - 1) * 7) + (weekday == 0 ? 7 : weekday), 3, fill);
            case "IYYY":
                return Number(iso.Year, 4, fill);
            case "IYY":
                return Number(iso.Year % 1000, 3, fill);
            case "IY":
                return Number(iso.Year % 100, 2, fill);
            case "I":
                return Number(iso.Year % 10, 1, fill);
            case "AD" or "BC":
                return t.Year > 0 ? "AD" : "BC";
            case "ad" or "bc":
                return t.Year > 0 ? "ad" : "bc";
            case "A.D." or "B.C.":
                return t.Year > 0 ? "A.D." : "B.C.";
            case "a.d." or "b.c.":
                return t.Year > 0 ? "a.d." : "b.c.";
            case "TZ":
                return t.Zone?.Abbreviation ?? "";
            case "tz":
                return t.Zone?.Abbreviation.ToLowerInvariant() ?? "";
            case "TZH":
                return sign + Number(Math.Abs(offset) / 3600, 2, true);
            case "TZM":
                return Number(Math.Abs(offset) / 60 % 60, 2, true);
            default:
                var minutes = Math.Abs(offset) / 60 % 60;
                return sign + Number(Math.Abs(offset) / 3600, 2, fill) + (minutes == 0 ? "" : ":" + Number(minutes, 2, true));
        }
    }

    private static string Cased(string name, string keyword) =>
        char.IsAsciiLetterLower(keyword[0]) ? name.ToLowerInvariant() : char.IsAsciiLetterUpper(keyword[1]) ? name.ToUpperInvariant() : name;

    private static string Pad(string text, int width, bool fill) => fill ? text.PadRight(width) : text;

    private static string Number(long value, int width, bool fill)
    {
        var digits = Math.Abs(value).ToString(CultureInfo.InvariantCulture);
        return (value < 0 ? "-" : "") + (fill ? digits.PadLeft(width, '0') : digits);
    }

    private readonly record struct Parts(int Year, int Month, int Day, long Time, long Days, bool IsInterval, ZoneOffset? Zone)
    {
        public static Parts Of(long local, ZoneOffset? zone)
        {
            var (days, time) = TimestampMath.Split(local);
            var (year, month, day) = DateMath.ToCivil(days);
            return new Parts(year, month, day, time, days, false, zone);
        }
    }
}
