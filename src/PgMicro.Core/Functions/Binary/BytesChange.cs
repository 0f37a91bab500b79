using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Binary;

/// <summary>overlay and set_bit of bytea, and conversion between encodings.</summary>
internal static class BytesChange
{
    [PgFunction("overlay(bytea,bytea,integer)")]
    public static byte[] Overlay(ReadOnlySpan<byte> data, ReadOnlySpan<byte> part, int start) => Overlay(data, part, start, part.Length);

    [PgFunction("overlay(bytea,bytea,integer,integer)")]
    public static byte[] Overlay(ReadOnlySpan<byte> data, ReadOnlySpan<byte> part, int start, int count)
    {
        if (start <= 0)
        {
            throw new PgException(SqlState.SubstringError, "negative substring length not allowed");
        }

        var after = (long)start + count;
        if (after > int.MaxValue)
        {
            throw PgErrors.OutOfRange("integer");
        }

        return [.. Encoding.Substring(data, 1, start - 1), .. part, .. Encoding.Substring(data, (int)after)];
    }

    [PgFunction("set_bit(bytea,bigint,integer)")]
    public static byte[] SetBit(byte[] data, long index, int value)
    {
        if (index < 0 || index >= data.Length * 8L)
        {
            throw new PgException(SqlState.ArraySubscriptError, $"index {index} out of valid range, 0..{(data.Length * 8L) - 1}");
        }

        if (value is not (0 or 1))
        {
            throw new PgException(SqlState.InvalidParameterValue, "new bit must be 0 or 1");
        }

        var mask = 1 << (int)(index % 8);
        data[index / 8] = (byte)(value == 0 ? data[index / 8] & ~mask : data[index / 8] | mask);
        return data;
    }

    [PgFunction("convert(bytea,name,name)")]
    public static byte[] Convert(ReadOnlySpan<byte> data, string from, string to) => Encoding.ConvertTo(Encoding.ConvertFrom(data, from), to);

    [PgFunction("length(bytea,name)")]
    public static int Length(ReadOnlySpan<byte> data, string encoding)
    {
        var count = 0;
        foreach (var _ in Encoding.ConvertFrom(data, encoding).EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
