using System.Text.Json;
using PgMicro.Oracle.Answers;

namespace PgMicro.Oracle.EfSql;

/// <summary>A recorded statement of EF Core with the answer of the real PostgreSQL.</summary>
public sealed record EfQuery
{
    public required string Id { get; init; }
    public string? Scenario { get; init; }
    public required string Sql { get; init; }
    public required IReadOnlyList<StatementParameter> Params { get; init; }
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    /// <summary>Run inside a transaction that is rolled back.</summary>
    public bool Dml { get; init; }

    /// <summary>Statements to run before it in that transaction.</summary>
    public required IReadOnlyList<string> Before { get; init; }

    /// <summary>The DML's target, whose contents before and after are compared.</summary>
    public string? Table { get; init; }
    public required EfExpectation Expect { get; init; }

    /// <summary>Reads one line of a queries file.</summary>
    public static EfQuery Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return new EfQuery
        {
            Id = root.GetProperty("id").GetString()!,
            Scenario = Text(root, "scenario"),
            Sql = root.GetProperty("sql").GetString()!,
            Params = [.. root.GetProperty("params").EnumerateArray().Select(Parameter)],
            Settings = root.TryGetProperty("settings", out var settings)
                ? settings.EnumerateObject().ToDictionary(static s => s.Name, static s => s.Value.GetString()!) : null,
            Dml = root.TryGetProperty("dml", out var dml) && dml.GetBoolean(),
            Before = root.TryGetProperty("before", out var before) ? [.. before.EnumerateArray().Select(static b => b.GetString()!)] : [],
            Table = Text(root, "table"),
            Expect = EfExpectation.Parse(root.GetProperty("expect")),
        };
    }

    internal static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;

    internal static string?[][]? Rows(JsonElement element, string name) =>
        element.TryGetProperty(name, out var rows)
            ? [.. rows.EnumerateArray().Select(static row => row.EnumerateArray().Select(static value => value.GetString()).ToArray())] : null;

    private static StatementParameter Parameter(JsonElement element)
    {
        var oid = element.GetProperty("oid").GetUInt32();
        var own = oid >= AnswerColumn.FirstUserOid;
        var name = Text(element, "type");
        return new StatementParameter(
            own ? 0 : oid,
            own && name is not null ? string.Join('.', name.Split('.').Select(static part => $"\"{part}\"")) : null,
            Text(element, "text"),
            Text(element, "hex") is { } hex ? Convert.FromHexString(hex) : null);
    }
}

/// <summary>What a recorded statement must answer.</summary>
public sealed record EfExpectation
{
    public IReadOnlyList<(string Name, uint Oid, string Type)>? Columns { get; init; }
    public string?[][]? Rows { get; init; }
    public bool Ordered { get; init; }
    public int RowCount { get; init; }

    /// <summary>In place of many rows: <see cref="RowDigest.Of(IEnumerable{IReadOnlyList{string?}})"/> of them.</summary>
    public string? Sha256 { get; init; }
    public string? Tag { get; init; }
    public (int Removed, int Added, string Sha256)? Effect { get; init; }
    public (string Sqlstate, string Message)? Error { get; init; }

    internal static EfExpectation Parse(JsonElement element)
    {
        var rows = EfQuery.Rows(element, "rows");
        return new EfExpectation
        {
            Columns = element.TryGetProperty("columns", out var columns) && columns.ValueKind == JsonValueKind.Array
                ? [.. columns.EnumerateArray().Select(static c =>
                    (c.GetProperty("name").GetString()!, c.GetProperty("oid").GetUInt32(), c.GetProperty("type").GetString()!))]
                : null,
            Rows = rows,
            Ordered = element.TryGetProperty("ordered", out var ordered) && ordered.GetBoolean(),
            RowCount = rows?.Length ?? (element.TryGetProperty("row_count", out var count) ? count.GetInt32() : 0),
            Sha256 = EfQuery.Text(element, "sha256"),
            Tag = EfQuery.Text(element, "tag"),
            Effect = element.TryGetProperty("effect", out var effect)
                ? (effect.GetProperty("removed").GetInt32(), effect.GetProperty("added").GetInt32(), effect.GetProperty("sha256").GetString()!) : null,
            Error = element.TryGetProperty("error", out var error)
                ? (error.GetProperty("sqlstate").GetString()!, error.GetProperty("message").GetString()!) : null,
        };
    }
}
