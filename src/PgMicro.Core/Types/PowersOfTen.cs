using System.Numerics;

namespace PgMicro.Core.Types;

/// <summary>Powers of ten, kept.</summary>
internal static class PowersOfTen
{
    /// <summary>Greatest exponent whose power fits 128 signed bits.</summary>
    public const int MaxSmall = 38;

    private static readonly Int128[] SmallPowers = MakeSmall();
    private static readonly BigInteger[] BigPowers = MakeBig();

    public static Int128 Small(int exponent) => SmallPowers[exponent];

    public static BigInteger Big(int exponent) => exponent < BigPowers.Length ? BigPowers[exponent] : BigInteger.Pow(10, exponent);

    private static Int128[] MakeSmall()
    {
        var powers = new Int128[MaxSmall + 1];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * 10;
        }

        return powers;
    }

    private static BigInteger[] MakeBig()
    {
        var powers = new BigInteger[128];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * 10;
        }

        return powers;
    }
}
