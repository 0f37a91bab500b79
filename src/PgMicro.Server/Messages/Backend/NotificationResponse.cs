using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>NotificationResponse (A): what NOTIFY sent.</summary>
internal static class NotificationResponse
{
    internal static void Write(MessageWriter writer, int processId, string channel, string payload)
    {
        var start = writer.Begin((byte)'A');
        writer.Int32(processId);
        writer.CString(channel);
        writer.CString(payload);
        writer.End(start);
    }
}
