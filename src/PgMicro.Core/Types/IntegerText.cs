using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>Input of integers in PostgreSQL's lexical forms: decimal, 0x, 0o, 0b, digits grouped by underscores.</summary>
public static class IntegerText
{
    /// <summary>Parses a signed integer of a width given by its maximum, as pg_strtoint16/32/64 do.</summary>
    /// <exception cref="PgException">22P02 or 22003.</exception>
    public static long Parse(ReadOnlySpan<byte> text, long max, string type)
    {
        var s = text;
        var i = 0;
        while (i < s.Length && Ascii.IsSpace(s[i]))
        {
            i++;
        }

        var negative = false;
        if (i < s.Length && s[i] is (byte)'-' or (byte)'+')
        {
            negative = s[i] == '-';
            i++;
        }

        uint radix = 10;
        if (i + 1 < s.Length && s[i] == '0')
        {
            radix = Ascii.ToLower(s[i + 1]) switch { (byte)'x' => 16u, (byte)'o' => 8u, (byte)'b' => 2u, _ => 10u };
            i += radix == 10 ? 0 : 2;
        }

        var limit = (ulong)max + 1;
        ulong value = 0;
        var first = i;
        for (; i < s.Length; i++)
        {
            var digit = Ascii.HexValue(s[i]);
            if (digit >= 0 && digit < radix)
            {
                // PostgreSQL reports the range as soon as it is left, whatever follows.
                if (value > limit / radix)
                {
                    throw PgErrors.ValueOutOfRange(Ascii.Text(text), type);
                }

                value = (value * radix) + (uint)digit;
            }
            else if (s[i] == '_' && (radix != 10 || i > first))
            {
                var next = i + 1 < s.Length ? Ascii.HexValue(s[i + 1]) : -1;
                if (next < 0 || next >= radix)
                {
                    throw PgErrors.InvalidTextRepresentation(type, Ascii.Text(text));
                }
            }
            else
            {
                break;
            }
        }

        if (i == first || Ascii.Trim(s[i..]).Length != 0)
        {
            throw PgErrors.InvalidTextRepresentation(type, Ascii.Text(text));
        }

        if (value > (negative ? limit : limit - 1))
        {
            throw PgErrors.ValueOutOfRange(Ascii.Text(text), type);
        }

        return negative ? (long)(0 - value) : (long)value;
    }

    /// <summary>
    /// Parses an unsigned integer as C's strtoul with base 0 does (0x hexadecimal, leading 0 octal, negative values wrap), which is
    /// how oid, xid, cid and xid8 read.
    /// </summary>
    /// <exception cref="PgException">22P02 or 22003.</exception>
    public static ulong ParseUnsigned(ReadOnlySpan<byte> text, bool is32Bit, string type)
    {
        var s = text;
        var i = 0;
        while (i < s.Length && Ascii.IsSpace(s[i]))
        {
            i++;
        }

        var negative = false;
        if (i < s.Length && s[i] is (byte)'-' or (byte)'+')
        {
            negative = s[i] == '-';
            i++;
        }

        uint radix = 10;
        if (i < s.Length && s[i] == '0')
        {
            radix = 8;
            if (i + 2 < s.Length && Ascii.ToLower(s[i + 1]) == 'x' && Ascii.HexValue(s[i + 2]) >= 0)
            {
                radix = 16;
                i += 2;
            }
        }

        var first = i;
        UInt128 value = 0;
        for (; i < s.Length && Ascii.HexValue(s[i]) is >= 0 and var digit && digit < radix; i++)
        {
            value = value > ulong.MaxValue ? value : (value * radix) + (uint)digit;
        }

        if (i == first)
        {
            throw PgErrors.InvalidTextRepresentation(type, Ascii.Text(text));
        }

        if (value > ulong.MaxValue)
        {
            throw PgErrors.ValueOutOfRange(Ascii.Text(text), type);
        }

        if (Ascii.Trim(s[i..]).Length != 0)
        {
            throw PgErrors.InvalidTextRepresentation(type, Ascii.Text(text));
        }

        var result = negative ? 0 - (ulong)value : (ulong)value;
        if (is32Bit)
        {
            if (result != (uint)result && result != (ulong)(long)(int)(uint)result)
            {
                throw PgErrors.ValueOutOfRange(Ascii.Text(text), type);
            }

            result = (uint)result;
        }

        return result;
    }
}
