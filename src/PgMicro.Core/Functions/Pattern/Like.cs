using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Pattern;

/// <summary>LIKE and ILIKE over UTF-8: % any text, _ one character, backslash escapes.</summary>
internal static class Like
{
    [PgFunction("textlike(text,text)")]
    [PgFunction("like(text,text)")]
    [PgFunction("namelike(name,text)")]
    [PgFunction("like(name,text)")]
    [PgFunction("bpcharlike(character,text)")]
    [PgFunction("bytealike(bytea,bytea)")]
    [PgFunction("like(bytea,bytea)")]
    public static bool Matches(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern) => Match(text, pattern) == Outcome.Yes;

    [PgFunction("textnlike(text,text)")]
    [PgFunction("notlike(text,text)")]
    [PgFunction("namenlike(name,text)")]
    [PgFunction("notlike(name,text)")]
    [PgFunction("bpcharnlike(character,text)")]
    [PgFunction("byteanlike(bytea,bytea)")]
    [PgFunction("notlike(bytea,bytea)")]
    public static bool DoesNotMatch(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern) => !Matches(text, pattern);

    [PgFunction("texticlike(text,text)")]
    [PgFunction("nameiclike(name,text)")]
    [PgFunction("bpchariclike(character,text)")]
    public static bool MatchesIgnoringCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern) => Matches(Text.Case.Lower(text), Text.Case.Lower(pattern));

    [PgFunction("texticnlike(text,text)")]
    [PgFunction("nameicnlike(name,text)")]
    [PgFunction("bpcharicnlike(character,text)")]
    public static bool DoesNotMatchIgnoringCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern) => !MatchesIgnoringCase(text, pattern);

    [PgFunction("like_escape(text,text)")]
    [PgFunction("like_escape(bytea,bytea)")]
    public static byte[] Escape(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> escape)
    {
        var result = new List<byte>(pattern.Length + 4);
        if (escape.IsEmpty)
        {
            foreach (var b in pattern)
            {
                if (b == '\\')
                {
                    result.Add(b);
                }

                result.Add(b);
            }

            return [.. result];
        }

        if (Text.Utf8Text.Length(escape) != 1)
        {
            throw new PgException(SqlState.InvalidEscapeSequence, "invalid escape string").WithHint("Escape string must be empty or one character.");
        }

        if (escape is [(byte)'\\'])
        {
            return pattern.ToArray();
        }

        var afterEscape = false;
        for (var i = 0; i < pattern.Length;)
        {
            if (!afterEscape && pattern[i..].StartsWith(escape))
            {
                result.Add((byte)'\\');
                i += escape.Length;
                afterEscape = true;
                continue;
            }

            if (pattern[i] == '\\' && !afterEscape)
            {
                result.Add((byte)'\\');
            }

            var width = Math.Min(Text.Utf8Text.Width(pattern[i]), pattern.Length - i);
            result.AddRange(pattern.Slice(i, width));
            i += width;
            afterEscape = false;
        }

        return [.. result];
    }

    private enum Outcome
    {
        Yes,
        No,
        Abort,
    }

    private static Outcome Match(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern)
    {
        while (!pattern.IsEmpty)
        {
            if (text.IsEmpty)
            {
                return pattern.TrimStart((byte)'%').IsEmpty ? Outcome.Yes : Outcome.Abort;
            }

            var p = pattern[0];
            if (p == '%')
            {
                pattern = pattern[1..];
                while (!pattern.IsEmpty && pattern[0] is (byte)'%' or (byte)'_')
                {
                    if (pattern[0] == '_')
                    {
                        if (text.IsEmpty)
                        {
                            return Outcome.Abort;
                        }

                        text = text[Math.Min(Text.Utf8Text.Width(text[0]), text.Length)..];
                    }

                    pattern = pattern[1..];
                }

                if (pattern.IsEmpty)
                {
                    return Outcome.Yes;
                }

                var first = pattern[0] == '\\' ? pattern.Length > 1 ? pattern[1] : throw AtEnd() : pattern[0];
                for (; ; )
                {
                    var at = text.IndexOf(first);
                    if (at < 0)
                    {
                        return Outcome.Abort;
                    }

                    text = text[at..];
                    var outcome = Match(text, pattern);
                    if (outcome != Outcome.No)
                    {
                        return outcome;
                    }

                    text = text[1..];
                }
            }

            if (p == '_')
            {
                if (text.IsEmpty)
                {
                    return Outcome.Abort;
                }

                text = text[Math.Min(Text.Utf8Text.Width(text[0]), text.Length)..];
                pattern = pattern[1..];
                continue;
            }

            if (p == '\\')
            {
                pattern = pattern[1..];
                if (pattern.IsEmpty)
                {
                    throw AtEnd();
                }
            }

            if (text.IsEmpty)
            {
                return Outcome.Abort;
            }

            if (text[0] != pattern[0])
            {
                return Outcome.No;
            }

            text = text[1..];
            pattern = pattern[1..];
        }

        return text.IsEmpty ? Outcome.Yes : Outcome.No;
    }

    private static PgException AtEnd() => new(SqlState.InvalidEscapeSequence, "LIKE pattern must not end with escape character");
}
