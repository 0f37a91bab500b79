using System.Buffers;
using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types.Json;
using PgMicro.Core.Types.TextSearch;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>ts_headline: the extract of a text that shows best how it matches a query.</summary>
internal static partial class TsHeadline
{
    [PgFunction("ts_headline(text,tsquery)")]
    public static string Text(FunctionContext context, string text, ReadOnlySpan<byte> query) => Make(TsConfig.Current(context), text, PgTsQuery.FromStorage(query), Options.Default);

    [PgFunction("ts_headline(text,tsquery,text)")]
    public static string Text(FunctionContext context, string text, ReadOnlySpan<byte> query, string options) =>
        Make(TsConfig.Current(context), text, PgTsQuery.FromStorage(query), Options.Parse(options));

    [PgFunction("ts_headline(regconfig,text,tsquery)")]
    public static string Text(FunctionContext context, uint config, string text, ReadOnlySpan<byte> query) =>
        Make(TsConfig.Get(context, config), text, PgTsQuery.FromStorage(query), Options.Default);

    [PgFunction("ts_headline(regconfig,text,tsquery,text)")]
    public static string Text(FunctionContext context, uint config, string text, ReadOnlySpan<byte> query, string options) =>
        Make(TsConfig.Get(context, config), text, PgTsQuery.FromStorage(query), Options.Parse(options));

    [PgFunction("ts_headline(jsonb,tsquery)")]
    public static byte[] Json(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> query) => Json(TsConfig.Current(context), json, query, Options.Default);

    [PgFunction("ts_headline(jsonb,tsquery,text)")]
    public static byte[] Json(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> query, string options) =>
        Json(TsConfig.Current(context), json, query, Options.Parse(options));

    [PgFunction("ts_headline(regconfig,jsonb,tsquery)")]
    public static byte[] Json(FunctionContext context, uint config, ReadOnlySpan<byte> json, ReadOnlySpan<byte> query) =>
        Json(TsConfig.Get(context, config), json, query, Options.Default);

    [PgFunction("ts_headline(regconfig,jsonb,tsquery,text)")]
    public static byte[] Json(FunctionContext context, uint config, ReadOnlySpan<byte> json, ReadOnlySpan<byte> query, string options) =>
        Json(TsConfig.Get(context, config), json, query, Options.Parse(options));

    [PgFunction("ts_headline(json,tsquery)")]
    public static string PlainJson(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> query) => PlainJson(TsConfig.Current(context), json, query, Options.Default);

    [PgFunction("ts_headline(json,tsquery,text)")]
    public static string PlainJson(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> query, string options) =>
        PlainJson(TsConfig.Current(context), json, query, Options.Parse(options));

    [PgFunction("ts_headline(regconfig,json,tsquery)")]
    public static string PlainJson(FunctionContext context, uint config, ReadOnlySpan<byte> json, ReadOnlySpan<byte> query) =>
        PlainJson(TsConfig.Get(context, config), json, query, Options.Default);

    [PgFunction("ts_headline(regconfig,json,tsquery,text)")]
    public static string PlainJson(FunctionContext context, uint config, ReadOnlySpan<byte> json, ReadOnlySpan<byte> query, string options) =>
        PlainJson(TsConfig.Get(context, config), json, query, Options.Parse(options));

    // json keeps its order and repeated keys, and is written anew without blanks.
    private static string PlainJson(TsConfig config, ReadOnlySpan<byte> json, ReadOnlySpan<byte> query, Options options)
    {
        var node = PgTsQuery.FromStorage(query);
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        using var document = System.Text.Json.JsonDocument.Parse(json.ToArray());
        Write(document.RootElement);
        return Encoding.UTF8.GetString(writer.WrittenSpan);

        void Raw(string text) => System.Buffers.BuffersExtensions.Write(writer, Encoding.UTF8.GetBytes(text));

        void Write(System.Text.Json.JsonElement element)
        {
            switch (element.ValueKind)
            {
                case System.Text.Json.JsonValueKind.Object:
                    var first = true;
                    Raw("{");
                    foreach (var member in element.EnumerateObject())
                    {
                        Raw(first ? "" : ",");
                        first = false;
                        JsonbValue.WriteString(Encoding.UTF8.GetBytes(member.Name), writer);
                        Raw(":");
                        Write(member.Value);
                    }

                    Raw("}");
                    break;
                case System.Text.Json.JsonValueKind.Array:
                    var any = false;
                    Raw("[");
                    foreach (var item in element.EnumerateArray())
                    {
                        Raw(any ? "," : "");
                        any = true;
                        Write(item);
                    }

                    Raw("]");
                    break;
                case System.Text.Json.JsonValueKind.String:
                    JsonbValue.WriteString(Encoding.UTF8.GetBytes(Make(config, element.GetString()!, node, options)), writer);
                    break;
                default:
                    Raw(element.GetRawText());
                    break;
            }
        }
    }

    private static byte[] Json(TsConfig config, ReadOnlySpan<byte> json, ReadOnlySpan<byte> query, Options options)
    {
        var node = PgTsQuery.FromStorage(query);
        return Map(JsonbValue.Parse(json)).ToDatum().Bytes.ToArray();

        JsonbValue Map(JsonbValue value) => value.Kind switch
        {
            JsonbKind.String => JsonbValue.FromText(Encoding.UTF8.GetBytes(Make(config, Encoding.UTF8.GetString(value.Text.Span), node, options))),
            JsonbKind.Array => JsonbValue.FromElements([.. value.Elements.Select(Map)]),
            JsonbKind.Object => JsonbValue.FromMembers([.. value.Keys.Select((key, i) => (key, Map(value.Elements[i])))]),
            _ => value,
        };
    }

    private static string Make(TsConfig config, string text, TsNode? query, Options options)
    {
        var words = Words(config, text, query);
        var result = new StringBuilder(text.Length);
        if (options.MaxFragments == 0)
        {
            Append(result, words, options.HighlightAll ? (0, words.Count - 1) : Best(words, query, options), options);
            return result.ToString();
        }

        var fragments = Fragments(words, query, options);
        for (var i = 0; i < fragments.Count; i++)
        {
            // Two that touch are one.
            result.Append(i > 0 && fragments[i - 1].Last + 1 < fragments[i].First ? options.FragmentDelimiter : "");
            Append(result, words, fragments[i], options);
        }

        if (fragments.Count == 0)
        {
            Append(result, words, Beginning(words, options), options);
        }

        return result.ToString();
    }

    private static void Append(StringBuilder result, List<Word> words, (int First, int Last) extent, Options options)
    {
        for (var i = extent.First; i <= extent.Last && i < words.Count; i++)
        {
            var word = words[i];
            if (word.Type == TsTokenType.Tag && !options.HighlightAll)
            {
                result.Append(' ');
            }
            else if (!IsSkipped(word.Type))
            {
                result.Append(word.IsMatch ? options.StartSel : "").Append(word.Text).Append(word.IsMatch ? options.StopSel : "");
            }
        }
    }

    private static List<Word> Words(TsConfig config, string text, TsNode? query)
    {
        var wanted = query is null ? [] : TsOperators.Values(query).ToList();
        var words = new List<Word>();
        var position = 0;
        foreach (var token in DefaultParser.Parse(text))
        {
            var word = new Word(token.Type, token.Text);
            if (config.Lexize(token) is { } lexemes)
            {
                word.Position = ++position;
                foreach (var lexeme in lexemes)
                {
                    var bytes = Encoding.UTF8.GetBytes(lexeme);
                    word.Matches.AddRange(wanted.Where(v => v.IsPrefix ? bytes.AsSpan().StartsWith(v.Text) : bytes.AsSpan().SequenceEqual(v.Text)));
                }
            }

            words.Add(word);
        }

        return words;
    }

    // The extent with the most words of the query, if possible all of a cover, that starts and ends well.
    private static (int First, int Last) Best(List<Word> words, TsNode? query, Options options)
    {
        var (bestFirst, bestLast, bestCount, bestWhole) = (-1, -1, -1, false);
        foreach (var (p, q) in Covers(words, query))
        {
            var (length, count, first, last) = (0, 0, p, p);
            var i = p;
            for (; i <= q && length < options.MaxWords; i++)
            {
                length += words[i].IsWord ? 1 : 0;
                count += words[i].IsMatch ? 1 : 0;
                last = i;
            }

            if (length < options.MaxWords)
            {
                for (i--; i < words.Count && length < options.MaxWords; i++)
                {
                    if (i > q)
                    {
                        length += words[i].IsWord ? 1 : 0;
                        count += words[i].IsMatch ? 1 : 0;
                    }

                    last = i;
                    if (!IsBadEnd(words[i], options) && length >= options.MinWords)
                    {
                        break;
                    }
                }

                if (length < options.MinWords)
                {
                    for (i = p - 1; i >= 0; i--)
                    {
                        length += words[i].IsWord ? 1 : 0;
                        count += words[i].IsMatch ? 1 : 0;
                        if (length >= options.MaxWords || (!IsBadEnd(words[i], options) && length >= options.MinWords))
                        {
                            break;
                        }
                    }

                    first = Math.Max(i, 0);
                }
            }
            else
            {
                for (i = Math.Min(i, q); length > options.MinWords && IsBadEnd(words[i], options); i--)
                {
                    length -= words[i].IsWord ? 1 : 0;
                    count -= words[i].IsMatch ? 1 : 0;
                    last = i - 1;
                }
            }

            var whole = first <= p && last >= q;
            if ((whole && !bestWhole) || (whole == bestWhole && (count > bestCount
                || (count == bestCount && !IsBadEnd(words[last], options) && IsBadEnd(words[bestLast], options)))))
            {
                (bestFirst, bestLast, bestCount, bestWhole) = (first, last, count, whole);
            }
        }

        if (bestCount >= 0)
        {
            return (bestFirst, bestLast);
        }

        return Beginning(words, options);
    }

    private static (int First, int Last) Beginning(List<Word> words, Options options)
    {
        var (taken, end) = (0, -1);
        for (var i = 0; i < words.Count && taken < options.MinWords; i++)
        {
            taken += words[i].IsWord ? 1 : 0;
            end = i;
        }

        return (0, end);
    }

    private static IEnumerable<(int First, int Last)> Covers(List<Word> words, TsNode? query)
    {
        var locations = new List<TsPlaces>();
        if (query is null || !new WordMatcher(words, 0, words.Count - 1).Locate(query, locations) || locations.Count == 0)
        {
            yield break;
        }

        for (var position = 0; ;)
        {
            var end = -1;
            foreach (var places in locations)
            {
                var first = places.Positions.FirstOrDefault(p => p >= position, -1);
                if (first < 0)
                {
                    yield break;
                }

                end = Math.Max(end, first);
            }

            var start = int.MaxValue - 1;
            foreach (var places in locations)
            {
                start = Math.Min(start, places.Positions.Select(p => p - places.Width).LastOrDefault(p => p <= end, -1));
            }

            start = Math.Max(start, position);
            if (start <= end)
            {
                var (from, to) = (-1, -1);
                for (var i = 0; i < words.Count; i++)
                {
                    if (!words[i].IsMatch)
                    {
                        continue;
                    }

                    from = from < 0 && words[i].Position >= start ? i : from;
                    if (words[i].Position > end)
                    {
                        break;
                    }

                    to = i;
                }

                if (from >= 0 && to >= from && new WordMatcher(words, from, to).Matches(query))
                {
                    yield return (from, to);
                }
            }

            position = start + 1;
        }
    }

    private static bool IsSkipped(TsTokenType type) => type is TsTokenType.Url or TsTokenType.NumHyphenated or TsTokenType.AsciiHyphenated or TsTokenType.Hyphenated;

    private static bool IsBadEnd(Word word, Options options) => !word.IsMatch && (!word.IsWord || word.Text.Length <= options.ShortWord
        || word.Type is TsTokenType.Scientific or TsTokenType.Version or TsTokenType.Float or TsTokenType.Int or TsTokenType.UInt or TsTokenType.Protocol);

    private sealed class Word(TsTokenType type, string text)
    {
        internal TsTokenType Type { get; } = type;

        internal string Text { get; } = text;

        internal int Position { get; set; } = -1;

        internal List<TsValue> Matches { get; } = [];

        internal bool IsMatch => Matches.Count > 0;

        internal bool IsWord => Type is not (TsTokenType.Blank or TsTokenType.Tag) && !IsSkipped(Type);
    }

    private sealed class WordMatcher(List<Word> words, int first, int last) : TsMatcher
    {
        protected override TsAnswer Find(TsValue value, TsPlaces? places)
        {
            var found = false;
            for (var i = first; i <= last; i++)
            {
                if (words[i].Matches.Contains(value))
                {
                    found = true;
                    places?.Positions.Add(words[i].Position);
                }
            }

            return found ? TsAnswer.Yes : TsAnswer.No;
        }
    }

    private sealed record Options
    {
        internal static readonly Options Default = new();

        internal int MaxWords { get; private set; } = 35;

        internal int MinWords { get; private set; } = 15;

        internal int ShortWord { get; private set; } = 3;

        internal int MaxFragments { get; private set; }

        internal string FragmentDelimiter { get; private set; } = " ... ";

        internal bool HighlightAll { get; private set; }

        internal string StartSel { get; private set; } = "<b>";

        internal string StopSel { get; private set; } = "</b>";

        internal static Options Parse(string text)
        {
            var options = new Options();
            foreach (var (name, value) in Split(text))
            {
                switch (name.ToLowerInvariant())
                {
                    case "maxwords":
                        options.MaxWords = Number(value);
                        break;
                    case "minwords":
                        options.MinWords = Number(value);
                        break;
                    case "shortword":
                        options.ShortWord = Number(value);
                        break;
                    case "maxfragments":
                        options.MaxFragments = Number(value);
                        break;
                    case "startsel":
                        options.StartSel = value;
                        break;
                    case "stopsel":
                        options.StopSel = value;
                        break;
                    case "fragmentdelimiter":
                        options.FragmentDelimiter = value;
                        break;
                    case "highlightall":
                        options.HighlightAll = value.ToLowerInvariant() is "1" or "on" or "true" or "t" or "y" or "yes";
                        break;
                    default:
                        throw new PgException(SqlState.InvalidParameterValue, $"unrecognized headline parameter: \"{name}\"");
                }
            }

            if (!options.HighlightAll)
            {
                Check(options.MinWords < options.MaxWords, "MinWords must be less than MaxWords");
                Check(options.MinWords > 0, "MinWords must be positive");
                Check(options.ShortWord >= 0, "ShortWord must be >= 0");
                Check(options.MaxFragments >= 0, "MaxFragments must be >= 0");
            }

            return options;
        }

        private static void Check(bool holds, string message)
        {
            if (!holds)
            {
                throw new PgException(SqlState.InvalidParameterValue, message);
            }
        }

        private static int Number(string value) => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number : throw PgErrors.InvalidTextRepresentation("integer", value);

        // name = value, …; a value may stand in double or single quotes.
        private static IEnumerable<(string Name, string Value)> Split(string text)
        {
            for (var at = 0; ;)
            {
                while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] == ','))
                {
                    at++;
                }

                if (at == text.Length)
                {
                    yield break;
                }

                var start = at;
                while (at < text.Length && text[at] != '=' && !char.IsWhiteSpace(text[at]))
                {
                    at++;
                }

                var name = text[start..at];
                while (at < text.Length && char.IsWhiteSpace(text[at]))
                {
                    at++;
                }

                if (at == text.Length || text[at] != '=')
                {
                    throw new PgException(SqlState.SyntaxError, $"invalid parameter list format: \"{text}\"");
                }

                at++;
                while (at < text.Length && char.IsWhiteSpace(text[at]))
                {
                    at++;
                }

                var value = new StringBuilder();
                if (at < text.Length && text[at] is '"' or '\'')
                {
                    var quote = text[at++];
                    while (at < text.Length && (text[at] != quote || (at + 1 < text.Length && text[at + 1] == quote)))
                    {
                        at += text[at] == quote ? 1 : 0;
                        value.Append(text[at++]);
                    }

                    at++;
                }
                else
                {
                    while (at < text.Length && text[at] != ',' && !char.IsWhiteSpace(text[at]))
                    {
                        value.Append(text[at++]);
                    }
                }

                yield return (name, value.ToString());
            }
        }
    }
}
