using System.Globalization;
using System.Text;
using PgMicro.Recording;

namespace PgMicro.Server.Tests.Wire;

/// <summary>
/// Conversations from files, message by message. A line is a message: its type and its fields, parted by " | ", with \xHH, \n, \t and
/// \\ for bytes, EMPTY for one value of none; <c>=&gt; title</c> sends what has gathered and writes down the answers to the next ReadyForQuery, <c>=&gt;3 title</c> to
/// the third, <c>=&gt;G title</c> to the next message of type G.
/// </summary>
[Collection("server")]
public sealed class ConversationTests(TestServer server)
{
    public static TheoryData<string> Files()
    {
        var files = new TheoryData<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Wire", "Conversations"), "*.txt").Order(StringComparer.Ordinal))
        {
            files.Add(Path.GetFileNameWithoutExtension(file));
        }

        return files;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Goes_as_with_PostgreSQL(string file)
    {
        var transcript = new Transcript();
        await using (var database = await server.CreateDatabaseAsync("conversation_" + file))
        {
            var client = WireClient.Connect(database, transcript);
            try
            {
                foreach (var line in await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Wire", "Conversations", file + ".txt")))
                {
                    if (line.StartsWith("connect", StringComparison.Ordinal))
                    {
                        client.Dispose();
                        client = WireClient.Connect(database, transcript);
                        client.ShowsParameters = line.EndsWith("parameters", StringComparison.Ordinal);
                    }
                    else if (line.Length > 0 && line[0] != '#')
                    {
                        Say(client, transcript, line);
                    }
                }
            }
            finally
            {
                client.Dispose();
            }
        }

        Recordings.Check("PgMicro.Server.Tests", "Conversations." + file, transcript);
    }

    private static void Say(WireClient client, Transcript transcript, string line)
    {
        if (line.StartsWith("=>", StringComparison.Ordinal))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var (until, title) = (line[2..space], line[(space + 1)..]);
            if (until.Length > 0 && !char.IsAsciiDigit(until[0]))
            {
                transcript.Line("== " + title);
                client.Send().ReadUntil(until[0]);
            }
            else
            {
                client.Run(title, until.Length == 0 ? 1 : int.Parse(until, CultureInfo.InvariantCulture));
            }

            return;
        }

        var fields = line.Length < 2 ? [] : line[2..].Split(" | ");
        string Field(int i) => i < fields.Length ? fields[i] : "";
        byte[] Text(int i) => [.. Bytes(Field(i)), 0];
        switch (line[0])
        {
            case 'Q' or 'f':
                client.Message(line[0], Text(0));
                break;
            case 'P':
                client.Message('P', Text(0), Text(1), Shorts(Field(2), 4));
                break;
            case 'B':
                client.Message('B', Text(0), Text(1), Shorts(Field(3), 2), Values(Field(2)), Shorts(Field(4), 2));
                break;
            case 'D' or 'C':
                client.Message(line[0], Bytes(Field(0)), Text(1));
                break;
            case 'E':
                client.Message('E', Text(0), WireClient.BigEndian(Field(1).Length == 0 ? 0 : int.Parse(Field(1), CultureInfo.InvariantCulture)));
                break;
            case 'd':
                client.Message('d', Bytes(Field(0)));
                break;
            case 'c' or 'S' or 'H' or 'X':
                client.Message(line[0]);
                break;
            case 'm':
                client.Message(Field(0)[0], Bytes(Field(1)));
                break;
            default:
                throw new FormatException(line);
        }
    }

    private static byte[] Shorts(string list, int width)
    {
        var numbers = list.Length == 0 ? [] : list.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return [.. WireClient.BigEndian((short)numbers.Length), .. numbers.SelectMany(n => width == 2 ? WireClient.BigEndian((short)n) : WireClient.BigEndian(n))];
    }

    private static byte[] Values(string list)
    {
        var values = list.Length == 0 ? [] : list == "EMPTY" ? [""] : list.Split(" & ");
        var data = new MemoryStream();
        data.Write(WireClient.BigEndian((short)values.Length));
        foreach (var value in values)
        {
            var bytes = value == "NULL" ? null : Bytes(value);
            data.Write(WireClient.BigEndian(bytes?.Length ?? -1));
            data.Write(bytes ?? []);
        }

        return data.ToArray();
    }

    private static byte[] Bytes(string text)
    {
        var bytes = new MemoryStream();
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when text[i + 1] == 'x':
                    bytes.WriteByte(byte.Parse(text.AsSpan(i + 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    i += 3;
                    break;
                case '\\':
                    bytes.WriteByte(text[++i] switch { 'n' => (byte)'\n', 't' => (byte)'\t', var c => (byte)c });
                    break;
                default:
                    bytes.Write(Encoding.UTF8.GetBytes(text, i, char.IsHighSurrogate(text[i]) ? 2 : 1));
                    i += char.IsHighSurrogate(text[i]) ? 1 : 0;
                    break;
            }
        }

        return bytes.ToArray();
    }
}
