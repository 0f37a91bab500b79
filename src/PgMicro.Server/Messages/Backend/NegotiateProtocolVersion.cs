using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>NegotiateProtocolVersion (v): the newest minor version that is spoken, and options that are not known.</summary>
internal static class NegotiateProtocolVersion
{
    internal static void Write(MessageWriter writer, int version, IReadOnlyList<string> unknownOptions)
    {
        var start = writer.Begin((byte)'v');
        writer.Int32(version);
        writer.Int32(unknownOptions.Count);
        foreach (var option in unknownOptions)
        {
            writer.CString(option);
        }

        writer.End(start);
    }
}
