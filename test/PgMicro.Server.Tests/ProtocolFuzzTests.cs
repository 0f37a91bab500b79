using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Xunit.Abstractions;

namespace PgMicro.Server.Tests;

/// <summary>Messages that nobody should send: the server refuses them, and goes on.</summary>
public sealed class ProtocolFuzzTests(ITestOutputHelper output)
{
    private const string Types = "QPBDECSHFdcfXpRZ?\0";

    private static readonly string[] Texts =
    [
        "", "SELECT 1", "SELECT $1::int", "SELEC", "BEGIN", "COMMIT", "ROLLBACK", "COPY f FROM STDIN", "COPY f TO STDOUT", "SELECT 1; SELECT 2", "INSERT INTO f VALUES ($1)", "s", "p",
        "SELECT * FROM f", "SAVEPOINT s", "SELECT generate_series(1, 100)", "\u0001", "SELECT 'ä'", "LISTEN x", "NOTIFY x", "DECLARE c CURSOR FOR SELECT 1", "FETCH c", "DISCARD ALL",
    ];

    /// <summary>PGMICRO_FUZZ sets the number of cases (the whole run has 100,000), PGMICRO_SEED repeats a run.</summary>
    [Fact]
    public async Task Random_messages()
    {
        var cases = int.Parse(Environment.GetEnvironmentVariable("PGMICRO_FUZZ") ?? "5000", CultureInfo.InvariantCulture);
        var seed = int.Parse(
            Environment.GetEnvironmentVariable("PGMICRO_SEED") ?? Random.Shared.Next().ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        output.WriteLine($"seed {seed}");
        var errors = new List<string>();
        await using var server = await PgMicroServer.StartAsync(new PgMicroServerOptions
        {
            Path = ":memory:",
            MaxMessageSize = 1 << 20,
            Log = text =>
            {
                lock (errors)
                {
                    errors.Add(text);
                }
            },
        });
        var random = new Random(seed);
        var sent = 0;
        while (sent < cases)
        {
            using var client = new TcpClient("127.0.0.1", server.Port) { NoDelay = true, ReceiveTimeout = 30_000 };
            var stream = client.GetStream();
            try
            {
                if (random.Next(8) == 0)
                {
                    sent++;
                    stream.Write(Startup(random));
                    if (random.Next(2) == 0)
                    {
                        continue;
                    }
                }
                else
                {
                    stream.Write(Startup(null));
                }

                for (var messages = random.Next(200); messages > 0 && sent < cases; messages--, sent++)
                {
                    stream.Write(Message(random));
                }

                if (random.Next(3) > 0)
                {
                    stream.Write([(byte)'c', 0, 0, 0, 4, (byte)'S', 0, 0, 0, 4, (byte)'X', 0, 0, 0, 4]);
                    client.Client.Shutdown(SocketShutdown.Send);
                    var sink = new byte[65536];
                    while (stream.Read(sink) > 0)
                    {
                    }
                }
            }
            catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: not SocketError.TimedOut })
            {
                // The server has had enough of it.
            }
        }

        Assert.True(errors.Count == 0, $"seed {seed}: {string.Join("\n", errors.Take(3))}");
        await AssertServesAsync(server);
    }

    [Fact]
    public async Task Vanishing_connections()
    {
        await using var server = await PgMicroServer.StartAsync(new PgMicroServerOptions { Path = ":memory:" });
        await AssertServesAsync(server);
        for (var i = 0; i < 1000; i++)
        {
            using var client = new TcpClient("127.0.0.1", server.Port);
            client.LingerState = new LingerOption(i % 3 == 0, 0);
            if (i % 2 == 0)
            {
                client.GetStream().Write(Startup(null));
            }

            if (i % 5 == 0)
            {
                client.GetStream().Write([(byte)'Q', 0, 0, 0, 40, .. "BEGIN; SELECT generate_series(1, 9)"u8.ToArray(), 0]);
            }
        }

        await AssertServesAsync(server);
        Assert.True(SpinWait.SpinUntil(() => server.SessionCount == 0, TimeSpan.FromSeconds(30)), $"{server.SessionCount} sessions are still there");
    }

    private static async Task AssertServesAsync(PgMicroServer server)
    {
        await using var connection = new Npgsql.NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand("SELECT 42", connection);
        Assert.Equal(42, await command.ExecuteScalarAsync());
    }

    private static byte[] Startup(Random? random)
    {
        byte[] body = [0, 3, 0, 0, .. "user\0postgres\0database\0postgres\0\0"u8.ToArray()];
        if (random is not null)
        {
            for (var i = random.Next(4); i >= 0; i--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }
        }

        var length = body.Length + 4;
        if (random?.Next(4) == 0)
        {
            length = random.Next(int.MinValue, int.MaxValue);
        }

        return [.. Wire.WireClient.BigEndian(length), .. body];
    }

    private static byte[] Message(Random random)
    {
        var type = Types[random.Next(random.Next(30) == 0 ? Types.Length : Types.IndexOf('X'))];
        var body = new MemoryStream();
        if (random.Next(10) == 0)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            body.Write(noise);
        }
        else
        {
            switch (type)
            {
                case 'Q':
                    body.Write(Text(random));
                    break;
                case 'P':
                    body.Write(Name(random));
                    body.Write(Text(random));
                    body.Write(random.Next(3) == 0 ? [0, 1, 0, 0, 0, 23] : [0, 0]);
                    break;
                case 'B':
                    body.Write(Name(random));
                    body.Write(Name(random));
                    body.Write(random.Next(3) == 0 ? [0, 1, 0, (byte)random.Next(3)] : [0, 0]);
                    body.Write(random.Next(2) == 0 ? [0, 0] : [0, 1, 0, 0, 0, (byte)random.Next(6), (byte)'1', 2, 3, 4]);
                    body.Write([0, 0]);
                    break;
                case 'D' or 'C':
                    body.WriteByte((byte)"SPx"[random.Next(3)]);
                    body.Write(Name(random));
                    break;
                case 'E':
                    body.Write(Name(random));
                    body.Write(Wire.WireClient.BigEndian(random.Next(-1, 4)));
                    break;
                case 'd' or 'f':
                    body.Write(Text(random));
                    break;
            }
        }

        var bytes = body.ToArray();
        var length = bytes.Length + 4;
        switch (random.Next(200))
        {
            case 0:
                length += random.Next(-8, 8);
                break;
            case 1:
                length = random.Next(int.MinValue, int.MaxValue);
                break;
            case 2:
                bytes = bytes[..random.Next(bytes.Length + 1)];
                break;
        }

        return [(byte)type, .. Wire.WireClient.BigEndian(length), .. bytes];
    }

    private static byte[] Text(Random random) => [.. Encoding.UTF8.GetBytes(Texts[random.Next(Texts.Length)]), .. random.Next(20) == 0 ? Array.Empty<byte>() : [0]];

    private static byte[] Name(Random random) => random.Next(3) switch { 0 => [(byte)'s', 0], 1 => [(byte)'p', 0], _ => [0] };
}
