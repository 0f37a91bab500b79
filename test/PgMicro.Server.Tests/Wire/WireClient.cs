using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using PgMicro.Recording;

namespace PgMicro.Server.Tests.Wire;

/// <summary>A client that speaks the protocol message by message and writes down what it hears.</summary>
internal sealed class WireClient : IDisposable
{
    private readonly TcpClient _tcp;
    private readonly NetworkStream _stream;
    private readonly Transcript _transcript;
    private readonly MemoryStream _pending = new();
    private readonly List<int> _tables = [];

    internal WireClient(string host, int port, Transcript transcript)
    {
        _tcp = new TcpClient(host, port) { NoDelay = true, ReceiveTimeout = 60_000 };
        _stream = _tcp.GetStream();
        _transcript = transcript;
    }

    /// <summary>Where it is, when it has been connected to a database of the test.</summary>
    internal TestDatabase? Database { get; private init; }

    internal int ProcessId { get; private set; }

    internal int SecretKey { get; private set; }

    /// <summary>Whether ParameterStatus is written down.</summary>
    internal bool ShowsParameters { get; set; }

    /// <summary>OIDs, as eight hexadecimal digits, and what to write for them: they differ from server to server.</summary>
    internal Dictionary<string, string> UserTypes { get; set; } = [];

    /// <summary>Connects a client and starts its session, silently.</summary>
    internal static WireClient Connect(TestDatabase database, Transcript transcript)
    {
        var client = new WireClient(database.Host, database.Port, new Transcript());
        client.Startup("user", "postgres", "database", database.Name, "TimeZone", "UTC");
        client.ReadUntilReady();
        var connected = new WireClient(client, transcript) { Database = database };
        return connected;
    }

    private WireClient(WireClient other, Transcript transcript)
    {
        (_tcp, _stream, _transcript) = (other._tcp, other._stream, transcript);
        (ProcessId, SecretKey) = (other.ProcessId, other.SecretKey);
    }

    internal void Startup(params string[] parameters) => StartupOf(196608, parameters);

    internal void StartupOf(int version, params string[] parameters)
    {
        var body = new MemoryStream();
        body.Write(BigEndian(version));
        foreach (var text in parameters)
        {
            body.Write(CString(text));
        }

        if (parameters.Length > 0)
        {
            body.WriteByte(0);
        }

        Raw([.. BigEndian((int)body.Length + 4), .. body.ToArray()]);
    }

    /// <summary>Sends bytes.</summary>
    internal void Raw(byte[] bytes) => _stream.Write(bytes);

    /// <summary>Adds a message to those to be sent.</summary>
    internal WireClient Message(char type, params byte[][] parts)
    {
        var body = parts.SelectMany(p => p).ToArray();
        _pending.WriteByte((byte)type);
        _pending.Write(BigEndian(body.Length + 4));
        _pending.Write(body);
        return this;
    }

    internal WireClient Query(string sql) => Message('Q', CString(sql));

    internal WireClient Parse(string name, string sql, params uint[] types) =>
        Message('P', CString(name), CString(sql), BigEndian((short)types.Length), [.. types.SelectMany(t => BigEndian((int)t))]);

    internal WireClient Bind(string portal, string statement, object?[]? values = null, short[]? formats = null, short[]? resultFormats = null)
    {
        values ??= [];
        var data = new MemoryStream();
        foreach (var value in values)
        {
            var bytes = value switch { null => null, byte[] b => b, var v => Encoding.UTF8.GetBytes(v.ToString()!) };
            data.Write(BigEndian(bytes?.Length ?? -1));
            data.Write(bytes ?? []);
        }

        return Message('B', CString(portal), CString(statement), Formats(formats), BigEndian((short)values.Length), data.ToArray(), Formats(resultFormats));
    }

    internal WireClient Describe(char kind, string name) => Message('D', [(byte)kind], CString(name));

    internal WireClient Execute(string portal, int rows = 0) => Message('E', CString(portal), BigEndian(rows));

    internal WireClient Close(char kind, string name) => Message('C', [(byte)kind], CString(name));

    internal WireClient Flush() => Message('H');

    internal WireClient Sync() => Message('S');

    /// <summary>Sends what was added.</summary>
    internal WireClient Send()
    {
        Raw(_pending.ToArray());
        _pending.SetLength(0);
        return this;
    }

    /// <summary>Sends what was added and writes down the answers up to so many ReadyForQuery.</summary>
    internal void Run(string title, int ready = 1)
    {
        _transcript.Line("== " + title);
        Send();
        for (; ready > 0; ready--)
        {
            ReadUntilReady();
        }
    }

    /// <summary>Writes down answers to the next ReadyForQuery, or to the end of the connection.</summary>
    internal void ReadUntilReady() => ReadUntil('Z');

    /// <summary>Writes down answers to the next of a type.</summary>
    internal void ReadUntil(char last)
    {
        while (Read() is { } type && type != last)
        {
        }
    }

    /// <summary>The next byte that is no message.</summary>
    internal char ReadByte() => (char)_stream.ReadByte();

    public void Dispose() => _tcp.Dispose();

    private char? Read()
    {
        var header = new byte[5];
        int first;
        try
        {
            first = _stream.Read(header, 0, 1);
        }
        catch (IOException)
        {
            first = 0;
        }

        if (first == 0)
        {
            _transcript.Line("(closed)");
            return null;
        }

        _stream.ReadExactly(header, 1, 4);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) - 4];
        _stream.ReadExactly(body);
        var type = (char)header[0];
        if (type != 'S' || ShowsParameters)
        {
            var line = Text(type, new Fields(body));
            foreach (var (oid, name) in type == 'D' ? UserTypes : [])
            {
                // The element type is the third word of an array.
                line = line.Replace("x0000000100000000" + oid, "x0000000100000000" + name, StringComparison.Ordinal)
                    .Replace("x0000000100000001" + oid, "x0000000100000001" + name, StringComparison.Ordinal);
            }

            _transcript.Line(line);
        }

        return type;
    }

    private string Text(char type, Fields body)
    {
        switch (type)
        {
            case 'R':
                return "Authentication " + body.Int32();
            case 'S':
                return $"ParameterStatus {body.CString()} = {body.CString()}";
            case 'K':
                (ProcessId, SecretKey) = (body.Int32(), body.Int32());
                return "BackendKeyData";
            case 'v':
                var version = body.Int32();
                return $"NegotiateProtocolVersion {version} [{string.Join(", ", Enumerable.Range(0, body.Int32()).Select(_ => body.CString()))}]";
            case 'Z':
                return $"ReadyForQuery {(char)body.Byte()}";
            case 'C':
                return "CommandComplete " + body.CString();
            case 'E' or 'N':
                return (type == 'E' ? "ErrorResponse" : "NoticeResponse") + Diagnostics(body);
            case 'T':
                return "RowDescription " + string.Join(", ", Enumerable.Range(0, body.Int16()).Select(_ => Column(body)));
            case 't':
                return $"ParameterDescription [{string.Join(", ", Enumerable.Range(0, body.Int16()).Select(_ => body.Int32()))}]";
            case 'D':
                return "DataRow " + string.Join(" | ", Enumerable.Range(0, body.Int16()).Select(_ => Value(body)));
            case 'G' or 'H':
                return $"{(type == 'G' ? "CopyInResponse" : "CopyOutResponse")} {body.Byte()} [{string.Join(", ", Enumerable.Range(0, body.Int16()).Select(_ => body.Int16()))}]";
            case 'd':
                return "CopyData " + Printable(body.Rest());
            case 'A':
                body.Int32();
                return $"NotificationResponse {body.CString()} {body.CString()}";
            default:
                return type switch
                {
                    '1' => "ParseComplete",
                    '2' => "BindComplete",
                    '3' => "CloseComplete",
                    'n' => "NoData",
                    'I' => "EmptyQueryResponse",
                    's' => "PortalSuspended",
                    'c' => "CopyDone",
                    _ => $"{type} {Printable(body.Rest())}",
                };
        }
    }

    // Where in PostgreSQL's source an error was raised is nobody's business.
    private static string Diagnostics(Fields body)
    {
        var text = new StringBuilder();
        while (body.Byte() is var code && code != 0)
        {
            var value = body.CString();
            if ((char)code is not ('F' or 'L' or 'R' or 'V'))
            {
                text.Append($" {(char)code}={value}");
            }
        }

        return text.ToString();
    }

    // OIDs of tables differ from server to server: they are numbered.
    private string Column(Fields body)
    {
        var name = body.CString();
        var table = body.Int32();
        if (table >= 16384 && !_tables.Contains(table))
        {
            _tables.Add(table);
        }

        var shown = table >= 16384 ? "t" + (_tables.IndexOf(table) + 1) : table.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return $"{name}({shown}.{body.Int16()} type {body.Int32()} len {body.Int16()} mod {body.Int32()} fmt {body.Int16()})";
    }

    private static string Value(Fields body)
    {
        var length = body.Int32();
        return length < 0 ? "NULL" : Printable(body.Bytes(length));
    }

    private static string Printable(byte[] bytes) =>
        bytes.Any(b => b is < 32 and not 10) || !Utf8(bytes) ? "x" + Convert.ToHexStringLower(bytes) : Encoding.UTF8.GetString(bytes).Replace("\n", "\\n");

    private static bool Utf8(byte[] bytes) => System.Text.Unicode.Utf8.IsValid(bytes);

    internal static byte[] CString(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    internal static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    internal static byte[] BigEndian(short value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Formats(short[]? formats) => [.. BigEndian((short)(formats?.Length ?? 0)), .. (formats ?? []).SelectMany(BigEndian)];

    private sealed class Fields(byte[] body)
    {
        private int _at;

        internal byte Byte() => body[_at++];

        internal byte[] Bytes(int count) => body[_at..(_at += count)];

        internal short Int16() => BinaryPrimitives.ReadInt16BigEndian(Bytes(2));

        internal int Int32() => BinaryPrimitives.ReadInt32BigEndian(Bytes(4));

        internal byte[] Rest() => Bytes(body.Length - _at);

        internal string CString()
        {
            var end = Array.IndexOf(body, (byte)0, _at);
            var text = Encoding.UTF8.GetString(body, _at, end - _at);
            _at = end + 1;
            return text;
        }
    }
}
