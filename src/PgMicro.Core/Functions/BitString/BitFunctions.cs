using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.BitString;

/// <summary>Operators, parts and conversions of bit strings.</summary>
internal static class BitFunctions
{
    private const byte Zero = (byte)'0', One = (byte)'1';

    [PgFunction("bitand(bit,bit)")]
    public static byte[] And(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Combine(left, right, "AND", static (a, b) => a & b);

    [PgFunction("bitor(bit,bit)")]
    public static byte[] Or(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Combine(left, right, "OR", static (a, b) => a | b);

    [PgFunction("bitxor(bit,bit)")]
    public static byte[] Xor(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Combine(left, right, "XOR", static (a, b) => a ^ b);

    [PgFunction("bitnot(bit)")]
    public static byte[] Not(ReadOnlySpan<byte> value)
    {
        var result = new byte[value.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = value[i] == One ? Zero : One;
        }

        return result;
    }

    [PgFunction("bitshiftleft(bit,integer)")]
    public static byte[] ShiftLeft(ReadOnlySpan<byte> value, int count) => Shift(value, count);

    [PgFunction("bitshiftright(bit,integer)")]
    public static byte[] ShiftRight(ReadOnlySpan<byte> value, int count) => Shift(value, -(long)count);

    [PgFunction("bitcat(bit varying,bit varying)")]
    public static byte[] Concatenate(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => [.. left, .. right];

    [PgFunction("length(bit)")]
    [PgFunction("bit_length(bit)")]
    public static int Length(ReadOnlySpan<byte> value) => value.Length;

    [PgFunction("octet_length(bit)")]
    public static int Octets(ReadOnlySpan<byte> value) => (value.Length + 7) / 8;

    [PgFunction("bit_count(bit)")]
    public static long Count(ReadOnlySpan<byte> value) => value.Count(One);

    [PgFunction("substring(bit,integer)")]
    public static byte[] Substring(ReadOnlySpan<byte> value, int start) => Part(value, start, null);

    [PgFunction("substring(bit,integer,integer)")]
    public static byte[] Substring(ReadOnlySpan<byte> value, int start, int length) => Part(value, start, length);

    [PgFunction("overlay(bit,bit,integer)")]
    public static byte[] Overlay(ReadOnlySpan<byte> value, ReadOnlySpan<byte> part, int start) => Overlay(value, part, start, part.Length);

    [PgFunction("overlay(bit,bit,integer,integer)")]
    public static byte[] Overlay(ReadOnlySpan<byte> value, ReadOnlySpan<byte> part, int start, int length)
    {
        if (start <= 0)
        {
            throw new PgException(SqlState.SubstringError, "negative substring length not allowed");
        }

        return (long)start + length > int.MaxValue
            ? throw PgErrors.OutOfRange("integer")
            : [.. Part(value, 1, start - 1), .. part, .. Part(value, start + length, null)];
    }

    [PgFunction("position(bit,bit)")]
    public static int Position(ReadOnlySpan<byte> value, ReadOnlySpan<byte> part) =>
        value.Length == 0 || part.Length > value.Length ? 0 : part.Length == 0 ? 1 : value.IndexOf(part) + 1;

    [PgFunction("get_bit(bit,integer)")]
    public static int Get(ReadOnlySpan<byte> value, int index) => value[Check(value, index)] == One ? 1 : 0;

    [PgFunction("set_bit(bit,integer,integer)")]
    public static byte[] Set(ReadOnlySpan<byte> value, int index, int bit)
    {
        var result = value.ToArray();
        Check(value, index);
        result[index] = bit is 0 or 1 ? (byte)(Zero + bit) : throw new PgException(SqlState.InvalidParameterValue, "new bit must be 0 or 1");
        return result;
    }

    [PgFunction("bit(integer,integer)")]
    public static byte[] FromInt4(int value, int typmod) => FromInteger(value, 32, typmod);

    [PgFunction("bit(bigint,integer)")]
    public static byte[] FromInt8(long value, int typmod) => FromInteger(value, 64, typmod);

    [PgFunction("int4(bit)")]
    public static int ToInt4(ReadOnlySpan<byte> value) => value.Length > 32 ? throw PgErrors.OutOfRange("integer") : (int)ToInteger(value);

    [PgFunction("int8(bit)")]
    public static long ToInt8(ReadOnlySpan<byte> value) => value.Length > 64 ? throw PgErrors.OutOfRange("bigint") : ToInteger(value);

    private static long ToInteger(ReadOnlySpan<byte> value)
    {
        var result = 0L;
        foreach (var bit in value)
        {
            result = (result << 1) | (uint)(bit - Zero);
        }

        return result;
    }

    private static byte[] FromInteger(long value, int size, int typmod)
    {
        // The low bits, with the sign before them where the string is longer than the number.
        var result = new byte[typmod <= 0 ? 1 : typmod];
        for (var i = 0; i < result.Length; i++)
        {
            var bit = result.Length - 1 - i;
            result[i] = bit >= size ? value < 0 ? One : Zero : (byte)(Zero + ((value >> bit) & 1));
        }

        return result;
    }

    private static int Check(ReadOnlySpan<byte> value, int index) => index < 0 || index >= value.Length
        ? throw new PgException(SqlState.ArraySubscriptError, $"bit index {index} out of valid range (0..{value.Length - 1})")
        : index;

    private static byte[] Part(ReadOnlySpan<byte> value, int start, int? length)
    {
        if (length < 0)
        {
            throw new PgException(SqlState.SubstringError, "negative substring length not allowed");
        }

        var from = Math.Max(start, 1L);
        var end = Math.Min(length is { } given ? (long)start + given : long.MaxValue, value.Length + 1L);
        return from > value.Length || end <= from ? [] : value[(int)(from - 1)..(int)(end - 1)].ToArray();
    }

    private static byte[] Shift(ReadOnlySpan<byte> value, long left)
    {
        var result = new byte[value.Length];
        result.AsSpan().Fill(Zero);
        if (left >= 0 && left < value.Length)
        {
            value[(int)left..].CopyTo(result);
        }
        else if (left < 0 && -left < value.Length)
        {
            value[..(int)(value.Length + left)].CopyTo(result.AsSpan((int)-left));
        }

        return result;
    }

    private static byte[] Combine(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, string name, Func<int, int, int> combine)
    {
        if (left.Length != right.Length)
        {
            throw new PgException(SqlState.StringDataLengthMismatch, $"cannot {name} bit strings of different sizes");
        }

        var result = new byte[left.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (byte)(Zero + combine(left[i] - Zero, right[i] - Zero));
        }

        return result;
    }
}

[PgAggregate("bit_and(bit)")]
internal sealed class BitStringAnd
{
    private byte[]? _value;

    public void Step(byte[] value) => _value = _value is null ? value : BitFunctions.And(_value, value);

    public byte[]? Final() => _value;
}

[PgAggregate("bit_or(bit)")]
internal sealed class BitStringOr
{
    private byte[]? _value;

    public void Step(byte[] value) => _value = _value is null ? value : BitFunctions.Or(_value, value);

    public byte[]? Final() => _value;
}

[PgAggregate("bit_xor(bit)")]
internal sealed class BitStringXor
{
    private byte[]? _value;

    public void Step(byte[] value) => _value = _value is null ? value : BitFunctions.Xor(_value, value);

    public byte[]? Final() => _value;
}
