using System.Buffers;
using System.Text;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Server.Messages.Backend;
using PgMicro.Server.Messages.Frontend;
using PgMicro.Server.Protocol;
using PgMicro.Server.Transport;

namespace PgMicro.Server.Authentication;

/// <summary>Finds out whether a client is who it says it is.</summary>
internal static class ClientAuthentication
{
    /// <summary>Runs the exchange; returns when the client is believed.</summary>
    /// <param name="channel">The client.</param>
    /// <param name="options">The server's rules.</param>
    /// <param name="certificate">The hash that channel binding binds to; null without TLS.</param>
    /// <param name="user">The role's name as given.</param>
    /// <param name="role">The role, when there is one.</param>
    /// <exception cref="PgException">28P01 for a wrong password; 28000 when the role does not exist, may not log in or may not come this way.</exception>
    internal static async Task AuthenticateAsync(ClientChannel channel, PgMicroServerOptions options, byte[]? certificate, string user, PgAuthid? role)
    {
        if (!channel.IsLocal && (!channel.IsEncrypted || options.Authentication == PgMicroAuthentication.Trust))
        {
            throw new PgException(
                SqlState.InvalidAuthorizationSpecification,
                $"no pg_hba.conf entry for host \"{channel.ClientHost}\", user \"{user}\", {(channel.IsEncrypted ? "SSL encryption" : "no encryption")}");
        }

        if (options.Authentication == PgMicroAuthentication.ScramSha256)
        {
            await ScramAsync(channel, certificate, user, role).ConfigureAwait(false);
        }

        AuthenticationMessages.Ok(channel.Writer);
        if (role is null)
        {
            throw new PgException(SqlState.InvalidAuthorizationSpecification, $"role \"{user}\" does not exist");
        }

        if (!role.rolcanlogin)
        {
            throw new PgException(SqlState.InvalidAuthorizationSpecification, $"role \"{user}\" is not permitted to log in");
        }
    }

    private static async Task ScramAsync(ClientChannel channel, byte[]? certificate, string user, PgAuthid? role)
    {
        string[] mechanisms = certificate is null ? [ScramExchange.Mechanism] : [ScramExchange.PlusMechanism, ScramExchange.Mechanism];
        AuthenticationMessages.Sasl(channel.Writer, mechanisms);
        var (mechanism, first) = ReadInitial(await ReceiveAsync(channel).ConfigureAwait(false));
        if (!mechanisms.Contains(mechanism))
        {
            throw new PgException(SqlState.ProtocolViolation, "client selected an invalid SASL authentication mechanism");
        }

        var verifier = IsExpired(role) ? null : ScramVerifier.Parse(role?.rolpassword);
        var exchange = new ScramExchange(verifier ?? ScramVerifier.Mock(user), certificate, mechanism == ScramExchange.PlusMechanism);
        AuthenticationMessages.SaslContinue(channel.Writer, Encoding.UTF8.GetBytes(exchange.Start(first)));
        var final = exchange.Finish(Encoding.UTF8.GetString(await ReceiveAsync(channel).ConfigureAwait(false)))
            ?? throw new PgException(SqlState.InvalidPassword, $"password authentication failed for user \"{user}\"");
        AuthenticationMessages.SaslFinal(channel.Writer, Encoding.UTF8.GetBytes(final));
    }

    private static bool IsExpired(PgAuthid? role) =>
        role?.rolvaliduntil is { } until && until < (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static (string Mechanism, string Data) ReadInitial(byte[] payload)
    {
        var reader = new PayloadReader(payload);
        var mechanism = reader.CString();
        var length = reader.Int32();
        var data = length < 0 ? default : reader.Bytes(length);
        reader.End();
        return (mechanism, Encoding.UTF8.GetString(data));
    }

    private static async Task<byte[]> ReceiveAsync(ClientChannel channel)
    {
        await channel.FlushAsync().ConfigureAwait(false);
        var frame = await channel.Frames.ReadAsync().ConfigureAwait(false);
        return frame.Type switch
        {
            MessageTypes.Password => frame.Payload.ToArray(),
            Frame.EndOfStream => throw new IOException("The client left during authentication."),
            _ => throw new PgException(SqlState.ProtocolViolation, $"expected SASL response, got message type {frame.Type}"),
        };
    }
}
