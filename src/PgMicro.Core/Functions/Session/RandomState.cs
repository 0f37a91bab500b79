using System.Security.Cryptography;

namespace PgMicro.Core.Functions.Session;

/// <summary>A session's random numbers: xoroshiro128**, so that setseed gives the same sequence as in PostgreSQL.</summary>
internal sealed class RandomState
{
    private ulong _s0;
    private ulong _s1;

    /// <summary>Starts from an unpredictable seed.</summary>
    public RandomState()
    {
        Span<byte> seed = stackalloc byte[16];
        RandomNumberGenerator.Fill(seed);
        _s0 = BitConverter.ToUInt64(seed);
        _s1 = BitConverter.ToUInt64(seed[8..]) | 1;
    }

    /// <summary>setseed: a number from -1 to 1.</summary>
    public void Seed(double seed)
    {
        var state = unchecked((ulong)(long)(((1L << 52) - 1.0) * seed));
        _s0 = SplitMix(ref state);
        _s1 = SplitMix(ref state);
        if (_s0 == 0 && _s1 == 0)
        {
            _s0 = 0x5851F42D4C957F2D;
            _s1 = 0x14057B7EF767814F;
        }
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        var s0 = _s0;
        var mixed = _s1 ^ s0;
        var result = unchecked(ulong.RotateLeft(unchecked(s0 * 5), 7) * 9);
        _s0 = ulong.RotateLeft(s0, 24) ^ mixed ^ (mixed << 16);
        _s1 = ulong.RotateLeft(mixed, 37);
        return result;
    }

    /// <summary>0 (included) to 1 (not included).</summary>
    public double NextDouble() => Math.ScaleB(Next() >> 12, -52);

    /// <summary>A normally distributed number of mean 0 and deviation 1 (Box and Muller).</summary>
    public double NextNormal()
    {
        var u1 = 1 - NextDouble();
        var u2 = 1 - NextDouble();
        return Math.Sqrt(-2 * Math.Log(u1)) * Math.Sin(2 * Math.PI * u2);
    }

    /// <summary>0 to a bound, both included.</summary>
    public ulong NextUpTo(ulong bound)
    {
        if (bound == 0)
        {
            return 0;
        }

        var shift = 63 - (int)ulong.Log2(bound);
        ulong value;
        do
        {
            value = Next() >> shift;
        }
        while (value > bound);
        return value;
    }

    private static ulong SplitMix(ref ulong state)
    {
        unchecked
        {
            var value = state += 0x9E3779B97F4A7C15;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
