using System.Buffers;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>interval: months, days and microseconds, kept apart. All least or all greatest values are -infinity and infinity.</summary>
public readonly record struct PgInterval(int Months, int Days, long Microseconds) : IComparable<PgInterval>
{
    /// <summary>infinity.</summary>
    public static PgInterval PositiveInfinity => new(int.MaxValue, int.MaxValue, long.MaxValue);

    /// <summary>-infinity.</summary>
    public static PgInterval NegativeInfinity => new(int.MinValue, int.MinValue, long.MinValue);

    /// <summary>Whether this is infinity.</summary>
    public bool IsPositiveInfinity => Months == int.MaxValue && Days == int.MaxValue && Microseconds == long.MaxValue;

    /// <summary>Whether this is -infinity.</summary>
    public bool IsNegativeInfinity => Months == int.MinValue && Days == int.MinValue && Microseconds == long.MinValue;

    /// <summary>Whether this is not ±infinity.</summary>
    public bool IsFinite => !IsPositiveInfinity && !IsNegativeInfinity;

    /// <summary>Length in microseconds for comparison: a month is 30 days, a day 24 hours.</summary>
    public Int128 Span => ((((Int128)Months * 30) + Days) * 86_400_000_000L) + Microseconds;

    /// <summary>Compares as the interval operators do.</summary>
    public int CompareTo(PgInterval other) => Span.CompareTo(other.Span);

    /// <summary>The storage form: IntervalStyle postgres.</summary>
    public PgDatum ToDatum()
    {
        var writer = new ArrayBufferWriter<byte>(32);
        DateTime.IntervalText.Write(this, IntervalStyle.Postgres, writer);
        return PgDatum.FromText(writer.WrittenSpan.ToArray());
    }

    /// <inheritdoc/>
    public override string ToString() => ToDatum().GetString();

    /// <summary>Reads a storage form.</summary>
    /// <exception cref="PgException">22007 when the text is none.</exception>
    public static PgInterval FromStorage(ReadOnlySpan<byte> text) =>
        TryReadStorage(text, out var value) ? value : throw PgErrors.InvalidDatetime("interval", Ascii.Text(text));

    /// <summary>Reads a storage form.</summary>
    public static bool TryReadStorage(ReadOnlySpan<byte> text, out PgInterval value)
    {
        value = default;
        if (text.SequenceEqual("infinity"u8))
        {
            value = PositiveInfinity;
            return true;
        }

        if (text.SequenceEqual("-infinity"u8))
        {
            value = NegativeInfinity;
            return true;
        }

        long months = 0, days = 0, microseconds = 0;
        var i = 0;
        while (i < text.Length)
        {
            var negative = text[i] == '-';
            i += text[i] is (byte)'-' or (byte)'+' ? 1 : 0;
            if (!Number(text, ref i, out var number))
            {
                return false;
            }

            if (i < text.Length && text[i] == ':')
            {
                i++;
                if (!Number(text, ref i, out var minutes) || i >= text.Length || text[i++] != ':' || !Number(text, ref i, out var seconds))
                {
                    return false;
                }

                long fraction = 0;
                if (i < text.Length && text[i] == '.')
                {
                    i++;
                    for (var unit = 100_000; i < text.Length && Ascii.IsDigit(text[i]); unit /= 10, i++)
                    {
                        fraction += (text[i] - '0') * unit;
                    }
                }

                microseconds = unchecked((number * 3_600_000_000L) + (minutes * 60_000_000L) + (seconds * 1_000_000L) + fraction);
                microseconds = negative ? unchecked(-microseconds) : microseconds;
            }
            else if (i + 1 < text.Length && text[i] == ' ')
            {
                number = negative ? -number : number;
                switch (text[i + 1])
                {
                    case (byte)'y':
                        months += number * 12;
                        break;
                    case (byte)'m':
                        months += number;
                        break;
                    case (byte)'d':
                        days = number;
                        break;
                    default:
                        return false;
                }

                i += 2;
                while (i < text.Length && text[i] != ' ')
                {
                    i++;
                }
            }
            else
            {
                return false;
            }

            i++;
        }

        if (months != (int)months || days != (int)days)
        {
            return false;
        }

        value = new((int)months, (int)days, microseconds);
        return text.Length > 0;
    }

    private static bool Number(ReadOnlySpan<byte> text, ref int i, out long value)
    {
        value = 0;
        var start = i;
        while (i < text.Length && Ascii.IsDigit(text[i]))
        {
            value = (value * 10) + (text[i++] - '0');
        }

        return i > start;
    }
}
