using System.Buffers;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Text;

/// <summary>Functions that build a text from others: repeat, replace, lpad, rpad, reverse, translate, chr, textcat …</summary>
internal static class Build
{
    [PgFunction("textcat(text,text)", Sqlite = "({0} || {1})")]
    public static byte[] Concatenate(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => [.. left, .. right];

    [PgFunction("byteacat(bytea,bytea)")]
    public static byte[] ConcatenateBytes(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => [.. left, .. right];

    [PgFunction("repeat(text,integer)")]
    public static byte[] Repeat(ReadOnlySpan<byte> text, int count)
    {
        count = Math.Max(count, 0);
        var result = new byte[Utf8Text.Checked((long)text.Length * count)];
        for (var i = 0; i < count; i++)
        {
            text.CopyTo(result.AsSpan(i * text.Length));
        }

        return result;
    }

    [PgFunction("replace(text,text,text)", Sqlite = "replace({0}, {1}, {2})")]
    public static byte[] Replace(ReadOnlySpan<byte> text, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        if (from.IsEmpty)
        {
            return text.ToArray();
        }

        var writer = new ArrayBufferWriter<byte>(text.Length + to.Length + 1);
        for (var at = text.IndexOf(from); at >= 0; at = text.IndexOf(from))
        {
            writer.Write(text[..at]);
            writer.Write(to);
            text = text[(at + from.Length)..];
        }

        writer.Write(text);
        return writer.WrittenSpan.ToArray();
    }

    [PgFunction("lpad(text,integer,text)")]
    public static byte[] PadLeft(ReadOnlySpan<byte> text, int length, ReadOnlySpan<byte> fill)
    {
        var (kept, padding) = Pad(text, length, fill);
        return [.. padding, .. text[..kept]];
    }

    [PgFunction("rpad(text,integer,text)")]
    public static byte[] PadRight(ReadOnlySpan<byte> text, int length, ReadOnlySpan<byte> fill)
    {
        var (kept, padding) = Pad(text, length, fill);
        return [.. text[..kept], .. padding];
    }

    [PgFunction("lpad(text,integer)")]
    public static byte[] PadLeft(ReadOnlySpan<byte> text, int length) => PadLeft(text, length, " "u8);

    [PgFunction("rpad(text,integer)")]
    public static byte[] PadRight(ReadOnlySpan<byte> text, int length) => PadRight(text, length, " "u8);

    [PgFunction("reverse(text)")]
    public static byte[] Reverse(ReadOnlySpan<byte> text)
    {
        var result = new byte[text.Length];
        var end = text.Length;
        for (var i = 0; i < text.Length;)
        {
            var width = Math.Min(Utf8Text.Width(text[i]), text.Length - i);
            end -= width;
            text.Slice(i, width).CopyTo(result.AsSpan(end));
            i += width;
        }

        return result;
    }

    [PgFunction("translate(text,text,text)")]
    public static byte[] Translate(ReadOnlySpan<byte> text, string from, string to)
    {
        Rune[] source = [.. from.EnumerateRunes()], target = [.. to.EnumerateRunes()];
        var writer = new ArrayBufferWriter<byte>(text.Length + 8);
        while (Rune.DecodeFromUtf8(text, out var rune, out var used) == OperationStatus.Done)
        {
            var at = global::System.Array.IndexOf(source, rune);
            if (at < 0 || at < target.Length)
            {
                writer.Advance((at < 0 ? rune : target[at]).EncodeToUtf8(writer.GetSpan(4)));
            }

            text = text[used..];
        }

        return writer.WrittenSpan.ToArray();
    }

    [PgFunction("ascii(text)")]
    public static int Ascii(ReadOnlySpan<byte> text) =>
        Rune.DecodeFromUtf8(text, out var rune, out _) == OperationStatus.Done ? rune.Value : 0;

    [PgFunction("chr(integer)")]
    public static string Chr(int code)
    {
        if (code < 0)
        {
            throw new PgException(SqlState.InvalidParameterValue, "character number must be positive");
        }

        if (code == 0)
        {
            throw new PgException(SqlState.ProgramLimitExceeded, "null character not permitted");
        }

        return code <= 0x10FFFF && Rune.IsValid(code)
            ? new Rune(code).ToString()
            : throw new PgException(
                SqlState.ProgramLimitExceeded,
                code > 0x10FFFF ? $"requested character too large for encoding: {code}" : $"requested character not valid for encoding: {code}");
    }

    [PgFunction("to_hex(integer)")]
    public static string ToHex(int value) => value.ToString("x");

    [PgFunction("to_hex(bigint)")]
    public static string ToHex(long value) => value.ToString("x");

    [PgFunction("to_bin(integer)")]
    public static string ToBinary(int value) => value.ToString("b");

    [PgFunction("to_bin(bigint)")]
    public static string ToBinary(long value) => value.ToString("b");

    [PgFunction("to_oct(integer)")]
    public static string ToOctal(int value) => Convert.ToString(value, 8);

    [PgFunction("to_oct(bigint)")]
    public static string ToOctal(long value) => Convert.ToString(value, 8);

    private static (int Kept, byte[] Padding) Pad(ReadOnlySpan<byte> text, int length, ReadOnlySpan<byte> fill)
    {
        length = Math.Max(length, 0);
        var missing = length - Utf8Text.Length(text);
        if (missing <= 0)
        {
            return (Utf8Text.Offset(text, length), []);
        }

        if (fill.IsEmpty)
        {
            return (text.Length, []);
        }

        Utf8Text.Checked((long)missing * 4);
        var fillLength = Utf8Text.Length(fill);
        var padding = new ArrayBufferWriter<byte>(missing + 4);
        for (; missing >= fillLength; missing -= fillLength)
        {
            padding.Write(fill);
        }

        padding.Write(fill[..Utf8Text.Offset(fill, missing)]);
        return (text.Length, padding.WrittenSpan.ToArray());
    }
}
