using System.Globalization;
using Npgsql;
using PgMicro.Recording;

namespace PgMicro.Server.Tests;

/// <summary>The server that tests talk to: ours, in memory; or the PostgreSQL that answers are recorded from.</summary>
public sealed class TestServer : IAsyncLifetime
{
    private PgMicroServer? _server;

    /// <summary>Where it listens.</summary>
    internal string Host { get; private set; } = "127.0.0.1";

    internal int Port { get; private set; }

    /// <summary>Whether answers are being recorded.</summary>
    internal static bool IsOracle => Recordings.Oracle is not null;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Recordings.Oracle is { } oracle)
        {
            var builder = new NpgsqlConnectionStringBuilder(oracle);
            (Host, Port) = (builder.Host!, builder.Port);
            return;
        }

        _server = await PgMicroServer.StartAsync(new PgMicroServerOptions { Path = ":memory:", Log = Console.Error.WriteLine });
        Port = _server.Port;
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>A connection string for Npgsql, without pooling.</summary>
    internal string ConnectionString(string database) => string.Create(
        CultureInfo.InvariantCulture, $"Host={Host};Port={Port};Username=postgres;Database={database};Pooling=false;Timezone=UTC");

    /// <summary>Makes an empty database; what is returned drops it.</summary>
    internal async Task<TestDatabase> CreateDatabaseAsync(string name)
    {
        await RunAsync($"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
        await RunAsync($"CREATE DATABASE \"{name}\" TEMPLATE template0");
        return new TestDatabase(this, name);
    }

    internal async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Server Compatibility Mode=NoTypeLoading");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>A database that lives as long as a test.</summary>
internal sealed class TestDatabase(TestServer server, string name) : IAsyncDisposable
{
    internal string Name { get; } = name;

    internal string Host => server.Host;

    internal int Port => server.Port;

    internal string ConnectionString => server.ConnectionString(Name);

    public async ValueTask DisposeAsync() => await server.RunAsync($"DROP DATABASE \"{Name}\" WITH (FORCE)");
}

/// <summary>All tests of a collection share a server.</summary>
[CollectionDefinition("server")]
public sealed class ServerCollection : ICollectionFixture<TestServer>;
