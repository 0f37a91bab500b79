using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>BindComplete (2).</summary>
internal static class BindComplete
{
    internal static void Write(MessageWriter writer) => writer.End(writer.Begin((byte)'2'));
}
