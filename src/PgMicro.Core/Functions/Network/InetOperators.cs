using PgMicro.Core.Errors;
using PgMicro.Core.Types.Network;

namespace PgMicro.Core.Functions.Network;

/// <summary>Containment, bitwise operators and arithmetic of network addresses.</summary>
internal static class InetOperators
{
    [PgFunction("network_sub(inet,inet)")]
    public static bool Sub(PgInet left, PgInet right) => left.Bits > right.Bits && Within(left, right);

    [PgFunction("network_subeq(inet,inet)")]
    public static bool SubEq(PgInet left, PgInet right) => left.Bits >= right.Bits && Within(left, right);

    [PgFunction("network_sup(inet,inet)")]
    public static bool Sup(PgInet left, PgInet right) => Sub(right, left);

    [PgFunction("network_supeq(inet,inet)")]
    public static bool SupEq(PgInet left, PgInet right) => SubEq(right, left);

    [PgFunction("network_overlap(inet,inet)")]
    public static bool Overlap(PgInet left, PgInet right) =>
        left.IsV6 == right.IsV6 && PgInet.SamePrefix(left, right, Math.Min(left.Bits, right.Bits));

    [PgFunction("network_larger(inet,inet)")]
    public static PgInet Larger(PgInet left, PgInet right) => PgInet.Compare(left, right) > 0 ? left : right;

    [PgFunction("network_smaller(inet,inet)")]
    public static PgInet Smaller(PgInet left, PgInet right) => PgInet.Compare(left, right) < 0 ? left : right;

    [PgFunction("inetnot(inet)")]
    public static PgInet Not(PgInet value) => value with { Address = ~value.Address & value.Mask(value.MaxBits) };

    [PgFunction("inetand(inet,inet)")]
    public static PgInet And(PgInet left, PgInet right) => left.IsV6 == right.IsV6
        ? new(left.Address & right.Address, Math.Max(left.Bits, right.Bits), left.IsV6)
        : throw new PgException(SqlState.InvalidParameterValue, "cannot AND inet values of different sizes");

    [PgFunction("inetor(inet,inet)")]
    public static PgInet Or(PgInet left, PgInet right) => left.IsV6 == right.IsV6
        ? new(left.Address | right.Address, Math.Max(left.Bits, right.Bits), left.IsV6)
        : throw new PgException(SqlState.InvalidParameterValue, "cannot OR inet values of different sizes");

    [PgFunction("inetpl(inet,bigint)")]
    public static PgInet Plus(PgInet value, long addend) => Add(value, addend);

    [PgFunction("int8pl_inet(bigint,inet)")]
    public static PgInet PlusReversed(long addend, PgInet value) => Add(value, addend);

    [PgFunction("inetmi_int8(inet,bigint)")]
    public static PgInet Minus(PgInet value, long subtrahend) => Add(value, -(Int128)subtrahend);

    [PgFunction("inetmi(inet,inet)")]
    public static long Difference(PgInet left, PgInet right)
    {
        if (left.IsV6 != right.IsV6)
        {
            throw new PgException(SqlState.InvalidParameterValue, "cannot subtract inet values of different sizes");
        }

        var negative = left.Address < right.Address;
        var size = negative ? right.Address - left.Address : left.Address - right.Address;
        return size > (UInt128)long.MaxValue + (negative ? UInt128.One : UInt128.Zero) ? throw OutOfRange() : (long)(negative ? -(Int128)size : (Int128)size);
    }

    private static bool Within(PgInet inner, PgInet outer) => inner.IsV6 == outer.IsV6 && PgInet.SamePrefix(inner, outer, outer.Bits);

    private static PgInet Add(PgInet value, Int128 addend)
    {
        var size = (UInt128)Int128.Abs(addend);
        var most = value.Mask(value.MaxBits);
        return addend < 0
            ? size > value.Address ? throw OutOfRange() : value with { Address = value.Address - size }
            : size > most - value.Address ? throw OutOfRange() : value with { Address = value.Address + size };
    }

    private static PgException OutOfRange() => new(SqlState.NumericValueOutOfRange, "result is out of range");
}
