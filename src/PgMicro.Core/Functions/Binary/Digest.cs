using System.Security.Cryptography;

namespace PgMicro.Core.Functions.Binary;

/// <summary>Message digests.</summary>
internal static class Digest
{
    [PgFunction("md5(text)")]
    [PgFunction("md5(bytea)")]
    public static string Md5(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(MD5.HashData(data));

    [PgFunction("sha256(bytea)")]
    public static byte[] Sha256(ReadOnlySpan<byte> data) => SHA256.HashData(data);

    [PgFunction("sha384(bytea)")]
    public static byte[] Sha384(ReadOnlySpan<byte> data) => SHA384.HashData(data);

    [PgFunction("sha512(bytea)")]
    public static byte[] Sha512(ReadOnlySpan<byte> data) => SHA512.HashData(data);
}
