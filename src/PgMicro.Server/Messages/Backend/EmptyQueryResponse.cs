using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>EmptyQueryResponse (I).</summary>
internal static class EmptyQueryResponse
{
    internal static void Write(MessageWriter writer) => writer.End(writer.Begin((byte)'I'));
}
