using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Pattern;

/// <summary>Parses PostgreSQL's advanced and extended regular expressions.</summary>
internal sealed class RegexParser
{
    private const int MaxRepeat = 255;
    private const int MaxDepth = 400;
    private readonly int[] _text;
    private readonly HashSet<int> _closed = [];
    private RegexOptions _options;
    private int _at;
    private int _depth;

    private RegexParser(int[] text, RegexOptions options) => (_text, _options) = (text, options);

    public int Groups { get; private set; }

    private bool IgnoreCase => (_options & RegexOptions.IgnoreCase) != 0;

    private bool More => _at < _text.Length;

    public static (RegexNode Root, int Groups) Parse(int[] pattern, RegexOptions options)
    {
        var parser = new RegexParser(pattern, options);
        parser.Prefixes();
        RegexNode root;
        if ((parser._options & RegexOptions.Literal) != 0)
        {
            root = parser.Branch([.. pattern[parser._at..].Select(parser.Character)]);
        }
        else if ((parser._options & RegexOptions.Basic) != 0)
        {
            throw PgErrors.FeatureNotSupported("regular expression option \"b\" (basic regular expressions)");
        }
        else
        {
            root = parser.Alternation(false);
            if (parser.More)
            {
                throw RegexErrors.Invalid("parentheses () not balanced");
            }
        }

        return (root, parser.Groups);
    }

    private bool Looking(string literal)
    {
        for (var i = 0; i < literal.Length; i++)
        {
            if (_at + i >= _text.Length || _text[_at + i] != literal[i])
            {
                return false;
            }
        }

        return true;
    }

    private bool Accept(string literal)
    {
        if (!Looking(literal))
        {
            return false;
        }

        _at += literal.Length;
        return true;
    }

    private void Prefixes()
    {
        if ((_options & RegexOptions.Literal) != 0)
        {
            return;
        }

        if (Looking("***"))
        {
            if (Accept("***="))
            {
                _options |= RegexOptions.Literal;
                return;
            }

            if (!Accept("***:"))
            {
                throw RegexErrors.Invalid("quantifier operand invalid");
            }

            _options &= ~(RegexOptions.Extended | RegexOptions.Basic);
        }

        if ((_options & RegexOptions.Extended) == 0 && Looking("(?") && _at + 2 < _text.Length && _text[_at + 2] < 128 && char.IsAsciiLetter((char)_text[_at + 2]))
        {
            for (_at += 2; More && _text[_at] != ')'; _at++)
            {
                if (_text[_at] == 'g' || _text[_at] > 127 || !TryOption((char)_text[_at], ref _options))
                {
                    throw RegexErrors.Invalid("invalid embedded option");
                }
            }

            if (!Accept(")"))
            {
                throw RegexErrors.Invalid("invalid embedded option");
            }
        }
    }

    /// <summary>Applies one letter of the functions' flags or of embedded options.</summary>
    public static bool TryOption(char option, ref RegexOptions options)
    {
        const RegexOptions newline = RegexOptions.NewlineStops | RegexOptions.NewlineAnchors;
        switch (option)
        {
            case 'i':
                options |= RegexOptions.IgnoreCase;
                return true;
            case 'c':
                options &= ~RegexOptions.IgnoreCase;
                return true;
            case 'n' or 'm':
                options |= newline;
                return true;
            case 's':
                options &= ~newline;
                return true;
            case 'p':
                options = (options & ~newline) | RegexOptions.NewlineStops;
                return true;
            case 'w':
                options = (options & ~newline) | RegexOptions.NewlineAnchors;
                return true;
            case 'x':
                options |= RegexOptions.Expanded;
                return true;
            case 't':
                options &= ~RegexOptions.Expanded;
                return true;
            case 'q':
                options |= RegexOptions.Literal;
                return true;
            case 'e':
                options = (options | RegexOptions.Extended) & ~(RegexOptions.Literal | RegexOptions.Basic);
                return true;
            case 'b':
                options = (options | RegexOptions.Basic) & ~(RegexOptions.Literal | RegexOptions.Extended);
                return true;
            default:
                return false;
        }
    }

    private void Skip()
    {
        while (More)
        {
            if ((_options & RegexOptions.Expanded) != 0 && RegexClasses.IsSpace(_text[_at]))
            {
                _at++;
            }
            else if ((_options & RegexOptions.Expanded) != 0 && _text[_at] == '#')
            {
                while (More && _text[_at] != '\n')
                {
                    _at++;
                }
            }
            else if ((_options & RegexOptions.Extended) == 0 && Looking("(?#"))
            {
                while (More && _text[_at] != ')')
                {
                    _at++;
                }

                _at = Math.Min(_at + 1, _text.Length);
            }
            else
            {
                return;
            }
        }
    }

    private RegexNode Alternation(bool inLookaround)
    {
        if (++_depth > MaxDepth)
        {
            throw RegexErrors.Invalid("regular expression is too complex");
        }

        var branches = new List<RegexNode>();
        do
        {
            var items = new List<RegexNode>();
            for (Skip(); More && _text[_at] != '|' && (_text[_at] != ')' || (_depth == 1 && (_options & RegexOptions.Extended) != 0)); Skip())
            {
                items.Add(Quantified(inLookaround));
            }

            branches.Add(Branch(items));
        }
        while (Accept("|"));

        _depth--;
        return branches.Count == 1
            ? branches[0]
            : new RegexNode(RegexNodeKind.Alternation)
            {
                Children = [.. branches],
                Preference = RegexPreference.Longest,
                HasBackReference = branches.Exists(b => b.HasBackReference),
                NeedsDissection = branches.Exists(b => b.NeedsDissection),
            };
    }

    // Neighbours whose inner boundaries do not matter are one part, whose own preferred length counts.
    private RegexNode Branch(List<RegexNode> items)
    {
        var parts = new List<RegexNode>();
        var run = new List<RegexNode>();
        var preference = RegexPreference.None;
        foreach (var item in items)
        {
            if (item.NeedsDissection || (item.Preference != RegexPreference.None && preference != RegexPreference.None && item.Preference != preference))
            {
                Flush();
                parts.Add(item);
            }
            else
            {
                run.Add(item);
                preference = preference == RegexPreference.None ? item.Preference : preference;
            }
        }

        Flush();
        return parts.Count == 1 ? parts[0] : Join(parts);

        void Flush()
        {
            if (run.Count > 0)
            {
                parts.Add(run.Count == 1 ? run[0] : Join(run));
                run.Clear();
                preference = RegexPreference.None;
            }
        }

        static RegexNode Join(List<RegexNode> nodes)
        {
            if (nodes.Count == 0)
            {
                return new RegexNode(RegexNodeKind.Empty);
            }

            var chosen = nodes.Find(n => n.Preference != RegexPreference.None)?.Preference ?? RegexPreference.None;
            return new RegexNode(RegexNodeKind.Concatenation)
            {
                Children = [.. nodes],
                Preference = chosen,
                HasBackReference = nodes.Exists(n => n.HasBackReference),
                NeedsDissection = nodes.Exists(n => n.NeedsDissection || (n.Preference != RegexPreference.None && n.Preference != chosen)),
            };
        }
    }

    private RegexNode Quantified(bool inLookaround)
    {
        var atom = Atom(inLookaround);
        Skip();
        if (!More)
        {
            return atom;
        }

        int min, max;
        var passes = false;
        switch (_text[_at])
        {
            case '*':
                (min, max) = (0, -1);
                _at++;
                break;
            case '+':
                (min, max) = (1, -1);
                _at++;
                break;
            case '?':
                (min, max) = (0, 1);
                _at++;
                break;
            case '{' when (_options & RegexOptions.Extended) != 0 || (_at + 1 < _text.Length && RegexClasses.IsDigit(_text[_at + 1])):
                _at++;
                min = max = Count();
                passes = true;
                if (Accept(","))
                {
                    passes = false;
                    max = More && RegexClasses.IsDigit(_text[_at]) ? Count() : -1;
                    if (max >= 0 && max < min)
                    {
                        throw RegexErrors.Invalid("invalid repetition count(s)");
                    }
                }

                if (!Accept("}"))
                {
                    throw RegexErrors.Invalid(More ? "invalid repetition count(s)" : "braces {} not balanced");
                }

                break;
            default:
                return atom;
        }

        if (atom.Kind is RegexNodeKind.Constraint or RegexNodeKind.Lookaround)
        {
            throw RegexErrors.Invalid("quantifier operand invalid");
        }

        var shortest = (_options & RegexOptions.Extended) == 0 && Accept("?");
        Skip();
        if (More && (_text[_at] is '*' or '+' or '?' || (_text[_at] == '{' && _at + 1 < _text.Length && RegexClasses.IsDigit(_text[_at + 1]))))
        {
            throw RegexErrors.Invalid("quantifier operand invalid");
        }

        var preference = passes ? atom.Preference : shortest ? RegexPreference.Shortest : RegexPreference.Longest;
        return new RegexNode(RegexNodeKind.Repetition)
        {
            Children = [atom],
            Min = min,
            Max = max,
            Preference = preference,
            HasBackReference = atom.HasBackReference,
            NeedsDissection = atom.NeedsDissection,
        };
    }

    private int Count()
    {
        var value = 0;
        if (!More || !RegexClasses.IsDigit(_text[_at]))
        {
            throw RegexErrors.Invalid("invalid repetition count(s)");
        }

        while (More && RegexClasses.IsDigit(_text[_at]))
        {
            value = (value * 10) + _text[_at++] - '0';
            if (value > MaxRepeat)
            {
                throw RegexErrors.Invalid("invalid repetition count(s)");
            }
        }

        return value;
    }

    private RegexNode Atom(bool inLookaround)
    {
        var c = _text[_at++];
        switch (c)
        {
            case '(':
                return Parenthesis(inLookaround);
            case '[':
                if (Accept("[:<:]]"))
                {
                    return Constraint(RegexConstraint.WordStart);
                }

                return Accept("[:>:]]") ? Constraint(RegexConstraint.WordEnd) : Bracket();
            case '.':
                return Set([(0, 0x10FFFF)], [], false, (_options & RegexOptions.NewlineStops) != 0);
            case '^':
                return Constraint((_options & RegexOptions.NewlineAnchors) != 0 ? RegexConstraint.LineStart : RegexConstraint.TextStart);
            case '$':
                return Constraint((_options & RegexOptions.NewlineAnchors) != 0 ? RegexConstraint.LineEnd : RegexConstraint.TextEnd);
            case '*' or '+' or '?':
                throw RegexErrors.Invalid("quantifier operand invalid");
            case '{' when More && RegexClasses.IsDigit(_text[_at]):
                throw RegexErrors.Invalid("quantifier operand invalid");
            case '\\':
                return Escape(inLookaround);
            default:
                return Character(c);
        }
    }

    private RegexNode Character(int c) => Set([(c, c)], [], false, false);

    private RegexNode Set(IEnumerable<(int, int)> ranges, IEnumerable<Func<int, bool>> classes, bool isNegative, bool excludesNewline) =>
        new(RegexNodeKind.Set) { Set = new RegexSet(ranges, classes, isNegative, IgnoreCase, excludesNewline) };

    private static RegexNode Constraint(RegexConstraint constraint) => new(RegexNodeKind.Constraint) { Constraint = constraint };

    private RegexNode Parenthesis(bool inLookaround)
    {
        var isAdvanced = (_options & RegexOptions.Extended) == 0;
        if (isAdvanced && Accept("?"))
        {
            if (Accept(":"))
            {
                return Close(Alternation(inLookaround));
            }

            var isBehind = Accept("<");
            var isNegative = !Accept("=");
            if (isNegative && !Accept("!"))
            {
                throw RegexErrors.Invalid("quantifier operand invalid");
            }

            return new RegexNode(RegexNodeKind.Lookaround) { Children = [Close(Alternation(true))], IsBehind = isBehind, IsNegative = isNegative };
        }

        if (inLookaround)
        {
            return Close(Alternation(true));
        }

        var number = ++Groups;
        var inner = Close(Alternation(false));
        _closed.Add(number);
        return new RegexNode(RegexNodeKind.Group)
        {
            Children = [inner],
            Min = number,
            Preference = inner.Preference,
            NeedsDissection = true,
            HasBackReference = inner.HasBackReference,
        };
    }

    private RegexNode Close(RegexNode node) => Accept(")") ? node : throw RegexErrors.Invalid("parentheses () not balanced");

    private RegexNode Escape(bool inLookaround)
    {
        if (!More)
        {
            throw RegexErrors.Invalid("invalid escape \\ sequence");
        }

        var c = _text[_at];
        if ((_options & RegexOptions.Extended) != 0 || c > 127 || !char.IsAsciiLetterOrDigit((char)c))
        {
            _at++;
            return Character(c);
        }

        switch (c)
        {
            case 'A':
                _at++;
                return Constraint(RegexConstraint.TextStart);
            case 'Z':
                _at++;
                return Constraint(RegexConstraint.TextEnd);
            case 'm':
                _at++;
                return Constraint(RegexConstraint.WordStart);
            case 'M':
                _at++;
                return Constraint(RegexConstraint.WordEnd);
            case 'y':
                _at++;
                return Constraint(RegexConstraint.WordEdge);
            case 'Y':
                _at++;
                return Constraint(RegexConstraint.NotWordEdge);
        }

        if (ClassEscape(c) is { } test)
        {
            _at++;
            var isNegative = char.IsAsciiLetterUpper((char)c);
            return Set([], [test], isNegative, isNegative && c != 'W' && (_options & RegexOptions.NewlineStops) != 0);
        }

        if (c is >= '1' and <= '9')
        {
            var number = c - '0';
            _at++;
            if (More && RegexClasses.IsDigit(_text[_at]))
            {
                // Two digits are a back reference only when so many groups have begun; otherwise an octal character.
                var both = (number * 10) + _text[_at] - '0';
                if (both <= Groups)
                {
                    number = both;
                    _at++;
                }
                else
                {
                    _at--;
                    return Character(CharacterEscape());
                }
            }

            if (inLookaround || !_closed.Contains(number))
            {
                throw RegexErrors.Invalid("invalid backreference number");
            }

            return new RegexNode(RegexNodeKind.BackReference) { Min = number, NeedsDissection = true, HasBackReference = true, IsNegative = IgnoreCase };
        }

        return Character(CharacterEscape());
    }

    private static Func<int, bool>? ClassEscape(int c) => (char)c switch
    {
        'd' or 'D' => RegexClasses.IsDigit,
        's' or 'S' => RegexClasses.IsSpace,
        'w' or 'W' => RegexClasses.IsWord,
        _ => null,
    };

    private int CharacterEscape()
    {
        var c = _text[_at++];
        switch (c)
        {
            case 'a':
                return 7;
            case 'b':
                return 8;
            case 'B':
                return '\\';
            case 'c' when More:
                return _text[_at++] & 31;
            case 'e':
                return 27;
            case 'f':
                return 12;
            case 'n':
                return 10;
            case 'r':
                return 13;
            case 't':
                return 9;
            case 'v':
                return 11;
            case 'u':
                return Digits(16, 4, 4);
            case 'U':
                return Digits(16, 8, 8);
            case 'x':
                return Digits(16, 1, 255);
            case >= '0' and <= '7':
                _at--;
                return Digits(8, 1, 3);
            default:
                return c < 128 && char.IsAsciiLetterOrDigit((char)c) ? throw RegexErrors.Invalid("invalid escape \\ sequence") : c;
        }
    }

    private int Digits(int radix, int least, int most)
    {
        long value = 0;
        var count = 0;
        while (count < most && More && _text[_at] < 128 && char.IsAsciiHexDigit((char)_text[_at]) && (radix == 16 || _text[_at] is >= '0' and <= '7'))
        {
            value = (value * radix) + Convert.ToInt32(((char)_text[_at++]).ToString(), 16);
            count++;
            if (value > 0x10FFFF)
            {
                throw RegexErrors.Invalid("invalid escape \\ sequence");
            }
        }

        return count >= least ? (int)value : throw RegexErrors.Invalid("invalid escape \\ sequence");
    }

    private RegexNode Bracket()
    {
        var isNegative = Accept("^");
        var ranges = new List<(int, int)>();
        var classes = new List<Func<int, bool>>();
        for (var isFirst = true; ; isFirst = false)
        {
            if (!More)
            {
                throw RegexErrors.Invalid("brackets [] not balanced");
            }

            if (!isFirst && Accept("]"))
            {
                break;
            }

            if (Accept("[:"))
            {
                var name = Until(":]");
                classes.Add((IgnoreCase && name is "upper" or "lower" ? static c => RegexClasses.Find("upper")!(c) || RegexClasses.Find("lower")!(c) : RegexClasses.Find(name))
                    ?? throw RegexErrors.Invalid("invalid character class"));
                continue;
            }

            if ((_options & RegexOptions.Extended) == 0 && _text[_at] == '\\' && _at + 1 < _text.Length && ClassEscape(_text[_at + 1]) is { } test)
            {
                var isComplement = char.IsAsciiLetterUpper((char)_text[_at + 1]);
                classes.Add(isComplement ? c => !test(c) : test);
                _at += 2;
                continue;
            }

            var low = Element();
            if (More && _text[_at] == '-' && _at + 1 < _text.Length && _text[_at + 1] != ']')
            {
                _at++;
                var high = Element();
                if (high < low)
                {
                    throw RegexErrors.Invalid("invalid character range");
                }

                ranges.Add((low, high));
            }
            else
            {
                ranges.Add((low, low));
            }
        }

        return Set(ranges, classes, isNegative, isNegative && (_options & RegexOptions.NewlineStops) != 0);
    }

    private int Element()
    {
        if (!More)
        {
            throw RegexErrors.Invalid("brackets [] not balanced");
        }

        if (Looking("[.") || Looking("[="))
        {
            var end = (char)_text[_at + 1] + "]";
            _at += 2;
            var name = Until(end).EnumerateRunes().ToArray();
            return name.Length == 1 ? name[0].Value : throw RegexErrors.Invalid("invalid collating element");
        }

        if (_text[_at] == '\\' && (_options & RegexOptions.Extended) == 0)
        {
            return ++_at < _text.Length ? CharacterEscape() : throw RegexErrors.Invalid("invalid escape \\ sequence");
        }

        return _text[_at++];
    }

    private string Until(string end)
    {
        var result = new StringBuilder();
        while (!Accept(end))
        {
            if (!More)
            {
                throw RegexErrors.Invalid("brackets [] not balanced");
            }

            result.Append(char.ConvertFromUtf32(_text[_at++]));
        }

        return result.ToString();
    }
}
