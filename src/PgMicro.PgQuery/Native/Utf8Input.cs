using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace PgMicro.PgQuery.Native;

/// <summary>A SQL text as the native side wants it: valid UTF-8, closed by a zero byte, without one inside.</summary>
internal ref struct Utf8Input
{
    private byte[]? _buffer;
    private readonly int _length;

    private Utf8Input(byte[] buffer, int length)
    {
        _buffer = buffer;
        _length = length;
    }

    /// <summary>The text without the closing zero.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    public readonly ref byte GetPinnableReference() => ref _buffer![0];

    public static Utf8Input From(ReadOnlySpan<char> sql)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(sql.Length) + 1);
        var status = Utf8.FromUtf16(sql, buffer, out var read, out var written, replaceInvalidSequences: false);
        var error = status != OperationStatus.Done ? LoneSurrogate(sql[read]) : CheckNoZero(buffer.AsSpan(0, written));
        return Finish(buffer, written, error);
    }

    public static Utf8Input From(ReadOnlySpan<byte> utf8)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(utf8.Length + 1);
        utf8.CopyTo(buffer);
        return Finish(buffer, utf8.Length, CheckNoZero(utf8) ?? CheckValid(utf8));
    }

    public void Dispose()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }

    private static Utf8Input Finish(byte[] buffer, int length, PgQueryException? error)
    {
        if (error is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw error;
        }

        buffer[length] = 0;
        return new Utf8Input(buffer, length);
    }

    // The native side takes C strings: a zero would cut the text short in silence.
    private static PgQueryException? CheckNoZero(ReadOnlySpan<byte> utf8) =>
        utf8.Contains((byte)0) ? InvalidSequence([0]) : null;

    private static PgQueryException? CheckValid(ReadOnlySpan<byte> utf8)
    {
        if (Utf8.IsValid(utf8))
        {
            return null;
        }

        while (Rune.DecodeFromUtf8(utf8, out _, out var consumed) == OperationStatus.Done)
        {
            utf8 = utf8[consumed..];
        }

        // PostgreSQL shows as many bytes as the first one promises.
        var promised = utf8[0] switch
        {
            < 0xC0 => 1,
            < 0xE0 => 2,
            < 0xF0 => 3,
            < 0xF8 => 4,
            _ => 1,
        };
        return InvalidSequence(utf8[..Math.Min(promised, utf8.Length)]);
    }

    private static PgQueryException LoneSurrogate(char c) =>
        InvalidSequence([(byte)(0xE0 | (c >> 12)), (byte)(0x80 | ((c >> 6) & 0x3F)), (byte)(0x80 | (c & 0x3F))]);

    private static PgQueryException InvalidSequence(ReadOnlySpan<byte> bytes)
    {
        var message = new StringBuilder("invalid byte sequence for encoding \"UTF8\":");
        foreach (var b in bytes)
        {
            message.Append(CultureInfo.InvariantCulture, $" 0x{b:x2}");
        }

        return new PgQueryException(message.ToString(), "22021");
    }
}
