using System.Collections.Concurrent;
using System.Text;

namespace PgMicro.Core.Functions.Pattern;

/// <summary>A compiled regular expression.</summary>
internal sealed class Regex
{
    private const int CacheLimit = 1000;
    private static readonly ConcurrentDictionary<(string Pattern, RegexOptions Options), Regex> Cache = new();

    [ThreadStatic]
    private static (byte[] Pattern, RegexOptions Options, Regex Compiled)? _last;

    private Regex(RegexNode root, int groups) => (Root, Groups) = (root, groups);

    public RegexNode Root { get; }

    /// <summary>Number of capturing parentheses.</summary>
    public int Groups { get; }

    public static Regex Get(ReadOnlySpan<byte> pattern, RegexOptions options)
    {
        if (_last is { } last && last.Options == options && pattern.SequenceEqual(last.Pattern))
        {
            return last.Compiled;
        }

        var key = (Encoding.UTF8.GetString(pattern), options);
        if (!Cache.TryGetValue(key, out var compiled))
        {
            if (Cache.Count >= CacheLimit)
            {
                Cache.Clear();
            }

            var (root, groups) = RegexParser.Parse(Decode(pattern), options);
            compiled = Cache[key] = new Regex(root, groups);
        }

        _last = (pattern.ToArray(), options, compiled);
        return compiled;
    }

    /// <summary>Code points of a UTF-8 text.</summary>
    public static int[] Decode(ReadOnlySpan<byte> text)
    {
        var result = new int[Text.Utf8Text.Length(text)];
        for (var i = 0; i < result.Length; i++)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var used);
            result[i] = rune.Value;
            text = text[used..];
        }

        return result;
    }

    public static string Encode(ReadOnlySpan<int> text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            result.Append(new Rune(c).ToString());
        }

        return result.ToString();
    }

    public bool IsMatch(int[] text) => Root.HasBackReference ? Find(text, 0) is not null : new RegexMatcher(this, text).Matches();

    /// <summary>The first match at or after a position: start and end of it and of each group, -1 for a group that took no part.</summary>
    public int[]? Find(int[] text, int from) => new RegexMatcher(this, text).Find(from);
}
