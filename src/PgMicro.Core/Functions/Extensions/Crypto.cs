using System.Security.Cryptography;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Extensions;

/// <summary>pgcrypto: hashes, message authentication codes, raw AES, random bytes.</summary>
internal static class Crypto
{
    private const int BlockSize = 16;

    [PgFunction("digest(text,text)")]
    [PgFunction("digest(bytea,text)")]
    public static byte[] Digest(ReadOnlySpan<byte> data, string algorithm) => CryptographicOperations.HashData(Hash(algorithm), data);

    [PgFunction("hmac(text,text,text)")]
    [PgFunction("hmac(bytea,bytea,text)")]
    public static byte[] Hmac(ReadOnlySpan<byte> data, ReadOnlySpan<byte> key, string algorithm) =>
        CryptographicOperations.HmacData(Hash(algorithm), key, data);

    [PgFunction("gen_random_bytes(integer)")]
    public static byte[] RandomBytes(int count) => count is < 1 or > 1024
        ? throw new PgException("39000", "Length not in range")
        : RandomNumberGenerator.GetBytes(count);

    [PgFunction("encrypt(bytea,bytea,text)")]
    public static byte[] Encrypt(ReadOnlySpan<byte> data, ReadOnlySpan<byte> key, string type) => Encrypt(data, key, default, type);

    [PgFunction("encrypt_iv(bytea,bytea,bytea,text)")]
    public static byte[] Encrypt(ReadOnlySpan<byte> data, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, string type)
    {
        using var cipher = Cipher(type, key, out var isCbc, out var padding);
        try
        {
            return isCbc ? cipher.EncryptCbc(data, InitialVector(iv), padding) : cipher.EncryptEcb(data, padding);
        }
        catch (CryptographicException)
        {
            throw new PgException("39000", "encrypt error: Data not a multiple of block size");
        }
    }

    [PgFunction("decrypt(bytea,bytea,text)")]
    public static byte[] Decrypt(ReadOnlySpan<byte> data, ReadOnlySpan<byte> key, string type) => Decrypt(data, key, default, type);

    [PgFunction("decrypt_iv(bytea,bytea,bytea,text)")]
    public static byte[] Decrypt(ReadOnlySpan<byte> data, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, string type)
    {
        using var cipher = Cipher(type, key, out var isCbc, out var padding);
        if (data.Length % BlockSize != 0)
        {
            throw new PgException("39000", "decrypt error: Data not a multiple of block size");
        }

        try
        {
            return isCbc ? cipher.DecryptCbc(data, InitialVector(iv), padding) : cipher.DecryptEcb(data, padding);
        }
        catch (CryptographicException)
        {
            throw new PgException("39000", "decrypt error: Decryption failed");
        }
    }

    private static HashAlgorithmName Hash(string algorithm) => algorithm.ToLowerInvariant() switch
    {
        "md5" => HashAlgorithmName.MD5,
        "sha1" => HashAlgorithmName.SHA1,
        "sha256" => HashAlgorithmName.SHA256,
        "sha384" => HashAlgorithmName.SHA384,
        "sha512" => HashAlgorithmName.SHA512,
        "sha224" => throw PgErrors.FeatureNotSupported("hash algorithm sha224"),
        _ => throw new PgException(SqlState.InvalidParameterValue, $"Cannot use \"{algorithm}\": No such hash algorithm"),
    };

    private static byte[] InitialVector(ReadOnlySpan<byte> given)
    {
        var vector = new byte[BlockSize];
        given[..Math.Min(given.Length, BlockSize)].CopyTo(vector);
        return vector;
    }

    // "aes", "aes-cbc", "aes-ecb/pad:none": algorithm, mode, padding.
    private static Aes Cipher(string type, ReadOnlySpan<byte> key, out bool isCbc, out PaddingMode padding)
    {
        var parts = type.ToLowerInvariant().Split('/');
        padding = PaddingMode.PKCS7;
        foreach (var option in parts.AsSpan(1))
        {
            padding = option switch
            {
                "pad:pkcs" => PaddingMode.PKCS7,
                "pad:none" => PaddingMode.None,
                _ => throw new PgException(SqlState.InvalidParameterValue, $"Cannot use \"{type}\": No such cipher algorithm"),
            };
        }

        isCbc = !parts[0].EndsWith("-ecb", StringComparison.Ordinal);
        switch (parts[0])
        {
            case "aes" or "aes-cbc" or "aes-ecb" or "rijndael" or "rijndael-cbc" or "rijndael-ecb" or "aes128" or "aes192" or "aes256":
                break;
            case "bf" or "blowfish" or "bf-cbc" or "bf-ecb" or "des" or "des-cbc" or "des-ecb" or "3des" or "3des-cbc" or "3des-ecb" or "cast5" or "cast5-cbc" or "cast5-ecb":
                throw PgErrors.FeatureNotSupported($"cipher {parts[0]}");
            default:
                throw new PgException(SqlState.InvalidParameterValue, $"Cannot use \"{type}\": No such cipher algorithm");
        }

        if (key.Length > 32)
        {
            throw new PgException("39000", "encrypt error: Key was too big");
        }

        // A short key is filled with zeros to the next size.
        var padded = new byte[key.Length <= 16 ? 16 : key.Length <= 24 ? 24 : 32];
        key.CopyTo(padded);
        var aes = Aes.Create();
        aes.Key = padded;
        return aes;
    }
}
