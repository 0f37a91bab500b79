using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Json;

/// <summary>Reads the jsonpath language by recursive descent.</summary>
internal ref struct JsonPathParser
{
    private const int MaxDepth = 2000;

    private readonly string _text;
    private readonly TypeContext? _context;
    private JsonPathLexer _lexer;
    private int _depth;
    private int _filterDepth;
    private int _subscriptDepth;

    /// <summary>Makes a parser.</summary>
    /// <param name="text">The path.</param>
    /// <param name="context">What reads patterns; null for a path that was read before.</param>
    public JsonPathParser(string text, TypeContext? context)
    {
        _text = text;
        _context = context;
        _lexer = new JsonPathLexer(text);
    }

    /// <summary>The expression and whether the mode is lax.</summary>
    /// <exception cref="PgException">42601, 22P02.</exception>
    public (JsonPathItem Root, bool IsLax) Parse()
    {
        _lexer.Advance();
        if (_lexer.Token == JsonPathToken.End)
        {
            throw PgErrors.InvalidTextRepresentation("jsonpath", _text);
        }

        var isLax = true;
        if (IsWord("strict") || IsWord("lax"))
        {
            isLax = IsWord("lax");
            _lexer.Advance();
        }

        var root = Or();
        return _lexer.Token == JsonPathToken.End ? (root, isLax) : throw _lexer.Error();
    }

    private readonly bool IsSymbol(string symbol) => _lexer.Token == JsonPathToken.Symbol && _lexer.Value == symbol;

    private readonly bool IsWord(string word) =>
        _lexer.Token == JsonPathToken.Identifier && _lexer.IsPlain && _lexer.Value.Equals(word, StringComparison.OrdinalIgnoreCase);

    private bool TakeSymbol(string symbol)
    {
        if (!IsSymbol(symbol))
        {
            return false;
        }

        _lexer.Advance();
        return true;
    }

    private void Expect(string symbol)
    {
        if (!TakeSymbol(symbol))
        {
            throw _lexer.Error();
        }
    }

    private void ExpectWord(string word)
    {
        if (!IsWord(word))
        {
            throw _lexer.Error();
        }

        _lexer.Advance();
    }

    private void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw PgErrors.StackDepthExceeded();
        }
    }

    private readonly JsonPathItem Predicate(JsonPathItem item) => item is { IsPredicate: true, Next: null } ? item : throw _lexer.Error();

    private readonly JsonPathItem Expression(JsonPathItem item) => item is { IsPredicate: true, Next: null } ? throw _lexer.Error() : item;

    private JsonPathItem Or()
    {
        var left = And();
        while (IsSymbol("||"))
        {
            Predicate(left);
            _lexer.Advance();
            left = new JsonPathItem(JsonPathKind.Or) { Left = left, Right = Predicate(And()) };
        }

        return left;
    }

    private JsonPathItem And()
    {
        var left = Comparison();
        while (IsSymbol("&&"))
        {
            Predicate(left);
            _lexer.Advance();
            left = new JsonPathItem(JsonPathKind.And) { Left = left, Right = Predicate(Comparison()) };
        }

        return left;
    }

    private JsonPathItem Comparison()
    {
        if (IsSymbol("!"))
        {
            _lexer.Advance();
            if (!IsSymbol("(") && !IsWord("exists"))
            {
                throw _lexer.Error();
            }

            return new JsonPathItem(JsonPathKind.Not) { Left = Predicate(Primary()) };
        }

        var left = Additive();
        if (_lexer.Token == JsonPathToken.Symbol)
        {
            JsonPathKind? kind = _lexer.Value switch
            {
                "==" or "=" => JsonPathKind.Equal,
                "!=" => JsonPathKind.NotEqual,
                "<" => JsonPathKind.Less,
                ">" => JsonPathKind.Greater,
                "<=" => JsonPathKind.LessOrEqual,
                ">=" => JsonPathKind.GreaterOrEqual,
                _ => null,
            };
            if (kind is { } comparison)
            {
                Expression(left);
                _lexer.Advance();
                return new JsonPathItem(comparison) { Left = left, Right = Expression(Additive()) };
            }
        }
        else if (IsWord("starts"))
        {
            Expression(left);
            _lexer.Advance();
            ExpectWord("with");
            var start = _lexer.Token switch
            {
                JsonPathToken.String => new JsonPathItem(JsonPathKind.String) { Text = Utf8(_lexer.Value), Value = JsonbValue.FromText(Utf8(_lexer.Value)) },
                JsonPathToken.Variable => new JsonPathItem(JsonPathKind.Variable) { Text = Utf8(_lexer.Value) },
                _ => throw _lexer.Error(),
            };
            _lexer.Advance();
            return new JsonPathItem(JsonPathKind.StartsWith) { Left = left, Right = start };
        }
        else if (IsWord("like_regex"))
        {
            Expression(left);
            _lexer.Advance();
            return LikeRegex(left);
        }

        return left;
    }

    private JsonPathItem LikeRegex(JsonPathItem left)
    {
        if (_lexer.Token != JsonPathToken.String)
        {
            throw _lexer.Error();
        }

        var pattern = _lexer.Value;
        _lexer.Advance();
        var flags = "";
        if (IsWord("flag"))
        {
            _lexer.Advance();
            flags = _lexer.Token == JsonPathToken.String ? _lexer.Value : throw _lexer.Error();
            foreach (var flag in flags)
            {
                if (!"ismxq".Contains(flag, StringComparison.Ordinal))
                {
                    throw new PgException(SqlState.SyntaxError, "invalid input syntax for type jsonpath")
                        .WithDetail($"Unrecognized flag character \"{flag}\" in LIKE_REGEX predicate.");
                }
            }

            _lexer.Advance();
        }

        flags = string.Concat("ismxq".Where(f => flags.Contains(f, StringComparison.Ordinal)));
        if (flags.Contains('x', StringComparison.Ordinal) && !flags.Contains('q', StringComparison.Ordinal))
        {
            throw new PgException(SqlState.FeatureNotSupported, "XQuery \"x\" flag (expanded regular expressions) is not implemented");
        }

        var utf8 = Utf8(pattern);
        _context?.CheckLikeRegex(utf8, flags);
        return new JsonPathItem(JsonPathKind.LikeRegex) { Left = left, Text = utf8, Flags = flags };
    }

    private JsonPathItem Additive()
    {
        var left = Multiplicative();
        while (IsSymbol("+") || IsSymbol("-"))
        {
            Expression(left);
            var kind = IsSymbol("+") ? JsonPathKind.Add : JsonPathKind.Subtract;
            _lexer.Advance();
            left = new JsonPathItem(kind) { Left = left, Right = Expression(Multiplicative()) };
        }

        return left;
    }

    private JsonPathItem Multiplicative()
    {
        var left = Unary();
        while (IsSymbol("*") || IsSymbol("/") || IsSymbol("%"))
        {
            Expression(left);
            var kind = IsSymbol("*") ? JsonPathKind.Multiply : IsSymbol("/") ? JsonPathKind.Divide : JsonPathKind.Modulo;
            _lexer.Advance();
            left = new JsonPathItem(kind) { Left = left, Right = Expression(Unary()) };
        }

        return left;
    }

    private JsonPathItem Unary()
    {
        if (!IsSymbol("+") && !IsSymbol("-"))
        {
            return Primary();
        }

        Enter();
        var isMinus = IsSymbol("-");
        _lexer.Advance();
        var operand = Expression(Unary());
        _depth--;
        if (operand is { Kind: JsonPathKind.Number, Next: null })
        {
            return isMinus ? Number(-operand.Value!.Number) : operand;
        }

        return new JsonPathItem(isMinus ? JsonPathKind.Minus : JsonPathKind.Plus) { Left = operand };
    }

    private static JsonPathItem Number(PgNumeric number) => new(JsonPathKind.Number) { Value = JsonbValue.FromNumber(number) };

    private JsonPathItem Primary()
    {
        Enter();
        JsonPathItem head;
        if (TakeSymbol("("))
        {
            var inner = Or();
            Expect(")");
            if (IsWord("is"))
            {
                Predicate(inner);
                _lexer.Advance();
                ExpectWord("unknown");
                _depth--;
                return new JsonPathItem(JsonPathKind.IsUnknown) { Left = inner };
            }

            head = inner;
        }
        else
        {
            head = Start();
        }

        if (head.Kind == JsonPathKind.Exists)
        {
            _depth--;
            return head;
        }

        // A chain in parentheses goes on with what follows them.
        var last = head;
        while (last.Next is not null)
        {
            last = last.Next;
        }

        while (Accessor() is { } accessor)
        {
            last = last.Next = accessor;
        }

        _depth--;
        return head;
    }

    private JsonPathItem Start()
    {
        JsonPathItem item;
        switch (_lexer.Token)
        {
            case JsonPathToken.String:
                item = new JsonPathItem(JsonPathKind.String) { Text = Utf8(_lexer.Value), Value = JsonbValue.FromText(Utf8(_lexer.Value)) };
                break;
            case JsonPathToken.Variable:
                item = new JsonPathItem(JsonPathKind.Variable) { Text = Utf8(_lexer.Value) };
                break;
            case JsonPathToken.Integer or JsonPathToken.Number:
                item = Number(PgNumeric.Parse(Utf8(_lexer.Value)));
                break;
            case JsonPathToken.Symbol when _lexer.Value == "$":
                item = new JsonPathItem(JsonPathKind.Root);
                break;
            case JsonPathToken.Symbol when _lexer.Value == "@":
                item = _filterDepth > 0 ? new JsonPathItem(JsonPathKind.Current)
                    : throw new PgException(SqlState.SyntaxError, "@ is not allowed in root expressions");
                break;
            case JsonPathToken.Identifier when _lexer.IsPlain && _lexer.Value is "true" or "false":
                item = new JsonPathItem(JsonPathKind.Boolean) { Value = _lexer.Value == "true" ? JsonbValue.True : JsonbValue.False };
                break;
            case JsonPathToken.Identifier when _lexer.IsPlain && _lexer.Value == "null":
                item = new JsonPathItem(JsonPathKind.Null) { Value = JsonbValue.Null };
                break;
            case JsonPathToken.Identifier when IsWord("last"):
                item = _subscriptDepth > 0 ? new JsonPathItem(JsonPathKind.Last)
                    : throw new PgException(SqlState.SyntaxError, "LAST is allowed only in array subscripts");
                break;
            case JsonPathToken.Identifier when IsWord("exists"):
                _lexer.Advance();
                Expect("(");
                var inner = Expression(Or());
                Expect(")");
                return new JsonPathItem(JsonPathKind.Exists) { Left = inner };
            default:
                throw _lexer.Error();
        }

        _lexer.Advance();
        return item;
    }

    private JsonPathItem? Accessor()
    {
        if (TakeSymbol("["))
        {
            return Subscripts();
        }

        if (TakeSymbol("?"))
        {
            Expect("(");
            _filterDepth++;
            var condition = Predicate(Or());
            _filterDepth--;
            Expect(")");
            return new JsonPathItem(JsonPathKind.Filter) { Left = condition };
        }

        if (!TakeSymbol("."))
        {
            return null;
        }

        if (TakeSymbol("*"))
        {
            return new JsonPathItem(JsonPathKind.AnyKey);
        }

        if (TakeSymbol("**"))
        {
            return Any();
        }

        if (_lexer.Token is not (JsonPathToken.Identifier or JsonPathToken.String))
        {
            throw _lexer.Error();
        }

        var mayBeMethod = _lexer.Token == JsonPathToken.Identifier && _lexer.IsPlain;
        var name = _lexer.Value;
        _lexer.Advance();
        return mayBeMethod && IsSymbol("(") ? Method(name) : new JsonPathItem(JsonPathKind.Key) { Text = Utf8(name) };
    }

    private JsonPathItem Subscripts()
    {
        if (TakeSymbol("*"))
        {
            Expect("]");
            return new JsonPathItem(JsonPathKind.AnyArray);
        }

        var list = new List<(JsonPathItem, JsonPathItem?)>();
        _subscriptDepth++;
        do
        {
            var from = Expression(Additive());
            JsonPathItem? to = null;
            if (IsWord("to"))
            {
                _lexer.Advance();
                to = Expression(Additive());
            }

            list.Add((from, to));
        }
        while (TakeSymbol(","));
        _subscriptDepth--;
        Expect("]");
        return new JsonPathItem(JsonPathKind.IndexArray) { Subscripts = list };
    }

    private JsonPathItem Any()
    {
        if (!TakeSymbol("{"))
        {
            return new JsonPathItem(JsonPathKind.Any) { Levels = (0, JsonPathItem.LastLevel) };
        }

        var first = Level();
        var last = first;
        if (IsWord("to"))
        {
            _lexer.Advance();
            last = Level();
        }

        Expect("}");
        return new JsonPathItem(JsonPathKind.Any) { Levels = (first, last) };
    }

    private uint Level()
    {
        var level = IsWord("last") ? JsonPathItem.LastLevel
            : _lexer.Token == JsonPathToken.Integer ? (uint)IntegerText.Parse(Utf8(_lexer.Value), int.MaxValue, "integer") : throw _lexer.Error();
        _lexer.Advance();
        return level;
    }

    private JsonPathItem Method(string name)
    {
        var kind = name.ToLowerInvariant() switch
        {
            "abs" => JsonPathKind.Abs,
            "size" => JsonPathKind.Size,
            "type" => JsonPathKind.Type,
            "floor" => JsonPathKind.Floor,
            "double" => JsonPathKind.Double,
            "ceiling" => JsonPathKind.Ceiling,
            "keyvalue" => JsonPathKind.KeyValue,
            "bigint" => JsonPathKind.BigInt,
            "boolean" => JsonPathKind.BooleanMethod,
            "date" => JsonPathKind.Date,
            "integer" => JsonPathKind.Integer,
            "number" => JsonPathKind.NumberMethod,
            "string" => JsonPathKind.StringMethod,
            "decimal" => JsonPathKind.Decimal,
            "datetime" => JsonPathKind.DateTime,
            "time" => JsonPathKind.Time,
            "time_tz" => JsonPathKind.TimeTz,
            "timestamp" => JsonPathKind.Timestamp,
            "timestamp_tz" => JsonPathKind.TimestampTz,
            _ => throw _lexer.Error(),
        };
        _lexer.Advance();
        JsonPathItem? left = null, right = null;
        if (!IsSymbol(")"))
        {
            switch (kind)
            {
                case JsonPathKind.Decimal:
                    left = SignedInteger();
                    if (TakeSymbol(","))
                    {
                        right = SignedInteger();
                        if (IsSymbol(","))
                        {
                            while (TakeSymbol(","))
                            {
                                SignedInteger();
                            }

                            Expect(")");
                            throw new PgException(SqlState.SyntaxError, "invalid input syntax for type jsonpath")
                                .WithDetail(".decimal() can only have an optional precision[,scale].");
                        }
                    }

                    break;
                case JsonPathKind.DateTime:
                    left = _lexer.Token == JsonPathToken.String ? Start() : throw _lexer.Error();
                    break;
                case JsonPathKind.Time or JsonPathKind.TimeTz or JsonPathKind.Timestamp or JsonPathKind.TimestampTz:
                    left = _lexer.Token == JsonPathToken.Integer ? Start() : throw _lexer.Error();
                    break;
            }
        }

        Expect(")");
        return new JsonPathItem(kind) { Left = left, Right = right };
    }

    private JsonPathItem SignedInteger()
    {
        var isMinus = IsSymbol("-");
        _ = TakeSymbol("-") || TakeSymbol("+");
        if (_lexer.Token != JsonPathToken.Integer)
        {
            throw _lexer.Error();
        }

        var item = Start();
        return isMinus ? Number(-item.Value!.Number) : item;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
