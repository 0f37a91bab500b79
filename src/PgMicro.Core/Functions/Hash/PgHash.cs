using System.Buffers.Binary;
using System.Numerics;

namespace PgMicro.Core.Functions.Hash;

/// <summary>PostgreSQL's hash of bytes: Bob Jenkins' lookup3 with another start and length in front.</summary>
internal static class PgHash
{
    private const uint Start = 0x9e3779b9 + 3923095;

    /// <summary>32 bits.</summary>
    internal static uint Bytes(ReadOnlySpan<byte> bytes) => (uint)Bytes(bytes, 0);

    /// <summary>64 bits, with a seed; with seed 0 the lower half is the 32-bit hash.</summary>
    internal static ulong Bytes(ReadOnlySpan<byte> bytes, ulong seed)
    {
        uint a = Start + (uint)bytes.Length, b = a, c = a;
        if (seed != 0)
        {
            a += (uint)(seed >> 32);
            b += (uint)seed;
            Mix(ref a, ref b, ref c);
        }

        while (bytes.Length >= 12)
        {
            a += BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            b += BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            c += BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
            Mix(ref a, ref b, ref c);
            bytes = bytes[12..];
        }

        // The lowest byte of c is the length's.
        for (var i = 0; i < bytes.Length; i++)
        {
            var shift = i % 4 * 8;
            switch (i / 4)
            {
                case 0:
                    a += (uint)bytes[i] << shift;
                    break;
                case 1:
                    b += (uint)bytes[i] << shift;
                    break;
                default:
                    c += (uint)bytes[i] << (shift + 8);
                    break;
            }
        }

        Finish(ref a, ref b, ref c);
        return ((ulong)b << 32) | c;
    }

    /// <summary>The hash of one 32-bit number: that of its four bytes.</summary>
    internal static ulong Number(uint value, ulong seed)
    {
        uint a = Start + sizeof(uint), b = a, c = a;
        if (seed != 0)
        {
            a += (uint)(seed >> 32);
            b += (uint)seed;
            Mix(ref a, ref b, ref c);
        }

        a += value;
        Finish(ref a, ref b, ref c);
        return ((ulong)b << 32) | c;
    }

    /// <summary>The hash of a 64-bit number: equal to that of the 32-bit number of the same value.</summary>
    internal static ulong Number(long value, ulong seed) => Number((uint)value ^ (value >= 0 ? (uint)(value >> 32) : ~(uint)(value >> 32)), seed);

    private static void Mix(ref uint a, ref uint b, ref uint c)
    {
        a -= c;
        a ^= BitOperations.RotateLeft(c, 4);
        c += b;
        b -= a;
        b ^= BitOperations.RotateLeft(a, 6);
        a += c;
        c -= b;
        c ^= BitOperations.RotateLeft(b, 8);
        b += a;
        a -= c;
        a ^= BitOperations.RotateLeft(c, 16);
        c += b;
        b -= a;
        b ^= BitOperations.RotateLeft(a, 19);
        a += c;
        c -= b;
        c ^= BitOperations.RotateLeft(b, 4);
        b += a;
    }

    private static void Finish(ref uint a, ref uint b, ref uint c)
    {
        c ^= b;
        c -= BitOperations.RotateLeft(b, 14);
        a ^= c;
        a -= BitOperations.RotateLeft(c, 11);
        b ^= a;
        b -= BitOperations.RotateLeft(a, 25);
        c ^= b;
        c -= BitOperations.RotateLeft(b, 16);
        a ^= c;
        a -= BitOperations.RotateLeft(c, 4);
        b ^= a;
        b -= BitOperations.RotateLeft(a, 14);
        c ^= b;
        c -= BitOperations.RotateLeft(b, 24);
    }
}
