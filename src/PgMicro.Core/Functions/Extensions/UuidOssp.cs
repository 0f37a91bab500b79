using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PgMicro.Core.Functions.Extensions;

/// <summary>uuid-ossp.</summary>
internal static class UuidOssp
{
    private static readonly Lock Gate = new();
    private static readonly ulong RandomNode = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8));
    private static readonly ushort ClockSequence = (ushort)RandomNumberGenerator.GetInt32(0x4000);
    private static long lastTime;

    [PgFunction("uuid_nil()")]
    public static byte[] Nil() => new byte[16];

    [PgFunction("uuid_ns_dns()")]
    public static byte[] NamespaceDns() => Namespace(0x10);

    [PgFunction("uuid_ns_url()")]
    public static byte[] NamespaceUrl() => Namespace(0x11);

    [PgFunction("uuid_ns_oid()")]
    public static byte[] NamespaceOid() => Namespace(0x12);

    [PgFunction("uuid_ns_x500()")]
    public static byte[] NamespaceX500() => Namespace(0x14);

    [PgFunction("uuid_generate_v1()")]
    [PgFunction("uuid_generate_v1mc()")]
    public static byte[] TimeBased()
    {
        // 100-nanosecond units since 15 October 1582.
        long time;
        lock (Gate)
        {
            time = Math.Max((global::System.DateTime.UtcNow - new global::System.DateTime(1582, 10, 15, 0, 0, 0, DateTimeKind.Utc)).Ticks, lastTime + 1);
            lastTime = time;
        }

        var uuid = new byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(uuid, (uint)time);
        BinaryPrimitives.WriteUInt16BigEndian(uuid.AsSpan(4), (ushort)(time >> 32));
        BinaryPrimitives.WriteUInt16BigEndian(uuid.AsSpan(6), (ushort)(0x1000 | ((time >> 48) & 0x0FFF)));
        BinaryPrimitives.WriteUInt16BigEndian(uuid.AsSpan(8), (ushort)(0x8000 | ClockSequence));
        for (var i = 0; i < 6; i++)
        {
            uuid[10 + i] = (byte)(RandomNode >> (i * 8));
        }

        // A multicast address, which no network card has.
        uuid[10] |= 3;
        return uuid;
    }

    [PgFunction("uuid_generate_v3(uuid,text)")]
    public static byte[] FromMd5(ReadOnlySpan<byte> space, ReadOnlySpan<byte> name) => Named(MD5.HashData([.. space, .. name]), 3);

    [PgFunction("uuid_generate_v5(uuid,text)")]
    public static byte[] FromSha1(ReadOnlySpan<byte> space, ReadOnlySpan<byte> name) => Named(SHA1.HashData([.. space, .. name]), 5);

    [PgFunction("uuid_generate_v4()")]
    [PgFunction("pgcrypto.gen_random_uuid()")]
    public static byte[] Random() => Named(RandomNumberGenerator.GetBytes(16), 4);

    private static byte[] Named(byte[] hash, int version)
    {
        var uuid = hash[..16];
        uuid[6] = (byte)((uuid[6] & 0x0F) | (version << 4));
        uuid[8] = (byte)((uuid[8] & 0x3F) | 0x80);
        return uuid;
    }

    private static byte[] Namespace(byte number) => [0x6b, 0xa7, 0xb8, number, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];
}
