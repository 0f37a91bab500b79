using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PgMicro.Oracle.Answers;

/// <summary>One line of an <c>.expected.jsonl</c> file: a statement with its answer, or a loaded data script.</summary>
public sealed record RecordedStep
{
    public string? Sql { get; init; }
    public IReadOnlyList<RecordedParameter>? Params { get; init; }
    public string? CopyData { get; init; }
    public StatementAnswer? Answer { get; init; }
    public LoadAnswer? Load { get; init; }

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The step as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>Reads a file that <see cref="Write"/> wrote.</summary>
    public static IReadOnlyList<RecordedStep> Read(string path) =>
        [.. File.ReadLines(path).Where(static line => line.Length > 0).Select(static line => JsonSerializer.Deserialize<RecordedStep>(line, Options)!)];

    /// <summary>Writes one step a line.</summary>
    public static void Write(string path, IEnumerable<RecordedStep> steps) =>
        File.WriteAllText(path, string.Concat(steps.Select(static step => step.ToJson() + "\n")));
}

/// <summary>A parameter of a script: type name and text value, null for NULL.</summary>
public sealed record RecordedParameter(string Type, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Value);

/// <summary>What loading a data script gave: tags in order, each with its repetitions (<c>INSERT 0 1*24</c>), and what was rejected.</summary>
public sealed record LoadAnswer(string File, int Statements, IReadOnlyList<string> Tags, IReadOnlyList<LoadError> Errors);

/// <summary>A statement of a data script that the server rejected.</summary>
public sealed record LoadError(int Number, string Sql, AnswerError Error);
