using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Frontend;

/// <summary>CancelRequest: comes on a connection of its own.</summary>
internal readonly record struct CancelRequestMessage(int ProcessId, int SecretKey)
{
    internal static CancelRequestMessage Read(ReadOnlySpan<byte> packet)
    {
        var reader = new PayloadReader(packet);
        reader.Int32();
        return new CancelRequestMessage(reader.Int32(), reader.Int32());
    }
}
