using PgMicro.Core.Errors;
using PgMicro.Core.Types.Network;

namespace PgMicro.Core.Functions.Network;

/// <summary>Bitwise operators, truncation and conversion of MAC addresses.</summary>
internal static class MacaddrFunctions
{
    private const ulong Low24 = 0xFFFFFF;
    private const ulong Low40 = 0xFFFFFFFFFF;

    [PgFunction("trunc(macaddr)")]
    public static string Trunc(ReadOnlySpan<byte> value) => Six(Read(value) & ~Low24);

    [PgFunction("macaddr_not(macaddr)")]
    public static string Not(ReadOnlySpan<byte> value) => Six(~Read(value));

    [PgFunction("macaddr_and(macaddr,macaddr)")]
    public static string And(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Six(Read(left) & Read(right));

    [PgFunction("macaddr_or(macaddr,macaddr)")]
    public static string Or(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Six(Read(left) | Read(right));

    [PgFunction("trunc(macaddr8)")]
    public static string Trunc8(ReadOnlySpan<byte> value) => Eight(Read(value) & ~Low40);

    [PgFunction("macaddr8_not(macaddr8)")]
    public static string Not8(ReadOnlySpan<byte> value) => Eight(~Read(value));

    [PgFunction("macaddr8_and(macaddr8,macaddr8)")]
    public static string And8(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Eight(Read(left) & Read(right));

    [PgFunction("macaddr8_or(macaddr8,macaddr8)")]
    public static string Or8(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Eight(Read(left) | Read(right));

    [PgFunction("macaddr8_set7bit(macaddr8)")]
    public static string Set7Bit(ReadOnlySpan<byte> value) => Eight(Read(value) | (2UL << 56));

    [PgFunction("macaddr8(macaddr)")]
    public static string Widen(ReadOnlySpan<byte> value) => Eight(Macaddr8Codec.Widen(Read(value)));

    [PgFunction("macaddr(macaddr8)")]
    public static string Narrow(ReadOnlySpan<byte> value)
    {
        var address = Read(value);
        return ((address >> 24) & 0xFFFF) == 0xFFFE
            ? Six(((address >> 40) << 24) | (address & Low24))
            : throw new PgException(SqlState.NumericValueOutOfRange, "macaddr8 data out of range to convert to macaddr").WithHint(
                "Only addresses that have FF and FE as values in the 4th and 5th bytes from the left, for example xx:xx:xx:ff:fe:xx:xx:xx, "
                + "are eligible to be converted from macaddr8 to macaddr.");
    }

    private static ulong Read(ReadOnlySpan<byte> value) => MacaddrCodec.FromStorage(value);

    private static string Six(ulong address) => MacaddrCodec.Format(address & 0xFFFFFFFFFFFF, 6);

    private static string Eight(ulong address) => MacaddrCodec.Format(address, 8);
}
