using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PgMicro.Core.Execution.Roles;

/// <summary>What pg_authid.rolpassword keeps in place of a password.</summary>
internal static class ScramSha256
{
    private const string Prefix = "SCRAM-SHA-256$";

    /// <summary>The stored form of a password; one that is in a stored form already is kept.</summary>
    internal static string Verifier(string password, int iterations)
    {
        if (IsVerifier(password) || IsMd5(password))
        {
            return password;
        }

        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormKC)), salt, iterations, HashAlgorithmName.SHA256, 32);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}{iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}");
    }

    private static bool IsVerifier(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length..].Split('$', ':') is [var iterations, _, var stored, var server]
        && int.TryParse(iterations, NumberStyles.None, CultureInfo.InvariantCulture, out _) && IsKey(stored) && IsKey(server);

    private static bool IsKey(string text) => Convert.TryFromBase64String(text, new byte[48], out var length) && length == 32;

    private static bool IsMd5(string text) => text.Length == 35 && text.StartsWith("md5", StringComparison.Ordinal) && text.AsSpan(3).IndexOfAnyExcept("0123456789abcdef") < 0;
}
