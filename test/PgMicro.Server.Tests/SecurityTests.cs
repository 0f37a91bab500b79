using Npgsql;
using PgMicro.Core.Errors;

namespace PgMicro.Server.Tests;

/// <summary>Passwords, TLS and limits. These are the server's own settings, which a PostgreSQL has in its configuration files.</summary>
public sealed class SecurityTests
{
    [Theory]
    [InlineData(false, "SSL Mode=Disable")]
    [InlineData(true, "SSL Mode=Require;Trust Server Certificate=true;Channel Binding=Require")]
    [InlineData(true, "SSL Mode=Require;Trust Server Certificate=true;Channel Binding=Disable")]
    [InlineData(true, "SSL Mode=Require;Trust Server Certificate=true;SSL Negotiation=Direct")]
    public async Task Passwords(bool tls, string how)
    {
        var folder = Directory.CreateTempSubdirectory("pgmicro-server-").FullName;
        try
        {
            await using (var open = await PgMicroServer.StartAsync(new PgMicroServerOptions { Path = folder }))
            {
                await using var connection = new NpgsqlConnection(open.ConnectionString + ";Pooling=false");
                await connection.OpenAsync();
                await using var command = new NpgsqlCommand("CREATE ROLE alice LOGIN PASSWORD 'secret'; CREATE ROLE nobody PASSWORD 'secret'", connection);
                await command.ExecuteNonQueryAsync();
            }

            await using var server = await PgMicroServer.StartAsync(new PgMicroServerOptions
            {
                Path = folder,
                Authentication = PgMicroAuthentication.ScramSha256,
                GenerateCertificate = tls,
            });
            async Task<string?> TryAsync(string user, string password)
            {
                await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={server.Port};Database=postgres;Username={user};Password={password};Pooling=false;{how}");
                try
                {
                    await connection.OpenAsync();
                    await using var command = new NpgsqlCommand("SELECT current_user::text", connection);
                    return (string?)await command.ExecuteScalarAsync();
                }
                catch (PostgresException e)
                {
                    return $"{e.SqlState} {e.MessageText}";
                }
            }

            Assert.Equal("alice", await TryAsync("alice", "secret"));
            Assert.Equal("28P01 password authentication failed for user \"alice\"", await TryAsync("alice", "wrong"));
            Assert.Equal("28P01 password authentication failed for user \"mallory\"", await TryAsync("mallory", "secret"));
            Assert.Equal("28P01 password authentication failed for user \"postgres\"", await TryAsync("postgres", "x"));
            Assert.Equal("28000 role \"nobody\" is not permitted to log in", await TryAsync("nobody", "secret"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Nobody_else_is_let_in_unprotected()
    {
        var trust = await Assert.ThrowsAsync<PgException>(() => PgMicroServer.StartAsync(new PgMicroServerOptions { Path = ":memory:", Host = "0.0.0.0" }));
        Assert.Equal("refusing to listen on 0.0.0.0 without authentication", trust.Message);
        var plain = await Assert.ThrowsAsync<PgException>(() => PgMicroServer.StartAsync(
            new PgMicroServerOptions { Path = ":memory:", Host = "0.0.0.0", Authentication = PgMicroAuthentication.ScramSha256 }));
        Assert.Equal("refusing to listen on 0.0.0.0 without TLS", plain.Message);
    }

    [Fact]
    public async Task Too_many_clients()
    {
        await using var server = await PgMicroServer.StartAsync(new PgMicroServerOptions { Path = ":memory:", MaxConnections = 2 });
        await using var first = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await using var second = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await using var third = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await first.OpenAsync();
        await second.OpenAsync();
        var error = await Assert.ThrowsAsync<PostgresException>(() => third.OpenAsync());
        Assert.Equal("53300 sorry, too many clients already", $"{error.SqlState} {error.MessageText}");
        await second.CloseAsync();
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                await third.OpenAsync();
                break;
            }
            catch (PostgresException) when (attempt < 99)
            {
                // The server has yet to see the other's leaving.
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task Silence_at_the_start_is_cut_off()
    {
        await using var server = await PgMicroServer.StartAsync(new PgMicroServerOptions { Path = ":memory:", AuthenticationTimeout = TimeSpan.FromMilliseconds(200) });
        using var client = new System.Net.Sockets.TcpClient("127.0.0.1", server.Port) { ReceiveTimeout = 30_000 };
        var closed = false;
        try
        {
            closed = client.GetStream().ReadByte() == -1;
        }
        catch (IOException e) when (e.InnerException is System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.ConnectionReset })
        {
            closed = true;
        }

        Assert.True(closed);
    }

    [Fact]
    public async Task Who_does_not_read_is_cut_off()
    {
        await using var server = await PgMicroServer.StartAsync(new PgMicroServerOptions { Path = ":memory:", SlowReaderTimeout = TimeSpan.FromMilliseconds(300) });
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT repeat('x', 10000) FROM generate_series(1, 100000)", connection);
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(SpinWait.SpinUntil(() => server.SessionCount == 0, TimeSpan.FromSeconds(30)));
        await Assert.ThrowsAnyAsync<NpgsqlException>(async () =>
        {
            while (await reader.ReadAsync())
            {
            }
        });
    }

    [Fact]
    public async Task Shutting_down_ends_sessions()
    {
        var server = await PgMicroServer.StartAsync(new PgMicroServerOptions { Path = ":memory:" });
        await using var idle = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await using var busy = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await idle.OpenAsync();
        await busy.OpenAsync();
        await using var sleep = new NpgsqlCommand("SELECT pg_sleep(60)", busy);
        var sleeping = sleep.ExecuteNonQueryAsync();
        await using var look = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(60)'", idle);
        while ((long)(await look.ExecuteScalarAsync())! == 0)
        {
            Assert.False(sleeping.IsCompleted);
        }

        await server.DisposeAsync();
        var error = await Assert.ThrowsAsync<PostgresException>(() => sleeping);
        Assert.Equal("57P01 FATAL", $"{error.SqlState} {error.Severity}");
    }
}
