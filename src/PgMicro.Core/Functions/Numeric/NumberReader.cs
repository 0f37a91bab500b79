using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>to_number: reads a number along a picture.</summary>
internal ref struct NumberReader
{
    private const int VarHeader = 4;

    private readonly string _input;
    private readonly NumberPicture _picture;
    private readonly StringBuilder _digits = new();
    private NumberDescription _d;
    private char _sign = ' ';
    private int _at;
    private int _before;
    private int _after;
    private bool _pointRead;

    private NumberReader(string input, NumberPicture picture)
    {
        _input = input;
        _picture = picture;
        _d = picture.Description;
    }

    private readonly bool AtEnd => _at >= _input.Length;

    [PgFunction("to_number(text,text)")]
    public static PgNumeric? ToNumber(string value, string format)
    {
        if (format.Length == 0)
        {
            return null;
        }

        var reader = new NumberReader(value, NumberPicture.Of(format));
        return reader.Read();
    }

    private PgNumeric Read()
    {
        if (_d.Exponent)
        {
            throw new PgException(SqlState.FeatureNotSupported, "\"EEEE\" not supported for input");
        }

        if (_d.Roman)
        {
            throw new PgException(SqlState.FeatureNotSupported, "\"RN\" not supported for input");
        }

        foreach (var element in _picture.Elements)
        {
            if (AtEnd)
            {
                break;
            }

            Element(element.Key);
        }

        if (_digits.Length > 0 && _digits[^1] == '.')
        {
            _digits.Length--;
        }

        var typmod = (((_d.Pre + _d.Multi + _after) << 16) | _after) + VarHeader;
        var result = NumericCodec.ApplyTypmod(PgNumeric.Parse(Encoding.UTF8.GetBytes(_sign + _digits.ToString())), typmod);
        return _d.Shift ? result * PgNumeric.Power(10, -_d.Multi) : result;
    }

    private void Element(NumberKey key)
    {
        switch (key)
        {
            case NumberKey.Literal:
                _at += char.IsHighSurrogate(_input[_at]) ? 2 : 1;
                break;
            case NumberKey.Nine or NumberKey.Zero or NumberKey.Point or NumberKey.LocalePoint:
                Position(key);
                _at++;
                break;
            case NumberKey.Comma or NumberKey.Group:
                // In fill mode PostgreSQL leaves a separator to the next digit position, which swallows it.
                if (!_d.FillMode && _input[_at] == ',')
                {
                    _at++;
                }

                break;
            case NumberKey.Currency:
                SkipOthers(1);
                break;
            case NumberKey.OrdinalLower or NumberKey.OrdinalUpper:
                if (_sign != '-' && !_d.Decimal)
                {
                    SkipOthers(2);
                }

                break;
            case NumberKey.Minus:
                Sign('-', '-');
                break;
            case NumberKey.Plus:
                Sign('+', '+');
                break;
            case NumberKey.SignBoth:
                Sign('-', '+');
                break;
        }
    }

    private void Sign(char one, char other)
    {
        if (_input[_at] == one || _input[_at] == other)
        {
            _sign = _input[_at++];
        }
        else
        {
            SkipOthers(1);
        }
    }

    private void SkipOthers(int count)
    {
        for (; count > 0 && !AtEnd && !"0123456789.,+-".Contains(_input[_at], StringComparison.Ordinal); count--)
        {
            _at += char.IsHighSurrogate(_input[_at]) ? 2 : 1;
        }
    }

    private void Position(NumberKey key)
    {
        if (_input[_at] == ' ')
        {
            _at++;
        }

        if (AtEnd)
        {
            return;
        }

        if (_sign == ' ' && (key is NumberKey.Zero or NumberKey.Nine) && _before + _after == 0)
        {
            LeadingSign();
        }

        if (AtEnd)
        {
            return;
        }

        var isRead = false;
        if (char.IsAsciiDigit(_input[_at]))
        {
            if (_pointRead && _after == _d.Post)
            {
                return;
            }

            _digits.Append(_input[_at]);
            _ = _pointRead ? _after++ : _before++;
            isRead = true;
        }
        else if (_d.Decimal && !_pointRead && _input[_at] == '.')
        {
            _digits.Append('.');
            _pointRead = isRead = true;
        }

        if (_sign == ' ' && _before + _after > 0)
        {
            TrailingSign(isRead);
        }
    }

    private void LeadingSign()
    {
        var c = _input[_at];
        if (_d.LocaleSign && _d.Sign == SignPlace.Before)
        {
            if (c is '-' or '+')
            {
                _sign = c;
                _at++;
            }
        }
        else if (c == '-' || (_d.Brackets && c == '<'))
        {
            _sign = '-';
            _at++;
        }
        else if (c == '+')
        {
            _sign = '+';
            _at++;
        }
    }

    // The position of the last digit is not known beforehand, so a sign after a digit is looked for each time.
    private void TrailingSign(bool isRead)
    {
        if (_d.LocaleSign && isRead && _at + 1 < _input.Length && !char.IsAsciiDigit(_input[_at + 1]))
        {
            if (_input[_at + 1] is '-' or '+')
            {
                _sign = _input[++_at];
            }
        }
        else if (!isRead && !_d.LocaleSign && (_d.Plus || _d.Minus) && (_input[_at] is '-' or '+'))
        {
            _sign = _input[_at];
        }
    }
}
