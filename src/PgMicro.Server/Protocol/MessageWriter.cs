using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using PgMicro.Core.Types;

namespace PgMicro.Server.Protocol;

/// <summary>
/// Messages to the client, gathered until they are flushed. Lengths are filled in when a message ends, so that values are
/// written once, in place.
/// </summary>
internal sealed class MessageWriter(PipeWriter output) : IBufferWriter<byte>, IDisposable
{
    /// <summary>Gathered bytes from which a row loop flushes.</summary>
    internal const int FlushThreshold = 16 * 1024;

    private const int InitialSize = 4 * 1024;
    private const int KeptSize = 256 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _length;
    private int _open = -1;

    /// <summary>The client's encoding; null for UTF-8.</summary>
    internal ClientEncoding? Encoding { get; set; }

    /// <summary>Whether characters that the client's encoding lacks are shown as question marks: in what tells of errors.</summary>
    internal bool IsLenient { get; set; }

    /// <summary>Bytes gathered.</summary>
    internal int Length => _length;

    /// <summary>Starts a message; what it returns ends it.</summary>
    internal int Begin(byte type)
    {
        var span = GetSpan(5);
        span[0] = type;
        _open = _length;
        _length += 5;
        return _length - 4;
    }

    /// <summary>Ends a message: its length is known.</summary>
    internal void End(int start)
    {
        _open = -1;
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(start), _length - start);
    }

    /// <summary>Leaves room for the length of a value.</summary>
    internal int BeginValue()
    {
        GetSpan(4);
        _length += 4;
        return _length;
    }

    /// <summary>Fills in the length of a value.</summary>
    internal void EndValue(int start) => BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(start - 4), _length - start);

    /// <summary>Takes back what was written since a message began.</summary>
    internal void Abandon(int start) => (_length, _open) = (start - 1, -1);

    /// <summary>Takes back the message that was being written, if any.</summary>
    internal void AbandonOpen()
    {
        if (_open >= 0)
        {
            (_length, _open) = (_open, -1);
        }
    }

    /// <summary>Whether a message is being written.</summary>
    internal bool IsOpen => _open >= 0;

    /// <summary>Takes back the last message, which is whole, to be written again by <see cref="Bytes"/>.</summary>
    internal byte[] TakeBack(int start)
    {
        var message = _buffer.AsSpan(start - 1, _length - start + 1).ToArray();
        _length = start - 1;
        return message;
    }

    /// <summary>Puts a value that was written as UTF-8 into the client's encoding.</summary>
    /// <exception cref="PgMicro.Core.Errors.PgException">22P05 when that lacks a character.</exception>
    internal void Convert(int start)
    {
        if (Encoding is { } encoding)
        {
            var converted = encoding.FromUtf8(_buffer.AsSpan(start, _length - start));
            _length = start;
            Bytes(converted);
        }
    }

    internal void Byte(byte value)
    {
        GetSpan(1)[0] = value;
        _length++;
    }

    internal void Int16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(GetSpan(2), value);
        _length += 2;
    }

    internal void Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(GetSpan(4), value);
        _length += 4;
    }

    internal void Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(GetSpan(value.Length));
        _length += value.Length;
    }

    /// <summary>A string and its zero byte.</summary>
    internal void CString(string value)
    {
        if (Encoding is { } encoding)
        {
            Bytes(IsLenient ? encoding.FromText(value) : encoding.FromUtf8(System.Text.Encoding.UTF8.GetBytes(value)));
            Byte(0);
            return;
        }

        var span = GetSpan(System.Text.Encoding.UTF8.GetMaxByteCount(value.Length) + 1);
        var length = System.Text.Encoding.UTF8.GetBytes(value, span);
        span[length] = 0;
        _length += length + 1;
    }

    /// <summary>Sends what is gathered; waits while the client does not read.</summary>
    /// <returns>False when the client is gone.</returns>
    internal ValueTask<bool> FlushAsync()
    {
        if (_length == 0)
        {
            return new ValueTask<bool>(true);
        }

        output.Write(_buffer.AsSpan(0, _length));
        _length = 0;
        if (_buffer.Length > KeptSize)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(InitialSize);
        }

        var flush = output.FlushAsync();
        return flush.IsCompletedSuccessfully ? new ValueTask<bool>(!flush.Result.IsCompleted) : Wait(flush);

        static async ValueTask<bool> Wait(ValueTask<FlushResult> flush) => !(await flush.ConfigureAwait(false)).IsCompleted;
    }

    /// <inheritdoc/>
    public void Advance(int count) => _length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _length = 0;
        }
    }

    private void Reserve(int size)
    {
        size = Math.Max(size, 1);
        if (_buffer.Length - _length >= size)
        {
            return;
        }

        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(_buffer.Length * 2L, (long)_length + size)));
        _buffer.AsSpan(0, _length).CopyTo(grown);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = grown;
    }
}
