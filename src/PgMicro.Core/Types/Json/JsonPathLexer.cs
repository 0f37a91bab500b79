using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Json;

internal enum JsonPathToken : byte
{
    End, String, Identifier, Variable, Integer, Number, Symbol,
}

/// <summary>Cuts a jsonpath into tokens.</summary>
internal ref struct JsonPathLexer(string text)
{
    private const string Special = "?%$.[]{}()|&!=<>@#,*:-+/";

    private readonly string _text = text;
    private int _at;

    /// <summary>What the current token is.</summary>
    public JsonPathToken Token { get; private set; }

    /// <summary>Its text, escapes resolved.</summary>
    public string Value { get; private set; } = "";

    /// <summary>Where it starts; its characters, for messages.</summary>
    public int Start { get; private set; }

    /// <summary>The characters of the current token.</summary>
    public readonly string Raw => _text[Start.._at];

    /// <summary>Whether an identifier was written without escapes, so that it may be a keyword.</summary>
    public bool IsPlain { get; private set; }

    /// <summary>42601 at the current token.</summary>
    public readonly PgException Error(string message = "syntax error")
    {
        // PostgreSQL's scanner has a bare word only when it has read what ends it: blanks, which it shows, or nothing of its own.
        var near = Token switch
        {
            JsonPathToken.End => "",
            JsonPathToken.Identifier => Blanks(),
            _ => Raw,
        };
        return new(SqlState.SyntaxError, near.Length == 0 ? $"{message} at end of jsonpath input" : $"{message} at or near \"{near}\" of jsonpath input");
    }

    private readonly string Blanks()
    {
        var end = _at;
        while (end < _text.Length && _text[end] is ' ' or '\t' or '\n' or '\r' or '\f')
        {
            end++;
        }

        return _text[_at..end];
    }

    /// <summary>Reads the next token.</summary>
    public void Advance()
    {
        SkipBlanks();
        Start = _at;
        if (_at >= _text.Length)
        {
            Token = JsonPathToken.End;
            return;
        }

        var c = _text[_at];
        if (c == '"')
        {
            Value = Quoted();
            Token = JsonPathToken.String;
        }
        else if (c == '$')
        {
            Variable();
        }
        else if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1])))
        {
            Numeric();
        }
        else if (Special.Contains(c, StringComparison.Ordinal))
        {
            Symbol();
        }
        else
        {
            Value = Word();
            Token = JsonPathToken.Identifier;
        }
    }

    private readonly PgException Fail(int end, string message)
    {
        var near = _text[Start..Math.Min(end, _text.Length)];
        return new PgException(
            SqlState.SyntaxError, end > _text.Length || near.Length == 0 ? $"{message} at end of jsonpath input" : $"{message} at or near \"{near}\" of jsonpath input");
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length)
        {
            if (_text[_at] is ' ' or '\t' or '\n' or '\r' or '\f')
            {
                _at++;
            }
            else if (_text[_at] == '/' && _at + 1 < _text.Length && _text[_at + 1] == '*')
            {
                var end = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                Start = _at;
                _at = end >= 0 ? end + 2 : throw Fail(_text.Length + 1, "unexpected end of comment");
            }
            else
            {
                return;
            }
        }
    }

    private void Symbol()
    {
        Token = JsonPathToken.Symbol;
        foreach (var two in (ReadOnlySpan<string>)["&&", "||", "**", "==", "<>", "!=", "<=", ">="])
        {
            if (string.CompareOrdinal(_text, _at, two, 0, 2) == 0)
            {
                _at += 2;
                Value = two == "<>" ? "!=" : two;
                return;
            }
        }

        Value = _text[_at++].ToString();
    }

    private void Variable()
    {
        _at++;
        if (_at < _text.Length && _text[_at] == '"')
        {
            Value = Quoted();
            Token = JsonPathToken.Variable;
        }
        else if (_at < _text.Length && IsOther(_text[_at]))
        {
            Value = Word();
            Token = JsonPathToken.Variable;
        }
        else
        {
            Value = "$";
            Token = JsonPathToken.Symbol;
        }
    }

    private static bool IsOther(char c) =>
        !Special.Contains(c, StringComparison.Ordinal) && c is not ('"' or ' ' or '\t' or '\n' or '\r' or '\f');

    private string Word()
    {
        IsPlain = true;
        var result = new StringBuilder();
        while (_at < _text.Length && IsOther(_text[_at]))
        {
            if (_text[_at] == '\\')
            {
                IsPlain = false;
                Escape(result);
            }
            else
            {
                result.Append(_text[_at++]);
            }
        }

        return result.ToString();
    }

    private string Quoted()
    {
        var result = new StringBuilder();
        for (_at++; ;)
        {
            if (_at >= _text.Length)
            {
                throw Fail(_text.Length + 1, "unterminated quoted string");
            }

            if (_text[_at] == '"')
            {
                _at++;
                return result.ToString();
            }

            if (_text[_at] == '\\')
            {
                Escape(result);
            }
            else
            {
                result.Append(_text[_at++]);
            }
        }
    }

    private void Escape(StringBuilder result)
    {
        var start = _at++;
        if (_at >= _text.Length)
        {
            // What was read last is the backslash, wherever the token began.
            throw new PgException(SqlState.SyntaxError, "unexpected end after backslash at or near \"\\\" of jsonpath input");
        }

        var c = _text[_at++];
        switch (c)
        {
            case 'b':
                result.Append('\b');
                break;
            case 'f':
                result.Append('\f');
                break;
            case 'n':
                result.Append('\n');
                break;
            case 'r':
                result.Append('\r');
                break;
            case 't':
                result.Append('\t');
                break;
            case 'v':
                result.Append('\v');
                break;
            case 'x':
                var hex = Hex(_at, 2, 2);
                if (hex < 0)
                {
                    throw Near(start, "invalid hexadecimal character sequence");
                }

                _at += 2;
                result.Append((char)hex);
                break;
            case 'u':
                Unicode(start, result);
                break;
            default:
                result.Append(c);
                break;
        }
    }

    private readonly PgException Near(int start, string message)
    {
        var end = start + 2;
        while (end < _text.Length && end - start < 8 && char.IsAsciiHexDigit(_text[end]))
        {
            end++;
        }

        return new PgException(SqlState.SyntaxError, $"{message} at or near \"{_text[start..Math.Min(end, _text.Length)]}\" of jsonpath input");
    }

    private void Unicode(int start, StringBuilder result)
    {
        var code = UnicodeCode(start);
        if (code is >= 0xD800 and <= 0xDBFF)
        {
            if (string.CompareOrdinal(_text, _at, "\\u", 0, 2) != 0)
            {
                throw SurrogateError("Unicode low surrogate must follow a high surrogate.");
            }

            var second = _at;
            _at += 2;
            var low = UnicodeCode(second);
            if (low is < 0xDC00 or > 0xDFFF)
            {
                throw SurrogateError("Unicode low surrogate must follow a high surrogate.");
            }

            result.Append((char)code).Append((char)low);
        }
        else if (code is >= 0xDC00 and <= 0xDFFF)
        {
            throw SurrogateError("Unicode low surrogate must follow a high surrogate.");
        }
        else if (code == 0)
        {
            throw new PgException(SqlState.UntranslatableCharacter, "unsupported Unicode escape sequence").WithDetail("\\u0000 cannot be converted to text.");
        }
        else
        {
            result.Append(char.ConvertFromUtf32(code));
        }
    }

    private static PgException SurrogateError(string detail) =>
        new PgException(SqlState.InvalidTextRepresentation, "invalid input syntax for type jsonpath").WithDetail(detail);

    private int UnicodeCode(int start)
    {
        int code;
        if (_at < _text.Length && _text[_at] == '{')
        {
            var close = _text.IndexOf('}', _at);
            code = close < 0 ? -1 : Hex(_at + 1, close - _at - 1, 6);
            _at = close + 1;
        }
        else
        {
            code = Hex(_at, 4, 4);
            _at += 4;
        }

        return code is >= 0 and <= 0x10FFFF ? code : throw Near(start, "invalid Unicode escape sequence");
    }

    private readonly int Hex(int start, int length, int most) =>
        length > 0 && length <= most && start + length <= _text.Length
            && int.TryParse(_text.AsSpan(start, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : -1;

    // As the longest match decides: a run of word characters that goes beyond the number, and beyond one character after it, is a word.
    private void Numeric()
    {
        var run = Start;
        while (run < _text.Length && IsOther(_text[run]))
        {
            run++;
        }

        var hasJunk = Number();
        if (run > _at + (hasJunk ? 1 : 0))
        {
            _at = Start;
            Value = Word();
            Token = JsonPathToken.Identifier;
            return;
        }

        if (hasJunk && _at < _text.Length && IsOther(_text[_at]))
        {
            throw Fail(_at + 1, "trailing junk after numeric literal");
        }

        Value = _text[Start.._at];
    }

    // Takes a number; whether one character after it is junk and not the start of a word.
    private bool Number()
    {
        Token = JsonPathToken.Integer;
        if (_text[_at] == '0' && _at + 2 < _text.Length && "xXoObB".Contains(_text[_at + 1], StringComparison.Ordinal))
        {
            var radix = char.ToLowerInvariant(_text[_at + 1]) switch { 'x' => 16, 'o' => 8, _ => 2 };
            if (IsDigit(_text[_at + 2], radix))
            {
                _at += 2;
                Digits(radix, underscoreFirst: false);
                return false;
            }
        }

        if (_text[_at] == '0')
        {
            _at++;
        }
        else
        {
            Digits(10, underscoreFirst: false);
        }

        if (_at < _text.Length && _text[_at] == '.')
        {
            Token = JsonPathToken.Number;
            _at++;
            Digits(10, underscoreFirst: false);
        }

        if (_at < _text.Length && (_text[_at] is 'e' or 'E'))
        {
            var mark = _at++;
            var hasSign = _at < _text.Length && (_text[_at] is '+' or '-');
            _at += hasSign ? 1 : 0;
            var first = _at;
            Digits(10, underscoreFirst: false);
            if (_at > first)
            {
                Token = JsonPathToken.Number;
            }
            else
            {
                _at = hasSign ? throw Fail(_at, "invalid numeric literal") : mark;
            }
        }

        return true;
    }

    private void Digits(int radix, bool underscoreFirst)
    {
        for (var mayUnderscore = underscoreFirst; _at < _text.Length; _at++)
        {
            var c = _text[_at];
            if (c == '_' && mayUnderscore && _at + 1 < _text.Length && IsDigit(_text[_at + 1], radix))
            {
                mayUnderscore = false;
            }
            else if (IsDigit(c, radix))
            {
                mayUnderscore = true;
            }
            else
            {
                return;
            }
        }
    }

    private static bool IsDigit(char c, int radix) => radix == 16 ? char.IsAsciiHexDigit(c) : c >= '0' && c < '0' + radix;
}
