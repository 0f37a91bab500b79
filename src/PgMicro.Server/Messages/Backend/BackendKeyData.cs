using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>BackendKeyData (K): what a CancelRequest must show.</summary>
internal static class BackendKeyData
{
    internal static void Write(MessageWriter writer, int processId, int secretKey)
    {
        var start = writer.Begin((byte)'K');
        writer.Int32(processId);
        writer.Int32(secretKey);
        writer.End(start);
    }
}
