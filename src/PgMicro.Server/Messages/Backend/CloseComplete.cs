using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>CloseComplete (3).</summary>
internal static class CloseComplete
{
    internal static void Write(MessageWriter writer) => writer.End(writer.Begin((byte)'3'));
}
