using PgMicro.Core.Errors;
using PgMicro.Core.Types.Network;

namespace PgMicro.Core.Functions.Network;

/// <summary>Parts of network addresses.</summary>
internal static class InetFunctions
{
    [PgFunction("host(inet)")]
    public static string Host(PgInet value) => InetText.Format(value, withBits: false);

    [PgFunction("text(inet)")]
    public static string Text(PgInet value) => value.ToCidrString();

    [PgFunction("abbrev(inet)")]
    public static string Abbrev(PgInet value) => value.ToString();

    [PgFunction("abbrev(cidr)")]
    public static string AbbrevCidr(PgInet value) => InetText.Abbreviate(value);

    [PgFunction("family(inet)")]
    public static int Family(PgInet value) => value.IsV6 ? 6 : 4;

    [PgFunction("masklen(inet)")]
    public static int MaskLen(PgInet value) => value.Bits;

    [PgFunction("broadcast(inet)")]
    public static PgInet Broadcast(PgInet value) => value with { Address = value.Address | value.HostMask };

    [PgFunction("netmask(inet)")]
    public static PgInet NetMask(PgInet value) => new(value.NetMask, value.MaxBits, value.IsV6);

    [PgFunction("hostmask(inet)")]
    public static PgInet HostMask(PgInet value) => new(value.HostMask, value.MaxBits, value.IsV6);

    [PgFunction("network(inet)")]
    [PgFunction("cidr(inet)")]
    public static string Network(PgInet value) => value.ToNetwork().ToCidrString();

    [PgFunction("set_masklen(inet,integer)")]
    public static PgInet SetMaskLen(PgInet value, int bits) => value with { Bits = CheckBits(value, bits) };

    [PgFunction("set_masklen(cidr,integer)")]
    public static string SetCidrMaskLen(PgInet value, int bits) => (value with { Bits = CheckBits(value, bits) }).ToNetwork().ToCidrString();

    [PgFunction("inet_same_family(inet,inet)")]
    public static bool SameFamily(PgInet left, PgInet right) => left.IsV6 == right.IsV6;

    [PgFunction("inet_merge(inet,inet)")]
    public static string Merge(PgInet left, PgInet right) => left.IsV6 == right.IsV6
        ? (left with { Bits = PgInet.CommonBits(left, right) }).ToNetwork().ToCidrString()
        : throw new PgException(SqlState.InvalidParameterValue, "cannot merge addresses from different families");

    private static int CheckBits(PgInet value, int bits) => bits == -1 ? value.MaxBits
        : bits < 0 || bits > value.MaxBits ? throw new PgException(SqlState.InvalidParameterValue, $"invalid mask length: {bits}") : bits;
}
