using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Pattern;

internal enum RegexNodeKind
{
    Empty,
    Set,
    Concatenation,
    Alternation,
    Repetition,
    Group,
    BackReference,
    Constraint,
    Lookaround,
}

internal enum RegexConstraint
{
    TextStart,
    TextEnd,
    LineStart,
    LineEnd,
    WordStart,
    WordEnd,
    WordEdge,
    NotWordEdge,
}

/// <summary>Which of several possible lengths a part of a regular expression prefers.</summary>
internal enum RegexPreference
{
    None,
    Longest,
    Shortest,
}

/// <summary>A part of a parsed regular expression.</summary>
internal sealed class RegexNode(RegexNodeKind kind)
{
    private RegexProgram? _program;

    public RegexNodeKind Kind { get; } = kind;

    public RegexNode[] Children { get; init; } = [];

    public RegexSet? Set { get; init; }

    public RegexConstraint Constraint { get; init; }

    /// <summary>Least repetitions, or the number of a group or back reference.</summary>
    public int Min { get; init; }

    /// <summary>Most repetitions, -1 when unbounded.</summary>
    public int Max { get; init; }

    public bool IsNegative { get; init; }

    public bool IsBehind { get; init; }

    public RegexPreference Preference { get; init; }

    /// <summary>Whether a capture, a back reference or mixed preferences make where its parts match matter.</summary>
    public bool NeedsDissection { get; init; }

    public bool HasBackReference { get; init; }

    /// <summary>The node's own automaton.</summary>
    public RegexProgram Program => _program ??= RegexProgram.Compile(this);
}

/// <summary>A set of characters.</summary>
internal sealed class RegexSet
{
    private readonly List<(int Low, int High)> _ranges = [];
    private readonly List<Func<int, bool>> _classes = [];
    private readonly bool _isNegative;
    private readonly bool _ignoreCase;
    private readonly bool _excludesNewline;
    private readonly ulong _low;
    private readonly ulong _high;

    public RegexSet(IEnumerable<(int Low, int High)> ranges, IEnumerable<Func<int, bool>> classes, bool isNegative, bool ignoreCase, bool excludesNewline)
    {
        _ranges.AddRange(ranges);
        _classes.AddRange(classes);
        (_isNegative, _ignoreCase, _excludesNewline) = (isNegative, ignoreCase, excludesNewline);
        for (var i = 0; i < 64; i++)
        {
            _low |= Decide(i) ? 1UL << i : 0;
            _high |= Decide(i + 64) ? 1UL << i : 0;
        }
    }

    public bool Contains(int c) => c < 64 ? (_low >> c & 1) != 0 : c < 128 ? (_high >> (c - 64) & 1) != 0 : Decide(c);

    public static int Lower(int c) => Rune.IsValid(c) ? Rune.ToLowerInvariant(new Rune(c)).Value : c;

    private bool Decide(int c)
    {
        if (_excludesNewline && c == '\n')
        {
            return false;
        }

        var found = Direct(c);
        if (!found && _ignoreCase && Rune.IsValid(c))
        {
            found = Direct(Lower(c)) || Direct(Rune.ToUpperInvariant(new Rune(c)).Value);
        }

        return found != _isNegative;
    }

    private bool Direct(int c)
    {
        foreach (var (low, high) in _ranges)
        {
            if (c >= low && c <= high)
            {
                return true;
            }
        }

        foreach (var test in _classes)
        {
            if (test(c))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Character classes as the C.UTF-8 collation has them.</summary>
internal static class RegexClasses
{
    public static bool IsWord(int c) => c == '_' || IsAlnum(c);

    public static bool IsAlnum(int c) => c < 128 ? char.IsAsciiLetterOrDigit((char)c) : IsAlpha(c);

    public static bool IsDigit(int c) => c is >= '0' and <= '9';

    public static bool IsSpace(int c) => Rune.IsValid(c) && Rune.IsWhiteSpace(new Rune(c));

    public static Func<int, bool>? Find(string name) => name switch
    {
        "alpha" => IsAlpha,
        "alnum" => IsAlnum,
        "digit" => IsDigit,
        "space" => IsSpace,
        "word" => IsWord,
        "upper" => static c => Rune.IsValid(c) && Rune.IsUpper(new Rune(c)),
        "lower" => static c => Rune.IsValid(c) && Rune.IsLower(new Rune(c)),
        "punct" => IsPunct,
        "blank" => static c => c is ' ' or '\t' || (c >= 128 && Rune.IsValid(c) && Rune.GetUnicodeCategory(new Rune(c)) == System.Globalization.UnicodeCategory.SpaceSeparator),
        "cntrl" => static c => Rune.IsValid(c) && Rune.IsControl(new Rune(c)),
        "graph" => static c => IsAlnum(c) || IsPunct(c),
        "print" => static c => c == ' ' || IsAlnum(c) || IsPunct(c),
        "xdigit" => static c => c < 128 && char.IsAsciiHexDigit((char)c),
        "ascii" => static c => c < 128,
        _ => null,
    };

    private static bool IsAlpha(int c) => c < 128 ? char.IsAsciiLetter((char)c) : Rune.IsValid(c) && Rune.IsLetter(new Rune(c));

    private static bool IsPunct(int c) => Rune.IsValid(c) && (Rune.IsPunctuation(new Rune(c)) || Rune.IsSymbol(new Rune(c)));
}

/// <summary>Options of a regular expression.</summary>
[Flags]
internal enum RegexOptions
{
    None = 0,
    IgnoreCase = 1,
    Literal = 2,
    Expanded = 4,
    NewlineStops = 8,
    NewlineAnchors = 16,
    Extended = 32,
    Basic = 64,
}

internal static class RegexErrors
{
    public static PgException Invalid(string reason) => new(SqlState.InvalidRegularExpression, "invalid regular expression: " + reason);
}
