using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using PgMicro.Core.Errors;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Transport;

/// <summary>The messages to and from one client, in the clear or under TLS.</summary>
internal sealed class ClientChannel : IAsyncDisposable
{
    private static readonly SslApplicationProtocol Protocol = new("postgresql");

    private readonly ConnectionContext _connection;
    private readonly PgMicroServerOptions _options;
    private SslStream? _tls;

    internal ClientChannel(ConnectionContext connection, PgMicroServerOptions options)
    {
        _connection = connection;
        _options = options;
        Attach(connection.Transport.Input, connection.Transport.Output);
    }

    /// <summary>What the client sends.</summary>
    internal FrameReader Frames { get; private set; } = null!;

    /// <summary>What is sent to the client.</summary>
    internal MessageWriter Writer { get; private set; } = null!;

    /// <summary>Whether TLS protects the connection.</summary>
    internal bool IsEncrypted => _tls is not null;

    /// <summary>Where the client is on the network; null on a Unix socket.</summary>
    internal IPEndPoint? ClientEndPoint => _connection.RemoteEndPoint as IPEndPoint;

    /// <summary>Where the client has connected to; null on a Unix socket.</summary>
    internal IPEndPoint? ServerEndPoint => _connection.LocalEndPoint as IPEndPoint;

    /// <summary>Whether the client is on this machine.</summary>
    internal bool IsLocal => _connection.RemoteEndPoint is not IPEndPoint ip || IPAddress.IsLoopback(ip.Address);

    /// <summary>The client's address, as messages name it.</summary>
    internal string ClientHost => _connection.RemoteEndPoint is IPEndPoint ip ? ip.Address.ToString() : "[local]";

    /// <summary>Cuts the connection off. Any thread.</summary>
    internal void Abort() => _connection.Abort();

    /// <summary>Sends what is gathered.</summary>
    /// <exception cref="ConnectionAbortedException">The client is gone, or has not read anything for too long.</exception>
    internal ValueTask FlushAsync()
    {
        var flush = Writer.FlushAsync();
        return flush.IsCompletedSuccessfully && flush.Result ? ValueTask.CompletedTask : WaitAsync(flush);
    }

    /// <summary>Lays TLS over the connection.</summary>
    /// <param name="certificate">The server's certificate.</param>
    /// <param name="direct">Whether the client began with TLS, which needs the protocol's name (ALPN).</param>
    internal async Task UpgradeAsync(X509Certificate2 certificate, bool direct)
    {
        if (!direct && Frames.HasBufferedBytes)
        {
            // Somebody in between may have sent it: it would be taken for what the client says under TLS.
            throw new PgException(SqlState.ProtocolViolation, "received unencrypted data after SSL request") { Severity = "FATAL" }
                .WithDetail("This could be either a client-software bug or evidence of an attempted man-in-the-middle attack.");
        }

        Frames.Release();
        var tls = new SslStream(new TransportStream(_connection.Transport));
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            ApplicationProtocols = [Protocol],
            ClientCertificateRequired = false,
        }).ConfigureAwait(false);
        _tls = tls;
        Writer.Dispose();
        Attach(PipeReader.Create(tls, new StreamPipeReaderOptions(leaveOpen: true)), PipeWriter.Create(tls, new StreamPipeWriterOptions(leaveOpen: true)));
        if (direct && tls.NegotiatedApplicationProtocol != Protocol)
        {
            throw new PgException(
                SqlState.ProtocolViolation, "received direct SSL connection request without ALPN protocol negotiation extension")
            { Severity = "FATAL" };
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Writer.Dispose();
        if (_tls is not null)
        {
            await _tls.DisposeAsync().ConfigureAwait(false);
        }

        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private void Attach(PipeReader input, PipeWriter output)
    {
        Frames = new FrameReader(input) { MaxMessageSize = _options.MaxMessageSize };
        Writer = new MessageWriter(output);
    }

    private async ValueTask WaitAsync(ValueTask<bool> flush)
    {
        bool connected;
        try
        {
            connected = await flush.AsTask().WaitAsync(_options.SlowReaderTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Abort();
            connected = false;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            connected = false;
        }

        if (!connected)
        {
            throw new ConnectionAbortedException();
        }
    }
}
