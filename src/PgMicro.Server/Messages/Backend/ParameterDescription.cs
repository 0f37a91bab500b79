using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>ParameterDescription (t): types of a statement's parameters.</summary>
internal static class ParameterDescription
{
    internal static void Write(MessageWriter writer, IReadOnlyList<uint> types)
    {
        var start = writer.Begin((byte)'t');
        writer.Int16((short)types.Count);
        foreach (var type in types)
        {
            writer.Int32((int)type);
        }

        writer.End(start);
    }
}
