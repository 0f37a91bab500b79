using System.Buffers;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Json;

/// <summary>
/// PostgreSQL's JSON parser with its errors: the place and the excerpt that CONTEXT gives included. Checks only, or also makes values.
/// </summary>
internal ref struct JsonReader
{
    private const int MaxDepth = 6000;

    private readonly ReadOnlySpan<byte> _input;
    private readonly bool _decode;
    private int _at;
    private int _line = 1;
    private int _lineStart;
    private int _start;
    private int _end;
    private Token _token;
    private ArrayBufferWriter<byte>? _text;

    public JsonReader(ReadOnlySpan<byte> input, bool decode)
    {
        _input = input;
        _decode = decode;
    }

    private enum Token
    {
        End,
        String,
        Number,
        True,
        False,
        Null,
        ObjectStart,
        ObjectEnd,
        ArrayStart,
        ArrayEnd,
        Comma,
        Colon,
    }

    /// <summary>Reads the whole input; the value is null when only checking.</summary>
    /// <exception cref="PgException">22P02, 22P05, 54001.</exception>
    public JsonbValue? ReadDocument()
    {
        Lex();
        var value = ReadValue(0, "JSON value");
        return _token == Token.End ? value : throw Expected("end of input");
    }

    private JsonbValue? ReadValue(int depth, string expected)
    {
        if (depth > MaxDepth)
        {
            throw new PgException(SqlState.StatementTooComplex, "stack depth limit exceeded");
        }

        JsonbValue? value;
        switch (_token)
        {
            case Token.ObjectStart:
                return ReadObject(depth);
            case Token.ArrayStart:
                return ReadArray(depth);
            case Token.String:
                value = _decode ? JsonbValue.FromText(_text!.WrittenSpan.ToArray()) : null;
                break;
            case Token.Number:
                value = _decode ? JsonbValue.FromNumber(PgNumeric.Parse(_input[_start.._end])) : null;
                break;
            case Token.True:
                value = JsonbValue.True;
                break;
            case Token.False:
                value = JsonbValue.False;
                break;
            case Token.Null:
                value = JsonbValue.Null;
                break;
            default:
                throw Expected(expected);
        }

        Lex();
        return value;
    }

    private JsonbValue? ReadObject(int depth)
    {
        var members = _decode ? new List<(byte[], JsonbValue)>() : null;
        Lex();
        if (_token != Token.ObjectEnd)
        {
            if (_token != Token.String)
            {
                throw Expected("string or \"}\"");
            }

            while (true)
            {
                var key = _decode ? _text!.WrittenSpan.ToArray() : null;
                Lex();
                if (_token != Token.Colon)
                {
                    throw Expected("\":\"");
                }

                Lex();
                var value = ReadValue(depth + 1, "JSON value");
                members?.Add((key!, value!));
                if (_token != Token.Comma)
                {
                    break;
                }

                Lex();
                if (_token != Token.String)
                {
                    throw Expected("string");
                }
            }

            if (_token != Token.ObjectEnd)
            {
                throw Expected("\",\" or \"}\"");
            }
        }

        Lex();
        return members is null ? null : JsonbValue.FromMembers(members);
    }

    private JsonbValue? ReadArray(int depth)
    {
        var elements = _decode ? new List<JsonbValue>() : null;
        Lex();
        if (_token != Token.ArrayEnd)
        {
            while (true)
            {
                var value = ReadValue(depth + 1, "JSON value");
                elements?.Add(value!);
                if (_token != Token.Comma)
                {
                    break;
                }

                Lex();
            }

            if (_token != Token.ArrayEnd)
            {
                throw Expected("\",\" or \"]\"");
            }
        }

        Lex();
        return elements is null ? null : JsonbValue.FromElements(elements);
    }

    private void Lex()
    {
        while (_at < _input.Length && _input[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
        {
            if (_input[_at++] == '\n')
            {
                _line++;
                _lineStart = _at;
            }
        }

        _start = _at;
        if (_at >= _input.Length)
        {
            _end = _at;
            _token = Token.End;
            return;
        }

        var c = _input[_at];
        switch (c)
        {
            case (byte)'{':
                Single(Token.ObjectStart);
                return;
            case (byte)'}':
                Single(Token.ObjectEnd);
                return;
            case (byte)'[':
                Single(Token.ArrayStart);
                return;
            case (byte)']':
                Single(Token.ArrayEnd);
                return;
            case (byte)',':
                Single(Token.Comma);
                return;
            case (byte)':':
                Single(Token.Colon);
                return;
            case (byte)'"':
                LexString();
                return;
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                LexNumber();
                return;
        }

        while (_at < _input.Length && IsWord(_input[_at]))
        {
            _at++;
        }

        _end = _at == _start ? _start + 1 : _at;
        _at = _end;
        var word = _input[_start.._end];
        _token = word.SequenceEqual("true"u8) ? Token.True
            : word.SequenceEqual("false"u8) ? Token.False
            : word.SequenceEqual("null"u8) ? Token.Null
            : throw InvalidToken();
    }

    private void Single(Token token)
    {
        _end = ++_at;
        _token = token;
    }

    private void LexNumber()
    {
        var valid = true;
        _at += _input[_at] == '-' ? 1 : 0;
        if (At() == '0')
        {
            _at++;
        }
        else
        {
            valid = Digits();
        }

        if (At() == '.')
        {
            _at++;
            valid &= Digits();
        }

        if (At() is (byte)'e' or (byte)'E')
        {
            _at++;
            _at += At() is (byte)'+' or (byte)'-' ? 1 : 0;
            valid &= Digits();
        }

        while (_at < _input.Length && IsWord(_input[_at]))
        {
            valid = false;
            _at++;
        }

        _end = _at;
        _token = Token.Number;
        if (!valid)
        {
            throw InvalidToken();
        }
    }

    private bool Digits()
    {
        var first = _at;
        while (_at < _input.Length && Ascii.IsDigit(_input[_at]))
        {
            _at++;
        }

        return _at > first;
    }

    private void LexString()
    {
        _text ??= _decode ? new ArrayBufferWriter<byte>() : null;
        _text?.ResetWrittenCount();
        var highSurrogate = -1;
        _at++;
        while (true)
        {
            if (_at >= _input.Length)
            {
                _end = _at;
                throw InvalidToken();
            }

            var c = _input[_at];
            if (c == '"')
            {
                break;
            }

            if (c < 0x20)
            {
                _end = _at;
                throw Invalid($"Character with value 0x{c:x2} must be escaped.");
            }

            if (c != '\\')
            {
                if (highSurrogate >= 0)
                {
                    _end = _at + CharacterLength(_at);
                    throw LowSurrogateExpected();
                }

                _text?.WriteByte(c);
                _at++;
                continue;
            }

            _at++;
            if (_at >= _input.Length)
            {
                _end = _at;
                throw InvalidToken();
            }

            c = _input[_at];
            if (c == 'u')
            {
                LexUnicode(ref highSurrogate);
                continue;
            }

            if (_decode && highSurrogate >= 0)
            {
                _end = _at + CharacterLength(_at);
                throw LowSurrogateExpected();
            }

            var index = "\"\\/bfnrt"u8.IndexOf(c);
            if (index < 0)
            {
                _start = _at;
                _end = _at + CharacterLength(_at);
                throw Invalid($"Escape sequence \"\\{Ascii.Text(_input[_start.._end])}\" is invalid.");
            }

            _text?.WriteByte("\"\\/\b\f\n\r\t"u8[index]);
            _at++;
        }

        if (highSurrogate >= 0)
        {
            _end = _at + CharacterLength(_at);
            throw LowSurrogateExpected();
        }

        _end = ++_at;
        _token = Token.String;
    }

    private void LexUnicode(ref int highSurrogate)
    {
        var code = 0;
        for (var i = 0; i < 4; i++)
        {
            _at++;
            if (_at >= _input.Length)
            {
                _end = _at;
                throw InvalidToken();
            }

            var digit = Ascii.HexValue(_input[_at]);
            if (digit < 0)
            {
                _end = _at + CharacterLength(_at);
                throw Invalid("\"\\u\" must be followed by four hexadecimal digits.");
            }

            code = (code << 4) | digit;
        }

        if (_decode)
        {
            _end = _at + 1;
            if (code is >= 0xD800 and <= 0xDBFF)
            {
                highSurrogate = highSurrogate < 0 ? code : throw Invalid("Unicode high surrogate must not follow a high surrogate.");
            }
            else
            {
                if (code is >= 0xDC00 and <= 0xDFFF)
                {
                    code = highSurrogate >= 0 ? 0x10000 + ((highSurrogate & 0x3FF) << 10) + (code & 0x3FF) : throw LowSurrogateExpected();
                    highSurrogate = -1;
                }

                if (highSurrogate >= 0)
                {
                    throw LowSurrogateExpected();
                }

                if (code == 0)
                {
                    throw WithContext(new PgException(SqlState.UntranslatableCharacter, "unsupported Unicode escape sequence")
                        .WithDetail("\\u0000 cannot be converted to text."));
                }

                _text!.Advance(new Rune(code).EncodeToUtf8(_text.GetSpan(4)));
            }
        }

        _at++;
    }

    private readonly byte At() => _at < _input.Length ? _input[_at] : (byte)0;

    private readonly int CharacterLength(int at)
    {
        Rune.DecodeFromUtf8(_input[at..], out _, out var length);
        return length;
    }

    private static bool IsWord(byte c) => Ascii.IsAlphaNumeric(c) || c == '_' || c >= 0x80;

    private readonly PgException InvalidToken() => Invalid($"Token \"{Ascii.Text(_input[_start.._end])}\" is invalid.");

    private readonly PgException LowSurrogateExpected() => Invalid("Unicode low surrogate must follow a high surrogate.");

    private readonly PgException Expected(string what) => Invalid(
        _token == Token.End ? "The input string ended unexpectedly." : $"Expected {what}, but found \"{Ascii.Text(_input[_start.._end])}\".");

    private readonly PgException Invalid(string detail) =>
        WithContext(new PgException(SqlState.InvalidTextRepresentation, "invalid input syntax for type json").WithDetail(detail));

    private readonly PgException WithContext(PgException error)
    {
        var from = _lineStart;
        while (_end - from >= 50)
        {
            from += CharacterLength(from);
        }

        if (from - _lineStart <= 3)
        {
            from = _lineStart;
        }

        var atEnd = _token == Token.End && _start >= _input.Length;
        var suffix = !atEnd && _end < _input.Length && _input[_end] is not ((byte)'\n' or (byte)'\r') ? "..." : "";
        error.Where = $"JSON data, line {_line}: {(from > _lineStart ? "..." : "")}{Ascii.Text(_input[from.._end])}{suffix}";
        return error;
    }
}
