namespace PgMicro.PgQuery;

/// <summary>
/// The kinds of messages that a parse tree is made of, read from libpg_query's schema. The generated classes know them too, but to ask
/// them costs half a second in a new process.
/// </summary>
public sealed class ParseTreeSchema
{
    private ParseTreeSchema(IReadOnlyList<Message> messages, IReadOnlySet<string> enums)
    {
        Messages = messages;
        Enums = enums;
    }

    /// <summary>The messages, in the schema's order.</summary>
    public IReadOnlyList<Message> Messages { get; }

    /// <summary>The names of the enumerations.</summary>
    public IReadOnlySet<string> Enums { get; }

    /// <summary>Reads the schema.</summary>
    public static ParseTreeSchema Read()
    {
        using var reader = new StreamReader(typeof(ParseTreeSchema).Assembly.GetManifestResourceStream("pg_query.proto")!);
        var messages = new List<Message>();
        var enums = new HashSet<string>(StringComparer.Ordinal);
        List<Field>? fields = null;
        var depth = 0;
        while (reader.ReadLine() is { } text)
        {
            var line = text.AsSpan().Trim();
            if (depth == 0 && TakeName(line, "message ") is { } message)
            {
                messages.Add(new Message(message, fields = []));
            }
            else if (depth == 0 && TakeName(line, "enum ") is { } name)
            {
                enums.Add(name);
                fields = null;
            }
            else if (depth > 0 && fields is not null && !line.StartsWith("oneof ") && line.IndexOf('=') > 0)
            {
                fields.Add(ReadField(line));
            }

            depth += line.Count('{') - line.Count('}');
        }

        return new ParseTreeSchema(messages, enums);
    }

    private static string? TakeName(ReadOnlySpan<char> line, string keyword) =>
        line.StartsWith(keyword) ? line[keyword.Length..].TrimEnd("{ ").ToString() : null;

    // [repeated] type name = number [options];
    private static Field ReadField(ReadOnlySpan<char> line)
    {
        const string Repeated = "repeated ";
        if (line.StartsWith(Repeated))
        {
            line = line[Repeated.Length..];
        }

        var equals = line.IndexOf('=');
        var declaration = line[..equals].TrimEnd();
        var space = declaration.IndexOf(' ');
        var number = line[(equals + 1)..].TrimStart();
        return new Field(
            declaration[(space + 1)..].Trim().ToString(), declaration[..space].ToString(),
            int.Parse(number[..number.IndexOfAny(" ;[")], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>A kind of message.</summary>
    public sealed record Message(string Name, IReadOnlyList<Field> Fields);

    /// <summary>A field of it: its name, the name of its type, and the number that stands for it.</summary>
    public sealed record Field(string Name, string Type, int Number);
}
