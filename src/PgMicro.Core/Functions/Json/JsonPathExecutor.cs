using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Pattern;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>What evaluating a jsonpath item came to.</summary>
internal enum JsonPathResult : byte
{
    Ok,
    NotFound,

    /// <summary>An error that is not to be raised.</summary>
    Error,
}

/// <summary>Evaluates a jsonpath by SQL/JSON's rules; the lax mode unwraps arrays and passes structural errors over.</summary>
internal sealed partial class JsonPathExecutor
{
    private enum Truth : byte
    {
        False,
        True,
        Unknown,
    }

    private readonly FunctionContext _context;
    private readonly JsonPath _path;
    private readonly Func<byte[], JsonbValue?> _variables;
    private readonly JsonbValue _root;
    private readonly bool _useZone;
    private bool _throws;
    private bool _ignoresStructure;
    private JsonbValue _current;
    private int _innermostSize = -1;
    private int _depth;

    // The object that .keyvalue() counts ids from: 0 is the root, then 10^10 for each generation.
    private (JsonbValue Value, long Id) _base;
    private long _generatedObjects = 1;

    private JsonPathExecutor(FunctionContext context, JsonPath path, JsonbValue root, Func<byte[], JsonbValue?> variables, bool throws, bool useZone)
    {
        _context = context;
        _path = path;
        _root = _current = root;
        _variables = variables;
        _throws = throws;
        _useZone = useZone;
        _ignoresStructure = path.IsLax;
        _base = (root, 0);
    }

    private bool IsLax => _path.IsLax;

    /// <summary>Evaluates a path.</summary>
    /// <param name="context">The session.</param>
    /// <param name="path">The path.</param>
    /// <param name="root">The context item.</param>
    /// <param name="variables">Values of $name, by UTF-8 name; null for an unknown one.</param>
    /// <param name="throws">Whether errors are raised, not returned.</param>
    /// <param name="useZone">Whether conversions may use the session's time zone.</param>
    /// <param name="found">Takes the results; null when only their existence is asked for.</param>
    /// <exception cref="PgException">SQL/JSON's errors of class 22.</exception>
    public static JsonPathResult Evaluate(
        FunctionContext context, JsonPath path, JsonbValue root, Func<byte[], JsonbValue?> variables, bool throws, bool useZone, List<JsonbValue>? found)
    {
        var executor = new JsonPathExecutor(context, path, root, variables, throws, useZone);
        if (!path.IsLax && found is null)
        {
            // In strict mode only all values together tell that there is no error.
            var all = new List<JsonbValue>();
            var result = executor.Item(path.Root, root, all);
            return result == JsonPathResult.Error ? result : all.Count == 0 ? JsonPathResult.NotFound : JsonPathResult.Ok;
        }

        return executor.Item(path.Root, root, found);
    }

    /// <summary>Variables out of a jsonb object, as the "vars" argument gives them.</summary>
    /// <exception cref="PgException">22023 when it is no object.</exception>
    public static Func<byte[], JsonbValue?> Variables(ReadOnlySpan<byte> json)
    {
        var vars = JsonbValue.Parse(json);
        return vars.Kind == JsonbKind.Object
            ? name => vars.Find(name)
            : throw new PgException(SqlState.InvalidParameterValue, "\"vars\" argument is not an object")
                .WithDetail("Jsonpath parameters should be encoded as key-value pairs of \"vars\" object.");
    }

    private JsonPathResult Fail(string sqlState, string message) => _throws ? throw new PgException(sqlState, message) : JsonPathResult.Error;

    private JsonPathResult Item(JsonPathItem item, JsonbValue value, List<JsonbValue>? found) => Item(item, value, found, IsLax);

    private JsonPathResult Item(JsonPathItem item, JsonbValue value, List<JsonbValue>? found, bool unwraps)
    {
        if (++_depth > 2000)
        {
            throw PgErrors.StackDepthExceeded();
        }

        _context.CheckForInterrupts();
        var result = Evaluate(item, value, found, unwraps);
        _depth--;
        return result;
    }

    private JsonPathResult Next(JsonPathItem item, JsonbValue value, List<JsonbValue>? found)
    {
        if (item.Next is { } next)
        {
            return Item(next, value, found);
        }

        found?.Add(value);
        return JsonPathResult.Ok;
    }

    private JsonPathResult Evaluate(JsonPathItem item, JsonbValue value, List<JsonbValue>? found, bool unwraps)
    {
        switch (item.Kind)
        {
            case >= JsonPathKind.And and <= JsonPathKind.Exists:
                var truth = Predicate(item, value);
                return item.Next is null && found is null
                    ? JsonPathResult.Ok
                    : Next(item, truth switch { Truth.True => JsonbValue.True, Truth.False => JsonbValue.False, _ => JsonbValue.Null }, found);
            case JsonPathKind.Null or JsonPathKind.Boolean or JsonPathKind.Number or JsonPathKind.String:
                return item.Next is null && found is null ? JsonPathResult.Ok : Next(item, item.Value!, found);
            case JsonPathKind.Variable:
                var variable = _variables(item.Text) ?? throw new PgException(
                    SqlState.UndefinedObject, $"could not find jsonpath variable \"{System.Text.Encoding.UTF8.GetString(item.Text)}\"");
                return InBase(variable, 1, () => Next(item, variable, found));
            case JsonPathKind.Root:
                return InBase(_root, 0, () => Next(item, _root, found));
            case JsonPathKind.Current:
                return Next(item, _current, found);
            case JsonPathKind.Last:
                return item.Next is null && found is null ? JsonPathResult.Ok : Next(item, JsonbValue.FromNumber(_innermostSize - 1), found);
            case JsonPathKind.Key:
                return Key(item, value, found, unwraps);
            case JsonPathKind.AnyKey:
                return value.Kind == JsonbKind.Object ? Children(item.Next, value, found, 1, 1, 1, false, IsLax)
                    : unwraps && value.Kind == JsonbKind.Array ? Unwrapped(item, value, found)
                    : _ignoresStructure ? JsonPathResult.NotFound
                    : Fail(SqlState.SqlJsonObjectNotFound, "jsonpath wildcard member accessor can only be applied to an object");
            case JsonPathKind.AnyArray:
                return value.Kind == JsonbKind.Array ? Children(item.Next, value, found, 1, 1, 1, false, IsLax)
                    : IsLax ? Next(item, value, found)
                    : _ignoresStructure ? JsonPathResult.NotFound
                    : Fail(SqlState.SqlJsonArrayNotFound, "jsonpath wildcard array accessor can only be applied to an array");
            case JsonPathKind.IndexArray:
                return Index(item, value, found);
            case JsonPathKind.Any:
                return AnyLevel(item, value, found);
            case JsonPathKind.Filter:
                return unwraps && value.Kind == JsonbKind.Array ? Unwrapped(item, value, found)
                    : FilterHolds(item.Left!, value) ? Next(item, value, found) : JsonPathResult.NotFound;
            case JsonPathKind.Plus or JsonPathKind.Minus:
                return Unary(item, value, found);
            case >= JsonPathKind.Add and <= JsonPathKind.Modulo:
                return Binary(item, value, found);
            default:
                return Method(item, value, found, unwraps);
        }
    }

    private JsonPathResult InBase(JsonbValue value, long id, Func<JsonPathResult> body)
    {
        var saved = _base;
        _base = (value, id);
        var result = body();
        _base = saved;
        return result;
    }

    private JsonPathResult Key(JsonPathItem item, JsonbValue value, List<JsonbValue>? found, bool unwraps)
    {
        if (value.Kind == JsonbKind.Object)
        {
            return value.Find(item.Text) is { } member ? Next(item, member, found)
                : _ignoresStructure ? JsonPathResult.NotFound
                : Fail(SqlState.SqlJsonMemberNotFound, $"JSON object does not contain key \"{System.Text.Encoding.UTF8.GetString(item.Text)}\"");
        }

        return unwraps && value.Kind == JsonbKind.Array ? Unwrapped(item, value, found)
            : _ignoresStructure ? JsonPathResult.NotFound
            : Fail(SqlState.SqlJsonMemberNotFound, "jsonpath member accessor can only be applied to an object");
    }

    private JsonPathResult Index(JsonPathItem item, JsonbValue value, List<JsonbValue>? found)
    {
        if (value.Kind != JsonbKind.Array && !IsLax)
        {
            return _ignoresStructure ? JsonPathResult.NotFound
                : Fail(SqlState.SqlJsonArrayNotFound, "jsonpath array accessor can only be applied to an array");
        }

        var savedSize = _innermostSize;
        var size = value.Kind == JsonbKind.Array ? value.Elements.Count : 1;
        _innermostSize = size;
        var result = JsonPathResult.NotFound;
        foreach (var (from, to) in item.Subscripts)
        {
            if (Subscript(from, value) is not { } first || (to is null ? first : Subscript(to, value)) is not { } last)
            {
                result = JsonPathResult.Error;
                break;
            }

            if (!_ignoresStructure && (first < 0 || first > last || last >= size))
            {
                result = Fail(SqlState.InvalidSqlJsonSubscript, "jsonpath array subscript is out of bounds");
                break;
            }

            result = JsonPathResult.NotFound;
            for (var i = Math.Max(first, 0); i <= Math.Min(last, size - 1); i++)
            {
                // Nothing more is to be known when only existence is asked for.
                if (item.Next is null && found is null)
                {
                    _innermostSize = savedSize;
                    return JsonPathResult.Ok;
                }

                result = Next(item, value.Kind == JsonbKind.Array ? value.Elements[i] : value, found);
                if (result == JsonPathResult.Error || (result == JsonPathResult.Ok && found is null))
                {
                    break;
                }
            }

            if (result == JsonPathResult.Error || (result == JsonPathResult.Ok && found is null))
            {
                break;
            }
        }

        _innermostSize = savedSize;
        return result;
    }

    private int? Subscript(JsonPathItem item, JsonbValue value)
    {
        var list = new List<JsonbValue>();
        if (Item(item, value, list) == JsonPathResult.Error)
        {
            return null;
        }

        if (list.Count != 1 || list[0].Kind != JsonbKind.Number)
        {
            Fail(SqlState.InvalidSqlJsonSubscript, "jsonpath array subscript is not a single numeric value");
            return null;
        }

        var number = list[0].Number.Truncate(0);
        if (!number.IsFinite || number < int.MinValue || number > int.MaxValue)
        {
            Fail(SqlState.InvalidSqlJsonSubscript, "jsonpath array subscript is out of integer range");
            return null;
        }

        return number.ToInt32();
    }

    private JsonPathResult AnyLevel(JsonPathItem item, JsonbValue value, List<JsonbValue>? found)
    {
        var result = JsonPathResult.NotFound;
        if (item.Levels.First == 0)
        {
            var saved = _ignoresStructure;
            _ignoresStructure = true;
            result = Next(item, value, found);
            _ignoresStructure = saved;
            if (result == JsonPathResult.Error || (result == JsonPathResult.Ok && found is null))
            {
                return result;
            }
        }

        return value.Kind >= JsonbKind.Array ? Children(item.Next, value, found, 1, item.Levels.First, item.Levels.Last, true, IsLax) : result;
    }

    private JsonPathResult Unwrapped(JsonPathItem item, JsonbValue array, List<JsonbValue>? found) =>
        Children(item, array, found, 1, 1, 1, false, false);

    // Applies an item to the children of a container down to a level, or collects them.
    private JsonPathResult Children(
        JsonPathItem? item, JsonbValue container, List<JsonbValue>? found, uint level, uint first, uint last, bool ignoresStructure, bool unwraps)
    {
        if (level > last)
        {
            return JsonPathResult.NotFound;
        }

        var result = JsonPathResult.NotFound;
        foreach (var child in container.Elements)
        {
            var isContainer = child.Kind >= JsonbKind.Array;
            if (level >= first || (first == JsonPathItem.LastLevel && last == JsonPathItem.LastLevel && !isContainer))
            {
                if (item is not null)
                {
                    var saved = _ignoresStructure;
                    _ignoresStructure |= ignoresStructure;
                    result = Item(item, child, found, unwraps);
                    _ignoresStructure = saved;
                    if (result == JsonPathResult.Error || (result == JsonPathResult.Ok && found is null))
                    {
                        return result;
                    }
                }
                else if (found is not null)
                {
                    found.Add(child);
                    result = JsonPathResult.Ok;
                }
                else
                {
                    return JsonPathResult.Ok;
                }
            }

            if (level < last && isContainer)
            {
                result = Children(item, child, found, level + 1, first, last, ignoresStructure, unwraps);
                if (result == JsonPathResult.Error || (result == JsonPathResult.Ok && found is null))
                {
                    return result;
                }
            }
        }

        return result;
    }

    // As an operand: its results, arrays among them taken apart in lax mode.
    private JsonPathResult Operand(JsonPathItem item, JsonbValue value, bool unwraps, List<JsonbValue>? found)
    {
        if (!unwraps || !IsLax || found is null)
        {
            return Item(item, value, found);
        }

        var list = new List<JsonbValue>();
        var result = Item(item, value, list);
        if (result == JsonPathResult.Error)
        {
            return result;
        }

        foreach (var element in list)
        {
            if (element.Kind == JsonbKind.Array)
            {
                found.AddRange(element.Elements);
            }
            else
            {
                found.Add(element);
            }
        }

        return JsonPathResult.Ok;
    }

    private JsonPathResult QuietOperand(JsonPathItem item, JsonbValue value, bool unwraps, List<JsonbValue>? found)
    {
        var saved = _throws;
        _throws = false;
        var result = Operand(item, value, unwraps, found);
        _throws = saved;
        return result;
    }

    private bool FilterHolds(JsonPathItem condition, JsonbValue value)
    {
        var saved = _current;
        _current = value;
        var truth = Predicate(condition, value);
        _current = saved;
        return truth == Truth.True;
    }

    private Truth Predicate(JsonPathItem item, JsonbValue value)
    {
        switch (item.Kind)
        {
            case JsonPathKind.And:
                var left = Predicate(item.Left!, value);
                if (left == Truth.False)
                {
                    return left;
                }

                var right = Predicate(item.Right!, value);
                return right == Truth.True ? left : right;
            case JsonPathKind.Or:
                left = Predicate(item.Left!, value);
                if (left == Truth.True)
                {
                    return left;
                }

                right = Predicate(item.Right!, value);
                return right == Truth.False ? left : right;
            case JsonPathKind.Not:
                return Predicate(item.Left!, value) switch { Truth.True => Truth.False, Truth.False => Truth.True, _ => Truth.Unknown };
            case JsonPathKind.IsUnknown:
                return Predicate(item.Left!, value) == Truth.Unknown ? Truth.True : Truth.False;
            case JsonPathKind.StartsWith:
                return Pairs(item, value, false, static (_, _, l, r) => l is { Kind: JsonbKind.String, Moment: null } && r is { Kind: JsonbKind.String, Moment: null }
                    ? l.Text.Span.StartsWith(r.Text.Span) ? Truth.True : Truth.False
                    : Truth.Unknown);
            case JsonPathKind.LikeRegex:
                return Pairs(item, value, false, static (_, i, l, _) => l is { Kind: JsonbKind.String, Moment: null }
                    ? LikeRegex(i.Text, i.Flags).IsMatch(Regex.Decode(l.Text.Span)) ? Truth.True : Truth.False
                    : Truth.Unknown);
            case JsonPathKind.Exists:
                var list = IsLax ? null : new List<JsonbValue>();
                var result = QuietOperand(item.Left!, value, false, list);
                return result == JsonPathResult.Error ? Truth.Unknown
                    : (list is null ? result == JsonPathResult.Ok : list.Count > 0) ? Truth.True : Truth.False;
            default:
                return Pairs(item, value, true, static (executor, i, l, r) => executor.Compare(i.Kind, l, r!));
        }
    }

    /// <summary>The pattern of like_regex.</summary>
    /// <exception cref="PgException">2201B.</exception>
    internal static Regex LikeRegex(ReadOnlySpan<byte> pattern, string flags) => Regex.Get(pattern, RegexOptionsOf(flags));

    private static RegexOptions RegexOptionsOf(string flags)
    {
        var options = flags.Contains('i', StringComparison.Ordinal) ? RegexOptions.IgnoreCase : RegexOptions.None;
        if (flags.Contains('q', StringComparison.Ordinal))
        {
            return options | RegexOptions.Literal;
        }

        options |= flags.Contains('s', StringComparison.Ordinal) ? RegexOptions.None : RegexOptions.NewlineStops;
        return options | (flags.Contains('m', StringComparison.Ordinal) ? RegexOptions.NewlineAnchors : RegexOptions.None);
    }

    private Truth Pairs(JsonPathItem item, JsonbValue value, bool unwrapsRight, Func<JsonPathExecutor, JsonPathItem, JsonbValue, JsonbValue?, Truth> test)
    {
        var left = new List<JsonbValue>();
        var right = new List<JsonbValue>();
        if (QuietOperand(item.Left!, value, true, left) == JsonPathResult.Error
            || (item.Right is not null && QuietOperand(item.Right, value, unwrapsRight, right) == JsonPathResult.Error))
        {
            return Truth.Unknown;
        }

        bool isFound = false, isError = false;
        foreach (var l in left)
        {
            for (var i = 0; i < (item.Right is null ? 1 : right.Count); i++)
            {
                switch (test(this, item, l, item.Right is null ? null : right[i]))
                {
                    case Truth.Unknown when !IsLax:
                        return Truth.Unknown;
                    case Truth.Unknown:
                        isError = true;
                        break;
                    case Truth.True when IsLax:
                        return Truth.True;
                    case Truth.True:
                        isFound = true;
                        break;
                }
            }
        }

        return isFound ? Truth.True : isError ? Truth.Unknown : Truth.False;
    }

    private Truth Compare(JsonPathKind op, JsonbValue left, JsonbValue right)
    {
        int order;
        if (left.Kind != right.Kind || (left.Moment is null) != (right.Moment is null))
        {
            return left.Kind == JsonbKind.Null || right.Kind == JsonbKind.Null
                ? op == JsonPathKind.NotEqual ? Truth.True : Truth.False
                : Truth.Unknown;
        }

        switch (left.Kind)
        {
            case JsonbKind.Null:
                order = 0;
                break;
            case JsonbKind.Boolean:
                order = left.Boolean.CompareTo(right.Boolean);
                break;
            case JsonbKind.Number:
                order = left.Number.CompareTo(right.Number);
                break;
            case JsonbKind.String when left.Moment is { } moment:
                if (CompareMoments(moment, right.Moment!) is not { } known)
                {
                    return Truth.Unknown;
                }

                order = known;
                break;
            case JsonbKind.String:
                order = left.Text.Span.SequenceCompareTo(right.Text.Span);
                break;
            default:
                return Truth.Unknown;
        }

        var holds = op switch
        {
            JsonPathKind.Equal => order == 0,
            JsonPathKind.NotEqual => order != 0,
            JsonPathKind.Less => order < 0,
            JsonPathKind.Greater => order > 0,
            JsonPathKind.LessOrEqual => order <= 0,
            _ => order >= 0,
        };
        return holds ? Truth.True : Truth.False;
    }

    private JsonPathResult Unary(JsonPathItem item, JsonbValue value, List<JsonbValue>? found)
    {
        var list = new List<JsonbValue>();
        if (Operand(item.Left!, value, true, list) == JsonPathResult.Error)
        {
            return JsonPathResult.Error;
        }

        var result = JsonPathResult.NotFound;
        foreach (var operand in list)
        {
            if (operand.Kind == JsonbKind.Number)
            {
                if (found is null && item.Next is null)
                {
                    return JsonPathResult.Ok;
                }
            }
            else if (found is null && item.Next is null)
            {
                continue;
            }
            else
            {
                return Fail(SqlState.SqlJsonNumberNotFound, $"operand of unary jsonpath operator {item.OperationName} is not a numeric value");
            }

            var next = Next(item, item.Kind == JsonPathKind.Minus ? JsonbValue.FromNumber(-operand.Number) : operand, found);
            if (next == JsonPathResult.Error)
            {
                return next;
            }

            if (next == JsonPathResult.Ok)
            {
                if (found is null)
                {
                    return next;
                }

                result = next;
            }
        }

        return result;
    }

    private JsonPathResult Binary(JsonPathItem item, JsonbValue value, List<JsonbValue>? found)
    {
        var left = new List<JsonbValue>();
        var right = new List<JsonbValue>();
        if (Operand(item.Left!, value, true, left) == JsonPathResult.Error || Operand(item.Right!, value, true, right) == JsonPathResult.Error)
        {
            return JsonPathResult.Error;
        }

        foreach (var (list, side) in ((List<JsonbValue>, string)[])[(left, "left"), (right, "right")])
        {
            if (list.Count != 1 || list[0].Kind != JsonbKind.Number)
            {
                return Fail(SqlState.SingletonSqlJsonItemRequired, $"{side} operand of jsonpath operator {item.OperationName} is not a single numeric value");
            }
        }

        PgNumeric number;
        try
        {
            var (a, b) = (left[0].Number, right[0].Number);
            number = item.Kind switch
            {
                JsonPathKind.Add => a + b,
                JsonPathKind.Subtract => a - b,
                JsonPathKind.Multiply => a * b,
                JsonPathKind.Divide => a / b,
                _ => a % b,
            };
        }
        catch (PgException) when (!_throws)
        {
            return JsonPathResult.Error;
        }

        return item.Next is null && found is null ? JsonPathResult.Ok : Next(item, JsonbValue.FromNumber(number), found);
    }
}
