using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Binary;

/// <summary>encode, decode and conversions between bytea and text.</summary>
internal static class Encoding
{
    // Encodings that PostgreSQL has and this engine does not convert.
    private static readonly HashSet<string> OtherEncodings =
    [
        "BIG5", "EUCCN", "EUCJIS2004", "EUCJP", "EUCKR", "EUCTW", "GB18030", "GBK", "ISO88595", "ISO88596", "ISO88597", "ISO88598", "JOHAB", "KOI8R", "KOI8U",
        "LATIN2", "LATIN3", "LATIN4", "LATIN5", "LATIN6", "LATIN7", "LATIN8", "LATIN9", "LATIN10", "MULEINTERNAL", "SHIFTJIS2004", "SJIS", "UHC",
        "WIN866", "WIN874", "WIN1250", "WIN1251", "WIN1252", "WIN1253", "WIN1254", "WIN1255", "WIN1256", "WIN1257", "WIN1258",
    ];

    [PgFunction("encode(bytea,text)")]
    public static string Encode(ReadOnlySpan<byte> data, string format)
    {
        switch (format.ToLowerInvariant())
        {
            case "hex":
                return Convert.ToHexStringLower(data);
            case "base64":
                var text = Convert.ToBase64String(data);
                var wrapped = new StringBuilder();
                for (var i = 0; i < text.Length; i += 76)
                {
                    wrapped.Append(i == 0 ? "" : "\n").Append(text.AsSpan(i, Math.Min(76, text.Length - i)));
                }

                return wrapped.ToString();
            case "escape":
                var escaped = new StringBuilder();
                foreach (var b in data)
                {
                    if (b == 0 || b >= 0x80)
                    {
                        escaped.Append('\\').Append((char)('0' + (b >> 6))).Append((char)('0' + ((b >> 3) & 7))).Append((char)('0' + (b & 7)));
                    }
                    else
                    {
                        escaped.Append(b == '\\' ? "\\\\" : ((char)b).ToString());
                    }
                }

                return escaped.ToString();
            default:
                throw Unknown(format);
        }
    }

    [PgFunction("decode(text,text)")]
    public static byte[] Decode(string text, string format) => format.ToLowerInvariant() switch
    {
        "hex" => Hex(text),
        "base64" => Base64(text),
        "escape" => Escape(text),
        _ => throw Unknown(format),
    };

    [PgFunction("get_byte(bytea,integer)")]
    public static int GetByte(ReadOnlySpan<byte> data, int index) => index >= 0 && index < data.Length ? data[index] : throw Index(index, data.Length - 1);

    [PgFunction("set_byte(bytea,integer,integer)")]
    public static byte[] SetByte(byte[] data, int index, int value)
    {
        if (index < 0 || index >= data.Length)
        {
            throw Index(index, data.Length - 1);
        }

        data[index] = unchecked((byte)value);
        return data;
    }

    [PgFunction("get_bit(bytea,bigint)")]
    public static int GetBit(ReadOnlySpan<byte> data, long index) =>
        index >= 0 && index < data.Length * 8L ? (data[(int)(index / 8)] >> (int)(index % 8)) & 1 : throw Index(index, (data.Length * 8L) - 1);

    [PgFunction("bit_count(bytea)")]
    public static long BitCount(ReadOnlySpan<byte> data)
    {
        var count = 0L;
        foreach (var b in data)
        {
            count += int.PopCount(b);
        }

        return count;
    }

    [PgFunction("position(bytea,bytea)")]
    public static int Position(ReadOnlySpan<byte> data, ReadOnlySpan<byte> part) => data.IndexOf(part) + 1;

    [PgFunction("substring(bytea,integer,integer)")]
    [PgFunction("substr(bytea,integer,integer)")]
    public static ReadOnlySpan<byte> Substring(ReadOnlySpan<byte> data, int start, int count)
    {
        if (count < 0)
        {
            throw new PgException(SqlState.SubstringError, "negative substring length not allowed");
        }

        var from = Math.Min(Math.Max((long)start, 1) - 1, data.Length);
        var to = Math.Clamp((long)start + count - 1, from, data.Length);
        return data[(int)from..(int)to];
    }

    [PgFunction("substring(bytea,integer)")]
    [PgFunction("substr(bytea,integer)")]
    public static ReadOnlySpan<byte> Substring(ReadOnlySpan<byte> data, int start) => data[(int)Math.Min(Math.Max((long)start, 1) - 1, data.Length)..];

    [PgFunction("convert_to(text,name)")]
    public static byte[] ConvertTo(string text, string encoding)
    {
        if (encoding.Equals("sql_ascii", StringComparison.OrdinalIgnoreCase))
        {
            // No conversion: the bytes as they are.
            return global::System.Text.Encoding.UTF8.GetBytes(text);
        }

        try
        {
            return Find(encoding, "destination").GetBytes(text);
        }
        catch (global::System.Text.EncoderFallbackException e)
        {
            var character = e.CharUnknownHigh != 0 ? new string([e.CharUnknownHigh, e.CharUnknownLow]) : e.CharUnknown.ToString();
            var bytes = string.Join(' ', global::System.Text.Encoding.UTF8.GetBytes(character).Select(static b => $"0x{b:x2}"));
            throw new PgException(
                SqlState.UntranslatableCharacter,
                $"character with byte sequence {bytes} in encoding \"UTF8\" has no equivalent in encoding \"{encoding.ToUpperInvariant()}\"", e);
        }
    }

    [PgFunction("convert_from(bytea,name)")]
    public static string ConvertFrom(ReadOnlySpan<byte> data, string encoding)
    {
        try
        {
            return Find(encoding, "source").GetString(data);
        }
        catch (global::System.Text.DecoderFallbackException e)
        {
            // PostgreSQL shows the bytes of the character that it could not read.
            var bytes = string.Join(' ', (e.BytesUnknown ?? []).Select(b => $"0x{b:x2}"));
            throw new PgException(SqlState.CharacterNotInRepertoire, $"invalid byte sequence for encoding \"{encoding.ToUpperInvariant()}\": {bytes}", e);
        }
    }

    private static global::System.Text.Encoding Find(string name, string role)
    {
        switch (name.Replace("-", "").Replace("_", "").ToUpperInvariant())
        {
            case "UTF8" or "UNICODE":
                return new UTF8Encoding(false, true);
            case "LATIN1" or "ISO88591":
                return global::System.Text.Encoding.GetEncoding("latin1", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            case "SQLASCII":
                return global::System.Text.Encoding.GetEncoding("us-ascii", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            case var known when OtherEncodings.Contains(known):
                throw PgErrors.FeatureNotSupported($"encoding \"{name}\"");
            default:
                throw new PgException(SqlState.InvalidParameterValue, $"invalid {role} encoding name \"{name}\"");
        }
    }

    private static PgException Unknown(string format) =>
        new(SqlState.InvalidParameterValue, $"unrecognized encoding: \"{format}\"");

    private static PgException Index(long index, long max) => new(SqlState.ArraySubscriptError, $"index {index} out of valid range, 0..{max}");

    private static byte[] Hex(string text)
    {
        var result = new List<byte>(text.Length / 2);
        var high = -1;
        foreach (var c in text)
        {
            if (c is ' ' or '\n' or '\t' or '\r')
            {
                continue;
            }

            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16)
                : throw new PgException(SqlState.InvalidParameterValue, $"invalid hexadecimal digit: \"{c}\"");
            if (high < 0)
            {
                high = digit;
            }
            else
            {
                result.Add((byte)(high << 4 | digit));
                high = -1;
            }
        }

        return high < 0 ? [.. result] : throw new PgException(SqlState.InvalidParameterValue, "invalid hexadecimal data: odd number of digits");
    }

    private static byte[] Base64(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '/' or '=' or ' ' or '\n' or '\r' or '\t'))
            {
                throw new PgException(SqlState.InvalidParameterValue, $"invalid symbol \"{c}\" found while decoding base64 sequence");
            }
        }

        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out var length)
            ? buffer[..length]
            : throw new PgException(SqlState.InvalidParameterValue, "invalid base64 end sequence")
                .WithHint("Input data is missing padding, is truncated, or is otherwise corrupted.");
    }

    private static byte[] Escape(string text)
    {
        var data = global::System.Text.Encoding.UTF8.GetBytes(text);
        var result = new List<byte>(data.Length);
        for (var i = 0; i < data.Length; i++)
        {
            if (data[i] != '\\')
            {
                result.Add(data[i]);
            }
            else if (i + 1 < data.Length && data[i + 1] == '\\')
            {
                result.Add((byte)'\\');
                i++;
            }
            else if (i + 3 < data.Length && data[i + 1] is >= (byte)'0' and <= (byte)'3' && data[i + 2] is >= (byte)'0' and <= (byte)'7' && data[i + 3] is >= (byte)'0' and <= (byte)'7')
            {
                result.Add((byte)(((data[i + 1] - '0') << 6) | ((data[i + 2] - '0') << 3) | (data[i + 3] - '0')));
                i += 3;
            }
            else
            {
                throw new PgException(SqlState.InvalidTextRepresentation, "invalid input syntax for type bytea");
            }
        }

        return [.. result];
    }
}
