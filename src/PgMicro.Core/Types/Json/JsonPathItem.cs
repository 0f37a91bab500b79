namespace PgMicro.Core.Types.Json;

/// <summary>Kinds of jsonpath items.</summary>
internal enum JsonPathKind : byte
{
    Null, String, Number, Boolean, Variable,
    And, Or, Not, IsUnknown, Equal, NotEqual, Less, Greater, LessOrEqual, GreaterOrEqual, StartsWith, LikeRegex, Exists,
    Add, Subtract, Multiply, Divide, Modulo, Plus, Minus,
    Root, Current, Last, AnyArray, AnyKey, IndexArray, Any, Key, Filter,
    Type, Size, Abs, Floor, Ceiling, Double, KeyValue, BigInt, BooleanMethod, Date, Decimal, Integer, NumberMethod, StringMethod,
    DateTime, Time, TimeTz, Timestamp, TimestampTz,
}

/// <summary>One item of a jsonpath; items that apply one after the other form a chain by <see cref="Next"/>.</summary>
internal sealed class JsonPathItem(JsonPathKind kind)
{
    /// <summary>The level that stands for "last" in .**{…}.</summary>
    public const uint LastLevel = uint.MaxValue;

    public JsonPathKind Kind { get; } = kind;

    /// <summary>The item that takes this one's results.</summary>
    public JsonPathItem? Next { get; set; }

    /// <summary>Left operand, or the only one.</summary>
    public JsonPathItem? Left { get; init; }

    /// <summary>Right operand.</summary>
    public JsonPathItem? Right { get; init; }

    /// <summary>A string, key, variable's name or regular expression, in UTF-8.</summary>
    public byte[] Text { get; init; } = [];

    /// <summary>A literal.</summary>
    public JsonbValue? Value { get; init; }

    /// <summary>Flags of like_regex: the letters of "ismxq" in that order.</summary>
    public string Flags { get; init; } = "";

    /// <summary>Subscripts: one, or first and last.</summary>
    public IReadOnlyList<(JsonPathItem From, JsonPathItem? To)> Subscripts { get; init; } = [];

    /// <summary>Bounds of .**.</summary>
    public (uint First, uint Last) Levels { get; init; }

    /// <summary>Whether its result is a truth value.</summary>
    public bool IsPredicate => Kind is >= JsonPathKind.And and <= JsonPathKind.Exists;

    /// <summary>The name of an operator or method in messages and in printed form.</summary>
    public string OperationName => Kind switch
    {
        JsonPathKind.And => "&&",
        JsonPathKind.Or => "||",
        JsonPathKind.Equal => "==",
        JsonPathKind.NotEqual => "!=",
        JsonPathKind.Less => "<",
        JsonPathKind.Greater => ">",
        JsonPathKind.LessOrEqual => "<=",
        JsonPathKind.GreaterOrEqual => ">=",
        JsonPathKind.Plus or JsonPathKind.Add => "+",
        JsonPathKind.Minus or JsonPathKind.Subtract => "-",
        JsonPathKind.Multiply => "*",
        JsonPathKind.Divide => "/",
        JsonPathKind.Modulo => "%",
        JsonPathKind.StartsWith => "starts with",
        JsonPathKind.BigInt => "bigint",
        JsonPathKind.BooleanMethod => "boolean",
        JsonPathKind.NumberMethod => "number",
        JsonPathKind.StringMethod => "string",
        JsonPathKind.TimeTz => "time_tz",
        JsonPathKind.TimestampTz => "timestamp_tz",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>How tightly an operator binds; operands that bind no tighter are printed in parentheses.</summary>
    public int Priority => Kind switch
    {
        JsonPathKind.Or => 0,
        JsonPathKind.And => 1,
        >= JsonPathKind.Equal and <= JsonPathKind.StartsWith => 2,
        JsonPathKind.Add or JsonPathKind.Subtract => 3,
        JsonPathKind.Multiply or JsonPathKind.Divide or JsonPathKind.Modulo => 4,
        JsonPathKind.Plus or JsonPathKind.Minus => 5,
        _ => 6,
    };
}
