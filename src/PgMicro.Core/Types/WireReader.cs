using System.Buffers.Binary;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>Reads network-order fields of a binary value; 08P01 when they run out.</summary>
public ref struct WireReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    /// <summary>Bytes not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Takes so many bytes.</summary>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw PgErrors.InsufficientData();
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>Reads a byte.</summary>
    public byte Byte() => _rest.IsEmpty ? throw PgErrors.NoDataLeft() : Bytes(1)[0];

    /// <summary>Takes so many bytes that are read one by one: they run out with another message.</summary>
    public ReadOnlySpan<byte> SingleBytes(int count) => count > _rest.Length ? throw PgErrors.NoDataLeft() : Bytes(count);

    /// <summary>Reads a 16-bit integer.</summary>
    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Bytes(2));

    /// <summary>Reads a 32-bit integer.</summary>
    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Bytes(4));

    /// <summary>Reads a 64-bit integer.</summary>
    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Bytes(8));

    /// <summary>Raises 08P01 when bytes are left of a value that ends its message by itself.</summary>
    public readonly void EndMessage()
    {
        if (_rest.Length != 0)
        {
            throw new PgException(SqlState.ProtocolViolation, "invalid message format");
        }
    }

    /// <summary>Raises 22P03 when bytes are left.</summary>
    public readonly void End()
    {
        if (_rest.Length != 0)
        {
            throw PgErrors.IncorrectBinaryFormat();
        }
    }
}
