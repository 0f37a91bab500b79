using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using PgMicro.Core.Errors;

namespace PgMicro.Server.Protocol;

/// <summary>Cuts the client's bytes into messages (manual: "Message Formats").</summary>
internal sealed class FrameReader(PipeReader input)
{
    // What a message may be long that carries no query, data or parameters.
    private const int SmallMessage = 10000;
    private const int StartupMessage = 10000;

    private ReadOnlySequence<byte> _buffer;
    private bool _held;
    private bool _completed;

    /// <summary>Longest message taken of those that carry queries, data or parameters, in bytes.</summary>
    internal int MaxMessageSize { get; set; } = 1 << 30;

    /// <summary>Makes the running or next wait for a message end with <see cref="Frame.Interrupted"/>. Any thread.</summary>
    internal void Interrupt() => input.CancelPendingRead();

    /// <summary>The next message of a session. The one before is no longer valid.</summary>
    /// <exception cref="PgException">08P01 (FATAL) when it is not a message at all.</exception>
    internal ValueTask<Frame> ReadAsync() => TryRead(out var frame) ? new ValueTask<Frame>(frame) : WaitAsync();

    /// <summary>The packet that starts a connection: no type byte. Null at the end of the stream.</summary>
    /// <exception cref="PgException">08P01 (FATAL) for an impossible length.</exception>
    internal async ValueTask<ReadOnlySequence<byte>?> ReadStartupAsync()
    {
        while (true)
        {
            if (_held && _buffer.Length >= 4)
            {
                var length = Int32(_buffer);
                if (length is < 8 or > StartupMessage)
                {
                    throw Fatal("invalid length of startup packet");
                }

                if (_buffer.Length >= length)
                {
                    var packet = _buffer.Slice(4, length - 4);
                    _buffer = _buffer.Slice(length);
                    return packet;
                }
            }

            if (!await FillAsync().ConfigureAwait(false) && _completed)
            {
                return null;
            }
        }
    }

    /// <summary>The first byte that the client sends, which stays unread; null at the end of the stream.</summary>
    internal async ValueTask<byte?> PeekAsync()
    {
        while (!_held || _buffer.IsEmpty)
        {
            if (!await FillAsync().ConfigureAwait(false) && _completed)
            {
                return null;
            }
        }

        return _buffer.FirstSpan[0];
    }

    /// <summary>Whether bytes have come that no message has taken.</summary>
    internal bool HasBufferedBytes => _held && !_buffer.IsEmpty;

    /// <summary>Gives what is buffered back to the pipe, for another reader of it.</summary>
    internal void Release()
    {
        if (_held)
        {
            input.AdvanceTo(_buffer.Start);
            _held = false;
        }
    }

    private static PgException Fatal(string message) => new(SqlState.ProtocolViolation, message) { Severity = "FATAL" };

    private static int Int32(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.FirstSpan.Length >= 4)
        {
            return BinaryPrimitives.ReadInt32BigEndian(bytes.FirstSpan);
        }

        Span<byte> copy = stackalloc byte[4];
        bytes.Slice(0, 4).CopyTo(copy);
        return BinaryPrimitives.ReadInt32BigEndian(copy);
    }

    private int MaxLength(byte type) => type switch
    {
        (byte)'Q' or (byte)'P' or (byte)'B' or (byte)'d' or (byte)'F' => MaxMessageSize,
        (byte)'p' => 65535,
        (byte)'C' or (byte)'D' or (byte)'E' or (byte)'H' or (byte)'S' or (byte)'X' or (byte)'c' or (byte)'f' => SmallMessage,
        _ => throw Fatal($"invalid frontend message type {type}"),
    };

    /// <summary>The next message, when it has come already. The one before is no longer valid.</summary>
    internal bool TryRead(out Frame frame)
    {
        frame = default;
        if (!_held || _buffer.IsEmpty)
        {
            return false;
        }

        var type = _buffer.FirstSpan[0];
        var longest = MaxLength(type);
        if (_buffer.Length < 5)
        {
            return false;
        }

        var length = Int32(_buffer.Slice(1));
        if (length < 4 || length > longest)
        {
            throw Fatal("invalid message length");
        }

        if (_buffer.Length < length + 1L)
        {
            return false;
        }

        frame = new Frame(type, _buffer.Slice(5, length - 4));
        _buffer = _buffer.Slice(length + 1L);
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Frame> WaitAsync()
    {
        while (true)
        {
            if (!await FillAsync().ConfigureAwait(false))
            {
                return new Frame(_completed ? Frame.EndOfStream : Frame.Interrupted, default);
            }

            if (TryRead(out var frame))
            {
                return frame;
            }
        }
    }

    /// <summary>Waits for more bytes; false when interrupted or at the end.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FillAsync()
    {
        if (_held)
        {
            _held = false;
            input.AdvanceTo(_buffer.Start, _buffer.End);
        }

        var result = await input.ReadAsync().ConfigureAwait(false);
        var grown = !result.IsCanceled;
        _buffer = result.Buffer;
        _held = true;
        if (result.IsCompleted)
        {
            _completed = true;
            return !_buffer.IsEmpty && TryPeekWhole();
        }

        return grown;
    }

    // At the end of the stream whole messages are still served; a torn one is not.
    private bool TryPeekWhole() => _buffer.Length >= 5 && _buffer.Length >= Int32(_buffer.Slice(1)) + 1L;
}
