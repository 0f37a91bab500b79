using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>ParameterStatus (S): a run-time parameter that clients follow.</summary>
internal static class ParameterStatus
{
    internal static void Write(MessageWriter writer, string name, string value)
    {
        var start = writer.Begin((byte)'S');
        writer.CString(name);
        writer.CString(value);
        writer.End(start);
    }
}
