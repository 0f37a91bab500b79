using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace PgMicro.Oracle.Targets;

/// <summary>The client side of PostgreSQL's protocol 3.0, as far as a recorder needs it: trust authentication, text results.</summary>
internal sealed class WireConnection : IAsyncDisposable
{
    private const int ProtocolVersion = 196608;
    private readonly TcpClient _client;
    private readonly Stream _stream;
    private readonly MemoryStream _out = new();
    private readonly byte[] _header = new byte[5];

    private WireConnection(TcpClient client)
    {
        _client = client;
        _stream = new BufferedStream(client.GetStream(), 1 << 16);
    }

    /// <summary>A message from the server: its type and body.</summary>
    public readonly record struct Message(char Type, byte[] Body);

    /// <summary>Connects and waits until the server is ready.</summary>
    public static async Task<WireConnection> OpenAsync(
        string host, int port, string user, string database, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(host, port, cancellationToken);
        }
        catch (SocketException e)
        {
            client.Dispose();
            throw new TargetLostException($"cannot connect to {host}:{port}: {e.Message}", e);
        }

        var connection = new WireConnection(client);
        var body = new MemoryStream();
        Int32(body, ProtocolVersion);
        foreach (var (name, value) in settings.Append(new("user", user)).Append(new("database", database)))
        {
            CString(body, name);
            CString(body, value);
        }

        body.WriteByte(0);
        var start = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(start, (int)body.Length + 4);
        await connection._stream.WriteAsync(start, cancellationToken);
        await connection._stream.WriteAsync(body.ToArray(), cancellationToken);
        await connection._stream.FlushAsync(cancellationToken);
        while (true)
        {
            var message = await connection.ReadAsync(cancellationToken);
            switch (message.Type)
            {
                case 'R' when BinaryPrimitives.ReadInt32BigEndian(message.Body) != 0:
                    throw new TargetLostException("the server asks for a password; trust authentication is needed");
                case 'E':
                    var fields = Fields(message.Body);
                    throw new TargetLostException($"startup refused: {fields['C']} {fields['M']}");
                case 'Z':
                    return connection;
            }
        }
    }

    /// <summary>Adds a message to what <see cref="FlushAsync"/> sends.</summary>
    public void Add(char type, ReadOnlySpan<byte> body)
    {
        _out.WriteByte((byte)type);
        Int32(_out, body.Length + 4);
        _out.Write(body);
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        // Past the buffer, which may hold what the server has sent meanwhile.
        await _client.GetStream().WriteAsync(_out.GetBuffer().AsMemory(0, (int)_out.Length), cancellationToken);
        _out.SetLength(0);
    }

    public async Task<Message> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _stream.ReadExactlyAsync(_header, cancellationToken);
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(1)) - 4];
            await _stream.ReadExactlyAsync(body, cancellationToken);
            return new Message((char)_header[0], body);
        }
        catch (IOException e)
        {
            throw new TargetLostException("the server closed the connection", e);
        }
    }

    /// <summary>The fields of an error or notice by their letter.</summary>
    public static Dictionary<char, string> Fields(byte[] body)
    {
        var fields = new Dictionary<char, string>();
        for (var i = 0; i < body.Length && body[i] != 0;)
        {
            var end = Array.IndexOf(body, (byte)0, i);
            fields[(char)body[i]] = Encoding.UTF8.GetString(body, i + 1, end - i - 1);
            i = end + 1;
        }

        return fields;
    }

    public static void Int32(Stream stream, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        stream.Write(bytes);
    }

    public static void Int16(Stream stream, int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, (short)value);
        stream.Write(bytes);
    }

    public static void CString(Stream stream, string text)
    {
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.WriteByte(0);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
