using System.Buffers;
using System.Security.Authentication;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Server.Authentication;
using PgMicro.Server.Messages.Backend;
using PgMicro.Server.Messages.Frontend;
using PgMicro.Server.Sessions;
using PgMicro.Server.Transport;

namespace PgMicro.Server.Connections;

/// <summary>One connection from its first byte to its last (manual: "Message Flow", "Start-up").</summary>
internal sealed class PgConnectionHandler(ServerContext context) : ConnectionHandler
{
    private const byte TlsHandshake = 0x16;

    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        await using var channel = new ClientChannel(connection, context.Options);
        try
        {
            await ServeAsync(channel).ConfigureAwait(false);
        }
        catch (PgException e)
        {
            await SayGoodbyeAsync(channel, Fatal(e)).ConfigureAwait(false);
        }
        catch (Exception e) when (IsDisconnect(e))
        {
            // The client is gone.
        }
        catch (Exception e)
        {
            context.Log($"internal error: {e}");
            await SayGoodbyeAsync(channel, new PgException(SqlState.InternalError, e.Message) { Severity = "FATAL" }).ConfigureAwait(false);
        }
    }

    /// <summary>Whether an error is the client's leaving.</summary>
    internal static bool IsDisconnect(Exception e) =>
        e is IOException or OperationCanceledException or ConnectionAbortedException or ConnectionResetException or AuthenticationException;

    private static async Task SayGoodbyeAsync(ClientChannel channel, PgException error)
    {
        try
        {
            ErrorResponse.Write(channel.Writer, error);
            await channel.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (IsDisconnect(e))
        {
            // Nobody is there to be told.
        }
    }

    private static PgException Fatal(PgException error) => error.Severity != "ERROR"
        ? error
        : new PgException(error.SqlState, error.Message) { Severity = "FATAL", Detail = error.Detail, Hint = error.Hint };

    private static int Code(in ReadOnlySequence<byte> packet)
    {
        var reader = new SequenceReader<byte>(packet);
        return reader.TryReadBigEndian(out int code) ? code : 0;
    }

    private async Task ServeAsync(ClientChannel channel)
    {
        StartupParameters parameters;
        Dictionary<string, string> settings;
        PgDatabase database;
        using (new Timer(static c => ((ClientChannel)c!).Abort(), channel, context.Options.AuthenticationTimeout, Timeout.InfiniteTimeSpan))
        {
            if (await NegotiateAsync(channel).ConfigureAwait(false) is not { } startup)
            {
                return;
            }

            parameters = StartupParameters.Read(startup);
            if (startup.MinorVersion > 0 || startup.UnknownOptions.Count > 0)
            {
                NegotiateProtocolVersion.Write(channel.Writer, 3 << 16, startup.UnknownOptions);
            }

            // Roles are kept with the databases; who asks for one that does not exist is judged by the default one's.
            var found = context.Databases.Find(parameters.Database);
            var role = (found ?? context.Databases.Get(context.Databases.DefaultDatabase)).Transactions.Catalog.FindRole(parameters.User);
            var binding = channel.IsEncrypted ? ServerCertificate.EndPointBinding(context.Certificate!) : null;
            await ClientAuthentication.AuthenticateAsync(channel, context.Options, binding, parameters.User, role).ConfigureAwait(false);
            database = context.Databases.Get(parameters.Database);
            settings = parameters.ReadSettings();
        }

        if (!context.Sessions.TryEnter(context.Options.MaxConnections))
        {
            throw new PgException(SqlState.TooManyConnections, "sorry, too many clients already");
        }

        try
        {
            using var engine = database.CreateSession(new PgSessionOptions
            {
                User = parameters.User,
                Settings = settings,
                ConvertsText = true,
                ClientEndPoint = channel.ClientEndPoint,
                ServerEndPoint = channel.ServerEndPoint,
            });
            using var session = new ServerSession(context, channel, engine, RandomNumberGenerator.GetInt32(int.MinValue, int.MaxValue));
            context.Sessions.Add(session);
            try
            {
                await session.RunAsync().ConfigureAwait(false);
            }
            finally
            {
                context.Sessions.Remove(session);
            }
        }
        finally
        {
            context.Sessions.Leave();
        }
    }

    /// <summary>All that may come before the start-up packet; null when the connection has served its purpose.</summary>
    private async Task<StartupMessage?> NegotiateAsync(ClientChannel channel)
    {
        if (context.Certificate is { } direct && await channel.Frames.PeekAsync().ConfigureAwait(false) == TlsHandshake)
        {
            await channel.UpgradeAsync(direct, direct: true).ConfigureAwait(false);
        }

        while (await channel.Frames.ReadStartupAsync().ConfigureAwait(false) is { } packet)
        {
            switch (Code(packet))
            {
                case StartupMessage.SslRequest when context.Certificate is { } certificate && !channel.IsEncrypted:
                    channel.Writer.Byte((byte)'S');
                    await channel.FlushAsync().ConfigureAwait(false);
                    await channel.UpgradeAsync(certificate, direct: false).ConfigureAwait(false);
                    break;
                case StartupMessage.SslRequest or StartupMessage.GssEncRequest:
                    channel.Writer.Byte((byte)'N');
                    await channel.FlushAsync().ConfigureAwait(false);
                    break;
                case StartupMessage.CancelRequest:
                    var cancel = CancelRequestMessage.Read(packet.ToArray());
                    context.Sessions.Cancel(cancel.ProcessId, cancel.SecretKey);
                    return null;
                default:
                    return StartupMessage.Read(packet.ToArray());
            }
        }

        return null;
    }
}
