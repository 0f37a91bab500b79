using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>CopyDone (c).</summary>
internal static class CopyDone
{
    internal static void Write(MessageWriter writer) => writer.End(writer.Begin((byte)'c'));
}
