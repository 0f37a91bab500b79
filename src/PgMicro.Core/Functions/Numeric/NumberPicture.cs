using System.Collections.Concurrent;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Numeric;

/// <summary>The patterns of a number picture; lower-case spellings stand for the same pattern unless they have their own.</summary>
internal enum NumberKey
{
    /// <summary>Not a pattern: a character that stands for itself.</summary>
    Literal,
    Comma, Point, Zero, Nine, Blank, CurrencyCode, LocalePoint, Exponent, FillMode, Group, Currency, Minus, Plus, Brackets,
    Roman, LowerRoman, SignBoth, Spell, Sign, OrdinalUpper, OrdinalLower, Shift,
}

/// <summary>One element of a number picture.</summary>
internal readonly record struct NumberElement(NumberKey Key, string Text);

/// <summary>Where the locale's sign goes.</summary>
internal enum SignPlace
{
    None,
    Before,
    After,
}

/// <summary>What a number picture asks for as a whole.</summary>
internal record struct NumberDescription
{
    public int Pre, Post, Multi, ZeroStart, ZeroEnd, SignAfterDigits;
    public SignPlace Sign;
    public bool Zero, Blank, Decimal, LocaleDecimal, FillMode, LocaleSign, Brackets, Minus, Plus, Roman, Shift, Exponent;
}

/// <summary>A picture of to_char and to_number for numbers, read once and kept.</summary>
internal sealed class NumberPicture
{
    private const int CacheLimit = 512;

    private static readonly (string Text, NumberKey Key)[] Keys =
    [
        (",", NumberKey.Comma), (".", NumberKey.Point), ("0", NumberKey.Zero), ("9", NumberKey.Nine), ("B", NumberKey.Blank),
        ("C", NumberKey.CurrencyCode), ("D", NumberKey.LocalePoint), ("EEEE", NumberKey.Exponent), ("FM", NumberKey.FillMode),
        ("G", NumberKey.Group), ("L", NumberKey.Currency), ("MI", NumberKey.Minus), ("PL", NumberKey.Plus), ("PR", NumberKey.Brackets),
        ("RN", NumberKey.Roman), ("SG", NumberKey.SignBoth), ("SP", NumberKey.Spell), ("S", NumberKey.Sign), ("TH", NumberKey.OrdinalUpper),
        ("V", NumberKey.Shift), ("b", NumberKey.Blank), ("c", NumberKey.CurrencyCode), ("d", NumberKey.LocalePoint), ("eeee", NumberKey.Exponent),
        ("fm", NumberKey.FillMode), ("g", NumberKey.Group), ("l", NumberKey.Currency), ("mi", NumberKey.Minus), ("pl", NumberKey.Plus),
        ("pr", NumberKey.Brackets), ("rn", NumberKey.LowerRoman), ("sg", NumberKey.SignBoth), ("sp", NumberKey.Spell), ("s", NumberKey.Sign),
        ("th", NumberKey.OrdinalLower), ("v", NumberKey.Shift),
    ];

    private static readonly ConcurrentDictionary<string, NumberPicture> Cache = new(StringComparer.Ordinal);

    private NumberDescription _description;

    private NumberPicture(string text)
    {
        var elements = new List<NumberElement>();
        for (var i = 0; i < text.Length;)
        {
            if (FindKey(text, i) is { } found)
            {
                Note(found.Key);
                elements.Add(new NumberElement(found.Key, found.Text));
                i += found.Text.Length;
            }
            else if (text[i] == '"')
            {
                for (i++; i < text.Length; i++)
                {
                    if (text[i] == '"')
                    {
                        i++;
                        break;
                    }

                    i += text[i] == '\\' && i + 1 < text.Length ? 1 : 0;
                    elements.Add(new NumberElement(NumberKey.Literal, text[i].ToString()));
                }
            }
            else
            {
                i += text[i] == '\\' && i + 1 < text.Length && text[i + 1] == '"' ? 1 : 0;
                var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                elements.Add(new NumberElement(NumberKey.Literal, text.Substring(i, length)));
                i += length;
            }
        }

        Elements = [.. elements];
    }

    /// <summary>The elements in order.</summary>
    public NumberElement[] Elements { get; }

    /// <summary>A copy of the description, which formatting may change.</summary>
    public NumberDescription Description => _description;

    /// <summary>The picture of a text.</summary>
    /// <exception cref="PgException">42601 for patterns that do not go together.</exception>
    public static NumberPicture Of(string text)
    {
        if (Cache.TryGetValue(text, out var found))
        {
            return found;
        }

        if (Cache.Count >= CacheLimit)
        {
            Cache.Clear();
        }

        return Cache[text] = new NumberPicture(text);
    }

    private static (string Text, NumberKey Key)? FindKey(string text, int at)
    {
        foreach (var key in Keys)
        {
            if (string.CompareOrdinal(text, at, key.Text, 0, key.Text.Length) == 0)
            {
                return key;
            }
        }

        return null;
    }

    private static PgException Wrong(string message) => new(SqlState.SyntaxError, message);

    private void Note(NumberKey key)
    {
        ref var d = ref _description;
        if (d.Exponent && key != NumberKey.Exponent)
        {
            throw Wrong("\"EEEE\" must be the last pattern used");
        }

        switch (key)
        {
            case NumberKey.Nine:
                if (d.Brackets)
                {
                    throw Wrong("\"9\" must be ahead of \"PR\"");
                }

                if (d.Shift)
                {
                    d.Multi++;
                }
                else if (d.Decimal)
                {
                    d.Post++;
                }
                else
                {
                    d.Pre++;
                }

                break;
            case NumberKey.Zero:
                if (d.Brackets)
                {
                    throw Wrong("\"0\" must be ahead of \"PR\"");
                }

                if (!d.Zero && !d.Decimal)
                {
                    d.Zero = true;
                    d.ZeroStart = d.Pre + 1;
                }

                if (d.Decimal)
                {
                    d.Post++;
                }
                else
                {
                    d.Pre++;
                }

                d.ZeroEnd = d.Pre + d.Post;
                break;
            case NumberKey.Blank:
                d.Blank |= d.Pre == 0 && d.Post == 0 && !d.Zero;
                break;
            case NumberKey.LocalePoint or NumberKey.Point:
                d.LocaleDecimal |= key == NumberKey.LocalePoint;
                if (d.Decimal)
                {
                    throw Wrong("multiple decimal points");
                }

                d.Decimal = d.Shift ? throw Wrong("cannot use \"V\" and decimal point together") : true;
                break;
            case NumberKey.FillMode:
                d.FillMode = true;
                break;
            case NumberKey.Sign:
                NoteSign(ref d);
                break;
            case NumberKey.Minus:
                d.Minus = d.LocaleSign ? throw Wrong("cannot use \"S\" and \"MI\" together") : true;
                break;
            case NumberKey.Plus:
                d.Plus = d.LocaleSign ? throw Wrong("cannot use \"S\" and \"PL\" together") : true;
                break;
            case NumberKey.SignBoth:
                d.Minus = d.Plus = d.LocaleSign ? throw Wrong("cannot use \"S\" and \"SG\" together") : true;
                break;
            case NumberKey.Brackets:
                d.Brackets = d.LocaleSign || d.Plus || d.Minus ? throw Wrong("cannot use \"PR\" and \"S\"/\"PL\"/\"MI\"/\"SG\" together") : true;
                break;
            case NumberKey.Roman or NumberKey.LowerRoman:
                d.Roman = true;
                break;
            case NumberKey.Shift:
                d.Shift = d.Decimal ? throw Wrong("cannot use \"V\" and decimal point together") : true;
                break;
            case NumberKey.Exponent:
                if (d.Exponent)
                {
                    throw Wrong("cannot use \"EEEE\" twice");
                }

                d.Exponent = d.Blank || d.FillMode || d.LocaleSign || d.Brackets || d.Minus || d.Plus || d.Roman || d.Shift
                    ? throw Wrong("\"EEEE\" is incompatible with other formats")
                        .WithDetail("\"EEEE\" may only be used together with digit and decimal point patterns.")
                    : true;
                break;
        }
    }

    private static void NoteSign(ref NumberDescription d)
    {
        if (d.LocaleSign)
        {
            throw Wrong("cannot use \"S\" twice");
        }

        if (d.Plus || d.Minus || d.Brackets)
        {
            throw Wrong("cannot use \"S\" and \"PL\"/\"MI\"/\"SG\"/\"PR\" together");
        }

        d.LocaleSign = true;
        if (d.Decimal)
        {
            d.Sign = SignPlace.After;
        }
        else
        {
            d.Sign = SignPlace.Before;
            d.SignAfterDigits = d.Pre;
        }
    }
}
