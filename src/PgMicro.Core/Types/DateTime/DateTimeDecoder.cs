using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.DateTime;

/// <summary>Input of date, time, timetz, timestamp and timestamptz: DecodeDateTime and DecodeTimeOnly.</summary>
internal static class DateTimeDecoder
{
    private const int M = FieldDecoder.Month, D = FieldDecoder.Day, Time = FieldDecoder.Time, Zone = FieldDecoder.Zone;
    private const int Date = FieldDecoder.FullDate;

    /// <summary>Parses a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="type">The type's name for errors.</param>
    /// <param name="timeOnly">Whether a time alone is wanted, and a date only tells the zone's offset.</param>
    /// <param name="needsZone">Whether the session's zone fills in a missing one.</param>
    /// <param name="context">Session settings.</param>
    /// <exception cref="PgException">22007, 22008, 22009, 22023.</exception>
    public static DateTimeFields Decode(ReadOnlySpan<byte> text, string type, bool timeOnly, bool needsZone, TypeContext context)
    {
        var fields = new List<(FieldKind, string)>(8);
        var error = DateTimeScanner.Scan(text, fields);
        string? zone = null;
        var tm = new DateTimeFields();
        if (error == DateTimeError.None)
        {
            error = Decode(fields, tm, timeOnly, needsZone, context, out zone);
        }

        return error == DateTimeError.None ? tm : throw Error(error, Ascii.Text(text), type, zone);
    }

    /// <summary>The error that PostgreSQL reports for a failure.</summary>
    public static PgException Error(DateTimeError error, string text, string type, string? zone) => error switch
    {
        DateTimeError.FieldOverflow => PgErrors.DatetimeFieldOutOfRange(text),
        DateTimeError.MonthDayOverflow => PgErrors.DatetimeFieldOutOfRange(text).WithHint("Perhaps you need a different \"datestyle\" setting."),
        DateTimeError.IntervalOverflow => new PgException(SqlState.IntervalFieldOverflow, $"interval field value out of range: \"{text}\""),
        DateTimeError.ZoneOverflow =>
            new PgException(SqlState.InvalidTimeZoneDisplacementValue, $"time zone displacement out of range: \"{text}\""),
        DateTimeError.BadZone => new PgException(SqlState.InvalidParameterValue, $"time zone \"{zone}\" not recognized"),
        _ => PgErrors.InvalidDatetime(type, text),
    };

    private static DateTimeError Decode(
        List<(FieldKind Kind, string Text)> fields, DateTimeFields tm, bool timeOnly, bool needsZone, TypeContext context, out string? badZone)
    {
        badZone = null;
        var decoder = new FieldDecoder(tm, context.DateOrder);
        int known = 0, meridian = -1;
        DateUnit prefix = DateUnit.None;
        bool textMonth = false, julian = false, bc = false, dstModifier = false;
        PgTimeZone? named = null;
        var assumed = timeOnly ? Date : 0;
        for (var i = 0; i < fields.Count; i++)
        {
            var (kind, text) = fields[i];
            decoder.Mask = 0;
            var error = DateTimeError.None;
            switch (kind)
            {
                case FieldKind.Date when timeOnly && i == 0 && fields.Count >= 2 && (fields[^1].Kind == FieldKind.Date || fields[1].Kind == FieldKind.Time):
                    error = decoder.DecodeDate(text, known);
                    break;
                case FieldKind.Date when prefix == DateUnit.Julian:
                    if (!FieldDecoder.Integer(text, out int day, out var dayEnd) || day < 0)
                    {
                        return DateTimeError.FieldOverflow;
                    }

                    (tm.Year, tm.Month, tm.Day) = DateMath.ToCivil((long)day - DateMath.JulianOfEpoch);
                    julian = true;
                    error = FieldDecoder.DecodeZone(text.AsSpan(dayEnd), out tm.Offset);
                    decoder.Mask = Date | Time | Zone;
                    prefix = DateUnit.None;
                    break;
                case FieldKind.Date when timeOnly || prefix != DateUnit.None || (known & (M | D)) == (M | D):
                    if (char.IsAsciiDigit(text[0]) || prefix != DateUnit.None)
                    {
                        if (prefix is not (DateUnit.None or DateUnit.Time))
                        {
                            return DateTimeError.BadFormat;
                        }

                        prefix = DateUnit.None;
                        var dash = text.IndexOf('-', StringComparison.Ordinal);
                        if ((known & Time) != 0 || dash < 0)
                        {
                            return DateTimeError.BadFormat;
                        }

                        error = FieldDecoder.DecodeZone(text.AsSpan(dash), out tm.Offset);
                        if (error == DateTimeError.None)
                        {
                            error = decoder.DecodeRunTogether(text[..dash], known | assumed);
                            decoder.Mask |= Zone;
                        }
                    }
                    else
                    {
                        named = PgTimeZone.Find(text);
                        if (named is null)
                        {
                            badZone = text;
                            return DateTimeError.BadZone;
                        }

                        decoder.Mask = Zone;
                    }

                    break;
                case FieldKind.Date:
                    error = decoder.DecodeDate(text, known);
                    break;
                case FieldKind.Time:
                    if (prefix is not (DateUnit.None or DateUnit.Time))
                    {
                        return DateTimeError.BadFormat;
                    }

                    prefix = DateUnit.None;
                    error = decoder.DecodeTime(text);
                    if (error == DateTimeError.None && !timeOnly && tm.TimeOverflows)
                    {
                        error = DateTimeError.FieldOverflow;
                    }

                    break;
                case FieldKind.Zone:
                    error = FieldDecoder.DecodeZone(text, out tm.Offset);
                    decoder.Mask = Zone;
                    break;
                case FieldKind.Number when prefix != DateUnit.None:
                    error = Prefixed(text, prefix, known, tm, ref decoder, ref julian);
                    prefix = DateUnit.None;
                    break;
                case FieldKind.Number:
                    error = timeOnly
                        ? TimeNumber(text, i, fields, known, ref decoder)
                        : Number(text, textMonth, known, ref decoder);
                    break;
                default:
                    if (DateTimeTokens.Abbreviation(text, out var offset, out _))
                    {
                        tm.Offset = offset;
                        named = DateTimeTokens.ZoneOf(text) is null ? named : PgTimeZone.FindAbbreviation(text);
                        decoder.Mask = Zone;
                        break;
                    }

                    var (token, value) = DateTimeTokens.Date(text);
                    switch (token)
                    {
                        case TokenKind.Ignore:
                            continue;
                        case TokenKind.Reserved:
                            error = Reserved((Word)value, timeOnly, tm, context, out decoder.Mask);
                            break;
                        case TokenKind.Month when !timeOnly:
                            if ((known & M) != 0 && !textMonth && (known & D) == 0 && tm.Month is >= 1 and <= 31)
                            {
                                // The number read as the month was the day.
                                tm.Day = tm.Month;
                                decoder.Mask = D;
                            }
                            else
                            {
                                decoder.Mask = M;
                            }

                            textMonth = true;
                            tm.Month = value;
                            break;
                        case TokenKind.DstModifier:
                            decoder.Mask = FieldDecoder.Dst;
                            dstModifier = true;
                            tm.Offset += value;
                            break;
                        case TokenKind.AmPm:
                            decoder.Mask = FieldDecoder.AmPm;
                            meridian = value;
                            break;
                        case TokenKind.AdBc:
                            decoder.Mask = FieldDecoder.AdBc;
                            bc = value == 1;
                            break;
                        case TokenKind.DayOfWeek when !timeOnly:
                            decoder.Mask = FieldDecoder.DayOfWeek;
                            break;
                        case TokenKind.Units or TokenKind.IsoTime:
                            if (prefix != DateUnit.None || (token == TokenKind.IsoTime && !timeOnly && (known & Date) != Date))
                            {
                                return DateTimeError.BadFormat;
                            }

                            prefix = (DateUnit)value;
                            break;
                        case TokenKind.Unknown:
                            named = PgTimeZone.Find(text);
                            if (named is null)
                            {
                                return DateTimeError.BadFormat;
                            }

                            decoder.Mask = Zone;
                            break;
                        default:
                            return DateTimeError.BadFormat;
                    }

                    break;
            }

            if (error != DateTimeError.None)
            {
                return error;
            }

            if ((decoder.Mask & known) != 0)
            {
                return DateTimeError.BadFormat;
            }

            known |= decoder.Mask;
        }

        if (prefix != DateUnit.None)
        {
            return DateTimeError.BadFormat;
        }

        if (tm.Special != SpecialValue.None)
        {
            return DateTimeError.None;
        }

        var invalid = decoder.Validate(known, julian, bc);
        if (invalid != DateTimeError.None)
        {
            return invalid;
        }

        if (meridian >= 0)
        {
            if (tm.Hour > 12)
            {
                return DateTimeError.FieldOverflow;
            }

            tm.Hour = meridian == 0 ? tm.Hour == 12 ? 0 : tm.Hour : tm.Hour == 12 ? 12 : tm.Hour + 12;
        }

        if (timeOnly && tm.TimeOverflows)
        {
            return DateTimeError.FieldOverflow;
        }

        if ((known & (timeOnly ? Time : Date)) != (timeOnly ? Time : Date) || (named is not null && dstModifier))
        {
            return DateTimeError.BadFormat;
        }

        return ResolveZone(tm, known, needsZone, named, context, dstModifier);
    }

    private static DateTimeError ResolveZone(
        DateTimeFields tm, int known, bool needsZone, PgTimeZone? named, TypeContext context, bool dstModifier)
    {
        var zone = named;
        if (zone is null)
        {
            if (!needsZone || (known & Zone) != 0)
            {
                return DateTimeError.None;
            }

            if (dstModifier)
            {
                return DateTimeError.BadFormat;
            }

            zone = context.TimeZone;
        }

        long days;
        if ((known & Date) == Date)
        {
            days = tm.DateDays;
        }
        else if (named is not null ? zone.IsFixed : (known & Date) == 0)
        {
            days = CurrentDate(context);
        }
        else
        {
            return DateTimeError.BadFormat;
        }

        // Far beyond the range of timestamps the offset does not matter; the range check follows.
        days = Math.Clamp(days, DateMath.MinDate, 106_751_990);
        tm.Offset = zone.AtLocal((days * TimestampMath.MicrosecondsPerDay) + tm.TimeMicroseconds).Offset;
        return DateTimeError.None;
    }

    private static long CurrentDate(TypeContext context) =>
        DateMath.FloorDiv(TimestampMath.ToLocal(context.TransactionTimestamp, context.TimeZone), TimestampMath.MicrosecondsPerDay);

    private static DateTimeError Number(string text, bool textMonth, int known, ref FieldDecoder decoder)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0 && (known & Date) == 0)
        {
            return decoder.DecodeDate(text, known);
        }

        if (point > 2 || (point < 0 && text.Length >= 6 && ((known & Date) == 0 || (known & Time) == 0)))
        {
            return decoder.DecodeRunTogether(text, known);
        }

        return decoder.DecodeNumber(text, textMonth, known);
    }

    private static DateTimeError TimeNumber(
        string text, int index, List<(FieldKind Kind, string Text)> fields, int known, ref FieldDecoder decoder)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            return index == 0 && fields.Count >= 2 && fields[^1].Kind == FieldKind.Date
                ? decoder.DecodeDate(text, known)
                : point > 2 ? decoder.DecodeRunTogether(text, known | Date) : DateTimeError.BadFormat;
        }

        return text.Length > 4 ? decoder.DecodeRunTogether(text, known | Date) : decoder.DecodeNumber(text, false, known | Date);
    }

    private static DateTimeError Prefixed(
        string text, DateUnit prefix, int known, DateTimeFields tm, ref FieldDecoder decoder, ref bool julian)
    {
        if (!FieldDecoder.Integer(text, out int value, out var end))
        {
            return DateTimeError.FieldOverflow;
        }

        if (end < text.Length && text[end] != '.')
        {
            return DateTimeError.BadFormat;
        }

        if (prefix == DateUnit.Time)
        {
            var error = decoder.DecodeRunTogether(text, known | Date);
            return error != DateTimeError.None ? error : decoder.Mask == Time ? DateTimeError.None : DateTimeError.BadFormat;
        }

        if (prefix != DateUnit.Julian)
        {
            return DateTimeError.BadFormat;
        }

        if (value < 0)
        {
            return DateTimeError.FieldOverflow;
        }

        (tm.Year, tm.Month, tm.Day) = DateMath.ToCivil((long)value - DateMath.JulianOfEpoch);
        julian = true;
        decoder.Mask = Date;
        if (end < text.Length)
        {
            if (!FieldDecoder.Fraction(text.AsSpan(end), out var part))
            {
                return DateTimeError.BadFormat;
            }

            SetTime(tm, (long)(part * TimestampMath.MicrosecondsPerDay));
            decoder.Mask |= Time;
        }

        return DateTimeError.None;
    }

    private static DateTimeError Reserved(Word word, bool timeOnly, DateTimeFields tm, TypeContext context, out int mask)
    {
        mask = Date;
        if (timeOnly && word is not (Word.Now or Word.Zulu))
        {
            return DateTimeError.BadFormat;
        }

        switch (word)
        {
            case Word.Now:
                mask = timeOnly ? Time : Date | Time | Zone;
                var offset = context.TimeZone.At(context.TransactionTimestamp).Offset;
                var local = context.TransactionTimestamp + (offset * 1_000_000L);
                var days = DateMath.FloorDiv(local, TimestampMath.MicrosecondsPerDay);
                SetTime(tm, local - (days * TimestampMath.MicrosecondsPerDay));
                if (!timeOnly)
                {
                    (tm.Year, tm.Month, tm.Day) = DateMath.ToCivil(days);
                    tm.Offset = offset;
                }

                break;
            case Word.Today:
            case Word.Tomorrow:
            case Word.Yesterday:
                var shift = word == Word.Today ? 0 : word == Word.Tomorrow ? 1 : -1;
                (tm.Year, tm.Month, tm.Day) = DateMath.ToCivil(CurrentDate(context) + shift);
                break;
            case Word.Zulu:
                mask = Time | Zone;
                (tm.Hour, tm.Minute, tm.Second, tm.Offset) = (0, 0, 0, 0);
                break;
            default:
                mask = Date | Time | Zone;
                tm.Special = word == Word.Epoch ? SpecialValue.Epoch : word == Word.Late ? SpecialValue.Infinity : SpecialValue.NegativeInfinity;
                break;
        }

        return DateTimeError.None;
    }

    private static void SetTime(DateTimeFields tm, long microseconds)
    {
        tm.Hour = (int)(microseconds / 3_600_000_000L);
        tm.Minute = (int)(microseconds / 60_000_000L % 60);
        tm.Second = (int)(microseconds / 1_000_000L % 60);
        tm.Fraction = (int)(microseconds % 1_000_000L);
    }
}
