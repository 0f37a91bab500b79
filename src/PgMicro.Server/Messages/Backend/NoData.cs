using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>NoData (n).</summary>
internal static class NoData
{
    internal static void Write(MessageWriter writer) => writer.End(writer.Begin((byte)'n'));
}
