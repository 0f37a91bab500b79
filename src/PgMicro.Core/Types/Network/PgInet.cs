using System.Buffers;
using System.Numerics;

namespace PgMicro.Core.Types.Network;

/// <summary>An inet or cidr value: an IPv4 or IPv6 address and the number of bits of its network part.</summary>
/// <param name="Address">The address as a number; an IPv4 one in the low 32 bits.</param>
/// <param name="Bits">Length of the network part.</param>
/// <param name="IsV6">Whether the address is an IPv6 one.</param>
public readonly record struct PgInet(UInt128 Address, int Bits, bool IsV6)
{
    /// <summary>Bits of the address: 32 or 128.</summary>
    public int MaxBits => IsV6 ? 128 : 32;

    /// <summary>Bytes of the address: 4 or 16.</summary>
    public int Size => IsV6 ? 16 : 4;

    /// <summary>A number with the network part's bits set.</summary>
    public UInt128 NetMask => Mask(Bits);

    /// <summary>A number with the host part's bits set.</summary>
    public UInt128 HostMask => Mask(MaxBits) & ~NetMask;

    /// <summary>Whether no bit is set to the right of the network part, as cidr demands.</summary>
    public bool IsNetwork => (Address & HostMask) == 0;

    /// <summary>Reads a storage form.</summary>
    public static PgInet FromStorage(ReadOnlySpan<byte> text) =>
        InetText.TryParse(text, isCidr: false, out var value) ? value : throw Errors.PgErrors.InvalidTextRepresentation("inet", Ascii.Text(text));

    /// <summary>The network that the value is in.</summary>
    public PgInet ToNetwork() => this with { Address = Address & NetMask };

    /// <summary>network_cmp: by family, then the common network bits, then the length of the network part, then the whole address.</summary>
    public static int Compare(in PgInet a, in PgInet b)
    {
        if (a.IsV6 != b.IsV6)
        {
            return a.IsV6.CompareTo(b.IsV6);
        }

        var common = a.Mask(Math.Min(a.Bits, b.Bits));
        var order = (a.Address & common).CompareTo(b.Address & common);
        order = order != 0 ? order : a.Bits.CompareTo(b.Bits);
        return order != 0 ? order : a.Address.CompareTo(b.Address);
    }

    /// <summary>How many leading bits two addresses of one family share.</summary>
    public static int CommonBits(in PgInet a, in PgInet b)
    {
        var differ = a.Address ^ b.Address;
        var leading = (int)UInt128.LeadingZeroCount(differ) - (128 - a.MaxBits);
        return Math.Min(leading, Math.Min(a.Bits, b.Bits));
    }

    /// <summary>Whether the first <paramref name="bits"/> bits of two addresses of one family are the same.</summary>
    public static bool SamePrefix(in PgInet a, in PgInet b, int bits) => ((a.Address ^ b.Address) & a.Mask(bits)) == 0;

    /// <summary>inet's text: the length of the network part only when it is not the whole address.</summary>
    public override string ToString() => InetText.Format(this, withBits: Bits != MaxBits);

    /// <summary>cidr's text: always with the length of the network part.</summary>
    public string ToCidrString() => InetText.Format(this, withBits: true);

    /// <summary>Writes the bytes of the address, the first one first.</summary>
    public void WriteAddress(IBufferWriter<byte> writer)
    {
        for (var i = Size - 1; i >= 0; i--)
        {
            writer.WriteByte((byte)(Address >> (i * 8)));
        }
    }

    /// <summary>A number with that many leading bits of an address of this family set.</summary>
    public UInt128 Mask(int bits)
    {
        var all = IsV6 ? UInt128.MaxValue : uint.MaxValue;
        return bits == 0 ? UInt128.Zero : (all << (MaxBits - bits)) & all;
    }
}
