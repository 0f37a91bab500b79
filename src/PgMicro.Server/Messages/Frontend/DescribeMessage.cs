using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Frontend;

/// <summary>Describe (D): asks for the columns of a portal, or for the parameters and columns of a statement.</summary>
internal readonly record struct DescribeMessage(bool IsPortal, string Name)
{
    internal const byte Type = (byte)'D';

    internal static DescribeMessage Read(ReadOnlySpan<byte> payload, ClientEncoding? encoding)
    {
        var reader = new PayloadReader(payload, encoding);
        var kind = reader.Byte();
        var name = reader.CString();
        reader.End();
        return kind is (byte)'S' or (byte)'P'
            ? new DescribeMessage(kind == 'P', name)
            : throw new PgException(SqlState.ProtocolViolation, $"invalid DESCRIBE message subtype {kind}");
    }
}
