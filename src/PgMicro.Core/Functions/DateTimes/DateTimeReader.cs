using System.Globalization;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;

namespace PgMicro.Core.Functions.DateTimes;

/// <summary>Reads a text along a date/time picture into fields, none of them checked against another.</summary>
internal ref struct DateTimeReader
{
    private static readonly string[] Months =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

    private static readonly string[] ShortMonths = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    private static readonly string[] ShortDays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    private static readonly string[] RomanMonths = ["xii", "xi", "x", "ix", "viii", "vii", "vi", "v", "iv", "iii", "ii", "i"];

    private readonly string _text;
    private readonly DateTimeElement[] _elements;
    private readonly bool _isStandard;
    private readonly FromCharFields _result = new();
    private int _at;
    private int _index;

    // Characters passed over beyond those that the picture has.
    private int _extra;
    private bool _isExact;

    private DateTimeReader(string text, DateTimePicture picture, bool isStandard)
    {
        _text = text;
        _elements = picture.Elements;
        _isExact = _isStandard = isStandard;
    }

    private readonly bool AtEnd => _at >= _text.Length;

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="isStandard">Whether separators must match and nothing may remain, as jsonpath wants.</param>
    /// <exception cref="PgException">22007, 22008.</exception>
    public static FromCharFields Read(string text, DateTimePicture picture, bool isStandard)
    {
        var reader = new DateTimeReader(text, picture, isStandard);
        return reader.Read();
    }

    private FromCharFields Read()
    {
        for (_index = 0; _index < _elements.Length && !AtEnd; _index++)
        {
            var element = _elements[_index];
            if (!_isExact && element.Key != DateTimeKey.Exact && (element.Keyword is not null || _index == 0))
            {
                SkipSpaces();
            }

            if (element.Keyword is null)
            {
                Characters(element);
                continue;
            }

            SetConvention(element.Keyword.Convention);
            Field(element);
            if (!_isExact)
            {
                _extra = 0;
                SkipSpaces();
            }
        }

        if (_isStandard)
        {
            if (_index < _elements.Length)
            {
                throw Wrong("input string is too short for datetime format");
            }

            SkipSpaces();
            if (!AtEnd)
            {
                throw Wrong("trailing characters remain in input string after datetime format");
            }
        }

        return _result;
    }

    private static PgException Wrong(string message) => new(SqlState.InvalidDatetimeFormat, message);

    private void SkipSpaces()
    {
        while (!AtEnd && DateTimePicture.IsSpace(_text[_at]))
        {
            _at++;
            _extra++;
        }
    }

    private void Characters(DateTimeElement element)
    {
        if (element.Key != DateTimeKey.Literal)
        {
            if (_isStandard)
            {
                if (AtEnd || _text[_at] != element.Text[0])
                {
                    throw Wrong($"unmatched format separator \"{element.Text}\"");
                }

                _at++;
            }
            else if (!_isExact)
            {
                // One separator of the picture takes one of the text, or none.
                _extra--;
                if (!AtEnd && (DateTimePicture.IsSpace(_text[_at]) || DateTimePicture.IsSeparator(_text[_at])))
                {
                    _at++;
                    _extra++;
                }
            }
            else
            {
                SkipCharacter();
            }
        }
        else if (!_isExact)
        {
            if (_extra > 0)
            {
                _extra--;
            }
            else
            {
                SkipCharacter();
            }
        }
        else if (_isStandard && string.CompareOrdinal(_text, _at, element.Text, 0, element.Text.Length) != 0)
        {
            throw Wrong($"unmatched format character \"{element.Text}\"");
        }
        else
        {
            SkipCharacter();
        }
    }

    private void SkipCharacter()
    {
        if (!AtEnd)
        {
            _at += char.IsHighSurrogate(_text[_at]) && _at + 1 < _text.Length ? 2 : 1;
        }
    }

    private readonly void SetConvention(DateConvention convention)
    {
        if (convention == DateConvention.None)
        {
            return;
        }

        if (_result.Convention != DateConvention.None && _result.Convention != convention)
        {
            throw Wrong("invalid combination of date conventions")
                .WithHint("Do not mix Gregorian and ISO week date conventions in a formatting template.");
        }

        _result.Convention = convention;
    }

    private void Field(DateTimeElement element)
    {
        switch (element.Key)
        {
            case DateTimeKey.Exact:
                _isExact = true;
                break;
            case DateTimeKey.MeridianDots:
                Set(ref _result.Pm, Word(element, ["a.m.", "p.m."]), element);
                _result.Is12Hour = true;
                break;
            case DateTimeKey.Meridian:
                Set(ref _result.Pm, Word(element, ["am", "pm"]), element);
                _result.Is12Hour = true;
                break;
            case DateTimeKey.Hour12:
                Integer(ref _result.Hour, 2, element);
                _result.Is12Hour = true;
                SkipOrdinal(element);
                break;
            case DateTimeKey.Hour24:
                Integer(ref _result.Hour, 2, element);
                SkipOrdinal(element);
                break;
            case DateTimeKey.Minute:
                Integer(ref _result.Minute, 2, element);
                SkipOrdinal(element);
                break;
            case DateTimeKey.Second:
                Integer(ref _result.Second, 2, element);
                SkipOrdinal(element);
                break;
            case DateTimeKey.Milliseconds:
                var digits = Integer(ref _result.Milliseconds, 3, element);
                _result.Milliseconds *= digits switch { 1 => 100, 2 => 10, _ => 1 };
                SkipOrdinal(element);
                break;
            case DateTimeKey.Microseconds or (>= DateTimeKey.Fraction1 and <= DateTimeKey.Fraction6):
                var most = 6;
                if (element.Key != DateTimeKey.Microseconds)
                {
                    most = _result.FractionDigits = element.Key - DateTimeKey.Fraction1 + 1;
                }

                var length = Integer(ref _result.Microseconds, most, element);
                _result.Microseconds *= length switch { 1 => 100000, 2 => 10000, 3 => 1000, 4 => 100, 5 => 10, _ => 1 };
                SkipOrdinal(element);
                break;
            case DateTimeKey.SecondsOfDay:
                Integer(ref _result.SecondsOfDay, element.Text.Length, element);
                SkipOrdinal(element);
                break;
            case DateTimeKey.Zone or DateTimeKey.ZoneHour or DateTimeKey.ZoneMinute or DateTimeKey.Offset:
                ZoneField(element);
                break;
            default:
                DateField(element);
                break;
        }
    }

    private void ZoneField(DateTimeElement element)
    {
        if (element.Key == DateTimeKey.Zone)
        {
            if (Abbreviation(out var zoneLength, out var offset))
            {
                _result.ZoneOffset = offset;
                _result.ZoneSign = 0;
                _at += zoneLength;
                return;
            }

            if (!AtEnd && char.IsAsciiLetter(_text[_at]))
            {
                throw Wrong($"invalid value \"{_text[_at..]}\" for \"{element.Text}\"").WithDetail("Time zone abbreviation is not recognized.");
            }
        }

        if (element.Key == DateTimeKey.ZoneMinute)
        {
            _result.ZoneSign = _result.ZoneSign == 0 ? 1 : _result.ZoneSign;
            Integer(ref _result.ZoneMinutes, 2, element);
            return;
        }

        if (!AtEnd && _text[_at] is '+' or '-' or ' ')
        {
            _result.ZoneSign = _text[_at++] == '-' ? -1 : 1;
        }
        else
        {
            // A minus may have been passed over as a separator.
            _result.ZoneSign = _extra > 0 && _text[_at - 1] == '-' ? -1 : 1;
        }

        Integer(ref _result.ZoneHours, 2, element);
        if (element.Key != DateTimeKey.ZoneHour && !AtEnd && _text[_at] == ':')
        {
            _at++;
            Integer(ref _result.ZoneMinutes, 2, element);
        }
    }

    private void DateField(DateTimeElement element)
    {
        switch (element.Key)
        {
            case DateTimeKey.EraDots:
                Set(ref _result.Bc, Word(element, ["a.d.", "b.c."]), element);
                return;
            case DateTimeKey.Era:
                Set(ref _result.Bc, Word(element, ["ad", "bc"]), element);
                return;
            case DateTimeKey.MonthName:
                Set(ref _result.Month, Word(element, Months) + 1, element);
                return;
            case DateTimeKey.MonthAbbreviation:
                Set(ref _result.Month, Word(element, ShortMonths) + 1, element);
                return;
            case DateTimeKey.DayName:
                Set(ref _result.DayOfWeek, Word(element, Days), element);
                _result.DayOfWeek++;
                return;
            case DateTimeKey.DayAbbreviation:
                Set(ref _result.DayOfWeek, Word(element, ShortDays), element);
                _result.DayOfWeek++;
                return;
            case DateTimeKey.RomanMonth:
                Set(ref _result.Month, 12 - Word(element, RomanMonths), element);
                return;
            case DateTimeKey.YearComma:
                YearComma(element);
                break;
            case DateTimeKey.MonthNumber:
                Integer(ref _result.Month, 2, element);
                break;
            case DateTimeKey.DayOfYear or DateTimeKey.IsoDayOfYear:
                Integer(ref _result.DayOfYear, 3, element);
                break;
            case DateTimeKey.Day:
                Integer(ref _result.Day, 2, element);
                break;
            case DateTimeKey.DayOfWeek:
                Integer(ref _result.DayOfWeek, 1, element);
                break;
            case DateTimeKey.IsoDayOfWeek:
                // Sunday becomes 1, as in the Gregorian convention.
                Integer(ref _result.DayOfWeek, 1, element);
                _result.DayOfWeek = _result.DayOfWeek >= 7 ? 1 : _result.DayOfWeek + 1;
                break;
            case DateTimeKey.WeekOfYear or DateTimeKey.IsoWeek:
                Integer(ref _result.Week, 2, element);
                break;
            case DateTimeKey.Quarter:
                // It is read and says nothing: which date of the quarter would be meant?
                var ignored = 0;
                Integer(ref ignored, 1, element);
                break;
            case DateTimeKey.Century:
                Integer(ref _result.Century, 2, element);
                break;
            case DateTimeKey.Year4 or DateTimeKey.IsoYear4:
                Integer(ref _result.Year, 4, element);
                _result.YearDigits = 4;
                break;
            case DateTimeKey.Year3 or DateTimeKey.IsoYear3:
                PartialYear(3, element);
                break;
            case DateTimeKey.Year2 or DateTimeKey.IsoYear2:
                PartialYear(2, element);
                break;
            case DateTimeKey.Year1 or DateTimeKey.IsoYear1:
                PartialYear(1, element);
                break;
            case DateTimeKey.WeekOfMonth:
                Integer(ref _result.WeekOfMonth, 1, element);
                break;
            default:
                Integer(ref _result.Julian, 1, element);
                break;
        }

        SkipOrdinal(element);
    }

    private void PartialYear(int width, DateTimeElement element)
    {
        if (Integer(ref _result.Year, width, element) < 4)
        {
            _result.Year = Near2020(_result.Year);
        }

        _result.YearDigits = width;
    }

    // Years of fewer than four digits are taken to be near 2020.
    private static int Near2020(int year) => year switch
    {
        < 70 => year + 2000,
        < 100 => year + 1900,
        < 520 => year + 2000,
        < 1000 => year + 1000,
        _ => year,
    };

    private void YearComma(DateTimeElement element)
    {
        // Any number of digits, a comma, at most three digits; blanks before either.
        if (!ScanNumber(int.MaxValue, out var thousands) || AtEnd || _text[_at] != ',')
        {
            throw Wrong("invalid input string for \"Y,YYY\"");
        }

        _at++;
        if (!ScanNumber(3, out var rest))
        {
            throw Wrong("invalid input string for \"Y,YYY\"");
        }

        var year = rest + (thousands * 1000);
        if (year is < int.MinValue or > int.MaxValue)
        {
            throw new PgException(SqlState.DatetimeFieldOverflow, $"value for \"{element.Text}\" in source string is out of range");
        }

        Set(ref _result.Year, (int)year, element);
        _result.YearDigits = 4;
    }

    private bool ScanNumber(int most, out long value)
    {
        while (!AtEnd && DateTimePicture.IsSpace(_text[_at]))
        {
            _at++;
        }

        var start = _at;
        _at += !AtEnd && _text[_at] is '+' or '-' ? 1 : 0;
        var first = _at;
        while (!AtEnd && _at - start < most && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }

        value = 0;
        return _at > first && long.TryParse(_text.AsSpan(start, _at - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value is >= int.MinValue and <= int.MaxValue;
    }

    private void SkipOrdinal(DateTimeElement element)
    {
        if (element.Ordinal is not null)
        {
            SkipCharacter();
            SkipCharacter();
        }
    }

    private static void Set(ref int field, int value, DateTimeElement element)
    {
        if (field != 0 && field != value)
        {
            throw Wrong($"conflicting values for \"{element.Text}\" field in formatting string")
                .WithDetail("This value contradicts a previous setting for the same field type.");
        }

        field = value;
    }

    // Whether what follows in the picture cannot begin with a digit.
    private readonly bool NextIsSeparator(DateTimeElement element)
    {
        if (element.Ordinal is not null || _index + 1 >= _elements.Length)
        {
            return true;
        }

        var next = _elements[_index + 1];
        return next.Keyword is { } keyword ? !keyword.IsDigits : !(next.Text.Length == 1 && char.IsAsciiDigit(next.Text[0]));
    }

    /// <summary>Reads an integer and returns how many characters it took.</summary>
    private int Integer(ref int field, int width, DateTimeElement element)
    {
        var start = _at;
        while (!AtEnd && DateTimePicture.IsSpace(_text[_at]))
        {
            _at++;
        }

        var copy = _text.Substring(_at, Math.Min(width, _text.Length - _at));
        long value;
        if (element.NoFill || NextIsSeparator(element))
        {
            var taken = Strtol(_text.AsSpan(start), out value);
            _at = start + taken;
        }
        else
        {
            if (copy.Length < width)
            {
                throw Wrong($"source string too short for \"{element.Text}\" formatting field")
                    .WithDetail($"Field requires {width} characters, but only {copy.Length} remain.")
                    .WithHint("If your source string is not fixed-width, try using the \"FM\" modifier.");
            }

            var taken = Strtol(copy, out value);
            if (taken > 0 && taken < width)
            {
                throw Wrong($"invalid value \"{copy}\" for \"{element.Text}\"")
                    .WithDetail($"Field requires {width} characters, but only {taken} could be parsed.")
                    .WithHint("If your source string is not fixed-width, try using the \"FM\" modifier.");
            }

            _at += taken;
        }

        if (_at == start)
        {
            throw Wrong($"invalid value \"{copy}\" for \"{element.Text}\"").WithDetail("Value must be an integer.");
        }

        if (value is < int.MinValue or > int.MaxValue)
        {
            throw new PgException(SqlState.DatetimeFieldOverflow, $"value for \"{element.Text}\" in source string is out of range")
                .WithDetail($"Value must be in the range {int.MinValue} to {int.MaxValue}.");
        }

        Set(ref field, (int)value, element);
        return _at - start;
    }

    // As C's strtol: blanks, a sign, digits; too large a number saturates.
    private static int Strtol(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        var i = 0;
        while (i < text.Length && DateTimePicture.IsSpace(text[i]))
        {
            i++;
        }

        var isNegative = i < text.Length && text[i] == '-';
        i += i < text.Length && text[i] is '-' or '+' ? 1 : 0;
        var first = i;
        for (; i < text.Length && char.IsAsciiDigit(text[i]); i++)
        {
            value = Math.Min((value * 10) + (text[i] - '0'), long.MaxValue / 20);
        }

        if (i == first)
        {
            return 0;
        }

        value = isNegative ? -value : value;
        return i;
    }

    private int Word(DateTimeElement element, string[] words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (string.Compare(_text, _at, words[i], 0, words[i].Length, StringComparison.OrdinalIgnoreCase) == 0)
            {
                _at += words[i].Length;
                return i;
            }
        }

        var end = _at;
        while (end < _text.Length && !DateTimePicture.IsSpace(_text[end]))
        {
            end++;
        }

        throw Wrong($"invalid value \"{_text[_at..end]}\" for \"{element.Text}\"")
            .WithDetail("The given value did not match any of the allowed values for this field.");
    }

    // The longest known abbreviation that the rest begins with, as letters go.
    private readonly bool Abbreviation(out int length, out int offset)
    {
        length = 0;
        while (_at + length < _text.Length && char.IsAsciiLetter(_text[_at + length]))
        {
            length++;
        }

        for (; length > 0; length--)
        {
            if (DateTimeTokens.Abbreviation(_text.Substring(_at, length).ToLowerInvariant(), out offset, out _))
            {
                return true;
            }
        }

        offset = 0;
        return false;
    }
}
