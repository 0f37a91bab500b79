using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Backend;

/// <summary>CommandComplete (C): the command tag.</summary>
internal static class CommandComplete
{
    internal static void Write(MessageWriter writer, string tag)
    {
        var start = writer.Begin((byte)'C');
        writer.CString(tag);
        writer.End(start);
    }
}
