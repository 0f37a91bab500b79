using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PgMicro.Server.Authentication;

/// <summary>pg_authid.rolpassword of a role with a SCRAM password: SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey.</summary>
internal sealed record ScramVerifier(int Iterations, byte[] Salt, byte[] StoredKey, byte[] ServerKey, bool IsReal)
{
    private const string Prefix = "SCRAM-SHA-256$";

    // Salts for roles that do not exist: the same name always gets the same one, so that asking twice tells nothing.
    private static readonly byte[] MockSecret = RandomNumberGenerator.GetBytes(32);

    /// <summary>The stored form; null when it is none.</summary>
    internal static ScramVerifier? Parse(string? stored)
    {
        if (stored is null || !stored.StartsWith(Prefix, StringComparison.Ordinal)
            || stored[Prefix.Length..].Split('$') is not [var parameters, var keys]
            || parameters.Split(':') is not [var iterations, var salt]
            || keys.Split(':') is not [var storedKey, var serverKey]
            || !int.TryParse(iterations, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1)
        {
            return null;
        }

        try
        {
            return new ScramVerifier(count, Convert.FromBase64String(salt), Convert.FromBase64String(storedKey), Convert.FromBase64String(serverKey), true);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>What stands in for a role that has no password: the exchange takes its course, and fails.</summary>
    internal static ScramVerifier Mock(string role)
    {
        var salt = HMACSHA256.HashData(MockSecret, Encoding.UTF8.GetBytes(role));
        return new ScramVerifier(4096, salt[..16], new byte[32], new byte[32], false);
    }
}
