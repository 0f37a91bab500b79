namespace PgMicro.Core.Functions.Json;

/// <summary>Which SQL/JSON query function.</summary>
internal enum JsonExprKind : byte
{
    Exists,
    Query,
    Value,
}

/// <summary>What stands for no item, or for an error.</summary>
internal enum JsonOutcome : byte
{
    /// <summary>No ON EMPTY: as ON ERROR says.</summary>
    Unspecified,
    Null,
    Error,
    EmptyArray,
    EmptyObject,
    True,
    False,
    Default,
}

/// <summary>WRAPPER.</summary>
internal enum JsonWrapping : byte
{
    None,
    Conditional,
    Unconditional,
}

/// <summary>How the value of DEFAULT becomes one of the RETURNING type, as far as that may fail.</summary>
internal enum JsonDefaultCoercion : byte
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>As what the path finds.</summary>
    Json,

    /// <summary>By its text.</summary>
    Text,

    /// <summary>By the constraints of a domain.</summary>
    Domain,
}

/// <summary>DEFAULT of ON EMPTY or ON ERROR.</summary>
/// <param name="Coercion">How its value becomes one of the RETURNING type.</param>
/// <param name="Type">The type of the value before that.</param>
internal readonly record struct JsonDefault(JsonDefaultCoercion Coercion, uint Type);

/// <summary>The clauses of one JSON_EXISTS, JSON_QUERY or JSON_VALUE. Interned process-wide; lowered SQL passes the <see cref="Id"/>.</summary>
internal sealed class JsonExprSpec
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, JsonExprSpec> Interned = new(StringComparer.Ordinal);
    private static readonly List<JsonExprSpec> ById = [];
    private static readonly Lock Gate = new();

    /// <summary>The number that stands for it in SQL.</summary>
    public int Id { get; private set; }

    public required JsonExprKind Kind { get; init; }

    public required uint Type { get; init; }

    public required int Typmod { get; init; }

    public required JsonWrapping Wrapping { get; init; }

    public required bool OmitsQuotes { get; init; }

    public required JsonOutcome OnEmpty { get; init; }

    public required JsonOutcome OnError { get; init; }

    public required JsonDefault DefaultOnEmpty { get; init; }

    public required JsonDefault DefaultOnError { get; init; }

    /// <summary>The column of JSON_TABLE, for messages.</summary>
    public required string? Column { get; init; }

    public required IReadOnlyList<string> VariableNames { get; init; }

    public required IReadOnlyList<uint> VariableTypes { get; init; }

    /// <summary>The one of the same clauses that came first.</summary>
    public static JsonExprSpec Intern(JsonExprSpec spec)
    {
        var key = string.Join(
            '\u0001', (int)spec.Kind, spec.Type, spec.Typmod, (int)spec.Wrapping, spec.OmitsQuotes, (int)spec.OnEmpty, (int)spec.OnError, spec.DefaultOnEmpty, spec.DefaultOnError,
            spec.Column ?? "\u0002",
            string.Join('\u0003', spec.VariableNames), string.Join('\u0003', spec.VariableTypes));
        return Interned.GetOrAdd(key, _ =>
        {
            lock (Gate)
            {
                spec.Id = ById.Count;
                ById.Add(spec);
                return spec;
            }
        });
    }

    /// <summary>The spec of an id.</summary>
    public static JsonExprSpec FromId(int id)
    {
        lock (Gate)
        {
            return ById[id];
        }
    }
}
