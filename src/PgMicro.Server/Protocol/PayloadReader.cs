using System.Buffers.Binary;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Server.Protocol;

/// <summary>Reads the fields of one message; 08P01 when they do not fit.</summary>
internal ref struct PayloadReader(ReadOnlySpan<byte> payload, ClientEncoding? encoding = null)
{
    private readonly ClientEncoding? _encoding = encoding;
    private ReadOnlySpan<byte> _rest = payload;

    internal byte Byte() => Bytes(1)[0];

    internal short Int16() => BinaryPrimitives.ReadInt16BigEndian(Bytes(2));

    internal int Int32() => BinaryPrimitives.ReadInt32BigEndian(Bytes(4));

    internal ReadOnlySpan<byte> Bytes(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw new PgException(SqlState.ProtocolViolation, "insufficient data left in message");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>What is left.</summary>
    internal ReadOnlySpan<byte> Rest() => Bytes(_rest.Length);

    /// <summary>The bytes of a string up to its zero byte.</summary>
    internal ReadOnlySpan<byte> CStringBytes()
    {
        var end = _rest.IndexOf((byte)0);
        if (end < 0)
        {
            throw new PgException(SqlState.ProtocolViolation, "invalid string in message");
        }

        var taken = _rest[..end];
        _rest = _rest[(end + 1)..];
        return taken;
    }

    /// <summary>A string.</summary>
    /// <exception cref="PgException">22021, 22P05 when it is not of the client's encoding.</exception>
    internal string CString()
    {
        var bytes = CStringBytes();
        if (bytes.IsEmpty)
        {
            return "";
        }

        if (_encoding is not null)
        {
            return Encoding.UTF8.GetString(_encoding.ToUtf8(bytes));
        }

        ClientText.Check(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Raises 08P01 when bytes are left.</summary>
    internal readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            throw new PgException(SqlState.ProtocolViolation, "invalid message format");
        }
    }
}
