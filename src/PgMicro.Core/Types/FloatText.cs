using System.Buffers;
using System.Globalization;
using System.Numerics;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>Text form of float4 and float8.</summary>
public static class FloatText
{
    /// <summary>Writes float8 as float8out does.</summary>
    public static void Write(double value, int extraFloatDigits, IBufferWriter<byte> writer)
    {
        if (WriteSpecial(value, writer))
        {
            return;
        }

        Span<byte> text = stackalloc byte[40];
        int length;
        if (extraFloatDigits > 0)
        {
            value.TryFormat(text, out length, "R", CultureInfo.InvariantCulture);
            if (Math.Abs(value) is >= 9007199254740992.0 and < 1e41)
            {
                var bits = BitConverter.DoubleToInt64Bits(Math.Abs(value));
                LeaveMidpoint(value, (bits & 0xFFFFFFFFFFFFFL) | 0x10000000000000L, (int)(bits >> 52) - 1075, 17, text, ref length);
            }

            Layout(text[..length], 15, writer);
        }
        else
        {
            var digits = Math.Max(1, 15 + extraFloatDigits);
            value.TryFormat(text, out length, $"E{digits - 1}", CultureInfo.InvariantCulture);
            Layout(text[..length], digits, writer);
        }
    }

    /// <summary>Writes float4 as float4out does.</summary>
    public static void Write(float value, int extraFloatDigits, IBufferWriter<byte> writer)
    {
        if (WriteSpecial(value, writer))
        {
            return;
        }

        Span<byte> text = stackalloc byte[40];
        int length;
        if (extraFloatDigits > 0)
        {
            value.TryFormat(text, out length, "R", CultureInfo.InvariantCulture);
            if (Math.Abs(value) is >= 16777216f and < 1e25f)
            {
                var bits = BitConverter.SingleToInt32Bits(Math.Abs(value));
                LeaveMidpoint(value, (bits & 0x7FFFFF) | 0x800000, (bits >> 23) - 150, 9, text, ref length);
            }

            Layout(text[..length], 6, writer);
        }
        else
        {
            var digits = Math.Max(1, 6 + extraFloatDigits);
            ((double)value).TryFormat(text, out length, $"E{digits - 1}", CultureInfo.InvariantCulture);
            Layout(text[..length], digits, writer);
        }
    }

    /// <summary>Parses float8 as float8in does.</summary>
    /// <exception cref="PgException">22P02 or 22003.</exception>
    public static double ParseDouble(ReadOnlySpan<byte> text, string type = "double precision", string? original = null)
    {
        var number = Scan(text, type, original, out var special);
        if (special is { } found)
        {
            return found;
        }

        var value = IsHex(number) ? ParseHex(number) : double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsInfinity(value) || (value == 0 && HasNonZeroDigit(number)))
        {
            throw new PgException(SqlState.NumericValueOutOfRange, $"\"{Ascii.Text(number)}\" is out of range for type double precision");
        }

        return value;
    }

    /// <summary>Parses float4 as float4in does.</summary>
    /// <exception cref="PgException">22P02 or 22003.</exception>
    public static float ParseSingle(ReadOnlySpan<byte> text)
    {
        var number = Scan(text, "real", null, out var special);
        if (special is { } found)
        {
            return (float)found;
        }

        var value = IsHex(number) ? (float)ParseHex(number) : float.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (float.IsInfinity(value) || (value == 0 && HasNonZeroDigit(number)))
        {
            throw new PgException(SqlState.NumericValueOutOfRange, $"\"{Ascii.Text(number)}\" is out of range for type real");
        }

        return value;
    }

    // What strtod would consume; the rest must be white space.
    private static ReadOnlySpan<byte> Scan(ReadOnlySpan<byte> text, string type, string? original, out double? special)
    {
        special = null;
        var s = Ascii.Trim(text);
        var i = 0;
        if (s.Length > 0 && s[0] is (byte)'+' or (byte)'-')
        {
            i = 1;
        }

        var word = s[i..];
        if (System.Text.Ascii.EqualsIgnoreCase(word, "nan"u8))
        {
            special = double.NaN;
            return default;
        }

        if (System.Text.Ascii.EqualsIgnoreCase(word, "infinity"u8) || System.Text.Ascii.EqualsIgnoreCase(word, "inf"u8))
        {
            special = s[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return default;
        }

        var hex = word.Length > 2 && word[0] == '0' && Ascii.ToLower(word[1]) == 'x';
        i += hex ? 2 : 0;
        var digits = 0;
        for (; i < s.Length && (hex ? Ascii.HexValue(s[i]) >= 0 : Ascii.IsDigit(s[i])); i++)
        {
            digits++;
        }

        if (i < s.Length && s[i] == '.')
        {
            i++;
            for (; i < s.Length && (hex ? Ascii.HexValue(s[i]) >= 0 : Ascii.IsDigit(s[i])); i++)
            {
                digits++;
            }
        }

        if (digits > 0 && i < s.Length && Ascii.ToLower(s[i]) == (hex ? 'p' : 'e'))
        {
            var j = i + 1;
            if (j < s.Length && s[j] is (byte)'+' or (byte)'-')
            {
                j++;
            }

            var first = j;
            while (j < s.Length && Ascii.IsDigit(s[j]))
            {
                j++;
            }

            i = j > first ? j : i;
        }

        return digits > 0 && i == s.Length ? s : throw PgErrors.InvalidTextRepresentation(type, original ?? Ascii.Text(text));
    }

    private static bool IsHex(ReadOnlySpan<byte> number) => number.IndexOfAny((byte)'x', (byte)'X') >= 0;

    private static double ParseHex(ReadOnlySpan<byte> number)
    {
        var negative = number[0] == '-';
        var i = number.IndexOfAny((byte)'x', (byte)'X') + 1;
        var mantissa = BigInteger.Zero;
        long exponent = 0;
        var fraction = false;
        for (; i < number.Length && Ascii.ToLower(number[i]) != 'p'; i++)
        {
            if (number[i] == '.')
            {
                fraction = true;
                continue;
            }

            mantissa = (mantissa << 4) | Ascii.HexValue(number[i]);
            exponent -= fraction ? 4 : 0;
        }

        if (i < number.Length)
        {
            exponent += long.Parse(number[(i + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        }

        var value = Math.ScaleB((double)mantissa, (int)Math.Clamp(exponent, -100000, 100000));
        return negative ? -value : value;
    }

    private static bool HasNonZeroDigit(ReadOnlySpan<byte> number)
    {
        var hex = IsHex(number);
        for (var i = hex ? number.IndexOfAny((byte)'x', (byte)'X') + 1 : 0; i < number.Length; i++)
        {
            var c = Ascii.ToLower(number[i]);
            if (c == (hex ? 'p' : 'e'))
            {
                break;
            }

            if (Ascii.HexValue(c) > 0)
            {
                return true;
            }
        }

        return false;
    }

    // .NET's shortest form may lie just halfway to the next float (1e23); PostgreSQL wants it nearer to this one. Then more digits are
    // taken until it is. Halfway points of so few digits exist only where floats are whole numbers.
    private static void LeaveMidpoint(double value, long mantissa, int exponent, int maxDigits, Span<byte> text, ref int length)
    {
        var exact = (BigInteger)mantissa << exponent;
        var spacing = BigInteger.One << exponent;
        for (var digits = 2; digits <= maxDigits; digits++)
        {
            var shown = BigInteger.Abs(BigInteger.Parse(System.Text.Encoding.ASCII.GetString(text[..length]), NumberStyles.Float, CultureInfo.InvariantCulture));
            var halves = mantissa == 1L << (maxDigits == 17 ? 52 : 23) && shown < exact ? 4 : 2;
            if (BigInteger.Abs(shown - exact) * halves < spacing)
            {
                return;
            }

            value.TryFormat(text, out length, $"E{digits - 1}", CultureInfo.InvariantCulture);
        }
    }

    private static bool WriteSpecial(double value, IBufferWriter<byte> writer)
    {
        if (double.IsFinite(value))
        {
            return false;
        }

        writer.Append(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        return true;
    }

    // Takes .NET's digits and exponent and lays them out as %g does: fixed from 1e-4 up to 10^fixedDigits, else d.ddde+XX.
    private static void Layout(ReadOnlySpan<byte> text, int fixedDigits, IBufferWriter<byte> writer)
    {
        if (text[0] == '-')
        {
            writer.Append('-');
            text = text[1..];
        }

        Span<byte> digits = stackalloc byte[40];
        var count = 0;
        var exponent = 0;
        var point = -1;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '.')
            {
                point = count;
            }
            else if (text[i] is (byte)'E' or (byte)'e')
            {
                exponent = int.Parse(text[(i + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                break;
            }
            else
            {
                digits[count++] = text[i];
            }
        }

        exponent += (point < 0 ? count : point) - 1;
        var significant = digits[..count];
        while (significant.Length > 1 && significant[0] == '0')
        {
            significant = significant[1..];
            exponent--;
        }

        significant = significant.TrimEnd((byte)'0');
        if (significant.Length == 0)
        {
            writer.Append('0');
            return;
        }

        if (exponent < -4 || exponent >= fixedDigits)
        {
            writer.Write(significant[..1]);
            if (significant.Length > 1)
            {
                writer.Append('.');
                writer.Write(significant[1..]);
            }

            writer.Append(exponent < 0 ? "e-" : "e+");
            writer.AppendPadded(Math.Abs(exponent), 2);
        }
        else if (exponent < 0)
        {
            writer.Append("0.");
            for (var i = exponent; i < -1; i++)
            {
                writer.Append('0');
            }

            writer.Write(significant);
        }
        else
        {
            var whole = exponent + 1;
            writer.Write(significant[..Math.Min(whole, significant.Length)]);
            for (var i = significant.Length; i < whole; i++)
            {
                writer.Append('0');
            }

            if (significant.Length > whole)
            {
                writer.Append('.');
                writer.Write(significant[whole..]);
            }
        }
    }
}
