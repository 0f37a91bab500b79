using System.Buffers;
using System.Net;
using System.Net.NetworkInformation;
using NpgsqlTypes;
using PgMicro.Core.Types;

namespace PgMicro.Data.Converters;

/// <summary>Network addresses ↔ System.Net's and Npgsql's types.</summary>
internal static class NetworkConverters
{
    private const byte Family4 = 2, Family6 = 3;

    internal static Converter[] Create(PgTypeCodec codec) => codec.Oid switch
    {
        TypeOid.Inet =>
        [
            new WireConverter<IPAddress>(codec, static b => Address(b), static (v, w) => Write(v, null, false, w)),
            new WireConverter<NpgsqlInet>(codec, static b => new NpgsqlInet(Address(b), b[1]), static (v, w) => Write(v.Address, v.Netmask, false, w)),
        ],
        TypeOid.Cidr =>
        [
            new WireConverter<IPNetwork>(codec, Network, static (v, w) => Write(v.BaseAddress, v.PrefixLength, true, w)),
#pragma warning disable CS0618, NPG9001 // applications that still use it
            new WireConverter<NpgsqlCidr>(codec, static b => new NpgsqlCidr(Address(b), b[1]), static (v, w) => Write(v.Address, v.Netmask, true, w)),
#pragma warning restore CS0618, NPG9001
        ],
        _ => [new WireConverter<PhysicalAddress>(codec, static b => new PhysicalAddress(b.ToArray()), static (v, w) => w.Write(v.GetAddressBytes()))],
    };

    private static IPAddress Address(ReadOnlySpan<byte> binary) => new(binary[4..]);

    private static IPNetwork Network(ReadOnlySpan<byte> binary) => new(Address(binary), binary[1]);

    private static void Write(IPAddress address, int? bits, bool isCidr, IBufferWriter<byte> writer)
    {
        var bytes = address.GetAddressBytes();
        writer.Write([bytes.Length == 4 ? Family4 : Family6, (byte)(bits ?? (bytes.Length * 8)), isCidr ? (byte)1 : (byte)0, (byte)bytes.Length]);
        writer.Write(bytes);
    }
}
