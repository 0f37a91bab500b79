using System.Globalization;
using System.Text;
using System.Xml;

namespace PgMicro.Core.Types.Xml;

/// <summary>Reads a text as XML and says what is wrong with it, in the words of libxml2: line, message, the line of the text, and where in it.</summary>
internal sealed class XmlScanner
{
    private const int ContextBytes = 80;

    private readonly string _text;
    private readonly StringBuilder _errors = new();
    private readonly Stack<(string Name, int Line)> _open = new();
    private readonly HashSet<string> _entities = new(StringComparer.Ordinal) { "lt", "gt", "amp", "quot", "apos" };
    private int _at;
    private bool _isHalted;

    private XmlScanner(string text)
    {
        _text = text;
    }

    /// <summary>What is wrong with a document; null for nothing.</summary>
    internal static string? Document(string text)
    {
        var scanner = new XmlScanner(text);
        scanner.ReadDocument();
        return scanner.Result;
    }

    /// <summary>What is wrong with content, which has no XML declaration; null for nothing.</summary>
    internal static string? Content(string text)
    {
        var scanner = new XmlScanner(text);
        scanner.ReadContent();
        if (!scanner._isHalted && scanner._at < text.Length && scanner._errors.Length == 0)
        {
            scanner.Error("chunk is not well balanced");
        }

        return scanner.Result;
    }

    private string? Result => _errors.Length == 0 ? null : _errors.ToString();

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    private bool AtEnd => _at >= _text.Length;

    private void ReadDocument()
    {
        if (_text.Length == 0)
        {
            Error("switching encoding : no input");
            Error("Document is empty");
            return;
        }

        if (_text.StartsWith("<?xml", StringComparison.Ordinal) && _text.Length > 5 && IsBlank(_text[5]))
        {
            ReadDeclaration();
        }

        ReadMisc();
        if (Is("<!DOCTYPE"))
        {
            ReadDoctype();
            ReadMisc();
        }

        if (_isHalted)
        {
            return;
        }

        if (Current != '<')
        {
            Error("Start tag expected, '<' not found");
            return;
        }

        if (ReadStart())
        {
            ReadContent(untilClosed: true);
        }

        if (!_isHalted)
        {
            ReadMisc();
            if (!AtEnd)
            {
                Error("Extra content at the end of the document");
            }
        }
    }

    // ---- what stands before the root ----

    private void ReadDeclaration()
    {
        _at = 5;
        SkipBlanks();
        if (Word("version") is { } version)
        {
            if (version != "1.0" && !version.StartsWith("1.", StringComparison.Ordinal))
            {
                Error($"Unsupported version '{version}'");
            }
        }
        else
        {
            Error("Malformed declaration expecting version");
        }

        if (Is("?>"))
        {
            _at += 2;
            return;
        }

        if (!SkipBlanks())
        {
            Error("Blank needed here");
        }

        Word("encoding");
        SkipBlanks();
        if (Is("standalone"))
        {
            ReadStandalone();
        }

        SkipBlanks();
        if (Is("?>"))
        {
            _at += 2;
            return;
        }

        Error("parsing XML declaration: '?>' expected");
        var end = _text.IndexOf('>', _at);
        _at = end < 0 ? _text.Length : end + 1;
    }

    // name = "value"; null when it is not there or is no value.
    private string? Word(string name)
    {
        if (!Is(name))
        {
            return null;
        }

        _at += name.Length;
        SkipBlanks();
        if (Current != '=')
        {
            return null;
        }

        _at++;
        SkipBlanks();
        var quote = Current;
        if (quote is not ('"' or '\''))
        {
            Error("String not started expecting ' or \"");
            return null;
        }

        var end = _text.IndexOf(quote, _at + 1);
        if (end < 0)
        {
            _at++;
            Error("String not closed expecting \" or '");
            return null;
        }

        var value = _text[(_at + 1)..end];
        _at = end;
        _at++;
        return value;
    }

    private void ReadStandalone()
    {
        _at += "standalone".Length;
        SkipBlanks();
        if (Current == '=')
        {
            _at++;
        }

        SkipBlanks();
        var quote = Current;
        if (quote is not ('"' or '\''))
        {
            Error("String not started expecting ' or \"");
            return;
        }

        _at++;
        if (Is("yes"))
        {
            _at += 3;
        }
        else if (Is("no"))
        {
            _at += 2;
        }
        else
        {
            Error("standalone accepts only 'yes' or 'no'");
        }

        if (Current == quote)
        {
            _at++;
        }
        else
        {
            Error("String not closed expecting \" or '");
        }
    }

    private void ReadMisc()
    {
        while (!_isHalted)
        {
            SkipBlanks();
            if (Is("<?"))
            {
                ReadInstruction();
            }
            else if (Is("<!--"))
            {
                ReadComment();
            }
            else
            {
                return;
            }
        }
    }

    private void ReadDoctype()
    {
        _at += "<!DOCTYPE".Length;
        SkipBlanks();
        if (Name() is null)
        {
            Error("xmlParseDocTypeDecl : no DOCTYPE name !");
        }

        SkipBlanks();
        if (Is("SYSTEM") || Is("PUBLIC"))
        {
            var literals = Is("SYSTEM") ? 1 : 2;
            _at += 6;
            for (var i = 0; i < literals; i++)
            {
                SkipBlanks();
                if (Current is '"' or '\'' && _text.IndexOf(Current, _at + 1) is var end and >= 0)
                {
                    _at = end + 1;
                }
            }

            SkipBlanks();
        }

        if (Current == '[')
        {
            ReadSubset();
            SkipBlanks();
        }

        if (Current != '>')
        {
            Error("DOCTYPE improperly terminated");
            return;
        }

        _at++;
    }

    private void ReadSubset()
    {
        _at++;
        while (!AtEnd && Current != ']')
        {
            if (Is("<!--"))
            {
                ReadComment();
            }
            else if (Is("<!ENTITY"))
            {
                _at += "<!ENTITY".Length;
                SkipBlanks();
                if (Name() is { } entity)
                {
                    _entities.Add(entity);
                }
            }
            else if (Current is '"' or '\'')
            {
                var end = _text.IndexOf(Current, _at + 1);
                _at = end < 0 ? _text.Length : end + 1;
            }
            else
            {
                _at++;
            }
        }

        if (!AtEnd)
        {
            _at++;
        }
    }

    // ---- content ----

    private void ReadContent(bool untilClosed = false)
    {
        while (!_isHalted && !AtEnd && !(untilClosed && _open.Count == 0))
        {
            if (Is("<?"))
            {
                ReadInstruction();
            }
            else if (Is("<![CDATA["))
            {
                ReadCdata();
            }
            else if (Is("<!--"))
            {
                ReadComment();
            }
            else if (Is("</"))
            {
                if (_open.Count == 0)
                {
                    return;
                }

                ReadEnd();
            }
            else if (Current == '<')
            {
                ReadStart();
            }
            else if (Current == '&')
            {
                ReadReference();
            }
            else
            {
                ReadText();
            }
        }

        while (!_isHalted && _open.TryPop(out var left))
        {
            Error(string.Create(CultureInfo.InvariantCulture, $"Premature end of data in tag {left.Name} line {left.Line}"));
        }
    }

    // A start tag; whether the element is open now.
    private bool ReadStart()
    {
        var line = Line();
        _at++;
        if (Name() is not { } name)
        {
            Error("StartTag: invalid element name");
            return false;
        }

        ReadAttributes();
        if (Is("/>"))
        {
            _at += 2;
            return false;
        }

        if (Current != '>')
        {
            Error(string.Create(CultureInfo.InvariantCulture, $"Couldn't find end of Start Tag {name} line {line}"));
            return false;
        }

        _at++;
        _open.Push((name, line));
        return true;
    }

    private void ReadAttributes()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var doubled = new List<string>();
        SkipBlanks();
        while (!AtEnd && Current != '>' && !Is("/>"))
        {
            if (Name() is not { } name)
            {
                Error("error parsing attribute name");
            }
            else
            {
                SkipBlanks();
                if (Current == '=')
                {
                    _at++;
                    SkipBlanks();
                    if (ReadValue() && !names.Add(name))
                    {
                        doubled.Add(name);
                    }
                }
                else
                {
                    Error($"Specification mandate value for attribute {name}");
                }
            }

            if (Current == '>' || Is("/>"))
            {
                break;
            }

            if (!SkipBlanks())
            {
                Error("attributes construct error");
                break;
            }
        }

        foreach (var name in doubled)
        {
            Error($"Attribute {name} redefined");
        }
    }

    private bool ReadValue()
    {
        var quote = Current;
        if (quote is not ('"' or '\''))
        {
            Error("AttValue: \" or ' expected");
            return false;
        }

        _at++;
        while (!AtEnd && Current != quote && Current != '<')
        {
            if (Current == '&')
            {
                ReadReference();
            }
            else if (!IsAllowed(_at))
            {
                break;
            }
            else
            {
                _at++;
            }
        }

        if (Current == quote)
        {
            _at++;
            return true;
        }

        Error(AtEnd ? "AttValue: ' expected" : Current == '<' ? "Unescaped '<' not allowed in attributes values" : "invalid character in attribute value");
        return false;
    }

    private void ReadEnd()
    {
        _at += 2;
        var (name, line) = _open.Pop();
        var found = Name();
        SkipBlanks();
        if (Current == '>')
        {
            _at++;
        }
        else
        {
            Error("expected '>'");
        }

        if (found != name)
        {
            Error(string.Create(CultureInfo.InvariantCulture, $"Opening and ending tag mismatch: {name} line {line} and {found ?? "unparseable"}"));
        }
    }

    private void ReadReference()
    {
        _at++;
        if (Current == '#')
        {
            ReadCharacterReference();
            return;
        }

        if (Name() is not { } name)
        {
            Error("xmlParseEntityRef: no name");
        }
        else if (Current != ';')
        {
            Error("EntityRef: expecting ';'");
        }
        else
        {
            _at++;
            if (!_entities.Contains(name))
            {
                Error($"Entity '{name}' not defined");
            }
        }
    }

    private void ReadCharacterReference()
    {
        _at++;
        var isHexadecimal = Current == 'x';
        _at += isHexadecimal ? 1 : 0;
        var value = 0;
        while (Current != ';')
        {
            var digit = isHexadecimal && char.IsAsciiHexDigit(Current) ? Convert.ToInt32(Current.ToString(), 16) : char.IsAsciiDigit(Current) ? Current - '0' : -1;
            if (digit < 0)
            {
                Error(isHexadecimal ? "CharRef: invalid hexadecimal value" : "CharRef: invalid decimal value");
                value = 0;
                break;
            }

            value = Math.Min(value * (isHexadecimal ? 16 : 10) + digit, 0x110000);
            _at++;
        }

        if (Current == ';')
        {
            _at++;
        }

        if (value is not (9 or 10 or 13 or (>= 0x20 and <= 0xD7FF) or (>= 0xE000 and <= 0xFFFD) or (>= 0x10000 and <= 0x10FFFF)))
        {
            Error(string.Create(CultureInfo.InvariantCulture, $"xmlParseCharRef: invalid xmlChar value {value}"));
        }
    }

    private void ReadText()
    {
        while (!AtEnd && Current is not ('<' or '&'))
        {
            if (Is("]]>"))
            {
                Error("Sequence ']]>' not allowed in content");
                Error("internal error: detected an error in element content");
                _isHalted = true;
                return;
            }

            if (!IsAllowed(_at))
            {
                Error(string.Create(CultureInfo.InvariantCulture, $"PCDATA invalid Char value {(int)Current}"));
            }

            _at++;
        }
    }

    private void ReadCdata()
    {
        _at += "<![CDATA[".Length;
        var end = _text.IndexOf("]]>", _at, StringComparison.Ordinal);
        if (end >= 0)
        {
            _at = end + 3;
            return;
        }

        var rest = _text[_at..];
        _at = _text.Length;
        Error(rest.Length < 2 ? "Unregistered error message" : "CData section not finished\n" + Clip(rest[..^2]));
    }

    private void ReadComment()
    {
        var start = _at;
        _at += 4;
        while (!AtEnd)
        {
            if (Is("-->"))
            {
                _at += 3;
                return;
            }

            if (Is("--"))
            {
                Error("Double hyphen within comment: <!--" + Clip(_text[(start + 4).._at]));
                _at += 2;
            }
            else
            {
                _at++;
            }
        }

        Error("Comment not terminated");
    }

    private void ReadInstruction()
    {
        _at += 2;
        var target = Name();
        if (target == "xml")
        {
            Error("XML declaration allowed only at the start of the document");
        }

        if (target is null)
        {
            Error("xmlParsePI : no target name");
            target = "";
        }

        if (Is("?>"))
        {
            _at += 2;
            return;
        }

        if (!SkipBlanks())
        {
            Error($"ParsePI: PI {target} space expected");
        }

        var end = _text.IndexOf("?>", _at, StringComparison.Ordinal);
        _at = end < 0 ? _text.Length : end + 2;
        if (end < 0)
        {
            Error($"ParsePI: PI {target} never end ...");
        }
    }

    // ---- characters ----

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\r';

    private static string Clip(string text) => text.Length > 50 ? text[..50] : text;

    private bool Is(string word) => string.CompareOrdinal(_text, _at, word, 0, word.Length) == 0;

    private bool SkipBlanks()
    {
        var start = _at;
        while (!AtEnd && IsBlank(Current))
        {
            _at++;
        }

        return _at > start;
    }

    private bool IsAllowed(int at) =>
        XmlConvert.IsXmlChar(_text[at]) || char.IsSurrogate(_text[at]);

    private string? Name()
    {
        var start = _at;
        while (!AtEnd && (_at == start ? XmlConvert.IsStartNCNameChar(Current) || Current == ':' : XmlConvert.IsNCNameChar(Current) || Current == ':'))
        {
            _at++;
        }

        return _at > start ? _text[start.._at] : null;
    }

    private int Line() => _text.AsSpan(0, Math.Min(_at, _text.Length)).Count('\n') + 1;

    private void Error(string message)
    {
        var at = Math.Min(_at, _text.Length);
        var end = at;
        while (end > 0 && (end >= _text.Length || _text[end] is '\n' or '\r') && end < _text.Length)
        {
            end--;
        }

        var start = end;
        while (start > 0 && _text[start - 1] is not ('\n' or '\r'))
        {
            start--;
        }

        while (Encoding.UTF8.GetByteCount(_text.AsSpan(start, at - start)) > ContextBytes)
        {
            start++;
        }

        var stop = start;
        while (stop < _text.Length && _text[stop] is not ('\n' or '\r') && Encoding.UTF8.GetByteCount(_text.AsSpan(start, stop - start)) < ContextBytes)
        {
            stop++;
        }

        _errors.Append(_errors.Length > 0 ? "\n" : "")
            .Append(CultureInfo.InvariantCulture, $"line {Line()}: {message}\n")
            .Append(_text, start, stop - start)
            .Append('\n')
            .Append(' ', Encoding.UTF8.GetByteCount(_text.AsSpan(start, at - start)))
            .Append('^');
    }
}
