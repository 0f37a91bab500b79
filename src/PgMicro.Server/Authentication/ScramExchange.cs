using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Server.Authentication;

/// <summary>The server's part of a SCRAM-SHA-256 exchange (RFC 5802, RFC 7677; channel binding tls-server-end-point, RFC 5929).</summary>
internal sealed class ScramExchange(ScramVerifier verifier, byte[]? endPointBinding, bool isPlus)
{
    internal const string Mechanism = "SCRAM-SHA-256";
    internal const string PlusMechanism = "SCRAM-SHA-256-PLUS";

    private string _gs2Header = "";
    private string _clientFirstBare = "";
    private string _serverFirst = "";
    private string _nonce = "";

    /// <summary>Takes the client's first message and gives the server's.</summary>
    /// <exception cref="PgException">08P01 when it is malformed; 28000 when a cheat took channel binding from the client's choices.</exception>
    internal string Start(string clientFirst)
    {
        var parts = clientFirst.Split(',', 3);
        if (parts.Length != 3)
        {
            throw Malformed("Comma expected, but found end of message.");
        }

        switch (parts[0])
        {
            case "n" when !isPlus:
                break;
            case "y" when !isPlus:
                if (endPointBinding is not null)
                {
                    throw new PgException(SqlState.InvalidAuthorizationSpecification, "SCRAM channel binding negotiation error")
                        .WithDetail("The client supports SCRAM channel binding but thinks the server does not.  However, this server does support channel binding.");
                }

                break;
            case "n" or "y":
                throw Malformed("The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not include channel binding data.");
            case "p=tls-server-end-point" when isPlus:
                break;
            case var binding when binding.StartsWith("p=", StringComparison.Ordinal):
                throw isPlus
                    ? new PgException(SqlState.ProtocolViolation, $"unsupported SCRAM channel-binding type \"{binding[2..]}\"")
                    : Malformed("The client selected SCRAM-SHA-256 without channel binding, but the SCRAM message includes channel binding data.");
            default:
                throw Malformed("Unexpected channel-binding flag.");
        }

        if (parts[1].Length > 0)
        {
            throw PgErrors.FeatureNotSupported("a SCRAM authorization identity");
        }

        _gs2Header = parts[0] + ",,";
        _clientFirstBare = parts[2];
        var attributes = _clientFirstBare.Split(',');
        if (attributes.Length < 2 || !attributes[0].StartsWith("n=", StringComparison.Ordinal) || !attributes[1].StartsWith("r=", StringComparison.Ordinal)
            || attributes[1].Length == 2)
        {
            throw attributes[0].StartsWith("m=", StringComparison.Ordinal)
                ? PgErrors.FeatureNotSupported("a mandatory SCRAM extension")
                : Malformed("Attribute expected, but found something else.");
        }

        _nonce = attributes[1][2..] + Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        _serverFirst = string.Create(CultureInfo.InvariantCulture, $"r={_nonce},s={Convert.ToBase64String(verifier.Salt)},i={verifier.Iterations}");
        return _serverFirst;
    }

    /// <summary>Takes the client's last message and gives the server's; null when the proof is wrong.</summary>
    /// <exception cref="PgException">08P01 when it is malformed; 28000 when the channel is not the one that the client sees.</exception>
    internal string? Finish(string clientFinal)
    {
        var proofAt = clientFinal.LastIndexOf(",p=", StringComparison.Ordinal);
        var attributes = proofAt < 0 ? [] : clientFinal[..proofAt].Split(',');
        if (attributes.Length < 2 || !attributes[0].StartsWith("c=", StringComparison.Ordinal) || !attributes[1].StartsWith("r=", StringComparison.Ordinal))
        {
            throw Malformed("Attribute expected, but found something else.");
        }

        byte[] proof;
        try
        {
            proof = Convert.FromBase64String(clientFinal[(proofAt + 3)..]);
        }
        catch (FormatException)
        {
            throw Malformed("Malformed proof in client-final-message.");
        }

        byte[] expected = [.. Encoding.UTF8.GetBytes(_gs2Header), .. isPlus ? endPointBinding! : []];
        if (attributes[0][2..] != Convert.ToBase64String(expected))
        {
            throw isPlus
                ? new PgException(SqlState.InvalidAuthorizationSpecification, "SCRAM channel binding check failed")
                : new PgException(SqlState.ProtocolViolation, "unexpected SCRAM channel-binding attribute in client-final-message");
        }

        if (attributes[1][2..] != _nonce)
        {
            throw new PgException(SqlState.ProtocolViolation, "invalid SCRAM response").WithDetail("Nonce does not match.");
        }

        if (proof.Length != 32)
        {
            throw Malformed("Malformed proof in client-final-message.");
        }

        var message = Encoding.UTF8.GetBytes($"{_clientFirstBare},{_serverFirst},{clientFinal[..proofAt]}");
        var signature = HMACSHA256.HashData(verifier.StoredKey, message);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= signature[i];
        }

        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(proof), verifier.StoredKey) && verifier.IsReal
            ? "v=" + Convert.ToBase64String(HMACSHA256.HashData(verifier.ServerKey, message))
            : null;
    }

    private static PgException Malformed(string detail) => new PgException(SqlState.ProtocolViolation, "malformed SCRAM message").WithDetail(detail);
}
