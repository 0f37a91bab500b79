using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Numeric;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>Writes a timestamp or interval along a picture, with the English names of days and months.</summary>
internal static class DateTimeWriter
{
    private static readonly string[] Roman = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
    private static readonly DateTimeFormatInfo Names = CultureInfo.InvariantCulture.DateTimeFormat;

    public static string Write(in DateTimeParts t, string format)
    {
        var result = new StringBuilder();
        foreach (var element in DateTimePicture.Of(format).Elements)
        {
            if (element.Keyword is null)
            {
                result.Append(element.Text);
                continue;
            }

            var start = result.Length;
            var isNumber = Field(t, element, result);
            if (isNumber && element.Ordinal is { } ordinal)
            {
                // The suffix follows the last digits, signs and separators of a field included.
                result.Append(Ordinals.Suffix(result.ToString(start, result.Length - start), ordinal == "TH"));
            }
        }

        return result.ToString();
    }

    private static bool Field(in DateTimeParts t, DateTimeElement element, StringBuilder output)
    {
        var fill = !element.NoFill;
        switch (element.Key)
        {
            case DateTimeKey.Exact:
                return false;
            case DateTimeKey.MeridianDots:
                output.Append(Cased(t.Hour % 24 >= 12 ? "p.m." : "a.m.", element.Text));
                return false;
            case DateTimeKey.Meridian:
                output.Append(Cased(t.Hour % 24 >= 12 ? "pm" : "am", element.Text));
                return false;
            case DateTimeKey.Hour12:
                return Number(output, t.Hour % 12 == 0 ? 12 : t.Hour % 12, Width(2, t.Hour, fill));
            case DateTimeKey.Hour24:
                return Number(output, t.Hour, Width(2, t.Hour, fill));
            case DateTimeKey.Minute:
                return Number(output, t.Minute, Width(2, t.Minute, fill));
            case DateTimeKey.Second:
                return Number(output, t.Second, Width(2, t.Second, fill));
            case DateTimeKey.Fraction1:
                return Number(output, t.Fraction / 100_000, 1);
            case DateTimeKey.Fraction2:
                return Number(output, t.Fraction / 10_000, 2);
            case DateTimeKey.Fraction3 or DateTimeKey.Milliseconds:
                return Number(output, t.Fraction / 1000, 3);
            case DateTimeKey.Fraction4:
                return Number(output, t.Fraction / 100, 4);
            case DateTimeKey.Fraction5:
                return Number(output, t.Fraction / 10, 5);
            case DateTimeKey.Fraction6 or DateTimeKey.Microseconds:
                return Number(output, t.Fraction, 6);
            case DateTimeKey.SecondsOfDay:
                return Number(output, (t.Hour * 3600) + (t.Minute * 60) + t.Second, 0);
            case DateTimeKey.Zone or DateTimeKey.ZoneHour or DateTimeKey.ZoneMinute or DateTimeKey.Offset:
                ZoneField(t, element, fill, output);
                return false;
            default:
                return DateField(t, element, fill, output);
        }
    }

    private static void ZoneField(in DateTimeParts t, DateTimeElement element, bool fill, StringBuilder output)
    {
        NotOfInterval(t);
        var offset = t.Zone?.Offset ?? 0;
        switch (element.Key)
        {
            case DateTimeKey.Zone:
                output.Append(t.Zone is { } zone ? element.Text == "tz" ? zone.Abbreviation.ToLowerInvariant() : zone.Abbreviation : "");
                break;
            case DateTimeKey.ZoneHour:
                output.Append(offset >= 0 ? '+' : '-');
                Number(output, Math.Abs(offset) / 3600, 2);
                break;
            case DateTimeKey.ZoneMinute:
                Number(output, Math.Abs(offset % 3600) / 60, 2);
                break;
            default:
                output.Append(offset >= 0 ? '+' : '-');
                Number(output, Math.Abs(offset) / 3600, fill ? 2 : 0);
                if (offset % 3600 != 0)
                {
                    output.Append(':');
                    Number(output, Math.Abs(offset % 3600) / 60, 2);
                }

                break;
        }
    }

    private static bool DateField(in DateTimeParts t, DateTimeElement element, bool fill, StringBuilder output)
    {
        var year = t.WrittenYear;
        switch (element.Key)
        {
            case DateTimeKey.EraDots:
                NotOfInterval(t);
                output.Append(Cased(t.Year <= 0 ? "b.c." : "a.d.", element.Text));
                return false;
            case DateTimeKey.Era:
                NotOfInterval(t);
                output.Append(Cased(t.Year <= 0 ? "bc" : "ad", element.Text));
                return false;
            case DateTimeKey.MonthName:
                NotOfInterval(t);
                Name(output, Names.MonthNames[t.Month - 1], element, fill);
                return false;
            case DateTimeKey.MonthAbbreviation:
                NotOfInterval(t);
                output.Append(Cased(Names.AbbreviatedMonthNames[t.Month - 1], element.Text));
                return false;
            case DateTimeKey.MonthNumber:
                return Number(output, t.Month, Width(2, t.Month, fill));
            case DateTimeKey.DayName:
                NotOfInterval(t);
                Name(output, Names.DayNames[DateMath.DayOfWeek(t.Date)], element, fill);
                return false;
            case DateTimeKey.DayAbbreviation:
                NotOfInterval(t);
                output.Append(Cased(Names.AbbreviatedDayNames[DateMath.DayOfWeek(t.Date)], element.Text));
                return false;
            case DateTimeKey.DayOfYear:
                return Number(output, t.DayOfYear, fill ? 3 : 0);
            case DateTimeKey.IsoDayOfYear:
                return Number(output, t.Date - DateMath.IsoWeekStart(DateMath.IsoWeek(t.Date).Year, 1) + 1, fill ? 3 : 0);
            case DateTimeKey.Day:
                return Number(output, t.Day, fill ? 2 : 0);
            case DateTimeKey.DayOfWeek:
                NotOfInterval(t);
                return Number(output, DateMath.DayOfWeek(t.Date) + 1, 0);
            case DateTimeKey.IsoDayOfWeek:
                NotOfInterval(t);
                return Number(output, DateMath.FloorMod(DateMath.DayOfWeek(t.Date) - 1, 7) + 1, 0);
            case DateTimeKey.WeekOfYear:
                return Number(output, ((t.DayOfYear - 1) / 7) + 1, fill ? 2 : 0);
            case DateTimeKey.IsoWeek:
                return Number(output, DateMath.IsoWeek(t.Date).Week, fill ? 2 : 0);
            case DateTimeKey.Quarter:
                return t.Month != 0 && Number(output, ((t.Month - 1) / 3) + 1, 0);
            case DateTimeKey.Century:
                var century = t.IsInterval ? t.Year / 100 : t.Year > 0 ? ((t.Year - 1) / 100) + 1 : (t.Year / 100) - 1;
                return Number(output, century, century is <= 99 and >= -99 ? Width(2, century, fill) : 0);
            case DateTimeKey.YearComma:
                output.Append((year / 1000).ToString(CultureInfo.InvariantCulture)).Append(',');
                Number(output, year % 1000, 3);
                return true;
            case DateTimeKey.Year4:
                return Number(output, year, Width(4, year, fill));
            case DateTimeKey.IsoYear4:
                return Number(output, IsoYear(t), Width(4, year, fill));
            case DateTimeKey.Year3:
                return Number(output, year % 1000, Width(3, year, fill));
            case DateTimeKey.IsoYear3:
                return Number(output, IsoYear(t) % 1000, Width(3, year, fill));
            case DateTimeKey.Year2:
                return Number(output, year % 100, Width(2, year, fill));
            case DateTimeKey.IsoYear2:
                return Number(output, IsoYear(t) % 100, Width(2, year, fill));
            case DateTimeKey.Year1:
                return Number(output, year % 10, 0);
            case DateTimeKey.IsoYear1:
                return Number(output, IsoYear(t) % 10, 0);
            case DateTimeKey.RomanMonth:
                RomanMonth(t, element, fill, output);
                return false;
            case DateTimeKey.WeekOfMonth:
                return Number(output, ((t.Day - 1) / 7) + 1, 0);
            default:
                return Number(output, t.Date + DateMath.JulianOfEpoch, 0);
        }
    }

    private static int IsoYear(in DateTimeParts t) => t.Written(DateMath.IsoWeek(t.Date).Year);

    private static void RomanMonth(in DateTimeParts t, DateTimeElement element, bool fill, StringBuilder output)
    {
        if (t.Month == 0 && t.Year == 0)
        {
            return;
        }

        // Whole years of an interval count as December or January; negative months count from December back.
        var index = t.Month == 0 ? t.Year >= 0 ? 11 : 0 : t.Month < 0 ? t.Month + 12 : t.Month - 1;
        var text = Cased(Roman[index], element.Text);
        output.Append(fill ? text.PadRight(4) : text);
    }

    private static void Name(StringBuilder output, string name, DateTimeElement element, bool fill)
    {
        var text = Cased(name, element.Text);
        output.Append(fill && !element.Translated ? text.PadRight(9) : text);
    }

    // The spelling's first letters tell the case: MONTH, Month, month.
    private static string Cased(string name, string spelling) =>
        char.IsAsciiLetterLower(spelling[0]) ? name.ToLowerInvariant()
        : char.IsAsciiLetterLower(spelling[1]) ? name : name.ToUpperInvariant();

    private static int Width(int digits, long sign, bool fill) => !fill ? 0 : sign >= 0 ? digits : digits + 1;

    // The width counts the sign, as C's %0*d does.
    private static bool Number(StringBuilder output, long value, int width)
    {
        if (value < 0)
        {
            output.Append('-');
            width--;
        }

        output.Append(Math.Abs(value).ToString(CultureInfo.InvariantCulture).PadLeft(Math.Max(width, 0), '0'));
        return true;
    }

    private static void NotOfInterval(in DateTimeParts t)
    {
        if (t.IsInterval)
        {
            throw new PgException(SqlState.InvalidDatetimeFormat, "invalid format specification for an interval value")
                .WithHint("Intervals are not tied to specific calendar dates.");
        }
    }
}
