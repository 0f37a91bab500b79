using System.Buffers;

namespace PgMicro.Server.Protocol;

/// <summary>One message as it came: its type byte and its payload, valid until the next one is read.</summary>
internal readonly struct Frame(byte type, ReadOnlySequence<byte> payload)
{
    /// <summary>The client has closed its side.</summary>
    internal const byte EndOfStream = 0;

    /// <summary>No message: the wait for one was interrupted by <see cref="FrameReader.Interrupt"/>.</summary>
    internal const byte Interrupted = 1;

    /// <summary>The type byte, or one of the constants.</summary>
    internal byte Type { get; } = type;

    /// <summary>What follows the length.</summary>
    internal ReadOnlySequence<byte> Payload { get; } = payload;
}
