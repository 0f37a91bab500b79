using System.Buffers;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Network;

/// <summary>inet: TEXT, an address and the length of its network part unless that is all of it.</summary>
public class InetCodec : PgTypeCodec
{
    private const byte AddressFamily4 = 2, AddressFamily6 = 3;

    /// <inheritdoc/>
    public override uint Oid => TypeOid.Inet;

    /// <inheritdoc/>
    public override string Name => "inet";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override string? Collation => "pg_inet";

    private protected virtual bool IsCidr => false;

    /// <summary>The storage form.</summary>
    public virtual PgDatum ToStorage(PgInet value) => PgDatum.FromText(value.ToString());

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        InetText.TryParse(a, false, out var x) && InetText.TryParse(b, false, out var y) ? PgInet.Compare(x, y) : a.SequenceCompareTo(b);

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        if (!InetText.TryParse(text, IsCidr, out var value))
        {
            throw PgErrors.InvalidTextRepresentation(Name, Ascii.Text(text));
        }

        return !IsCidr || value.IsNetwork
            ? ToStorage(value)
            : throw new PgException(SqlState.InvalidTextRepresentation, $"invalid cidr value: \"{Ascii.Text(text)}\"")
                .WithDetail("Value has bits set to right of mask.");
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        // A cidr may stand here as an inet, and back: the text of one is read as the other.
        var inet = PgInet.FromStorage(value.Bytes);
        writer.Append(IsCidr ? inet.ToCidrString() : inet.ToString());
    }

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var family = reader.Byte();
        if (family is not (AddressFamily4 or AddressFamily6))
        {
            throw Invalid("invalid address family in external");
        }

        var isV6 = family == AddressFamily6;
        int bits = reader.Byte();
        if (bits > (isV6 ? 128 : 32))
        {
            throw Invalid("invalid bits in external");
        }

        reader.Byte();
        int length = reader.Byte();
        if (length != (isV6 ? 16 : 4))
        {
            throw Invalid("invalid length in external");
        }

        UInt128 address = 0;
        foreach (var octet in reader.SingleBytes(length))
        {
            address = (address << 8) | octet;
        }

        reader.End();
        var value = new PgInet(address, bits, isV6);
        return !IsCidr || value.IsNetwork
            ? ToStorage(value)
            : throw new PgException(SqlState.InvalidBinaryRepresentation, "invalid external \"cidr\" value").WithDetail("Value has bits set to right of mask.");
    }

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer)
    {
        var inet = PgInet.FromStorage(value.Bytes);
        writer.WriteByte(inet.IsV6 ? AddressFamily6 : AddressFamily4);
        writer.WriteByte((byte)inet.Bits);
        writer.WriteByte(IsCidr ? (byte)1 : (byte)0);
        writer.WriteByte((byte)inet.Size);
        inet.WriteAddress(writer);
    }

    private PgException Invalid(string what) => new(SqlState.InvalidBinaryRepresentation, $"{what} \"{Name}\" value");
}

/// <summary>cidr: TEXT, a network address and the length of its network part.</summary>
public sealed class CidrCodec : InetCodec
{
    /// <inheritdoc/>
    public override uint Oid => TypeOid.Cidr;

    /// <inheritdoc/>
    public override string Name => "cidr";

    private protected override bool IsCidr => true;

    /// <inheritdoc/>
    public override PgDatum ToStorage(PgInet value) => PgDatum.FromText(value.ToCidrString());
}
