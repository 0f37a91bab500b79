using PgMicro.Core.Types;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Frontend;

/// <summary>Execute (E): runs a portal for so many rows, or for all (0).</summary>
internal readonly record struct ExecuteMessage(string PortalName, int MaxRows)
{
    internal const byte Type = (byte)'E';

    internal static ExecuteMessage Read(ReadOnlySpan<byte> payload, ClientEncoding? encoding)
    {
        var reader = new PayloadReader(payload, encoding);
        var message = new ExecuteMessage(reader.CString(), Math.Max(0, reader.Int32()));
        reader.End();
        return message;
    }
}
