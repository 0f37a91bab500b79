using System.Globalization;
using System.Numerics;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <content>Input, and comparison of text forms.</content>
public readonly partial struct PgNumeric
{
    /// <summary>Parses as numeric_in does.</summary>
    /// <exception cref="PgException">22P02 or 22003.</exception>
    public static PgNumeric Parse(ReadOnlySpan<byte> text)
    {
        var s = Ascii.Trim(text);
        var i = s.Length > 0 && s[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        var negative = i == 1 && s[0] == '-';
        var body = s[i..];
        if (body.Length == 0)
        {
            throw PgErrors.InvalidTextRepresentation("numeric", Ascii.Text(text));
        }

        if (!Ascii.IsDigit(body[0]) && body[0] != '.')
        {
            if (i == 0 && System.Text.Ascii.EqualsIgnoreCase(body, "nan"u8))
            {
                return NaN;
            }

            if (System.Text.Ascii.EqualsIgnoreCase(body, "infinity"u8) || System.Text.Ascii.EqualsIgnoreCase(body, "inf"u8))
            {
                return negative ? NegativeInfinity : PositiveInfinity;
            }

            throw PgErrors.InvalidTextRepresentation("numeric", Ascii.Text(text));
        }

        if (body.Length > 1 && body[0] == '0')
        {
            var radix = Ascii.ToLower(body[1]) switch { (byte)'x' => 16, (byte)'o' => 8, (byte)'b' => 2, _ => 10 };
            if (radix != 10)
            {
                return ParseRadix(body[2..], radix, negative, text);
            }
        }

        return ParseDecimal(body, negative, text);
    }

    /// <summary>Reads a storage form; the same as <see cref="Parse"/>, kept apart for what it says.</summary>
    public static PgNumeric FromStorage(ReadOnlySpan<byte> text) => Parse(text);

    /// <summary>
    /// Compares two output forms as numbers without making any; what the collation pg_numeric does. Texts that are no output form
    /// compare by bytes.
    /// </summary>
    public static int CompareText(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.SequenceEqual(b))
        {
            return 0;
        }

        var rankA = TextRank(a);
        var rankB = TextRank(b);
        if (rankA != 0 || rankB != 0)
        {
            return rankA.CompareTo(rankB);
        }

        var negativeA = a.Length > 0 && a[0] == '-';
        var negativeB = b.Length > 0 && b[0] == '-';
        if (negativeA != negativeB)
        {
            // -0.00 is never written, so a sign decides.
            return negativeA ? -1 : 1;
        }

        if (negativeA)
        {
            a = a[1..];
            b = b[1..];
        }

        var wholeA = WholeLength(a);
        var wholeB = WholeLength(b);
        var order = wholeA != wholeB ? wholeA.CompareTo(wholeB) : a[..wholeA].SequenceCompareTo(b[..wholeB]);
        if (order == 0)
        {
            var fractionA = a.Length > wholeA ? a[(wholeA + 1)..].TrimEnd((byte)'0') : default;
            var fractionB = b.Length > wholeB ? b[(wholeB + 1)..].TrimEnd((byte)'0') : default;
            order = fractionA.SequenceCompareTo(fractionB);
        }

        return negativeA ? -order : order;
    }

    private static int WholeLength(ReadOnlySpan<byte> text)
    {
        var point = text.IndexOf((byte)'.');
        return point < 0 ? text.Length : point;
    }

    private static int TextRank(ReadOnlySpan<byte> text) => text.Length == 0 ? 0 : text[0] switch
    {
        (byte)'N' => 2,
        (byte)'I' => 1,
        (byte)'-' when text.Length > 1 && text[1] == 'I' => -1,
        _ => 0,
    };

    private static PgNumeric ParseRadix(ReadOnlySpan<byte> digits, int radix, bool negative, ReadOnlySpan<byte> text)
    {
        var value = BigInteger.Zero;
        var count = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = Ascii.HexValue(digits[i]);
            if (digit >= 0 && digit < radix)
            {
                value = (value * radix) + digit;
                count++;
            }
            else if (digits[i] != '_' || i + 1 >= digits.Length || Ascii.HexValue(digits[i + 1]) is not (>= 0 and var next) || next >= radix)
            {
                throw PgErrors.InvalidTextRepresentation("numeric", Ascii.Text(text));
            }
        }

        return count > 0 ? new(negative ? -value : value, 0) : throw PgErrors.InvalidTextRepresentation("numeric", Ascii.Text(text));
    }

    private static PgNumeric ParseDecimal(ReadOnlySpan<byte> s, bool negative, ReadOnlySpan<byte> text)
    {
        var invalid = false;
        Span<byte> digits = s.Length <= 256 ? stackalloc byte[s.Length] : new byte[s.Length];
        var count = 0;
        var scale = 0;
        var point = false;
        var i = 0;
        for (; i < s.Length; i++)
        {
            var c = s[i];
            if (Ascii.IsDigit(c))
            {
                digits[count++] = c;
                scale += point ? 1 : 0;
            }
            else if (c == '.' && !point)
            {
                point = true;
                // A point may not be followed by an underscore.
                invalid |= i + 1 < s.Length && s[i + 1] == '_';
            }
            else if (c == '_')
            {
                invalid |= i + 1 >= s.Length || !Ascii.IsDigit(s[i + 1]) || i == 0;
            }
            else
            {
                break;
            }
        }

        long exponent = 0;
        if (count > 0 && i < s.Length && Ascii.ToLower(s[i]) == 'e')
        {
            i++;
            var negativeExponent = i < s.Length && s[i] == '-';
            i += i < s.Length && s[i] is (byte)'-' or (byte)'+' ? 1 : 0;
            var first = i;
            for (; i < s.Length; i++)
            {
                if (Ascii.IsDigit(s[i]))
                {
                    exponent = (exponent * 10) + (s[i] - '0');
                    if (exponent > int.MaxValue / 2)
                    {
                        throw PgErrors.NumericOverflow();
                    }
                }
                else if (s[i] == '_' && i > first)
                {
                    invalid |= i + 1 >= s.Length || !Ascii.IsDigit(s[i + 1]);
                }
                else
                {
                    break;
                }
            }

            invalid |= i == first;
            exponent = negativeExponent ? -exponent : exponent;
        }

        if (count == 0 || invalid || i != s.Length)
        {
            throw PgErrors.InvalidTextRepresentation("numeric", Ascii.Text(text));
        }

        var significant = digits[..count].TrimStart((byte)'0');
        var displayScale = scale - exponent;
        if (displayScale > MaxScale || (significant.Length > 0 && significant.Length - displayScale > MaxWholeDigits))
        {
            throw PgErrors.NumericOverflow();
        }

        var up = displayScale < 0 ? (int)-displayScale : 0;
        var finalScale = (int)Math.Max(displayScale, 0);
        if (significant.Length + up <= PowersOfTen.MaxSmall - 1)
        {
            Int128 value = 0;
            if (significant.Length <= 18)
            {
                long part = 0;
                foreach (var digit in significant)
                {
                    part = (part * 10) + (digit - '0');
                }

                value = part;
            }
            else
            {
                foreach (var digit in significant)
                {
                    value = (value * 10) + (digit - '0');
                }
            }

            value = up == 0 ? value : value * PowersOfTen.Small(up);
            return new(negative ? -value : value, finalScale);
        }

        if (significant.Length == 0)
        {
            return new((Int128)0, finalScale);
        }

        var big = BigInteger.Parse(System.Text.Encoding.ASCII.GetString(significant), CultureInfo.InvariantCulture) * PowersOfTen.Big(up);
        return new(negative ? -big : big, finalScale);
    }
}
