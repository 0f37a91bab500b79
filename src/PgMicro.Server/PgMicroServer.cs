using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;
using PgMicro.Server.Connections;

namespace PgMicro.Server;

/// <summary>A running server: any PostgreSQL client can connect to it.</summary>
public sealed class PgMicroServer : IAsyncDisposable
{
    private readonly ServerContext _context;
    private readonly PgConnectionHandler _handler;
    private readonly List<IConnectionListener> _listeners = [];
    private readonly List<Task> _accepting = [];
    private readonly string _host;
    private readonly string? _socketFile;
    private int _stopped;

    private PgMicroServer(ServerContext context, string host, string? socketFile)
    {
        _context = context;
        _handler = new PgConnectionHandler(context);
        _host = host;
        _socketFile = socketFile;
    }

    /// <summary>The address that it listens on.</summary>
    public string Host => _host;

    /// <summary>The TCP port.</summary>
    public int Port { get; private set; }

    /// <summary>Number of sessions.</summary>
    public int SessionCount => _context.Sessions.Count;

    /// <summary>A connection string for Npgsql, to the default database as the superuser postgres.</summary>
    public string ConnectionString => string.Create(
        CultureInfo.InvariantCulture, $"Host={_host};Port={Port};Username=postgres;Database={_context.Databases.DefaultDatabase};SSL Mode={(_context.Certificate is null ? "Disable" : "Prefer")}");

    /// <summary>Starts a server; it accepts connections when the task is done.</summary>
    /// <exception cref="PgException">When the database cannot be opened; 55000 when the address can be reached by others and nothing keeps them out.</exception>
    /// <exception cref="IOException">When the address cannot be listened on.</exception>
    public static async Task<PgMicroServer> StartAsync(PgMicroServerOptions options, CancellationToken cancellationToken = default)
    {
        var address = IPAddress.TryParse(options.Host, out var parsed) ? parsed
            : options.Host == "localhost" ? IPAddress.Loopback
            : (await Dns.GetHostAddressesAsync(options.Host, cancellationToken).ConfigureAwait(false))[0];
        RequireProtection(options, address);
        var context = new ServerContext(options, PgCluster.Open(new PgClusterOptions { Path = options.Path, InMemory = options.Path == ":memory:" }));
        var socketFile = options.UnixSocketDirectory is { } folder ? Path.Combine(folder, $".s.PGSQL.{options.Port}") : null;
        var server = new PgMicroServer(context, address.ToString(), socketFile);
        try
        {
            var tcp = await server.ListenAsync(new IPEndPoint(address, options.Port), cancellationToken).ConfigureAwait(false);
            server.Port = ((IPEndPoint)tcp.EndPoint).Port;
            if (socketFile is not null)
            {
                File.Delete(socketFile);
                await server.ListenAsync(new UnixDomainSocketEndPoint(socketFile), cancellationToken).ConfigureAwait(false);
            }

            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends all sessions, as a fast shutdown does, and closes the databases, whose files are then complete in themselves.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        foreach (var listener in _listeners)
        {
            await listener.UnbindAsync().ConfigureAwait(false);
        }

        await Task.WhenAll(_accepting).ConfigureAwait(false);
        await _context.Sessions.StopAsync().ConfigureAwait(false);
        foreach (var listener in _listeners)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }

        _context.Databases.Dispose();
        if (_socketFile is not null)
        {
            File.Delete(_socketFile);
        }
    }

    private static void RequireProtection(PgMicroServerOptions options, IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
        {
            return;
        }

        var missing = options.Authentication == PgMicroAuthentication.Trust ? "authentication"
            : options.Certificate is null && !options.GenerateCertificate ? "TLS"
            : null;
        if (missing is not null)
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"refusing to listen on {address} without {missing}")
                .WithDetail("Other machines can reach this address.")
                .WithHint("Listen on 127.0.0.1 or a Unix socket, or use scram-sha-256 authentication together with TLS.");
        }
    }

    private async Task<IConnectionListener> ListenAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        // Statements run where the bytes arrive: a session's work is one thread's, and hopping to another costs more than it gives.
        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions { UnsafePreferInlineScheduling = true, WaitForDataBeforeAllocatingBuffer = false }),
            NullLoggerFactory.Instance);
        var listener = await transport.BindAsync(endPoint, cancellationToken).ConfigureAwait(false);
        _listeners.Add(listener);
        _accepting.Add(Task.Run(() => AcceptAsync(listener), CancellationToken.None));
        return listener;
    }

    private async Task AcceptAsync(IConnectionListener listener)
    {
        while (await listener.AcceptAsync().ConfigureAwait(false) is { } connection)
        {
            _context.Sessions.Track(Task.Run(() => _handler.OnConnectedAsync(connection)));
        }
    }
}
