using PgMicro.Core.Errors;

namespace PgMicro.Core.Types.Geometric;

/// <summary>Reads the text forms of geometric types.</summary>
internal ref struct GeoReader
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly string _type;
    private int _at;

    internal GeoReader(ReadOnlySpan<byte> text, string type)
    {
        _text = text;
        _type = type;
    }

    internal PgPoint Point()
    {
        var point = Pair();
        End();
        return point;
    }

    internal PgLseg Lseg()
    {
        var points = Points(2, opens: true, out _);
        End();
        return new PgLseg(points[0], points[1]);
    }

    internal PgBox Box()
    {
        var points = Points(2, opens: false, out _);
        End();
        return PgBox.Of(points[0], points[1]);
    }

    internal PgLine Line()
    {
        Skip();
        if (Current == '{')
        {
            _at++;
            var a = Number();
            Expect(',');
            var b = Number();
            Expect(',');
            var c = Number();
            Expect('}');
            End();
            return GeoMath.IsZero(a) && GeoMath.IsZero(b)
                ? throw new PgException(SqlState.InvalidTextRepresentation, "invalid line specification: A and B cannot both be zero")
                : new PgLine(a, b, c);
        }

        var points = Points(2, opens: true, out _);
        End();
        return GeoMath.Eq(points[0], points[1])
            ? throw new PgException(SqlState.InvalidTextRepresentation, "invalid line specification: must be two distinct points")
            : GeoLines.Through(points[0], points[1]);
    }

    internal PgCircle Circle()
    {
        Skip();
        var depth = 0;
        if (Current == '<')
        {
            depth++;
            _at++;
        }
        else if (Current == '(')
        {
            // "((x,y),r)" and not "(x,y),r".
            var next = _at + 1;
            while (next < _text.Length && Ascii.IsSpace(_text[next]))
            {
                next++;
            }

            if (next < _text.Length && _text[next] == '(')
            {
                depth++;
                _at++;
            }
        }

        var open = depth > 0 ? _text[_at - 1] : (byte)0;
        var center = Pair();
        Skip();
        if (Current == ',')
        {
            _at++;
        }

        var radius = Number();
        if (radius < 0)
        {
            throw Invalid();
        }

        if (depth > 0)
        {
            Expect(open == '<' ? '>' : ')');
        }

        End();
        return new PgCircle(center, radius);
    }

    internal PgPath Path()
    {
        var count = Count();
        var points = Points(count, opens: true, out var isOpen);
        End();
        return new PgPath(points, !isOpen);
    }

    internal PgPoint[] Polygon()
    {
        var points = Points(Count(), opens: false, out _);
        End();
        return points;
    }

    private readonly char Current => _at < _text.Length ? (char)_text[_at] : '\0';

    // Points by the number of commas: each point has one, and one stands between two.
    private readonly int Count()
    {
        var commas = _text.Count((byte)',');
        return commas % 2 == 1 ? (commas + 1) / 2 : throw Invalid();
    }

    private PgPoint[] Points(int count, bool opens, out bool isOpen)
    {
        Skip();
        var depth = 0;
        isOpen = Current == '[';
        if (isOpen)
        {
            if (!opens)
            {
                throw Invalid();
            }

            depth++;
            _at++;
        }
        else if (Current == '(')
        {
            var next = _at + 1;
            while (next < _text.Length && Ascii.IsSpace(_text[next]))
            {
                next++;
            }

            // A parenthesis around all, or around the first point only.
            if ((next < _text.Length && _text[next] == '(') || _text[_at..].LastIndexOf((byte)'(') == 0)
            {
                depth++;
                _at++;
            }
        }

        var points = new PgPoint[count];
        for (var i = 0; i < count; i++)
        {
            points[i] = Pair();
            Skip();
            if (Current == ',')
            {
                _at++;
            }
        }

        for (; depth > 0; depth--)
        {
            Skip();
            if (Current != ')' && !(isOpen && Current == ']'))
            {
                throw Invalid();
            }

            _at++;
        }

        return points;
    }

    private PgPoint Pair()
    {
        Skip();
        var parenthesis = Current == '(';
        _at += parenthesis ? 1 : 0;
        var x = Number();
        Expect(',');
        var y = Number();
        if (parenthesis)
        {
            Expect(')');
        }

        return new PgPoint(x, y);
    }

    private double Number()
    {
        Skip();
        var start = _at;
        while (_at < _text.Length && (Ascii.IsAlphaNumeric(_text[_at]) || _text[_at] is (byte)'+' or (byte)'-' or (byte)'.'))
        {
            _at++;
        }

        return _at == start ? throw Invalid() : FloatText.ParseDouble(_text[start.._at], _type, Ascii.Text(_text));
    }

    private void Expect(char c)
    {
        Skip();
        if (Current != c)
        {
            throw Invalid();
        }

        _at++;
    }

    private void End()
    {
        Skip();
        if (_at != _text.Length)
        {
            throw Invalid();
        }
    }

    private void Skip()
    {
        while (_at < _text.Length && Ascii.IsSpace(_text[_at]))
        {
            _at++;
        }
    }

    private readonly PgException Invalid() => PgErrors.InvalidTextRepresentation(_type, Ascii.Text(_text));
}
