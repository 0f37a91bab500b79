using System.Buffers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Server.Messages.Backend;
using PgMicro.Server.Messages.Frontend;
using PgMicro.Server.Protocol;
using PgMicro.Server.Sessions;

namespace PgMicro.Server.Connections;

/// <summary>One connection from its first byte to its last (manual: "Message Flow", "Start-up").</summary>
internal sealed class PgConnectionHandler(ServerContext context) : ConnectionHandler
{
    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var frames = new FrameReader(connection.Transport.Input) { MaxMessageSize = context.Options.MaxMessageSize };
        using var writer = new MessageWriter(connection.Transport.Output);
        try
        {
            await ServeAsync(connection, frames, writer).ConfigureAwait(false);
        }
        catch (PgException e)
        {
            ErrorResponse.Write(writer, Fatal(e));
            await FlushQuietlyAsync(writer).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionAbortedException)
        {
            // The client is gone.
        }
        catch (Exception e)
        {
            context.Log($"internal error: {e}");
            ErrorResponse.Write(writer, new PgException("XX000", e.Message) { Severity = "FATAL" });
            await FlushQuietlyAsync(writer).ConfigureAwait(false);
        }
        finally
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task FlushQuietlyAsync(MessageWriter writer)
    {
        try
        {
            await writer.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionAbortedException)
        {
            // Nobody is there to be told.
        }
    }

    private static PgException Fatal(PgException error) => error.Severity != "ERROR"
        ? error
        : new PgException(error.SqlState, error.Message) { Severity = "FATAL", Detail = error.Detail, Hint = error.Hint };

    private async Task ServeAsync(ConnectionContext connection, FrameReader frames, MessageWriter writer)
    {
        StartupMessage? startup;
        using (new Timer(static c => ((ConnectionContext)c!).Abort(), connection, context.Options.AuthenticationTimeout, Timeout.InfiniteTimeSpan))
        {
            startup = await NegotiateAsync(frames, writer).ConfigureAwait(false);
            if (startup is null)
            {
                return;
            }
        }

        if (!context.Sessions.TryEnter(context.Options.MaxConnections))
        {
            throw new PgException(SqlState.TooManyConnections, "sorry, too many clients already");
        }

        try
        {
            await RunSessionAsync(connection, frames, writer, startup).ConfigureAwait(false);
        }
        finally
        {
            context.Sessions.Leave();
        }
    }

    private async Task RunSessionAsync(ConnectionContext connection, FrameReader frames, MessageWriter writer, StartupMessage startup)
    {
        var parameters = StartupParameters.Read(startup);
        if (startup.MinorVersion > 0 || startup.UnknownOptions.Count > 0)
        {
            NegotiateProtocolVersion.Write(writer, 3 << 16, startup.UnknownOptions);
        }

        AuthenticationMessages.Ok(writer);
        using var database = context.Databases.Open(parameters.Database);
        using var engine = database.CreateSession(new PgSessionOptions { User = parameters.User, Settings = parameters.Settings });
        var secretKey = RandomNumberGenerator.GetInt32(int.MinValue, int.MaxValue);
        using var session = new ServerSession(context, connection, engine, frames, writer, secretKey);
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

    /// <summary>All that may come before the start-up packet; null when the connection has served its purpose.</summary>
    private async Task<StartupMessage?> NegotiateAsync(FrameReader frames, MessageWriter writer)
    {
        while (await frames.ReadStartupAsync().ConfigureAwait(false) is { } packet)
        {
            switch (Code(packet))
            {
                case StartupMessage.SslRequest or StartupMessage.GssEncRequest:
                    writer.Byte((byte)'N');
                    await writer.FlushAsync().ConfigureAwait(false);
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

    private static int Code(in ReadOnlySequence<byte> packet)
    {
        var reader = new SequenceReader<byte>(packet);
        return reader.TryReadBigEndian(out int code) ? code : 0;
    }
}
