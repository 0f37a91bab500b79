using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.DateTime;

/// <summary>Interval input: PostgreSQL's and SQL's forms, then ISO 8601's.</summary>
internal static class IntervalDecoder
{
    /// <exception cref="PgException">22007, 22015, 22008.</exception>
    public static PgInterval Decode(ReadOnlySpan<byte> text, int range, TypeContext context)
    {
        var fields = new List<(FieldKind, string)>(8);
        var total = default(IntervalSum);
        var special = SpecialValue.None;
        var error = DateTimeScanner.Scan(text, fields);
        if (error == DateTimeError.None)
        {
            error = Decode(fields, range, context.IntervalStyle, ref total, out special);
        }

        if (error == DateTimeError.BadFormat)
        {
            total = default;
            error = Iso8601Interval.Decode(text, ref total);
        }

        if (error != DateTimeError.None)
        {
            throw DateTimeDecoder.Error(error == DateTimeError.FieldOverflow ? DateTimeError.IntervalOverflow : error, Ascii.Text(text), "interval", null);
        }

        if (special != SpecialValue.None)
        {
            return special == SpecialValue.Infinity ? PgInterval.PositiveInfinity : PgInterval.NegativeInfinity;
        }

        var result = total.ToInterval();
        return result.IsFinite ? result : throw PgErrors.IntervalOutOfRange();
    }

    private static DateTimeError Decode(
        List<(FieldKind Kind, string Text)> fields, int range, IntervalStyle style, ref IntervalSum total, out SpecialValue special)
    {
        special = SpecialValue.None;
        var force = style == IntervalStyle.SqlStandard && fields.Count > 0 && fields[0].Text[0] == '-';
        for (var i = 1; force && i < fields.Count; i++)
        {
            force = fields[i].Text[0] is not ('-' or '+');
        }

        var known = 0;
        var unit = DateUnit.None;
        bool pending = false, ago = false, anyUnit = false;
        for (var i = fields.Count - 1; i >= 0; i--)
        {
            var (kind, text) = fields[i];
            var mask = 0;
            if (kind is FieldKind.Time || (kind == FieldKind.Zone && text.IndexOf(':', 1) > 0))
            {
                var signed = kind == FieldKind.Zone;
                var minuteToSecond = range == (IntervalTypmod.Minute | IntervalTypmod.Second);
                var error = FieldDecoder.SplitTime(text.AsSpan(signed ? 1 : 0), minuteToSecond, out var hour, out var minute, out var second, out var fraction);
                if (error != DateTimeError.None)
                {
                    return error;
                }

                var time = ((Int128)hour * 3_600_000_000L) + (minute * 60_000_000L) + (second * 1_000_000L) + fraction;
                if (time > long.MaxValue)
                {
                    return DateTimeError.FieldOverflow;
                }

                total.Microseconds = (signed && text[0] == '-') || force ? -(long)time : (long)time;
                mask = IntervalSum.TimeMask;
                unit = DateUnit.Day;
                anyUnit = true;
                pending = false;
            }
            else if (kind is FieldKind.Zone or FieldKind.Date or FieldKind.Number)
            {
                if (!anyUnit)
                {
                    unit = IntervalTypmod.RightmostUnit(range);
                    anyUnit = true;
                }

                if (!Value(text, ref unit, out var value, out var part, out var failure))
                {
                    return failure;
                }

                if (force)
                {
                    value = value > 0 ? -value : value;
                    part = part > 0 ? -part : part;
                }

                var added = total.Add(unit, value, part, out mask);
                if (added != DateTimeError.None)
                {
                    return added;
                }

                // What stands before hours is days.
                unit = unit == DateUnit.Hour ? DateUnit.Day : unit;
                pending = false;
            }
            else
            {
                if (pending)
                {
                    return DateTimeError.BadFormat;
                }

                var (token, value) = DateTimeTokens.Unit(text);
                if (token == TokenKind.Unknown)
                {
                    (token, value) = DateTimeTokens.Date(text);
                }

                switch (token)
                {
                    case TokenKind.Ignore:
                        continue;
                    case TokenKind.Units:
                        unit = (DateUnit)value;
                        anyUnit = true;
                        pending = true;
                        break;
                    case TokenKind.Ago when i == fields.Count - 1:
                        ago = true;
                        anyUnit = true;
                        unit = DateUnit.Other;
                        break;
                    case TokenKind.Reserved when i == fields.Count - 1 && (Word)value is Word.Late or Word.Early:
                        special = (Word)value == Word.Late ? SpecialValue.Infinity : SpecialValue.NegativeInfinity;
                        mask = IntervalSum.AllMask;
                        anyUnit = true;
                        break;
                    default:
                        return DateTimeError.BadFormat;
                }
            }

            if ((mask & known) != 0)
            {
                return DateTimeError.BadFormat;
            }

            known |= mask;
        }

        if (known == 0 || pending)
        {
            return DateTimeError.BadFormat;
        }

        return ago ? total.Negate() : DateTimeError.None;
    }

    private static bool Value(string text, ref DateUnit unit, out long value, out double part, out DateTimeError error)
    {
        part = 0;
        error = DateTimeError.FieldOverflow;
        if (!FieldDecoder.Integer(text, out value, out var end))
        {
            return false;
        }

        if (end == 0 && text[0] is '+' or '-')
        {
            end = 1;
        }

        if (end == text.Length)
        {
            return true;
        }

        if (text[end] == '-')
        {
            // SQL's years-months.
            if (!FieldDecoder.Integer(text.AsSpan(end + 1), out int months, out var monthsEnd) || months is < 0 or >= 12)
            {
                return false;
            }

            if (end + 1 + monthsEnd != text.Length)
            {
                error = DateTimeError.BadFormat;
                return false;
            }

            unit = DateUnit.Month;
            var sum = ((Int128)value * 12) + (text[0] == '-' ? -months : months);
            value = (long)sum;
            return sum == value;
        }

        if (text[end] != '.' || !FieldDecoder.Fraction(text.AsSpan(end), out part))
        {
            error = DateTimeError.BadFormat;
            return false;
        }

        part = text[0] == '-' ? -part : part;
        return true;
    }
}
