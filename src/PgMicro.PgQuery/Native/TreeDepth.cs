using System.Runtime.CompilerServices;

namespace PgMicro.PgQuery.Native;

/// <summary>An upper bound of how deep the parse tree of a text can become, from one pass over its bytes. libpg_query
/// and the protobuf reader recurse over the tree without watching the stack, and running out of it ends the process, so
/// the bound has to be known before they start.</summary>
/// <remarks>Two things make a tree deep. Brackets and CASE, which nest. And chains that the grammar takes as
/// left-associative: operators, set operations, joins. A chain of operators ends at a comma, a semicolon, a WHEN, THEN or
/// ELSE, and at AND and OR (which the grammar flattens), except at the AND of a BETWEEN; set operations and joins
/// go on across all of these but the semicolon.</remarks>
internal ref struct TreeDepth
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly int _limit;
    private Level[] _levels;
    private int _top;
    private int _position;
    private Range? _junkParameter;

    private TreeDepth(ReadOnlySpan<byte> text, int limit)
    {
        _text = text;
        _limit = limit;
        _levels = new Level[32];
    }

    private struct Level
    {
        public byte Opener;
        public int Betweens;
        public int Operators;
        public int Inner;
        public int Segments;
        public int Chains;
        public int Statements;

        public readonly int Depth => Math.Max(Statements, Chains + Math.Max(Segments, Operators + Inner));

        public void EndSegment()
        {
            Segments = Math.Max(Segments, Operators + Inner);
            Operators = Inner = Betweens = 0;
        }

        public void EndStatement()
        {
            EndSegment();
            Statements = Depth;
            Segments = Chains = 0;
        }
    }

    /// <summary>The bound, or something greater than <paramref name="limit"/> when it is greater.</summary>
    public static int Bound(ReadOnlySpan<byte> text, int limit) => Bound(text, limit, out _);

    /// <inheritdoc cref="Bound(ReadOnlySpan{byte}, int)"/>
    /// <param name="text">The text, in UTF-8.</param>
    /// <param name="limit">Where to stop.</param>
    /// <param name="junkParameter">The first parameter that runs into an identifier, such as <c>$1a</c>: PostgreSQL
    /// rejects it, libpg_query does not.</param>
    public static int Bound(ReadOnlySpan<byte> text, int limit, out Range? junkParameter)
    {
        var scan = new TreeDepth(text, limit);
        var bound = scan.Run();
        junkParameter = scan._junkParameter;
        return bound;
    }

    private int Run()
    {
        while (_position < _text.Length)
        {
            var c = _text[_position];
            if (IsIdentifierStart(c))
            {
                Word();
            }
            else if (c is >= (byte)'0' and <= (byte)'9')
            {
                SkipIdentifier();
            }
            else
            {
                _position++;
                switch (c)
                {
                    case (byte)'\'':
                        SkipQuoted((byte)'\'', escapes: false);
                        break;
                    case (byte)'"':
                        SkipQuoted((byte)'"', escapes: false);
                        break;
                    case (byte)'$':
                        Dollar();
                        break;
                    case (byte)'(' or (byte)'[':
                        Push(c);
                        break;
                    case (byte)')' or (byte)']':
                        Close(c == ')' ? (byte)'(' : (byte)'[');
                        break;
                    case (byte)',':
                        _levels[_top].EndSegment();
                        break;
                    case (byte)';':
                        _levels[_top].EndStatement();
                        break;
                    case (byte)'-' when Next == '-':
                        SkipLine();
                        break;
                    case (byte)'/' when Next == '*':
                        SkipComment();
                        break;
                    default:
                        if (IsOperator(c))
                        {
                            _levels[_top].Operators++;
                            // Only + and - can follow one another as operators of their own.
                            while (IsOperator(Next) && Next is not ('+' or '-' or '/'))
                            {
                                _position++;
                            }
                        }

                        break;
                }
            }

            if (_top > _limit)
            {
                return _top;
            }
        }

        while (_top > 0)
        {
            Pop();
        }

        return _levels[0].Depth;
    }

    private readonly int Next => _position < _text.Length ? _text[_position] : -1;

    private void Push(byte opener)
    {
        if (++_top == _levels.Length)
        {
            Array.Resize(ref _levels, _top * 2);
        }

        _levels[_top] = new Level { Opener = opener };
    }

    private void Pop()
    {
        var depth = _levels[_top--].Depth + 1;
        ref var outer = ref _levels[_top];
        outer.Inner = Math.Max(outer.Inner, depth);
    }

    // A bracket that nothing opened is a syntax error; the parser will say so.
    private void Close(byte opener)
    {
        var level = _top;
        while (level > 0 && _levels[level].Opener != opener)
        {
            level--;
        }

        if (level > 0)
        {
            while (_top >= level)
            {
                Pop();
            }
        }
    }

    private void Word()
    {
        var start = _position;
        SkipIdentifier();
        var word = _text[start.._position];
        if (Next == '\'' && word.Length == 1 && (word[0] | 0x20) == 'e')
        {
            _position++;
            SkipQuoted((byte)'\'', escapes: true);
            return;
        }

        if (word.Length is < 2 or > 9)
        {
            return;
        }

        Span<byte> lower = stackalloc byte[9];
        for (var i = 0; i < word.Length; i++)
        {
            lower[i] = (byte)(word[i] is >= (byte)'A' and <= (byte)'Z' ? word[i] | 0x20 : word[i]);
        }

        ref var level = ref _levels[_top];
        switch (lower[..word.Length])
        {
            case [(byte)'o', (byte)'r']:
                level.EndSegment();
                break;
            case var w when w.SequenceEqual("and"u8):
                if (level.Betweens > 0)
                {
                    level.Betweens--;
                }
                else
                {
                    level.EndSegment();
                }

                break;
            case var w when w.SequenceEqual("between"u8):
                level.Betweens++;
                level.Operators++;
                break;
            case var w when w.SequenceEqual("when"u8) || w.SequenceEqual("then"u8) || w.SequenceEqual("else"u8):
                if (level.Opener == 'c')
                {
                    level.EndSegment();
                }

                break;
            case var w when w.SequenceEqual("case"u8):
                if (!IsLabel(start))
                {
                    Push((byte)'c');
                }

                break;
            case var w when w.SequenceEqual("end"u8):
                if (level.Opener == 'c' && !IsLabel(start))
                {
                    Pop();
                }

                break;
            case var w when w.SequenceEqual("union"u8) || w.SequenceEqual("intersect"u8) || w.SequenceEqual("except"u8)
                || w.SequenceEqual("join"u8):
                level.Chains++;
                break;
            case var w when w.SequenceEqual("is"u8) || w.SequenceEqual("in"u8) || w.SequenceEqual("at"u8)
                || w.SequenceEqual("not"u8) || w.SequenceEqual("like"u8) || w.SequenceEqual("ilike"u8)
                || w.SequenceEqual("similar"u8) || w.SequenceEqual("isnull"u8) || w.SequenceEqual("notnull"u8)
                || w.SequenceEqual("collate"u8) || w.SequenceEqual("overlaps"u8) || w.SequenceEqual("operator"u8):
                level.Operators++;
                break;
        }
    }

    // After a dot or AS the reserved words CASE and END are names.
    private readonly bool IsLabel(int start)
    {
        var before = _text[..start].TrimEnd(" \t\r\n\f\v"u8);
        return before.EndsWith("."u8)
            || (before.Length > 2 && (before[^1] | 0x20) == 's' && (before[^2] | 0x20) == 'a' && !IsIdentifierPart(before[^3]));
    }

    private void SkipIdentifier()
    {
        while (_position < _text.Length && IsIdentifierPart(_text[_position]))
        {
            _position++;
        }
    }

    private void SkipLine()
    {
        var end = _text[_position..].IndexOfAny((byte)'\n', (byte)'\r');
        _position = end < 0 ? _text.Length : _position + end;
    }

    private void SkipComment()
    {
        _position++;
        for (var depth = 1; depth > 0;)
        {
            var at = _text[_position..].IndexOfAny((byte)'/', (byte)'*');
            if (at < 0 || _position + at + 1 >= _text.Length)
            {
                _position = _text.Length;
                return;
            }

            _position += at + 1;
            if (_text[_position - 1] == '/' && _text[_position] == '*')
            {
                depth++;
                _position++;
            }
            else if (_text[_position - 1] == '*' && _text[_position] == '/')
            {
                depth--;
                _position++;
            }
        }
    }

    private void SkipQuoted(byte quote, bool escapes)
    {
        while (true)
        {
            var rest = _text[_position..];
            var at = escapes ? rest.IndexOfAny(quote, (byte)'\\') : rest.IndexOf(quote);
            if (at < 0)
            {
                _position = _text.Length;
                return;
            }

            _position = Math.Min(_position + at + 1, _text.Length);
            if (_text[_position - 1] != quote)
            {
                _position = Math.Min(_position + 1, _text.Length);
            }
            else if (!escapes || !SkipToContinuation())
            {
                // A doubled quote simply starts over, with the same outcome.
                return;
            }
        }
    }

    /// <summary>A string with escapes goes on, with escapes, after a doubled quote or when another quote follows on a
    /// later line.</summary>
    private bool SkipToContinuation()
    {
        if (Next == '\'')
        {
            _position++;
            return true;
        }

        var newline = false;
        for (var i = _position; i < _text.Length; i++)
        {
            switch (_text[i])
            {
                case (byte)'\n' or (byte)'\r':
                    newline = true;
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\f' or (byte)'\v':
                    break;
                case (byte)'-' when i + 1 < _text.Length && _text[i + 1] == '-':
                    var end = _text[i..].IndexOfAny((byte)'\n', (byte)'\r');
                    if (end < 0)
                    {
                        return false;
                    }

                    i += end;
                    newline = true;
                    break;
                case (byte)'\'' when newline:
                    _position = i + 1;
                    return true;
                default:
                    return false;
            }
        }

        return false;
    }

    // At a dollar sign that belongs to no identifier: $1, or the opening tag of a dollar-quoted string.
    private void Dollar()
    {
        var i = _position;
        if (Next is >= '0' and <= '9')
        {
            while (Next is >= '0' and <= '9')
            {
                _position++;
            }

            if (Next >= 0 && IsIdentifierStart((byte)Next))
            {
                SkipIdentifier();
                _junkParameter ??= (i - 1).._position;
            }

            return;
        }

        while (i < _text.Length && _text[i] != '$' && IsIdentifierPart(_text[i]))
        {
            i++;
        }

        if (i >= _text.Length || _text[i] != '$')
        {
            return;
        }

        var tag = _text[(_position - 1)..(i + 1)];
        var end = _text[(i + 1)..].IndexOf(tag);
        _position = end < 0 ? _text.Length : i + 1 + end + tag.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsIdentifierStart(byte c) =>
        c is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (byte)'_' or >= 0x80;

    private static bool IsIdentifierPart(byte c) => IsIdentifierStart(c) || c is (>= (byte)'0' and <= (byte)'9') or (byte)'$';

    private static bool IsOperator(int c) =>
        c is '+' or '-' or '*' or '/' or '<' or '>' or '=' or '~' or '!' or '@' or '#' or '%' or '^' or '&' or '|' or '`'
            or '?' or ':';
}
