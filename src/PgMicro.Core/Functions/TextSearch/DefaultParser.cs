using System.Text;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>Token types of the parser "default", by their numbers.</summary>
internal enum TsTokenType
{
    AsciiWord = 1,
    Word,
    NumWord,
    Email,
    Url,
    Host,
    Scientific,
    Version,
    HyphenatedNumPart,
    HyphenatedPart,
    HyphenatedAsciiPart,
    Blank,
    Tag,
    Protocol,
    NumHyphenated,
    AsciiHyphenated,
    Hyphenated,
    UrlPath,
    File,
    Float,
    Int,
    UInt,
    Entity,
}

/// <summary>One token.</summary>
internal readonly record struct TsToken(TsTokenType Type, string Text);

/// <summary>Cuts text into words, numbers, addresses and what is between. At each place the longest token that can stand there wins.</summary>
internal static class DefaultParser
{
    /// <summary>Alias and description of each token type, from type 1 on.</summary>
    internal static readonly (string Alias, string Description)[] Types =
    [
        ("asciiword", "Word, all ASCII"), ("word", "Word, all letters"), ("numword", "Word, letters and digits"), ("email", "Email address"), ("url", "URL"),
        ("host", "Host"), ("sfloat", "Scientific notation"), ("version", "Version number"), ("hword_numpart", "Hyphenated word part, letters and digits"),
        ("hword_part", "Hyphenated word part, all letters"), ("hword_asciipart", "Hyphenated word part, all ASCII"), ("blank", "Space symbols"), ("tag", "XML tag"),
        ("protocol", "Protocol head"), ("numhword", "Hyphenated word, letters and digits"), ("asciihword", "Hyphenated word, all ASCII"),
        ("hword", "Hyphenated word, all letters"), ("url_path", "URL path"), ("file", "File or path name"), ("float", "Decimal notation"), ("int", "Signed integer"),
        ("uint", "Unsigned integer"), ("entity", "XML entity"),
    ];

    internal static List<TsToken> Parse(string text)
    {
        var tokens = new List<TsToken>();
        for (var at = 0; at < text.Length;)
        {
            at = Next(text, at, tokens);
        }

        return tokens;
    }

    private static int Next(string s, int at, List<TsToken> tokens)
    {
        var best = (End: at, Type: TsTokenType.Blank);
        void Offer(int end, TsTokenType type)
        {
            if (end > best.End)
            {
                best = (end, type);
            }
        }

        var c = s[at];
        if (c == '<')
        {
            Offer(Tag(s, at), TsTokenType.Tag);
        }
        else if (c == '&')
        {
            Offer(Entity(s, at), TsTokenType.Entity);
        }
        else if (c is '+' or '-' || char.IsAsciiDigit(c))
        {
            Number(s, at, Offer);
        }

        if (IsAlnum(s, at))
        {
            var (word, type) = Word(s, at);
            Offer(word, type);
            if (char.IsAsciiLetterOrDigit(c))
            {
                Offer(Protocol(s, at), TsTokenType.Protocol);
                Offer(Email(s, at), TsTokenType.Email);
                if (Host(s, at) is var host && host > at)
                {
                    var withPort = Port(s, host);
                    var path = UrlPath(s, withPort);
                    if (path > withPort)
                    {
                        if (path > best.End)
                        {
                            tokens.Add(new TsToken(TsTokenType.Url, s[at..path]));
                            tokens.Add(new TsToken(TsTokenType.Host, s[at..withPort]));
                            tokens.Add(new TsToken(TsTokenType.UrlPath, s[withPort..path]));
                            return path;
                        }
                    }

                    Offer(withPort, TsTokenType.Host);
                }
                else if (char.IsAsciiLetter(c))
                {
                    Offer(File(s, at), TsTokenType.File);
                }
            }

            if (Compound(s, at) is var compound && compound > best.End)
            {
                return AddCompound(s, at, compound, tokens);
            }
        }
        else if (c is '/' or '~' or '.')
        {
            Offer(File(s, at), TsTokenType.File);
        }

        var end = best.End > at ? best.End : Blank(s, at);
        tokens.Add(new TsToken(best.Type, s[at..end]));
        return end;
    }

    private static bool IsAlpha(string s, int at) => at < s.Length && (char.IsLetter(s[at]) || char.IsSurrogate(s[at]) && Rune.TryGetRuneAt(s, at, out var rune) && Rune.IsLetter(rune)
        || char.IsLowSurrogate(s[at]) && at > 0 && IsAlpha(s, at - 1) || (at > 0 && IsMark(s[at])));

    private static bool IsMark(char c) => char.GetUnicodeCategory(c) is global::System.Globalization.UnicodeCategory.NonSpacingMark
        or global::System.Globalization.UnicodeCategory.SpacingCombiningMark or global::System.Globalization.UnicodeCategory.EnclosingMark;

    private static bool IsDigit(string s, int at) => at < s.Length && char.IsDigit(s[at]);

    private static bool IsAlnum(string s, int at) => IsAlpha(s, at) || IsDigit(s, at);

    private static char At(string s, int at) => at < s.Length ? s[at] : '\0';

    // A blank goes on until something may begin.
    private static int Blank(string s, int at)
    {
        for (at++; at < s.Length && !IsAlnum(s, at) && s[at] is not ('<' or '&' or '-' or '+' or '.' or '~' or '/'); at++)
        {
        }

        return at;
    }

    private static (int End, TsTokenType Type) Word(string s, int at)
    {
        var (letters, digits, ascii) = (false, false, true);
        var end = at;
        for (; IsAlnum(s, end); end++)
        {
            letters |= !char.IsDigit(s[end]);
            digits |= char.IsDigit(s[end]);
            ascii &= char.IsAscii(s[end]);
        }

        return !letters ? (at, TsTokenType.Blank) : (end, digits ? TsTokenType.NumWord : ascii ? TsTokenType.AsciiWord : TsTokenType.Word);
    }

    private static void Number(string s, int at, Action<int, TsTokenType> offer)
    {
        var signed = s[at] is '+' or '-';
        var start = signed ? at + 1 : at;
        var end = Digits(s, start);
        if (end == start)
        {
            return;
        }

        var groups = 1;
        var last = end;
        while (At(s, last) == '.' && IsDigit(s, last + 1))
        {
            last = Digits(s, last + 1);
            groups++;
        }

        if (groups > 2)
        {
            if (!signed)
            {
                offer(last, TsTokenType.Version);
            }

            return;
        }

        var exponent = At(s, last) is 'e' or 'E' ? last + 1 + (At(s, last + 1) is '+' or '-' ? 1 : 0) : last;
        if (exponent > last && Digits(s, exponent) is var power && power > exponent)
        {
            offer(power, TsTokenType.Scientific);
        }
        else if (groups == 2)
        {
            offer(last, TsTokenType.Float);
        }
        else if (signed || !IsAlpha(s, end))
        {
            offer(end, signed ? TsTokenType.Int : TsTokenType.UInt);
        }
    }

    private static int Digits(string s, int at)
    {
        while (at < s.Length && char.IsAsciiDigit(s[at]))
        {
            at++;
        }

        return at;
    }

    private static int Tag(string s, int at)
    {
        if (string.CompareOrdinal(s, at, "<!--", 0, 4) == 0)
        {
            var close = s.IndexOf("-->", at + 4, StringComparison.Ordinal);
            return close < 0 ? at : close + 3;
        }

        if (At(s, at + 1) == '?')
        {
            var close = s.IndexOf('>', at);
            return close < 0 ? at : close + 1;
        }

        var name = At(s, at + 1) is '/' or '!' ? at + 2 : at + 1;
        if (!char.IsAsciiLetter(At(s, name)))
        {
            return at;
        }

        var quote = '\0';
        for (var i = name; i < s.Length; i++)
        {
            if (quote != '\0')
            {
                quote = s[i] == quote ? '\0' : quote;
            }
            else if (s[i] is '"' or '\'')
            {
                quote = s[i];
            }
            else if (s[i] == '>')
            {
                return i + 1;
            }
            else if (s[i] == '<')
            {
                return at;
            }
        }

        return at;
    }

    private static int Entity(string s, int at)
    {
        var i = at + 1;
        if (At(s, i) == '#')
        {
            i++;
            var hex = At(s, i) is 'x' or 'X';
            i += hex ? 1 : 0;
            var start = i;
            while (hex ? char.IsAsciiHexDigit(At(s, i)) : char.IsAsciiDigit(At(s, i)))
            {
                i++;
            }

            return i > start && At(s, i) == ';' ? i + 1 : at;
        }

        if (!char.IsAsciiLetter(At(s, i)) && At(s, i) is not ('_' or ':'))
        {
            return at;
        }

        while (char.IsAsciiLetterOrDigit(At(s, i)) || At(s, i) is '_' or ':' or '.' or '-')
        {
            i++;
        }

        return At(s, i) == ';' ? i + 1 : at;
    }

    private static int Protocol(string s, int at)
    {
        var i = at;
        while (char.IsAsciiLetter(At(s, i)))
        {
            i++;
        }

        return i > at && string.CompareOrdinal(s, i, "://", 0, 3) == 0 ? i + 3 : at;
    }

    // Labels with dots between; the last one has two letters at least, and nothing but letters.
    private static int Host(string s, int at)
    {
        var (i, end) = (at, at);
        while (char.IsAsciiLetterOrDigit(At(s, i)))
        {
            var label = i;
            var letters = i;
            while (char.IsAsciiLetter(At(s, letters)))
            {
                letters++;
            }

            while (char.IsAsciiLetterOrDigit(At(s, i)) || At(s, i) is '_' or '-')
            {
                i++;
            }

            if (label > at && letters - label >= 2 && !IsAlnum(s, letters) && At(s, letters) != '_')
            {
                end = letters;
            }

            if (At(s, i) != '.')
            {
                break;
            }

            i++;
        }

        return end;
    }

    private static int Port(string s, int at) => At(s, at) == ':' && Digits(s, at + 1) is var end && end > at + 1 ? end : at;

    private static int UrlPath(string s, int at)
    {
        if (At(s, at) is not ('/' or '?' or '#') || At(s, at) != '/')
        {
            return at;
        }

        var i = at + 1;
        while (At(s, i) is > ' ' and < (char)127 and not ('"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}'))
        {
            i++;
        }

        return i > at + 1 ? i : at;
    }

    private static int Email(string s, int at)
    {
        var i = at;
        while (char.IsAsciiLetterOrDigit(At(s, i)) || At(s, i) is '_' or '-' or '.')
        {
            i++;
        }

        return At(s, i) == '@' && Host(s, i + 1) is var end && end > i + 1 ? end : at;
    }

    private static int File(string s, int at)
    {
        var i = at;
        if (At(s, i) == '~')
        {
            i++;
        }
        else if (At(s, i) == '.')
        {
            i += At(s, i + 1) == '.' ? 2 : 1;
        }

        if (i > at && At(s, i) != '/')
        {
            return at;
        }

        var (end, separated) = (at, At(s, i) == '/');
        i += separated ? 1 : 0;
        while (true)
        {
            var start = i;
            while (char.IsAsciiLetterOrDigit(At(s, i)) || At(s, i) == '_' || (separated && At(s, i) == '-' && i > start))
            {
                i++;
            }

            if (i == start)
            {
                break;
            }

            end = i;
            if (At(s, i) is not ('.' or '/'))
            {
                break;
            }

            separated |= char.IsAsciiLetterOrDigit(At(s, i + 1)) || At(s, i + 1) == '_';
            i++;
        }

        while (end > at && s[end - 1] == '-')
        {
            end--;
        }

        return separated && s.AsSpan(at, end - at).IndexOfAny('.', '/') >= 0 ? end : at;
    }

    // Words with hyphens between; every part has a letter.
    private static int Compound(string s, int at)
    {
        var (end, _) = Word(s, at);
        if (end == at)
        {
            return at;
        }

        var parts = 1;
        while (At(s, end) == '-' && IsAlnum(s, end + 1) && Word(s, end + 1) is var (next, _) && next > end + 1)
        {
            end = next;
            parts++;
        }

        return parts > 1 ? end : at;
    }

    private static int AddCompound(string s, int at, int end, List<TsToken> tokens)
    {
        var whole = s[at..end];
        var parts = whole.Split('-');
        var (digits, ascii) = (whole.Any(char.IsDigit), whole.All(char.IsAscii));
        tokens.Add(new TsToken(digits ? TsTokenType.NumHyphenated : ascii ? TsTokenType.AsciiHyphenated : TsTokenType.Hyphenated, whole));
        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0)
            {
                tokens.Add(new TsToken(TsTokenType.Blank, "-"));
            }

            tokens.Add(new TsToken(
                parts[i].Any(char.IsDigit) ? TsTokenType.HyphenatedNumPart : parts[i].All(char.IsAscii) ? TsTokenType.HyphenatedAsciiPart : TsTokenType.HyphenatedPart,
                parts[i]));
        }

        return end;
    }
}
