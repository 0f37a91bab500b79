using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>ParseComplete (1).</summary>
internal static class ParseComplete
{
    internal static void Write(MessageWriter writer) => writer.End(writer.Begin((byte)'1'));
}
