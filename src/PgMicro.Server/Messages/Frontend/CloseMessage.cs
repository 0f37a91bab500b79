using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Frontend;

/// <summary>Close (C): drops a prepared statement or a portal.</summary>
internal readonly record struct CloseMessage(bool IsPortal, string Name)
{
    internal const byte Type = (byte)'C';

    internal static CloseMessage Read(ReadOnlySpan<byte> payload, ClientEncoding? encoding)
    {
        var reader = new PayloadReader(payload, encoding);
        var kind = reader.Byte();
        var name = reader.CString();
        reader.End();
        return kind is (byte)'S' or (byte)'P'
            ? new CloseMessage(kind == 'P', name)
            : throw new PgException(SqlState.ProtocolViolation, $"invalid CLOSE message subtype {kind}");
    }
}
