using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>PortalSuspended (s).</summary>
internal static class PortalSuspended
{
    internal static void Write(MessageWriter writer) => writer.End(writer.Begin((byte)'s'));
}
