using System.Text;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>
/// Lays a number's digits out along a picture. The locale is the C one: "." and ",", a blank for the currency symbol.
/// </summary>
internal ref struct NumberWriter
{
    private readonly NumberPicture _picture;
    private readonly string _number;
    private readonly StringBuilder _output = new();
    private NumberDescription _d;
    private char _sign;
    private int _blanks;
    private bool _signWritten;
    private bool _inNumber;
    private int _digits;
    private int _current;
    private int _at;
    private int _lastRelevant = -1;

    private NumberWriter(NumberPicture picture, NumberDescription description, string number, int blanks, char sign)
    {
        _picture = picture;
        _d = description;
        _number = number;
        _blanks = blanks;
        _sign = sign;
    }

    // A digit string that leads with a zero before the point shows no zero unless the picture asks for one.
    private readonly bool HidesLeadingZero => !_d.Zero && _at == 0 && Digit(0) == '0' && _d.Post != 0;

    private readonly bool LastIsPoint => _lastRelevant >= 0 && Digit(_lastRelevant) == '.';

    /// <summary>The number in the picture's form.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="description">Its description, adapted to the value.</param>
    /// <param name="number">Digits without sign, or the finished text for EEEE and roman numerals.</param>
    /// <param name="blanks">How many digits the picture has before the point beyond those of the number.</param>
    /// <param name="sign">'+' or '-'; NUL when the number has its sign in itself.</param>
    public static string Write(NumberPicture picture, NumberDescription description, string number, int blanks, char sign)
    {
        if (description.Exponent)
        {
            return number;
        }

        var writer = new NumberWriter(picture, description, number, blanks, sign);
        return writer.Write();
    }

    private readonly char Digit(int index) => index < _number.Length ? _number[index] : '\0';

    private string Write()
    {
        if (_d.ZeroStart > 0)
        {
            _d.ZeroStart--;
        }

        if (_d.Roman)
        {
            _d = new NumberDescription { Roman = true, FillMode = _d.FillMode };
            _blanks = 0;
            _sign = '\0';
        }

        PrepareSign();
        _digits = _d.Post + _d.Pre - 1;
        if (_d.FillMode && _d.Decimal)
        {
            FindLastRelevant();
        }

        if (!_signWritten && _blanks == 0)
        {
            _digits++;
        }

        foreach (var element in _picture.Elements)
        {
            Element(element);
        }

        // A digit beyond the number's precision ends the text, as its terminator does in PostgreSQL.
        var text = _output.ToString();
        var end = text.IndexOf('\0', StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }

    private void PrepareSign()
    {
        if (_d.Plus || _d.Minus)
        {
            _signWritten = !_d.Plus || _d.Minus;
            return;
        }

        if (_sign != '-' && _d.FillMode)
        {
            _d.Brackets = false;
        }

        _signWritten = _sign == '+' && _d.FillMode && !_d.LocaleSign;
        if (_d.Sign == SignPlace.Before && _d.Pre == _d.SignAfterDigits)
        {
            _d.Sign = SignPlace.After;
        }
    }

    private void FindLastRelevant()
    {
        var point = _number.IndexOf('.', StringComparison.Ordinal);
        if (point < 0)
        {
            return;
        }

        _lastRelevant = point;
        for (var i = point + 1; i < _number.Length; i++)
        {
            _lastRelevant = _number[i] != '0' ? i : _lastRelevant;
        }

        if (_d.ZeroEnd > _blanks)
        {
            _lastRelevant = Math.Max(_lastRelevant, Math.Min(_number.Length - 1, _d.ZeroEnd - _blanks));
        }
    }

    private void Element(NumberElement element)
    {
        switch (element.Key)
        {
            case NumberKey.Literal:
                _output.Append(element.Text);
                break;
            case NumberKey.Nine or NumberKey.Zero or NumberKey.Point or NumberKey.LocalePoint:
                Position(element.Key);
                break;
            case NumberKey.Comma or NumberKey.Group:
                if (_inNumber)
                {
                    _output.Append(',');
                }
                else if (!_d.FillMode)
                {
                    _output.Append(' ');
                }

                break;
            case NumberKey.Currency:
                _output.Append(' ');
                break;
            case NumberKey.Roman or NumberKey.LowerRoman:
                var roman = element.Key == NumberKey.Roman ? _number : _number.ToLowerInvariant();
                _output.Append(_d.FillMode ? roman : roman.PadLeft(RomanNumerals.Width));
                break;
            case NumberKey.OrdinalLower or NumberKey.OrdinalUpper:
                if (!_d.Roman && Digit(0) != '#' && _sign != '-' && !_d.Decimal)
                {
                    _output.Append(Ordinals.Suffix(_number, element.Key == NumberKey.OrdinalUpper));
                }

                break;
            case NumberKey.Minus:
                OneSign('-');
                break;
            case NumberKey.Plus:
                OneSign('+');
                break;
            case NumberKey.SignBoth:
                _output.Append(_sign);
                break;
        }
    }

    private readonly void OneSign(char sign)
    {
        if (_sign == sign)
        {
            _output.Append(sign);
        }
        else if (!_d.FillMode)
        {
            _output.Append(' ');
        }
    }

    private void Position(NumberKey key)
    {
        if (_d.Roman)
        {
            return;
        }

        _inNumber = false;
        if (!_signWritten && (_current >= _blanks || (_d.Zero && _d.ZeroStart == _current)) && (!HidesLeadingZero || LastIsPoint))
        {
            LeadingSign();
        }

        if (_current < _blanks && (_d.ZeroStart > _current || !_d.Zero))
        {
            if (!_d.FillMode)
            {
                _output.Append(' ');
            }
        }
        else if (_d.Zero && _current < _blanks && _d.ZeroStart <= _current)
        {
            _output.Append('0');
            _inNumber = true;
        }
        else
        {
            DigitOrPoint(key);
        }

        var end = _digits + (_blanks > 0 ? 1 : 0) + (_d.Decimal ? 1 : 0);
        if (_lastRelevant >= 0 && _lastRelevant == _at)
        {
            end = _current;
        }

        if (_current + 1 == end)
        {
            if (_signWritten && _d.Brackets)
            {
                _output.Append(_sign == '+' ? ' ' : '>');
            }
            else if (_d.LocaleSign && _d.Sign == SignPlace.After)
            {
                _output.Append(_sign == '-' ? '-' : '+');
            }
        }

        _current++;
    }

    private void LeadingSign()
    {
        if (_d.LocaleSign)
        {
            if (_d.Sign == SignPlace.Before)
            {
                _output.Append(_sign == '-' ? '-' : '+');
                _signWritten = true;
            }
        }
        else if (_d.Brackets)
        {
            _output.Append(_sign == '+' ? ' ' : '<');
            _signWritten = true;
        }
        else if (_sign == '+')
        {
            _output.Append(_d.FillMode ? "" : " ");
            _signWritten = true;
        }
        else if (_sign == '-')
        {
            _output.Append('-');
            _signWritten = true;
        }
    }

    private void DigitOrPoint(NumberKey key)
    {
        var digit = Digit(_at);
        if (digit == '.')
        {
            if (!LastIsPoint || _d.FillMode)
            {
                _output.Append('.');
            }
        }
        else if (_lastRelevant >= 0 && _at > _lastRelevant && key != NumberKey.Zero)
        {
            // Nothing: trailing zeros go in fill mode.
        }
        else if (HidesLeadingZero)
        {
            if (!_d.FillMode)
            {
                _output.Append(' ');
            }
            else if (LastIsPoint)
            {
                _output.Append('0');
            }
        }
        else
        {
            _output.Append(digit);
            _inNumber = true;
        }

        if (digit != '\0')
        {
            _at++;
        }
    }
}
