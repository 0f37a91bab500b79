using System.Buffers.Binary;
using System.Numerics;

namespace PgMicro.Core.Functions.Binary;

/// <summary>SHA-224 (FIPS 180-4), which .NET lacks: SHA-256 from other initial values, cut to seven words.</summary>
internal static class Sha224
{
    private static readonly uint[] Constants = MakeConstants();

    [PgFunction("sha224(bytea)")]
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        // The second 32 bits of the fractional parts of the square roots of the 9th to 16th primes.
        uint[] state = [0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4];
        var padded = new byte[(data.Length + 9 + 63) / 64 * 64];
        data.CopyTo(padded);
        padded[data.Length] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(padded.AsSpan(padded.Length - 8), (ulong)data.Length * 8);
        for (var i = 0; i < padded.Length; i += 64)
        {
            Compress(state, padded.AsSpan(i, 64));
        }

        var result = new byte[28];
        for (var i = 0; i < 7; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(result.AsSpan(i * 4), state[i]);
        }

        return result;
    }

    private static void Compress(uint[] state, ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[64];
        for (var i = 0; i < 16; i++)
        {
            w[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(i * 4)..]);
        }

        for (var i = 16; i < 64; i++)
        {
            var s0 = BitOperations.RotateRight(w[i - 15], 7) ^ BitOperations.RotateRight(w[i - 15], 18) ^ (w[i - 15] >> 3);
            var s1 = BitOperations.RotateRight(w[i - 2], 17) ^ BitOperations.RotateRight(w[i - 2], 19) ^ (w[i - 2] >> 10);
            w[i] = unchecked(w[i - 16] + s0 + w[i - 7] + s1);
        }

        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        for (var i = 0; i < 64; i++)
        {
            var s1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
            var t1 = unchecked(h + s1 + ((e & f) ^ (~e & g)) + Constants[i] + w[i]);
            var s0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
            var t2 = unchecked(s0 + ((a & b) ^ (a & c) ^ (b & c)));
            (h, g, f, e, d, c, b, a) = (g, f, e, unchecked(d + t1), c, b, a, unchecked(t1 + t2));
        }

        uint[] added = [a, b, c, d, e, f, g, h];
        for (var i = 0; i < 8; i++)
        {
            state[i] = unchecked(state[i] + added[i]);
        }
    }

    // The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static uint[] MakeConstants()
    {
        var constants = new uint[64];
        var count = 0;
        for (var n = 2; count < 64; n++)
        {
            var isPrime = true;
            for (var d = 2; d * d <= n; d++)
            {
                isPrime &= n % d != 0;
            }

            if (!isPrime)
            {
                continue;
            }

            var target = new BigInteger(n) << 96;
            BigInteger low = 0, high = BigInteger.One << 40;
            while (high - low > 1)
            {
                var middle = (low + high) >> 1;
                (low, high) = middle * middle * middle <= target ? (middle, high) : (low, middle);
            }

            constants[count++] = (uint)(low & uint.MaxValue);
        }

        return constants;
    }
}
