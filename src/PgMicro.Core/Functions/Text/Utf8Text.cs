using System.Buffers;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Text;

/// <summary>Counting and slicing of UTF-8 by code points, which is how PostgreSQL counts characters.</summary>
internal static class Utf8Text
{
    /// <summary>Code points in a text.</summary>
    public static int Length(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var b in text)
        {
            count += (b & 0xC0) == 0x80 ? 0 : 1;
        }

        return count;
    }

    /// <summary>Byte offset of a code point; the text's length when it has fewer.</summary>
    public static int Offset(ReadOnlySpan<byte> text, long characters)
    {
        if (characters <= 0)
        {
            return 0;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if ((text[i] & 0xC0) != 0x80 && characters-- == 0)
            {
                return i;
            }
        }

        return text.Length;
    }

    /// <summary>Bytes of the code point that starts with this byte.</summary>
    public static int Width(byte first) => first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

    /// <summary>Bytes [start, start + count) counted in code points from 1, as SQL's substring counts.</summary>
    /// <exception cref="PgException">22011 for a negative length.</exception>
    public static ReadOnlySpan<byte> Substring(ReadOnlySpan<byte> text, int start, int? count)
    {
        long from = start, to = long.MaxValue;
        if (count is { } length)
        {
            if (length < 0)
            {
                throw new PgException(SqlState.SubstringError, "negative substring length not allowed");
            }

            to = from + length;
            if (to <= 1)
            {
                return default;
            }
        }

        from = Math.Max(from, 1);
        var rest = text[Offset(text, from - 1)..];
        return to == long.MaxValue ? rest : rest[..Offset(rest, to - from)];
    }

    /// <summary>Maps each code point.</summary>
    public static byte[] Map(ReadOnlySpan<byte> text, Func<Rune, Rune> map)
    {
        var writer = new ArrayBufferWriter<byte>(text.Length + 8);
        while (Rune.DecodeFromUtf8(text, out var rune, out var used) == OperationStatus.Done)
        {
            writer.Advance(map(rune).EncodeToUtf8(writer.GetSpan(4)));
            text = text[used..];
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <summary>22003/54000 when a result would pass 1 GB.</summary>
    public static int Checked(long bytes) => bytes <= 0x3FFFFFFF ? (int)bytes : throw TooLarge();

    public static PgException TooLarge() => new(SqlState.ProgramLimitExceeded, "requested length too large");
}
