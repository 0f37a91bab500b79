using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;
using PgMicro.Core.Types.TextSearch;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>to_tsvector over text and JSON.</summary>
internal static class ToTsVector
{
    [PgFunction("to_tsvector(text)")]
    public static byte[] Text(FunctionContext context, string text) => Make(TsConfig.Current(context), text);

    [PgFunction("to_tsvector(regconfig,text)")]
    public static byte[] Text(FunctionContext context, uint config, string text) => Make(TsConfig.Get(context, config), text);

    [PgFunction("to_tsvector(jsonb)")]
    [PgFunction("to_tsvector(json)")]
    public static byte[] Json(FunctionContext context, ReadOnlySpan<byte> json) => Make(TsConfig.Current(context), json, JsonParts.Strings);

    [PgFunction("to_tsvector(regconfig,jsonb)")]
    [PgFunction("to_tsvector(regconfig,json)")]
    public static byte[] Json(FunctionContext context, uint config, ReadOnlySpan<byte> json) => Make(TsConfig.Get(context, config), json, JsonParts.Strings);

    [PgFunction("jsonb_to_tsvector(jsonb,jsonb)")]
    [PgFunction("json_to_tsvector(json,jsonb)")]
    public static byte[] JsonParts2(FunctionContext context, ReadOnlySpan<byte> json, ReadOnlySpan<byte> filter) =>
        Make(TsConfig.Current(context), json, Filter(filter));

    [PgFunction("jsonb_to_tsvector(regconfig,jsonb,jsonb)")]
    [PgFunction("json_to_tsvector(regconfig,json,jsonb)")]
    public static byte[] JsonParts3(FunctionContext context, uint config, ReadOnlySpan<byte> json, ReadOnlySpan<byte> filter) =>
        Make(TsConfig.Get(context, config), json, Filter(filter));

    [Flags]
    private enum JsonParts
    {
        Strings = 1,
        Numbers = 2,
        Booleans = 4,
        Keys = 8,
        All = 15,
    }

    /// <summary>Adds the words of a text behind those that are there.</summary>
    /// <returns>Whether there were any.</returns>
    internal static bool Add(TsConfig config, string text, List<(string Word, int Position)> words, ref int position)
    {
        var before = words.Count;
        foreach (var token in DefaultParser.Parse(text))
        {
            if (config.Lexize(token) is not { } lexemes)
            {
                continue;
            }

            position++;
            foreach (var lexeme in lexemes)
            {
                words.Add((lexeme, position));
            }
        }

        return words.Count > before;
    }

    private static byte[] Make(TsConfig config, string text)
    {
        var words = new List<(string Word, int Position)>();
        var position = 0;
        Add(config, text, words, ref position);
        return Store(words);
    }

    private static byte[] Make(TsConfig config, ReadOnlySpan<byte> json, JsonParts parts)
    {
        var words = new List<(string Word, int Position)>();
        var position = 0;
        Walk(config, JsonbValue.Parse(json), parts, words, ref position);
        return Store(words);
    }

    private static byte[] Store(List<(string Word, int Position)> words) => PgTsVector.From(words
        .Select(static w => (Encoding.UTF8.GetBytes(w.Word), (IEnumerable<ushort>)[TsLexeme.Entry(w.Position, 0)]))
        .Where(static w => w.Item1.Length is > 0 and <= TsLexeme.MaxLength)).ToStorage();

    private static void Walk(TsConfig config, JsonbValue value, JsonParts parts, List<(string Word, int Position)> words, ref int position)
    {
        switch (value.Kind)
        {
            case JsonbKind.Array:
                foreach (var element in value.Elements)
                {
                    Walk(config, element, parts, words, ref position);
                }

                return;
            case JsonbKind.Object:
                for (var i = 0; i < value.Keys.Count; i++)
                {
                    if ((parts & JsonParts.Keys) != 0)
                    {
                        Next(config, Encoding.UTF8.GetString(value.Keys[i]), words, ref position);
                    }

                    Walk(config, value.Elements[i], parts, words, ref position);
                }

                return;
            case JsonbKind.String when (parts & JsonParts.Strings) != 0:
                Next(config, Encoding.UTF8.GetString(value.Text.Span), words, ref position);
                return;
            case JsonbKind.Number when (parts & JsonParts.Numbers) != 0:
                Next(config, Encoding.UTF8.GetString(value.ToDatum().Bytes), words, ref position);
                return;
            case JsonbKind.Boolean when (parts & JsonParts.Booleans) != 0:
                Next(config, value.Boolean ? "true" : "false", words, ref position);
                return;
        }
    }

    // A place is left free between two texts, so that no phrase spans them.
    private static void Next(TsConfig config, string text, List<(string Word, int Position)> words, ref int position)
    {
        if (Add(config, text, words, ref position))
        {
            position++;
        }
    }

    private static JsonParts Filter(ReadOnlySpan<byte> filter)
    {
        var value = JsonbValue.Parse(filter);
        var parts = (JsonParts)0;
        foreach (var element in value.Kind == JsonbKind.Array ? value.Elements : value.Kind != JsonbKind.Object ? [value] : throw Wrong("wrong flag type, only arrays and scalars are allowed"))
        {
            if (element.Kind != JsonbKind.String)
            {
                throw Wrong("flag array element is not a string").WithHint("Possible values are: \"string\", \"numeric\", \"boolean\", \"key\", and \"all\".");
            }

            var name = Encoding.UTF8.GetString(element.Text.Span);
            parts |= name.ToLowerInvariant() switch
            {
                "all" => JsonParts.All,
                "key" => JsonParts.Keys,
                "string" => JsonParts.Strings,
                "numeric" => JsonParts.Numbers,
                "boolean" => JsonParts.Booleans,
                _ => throw Wrong($"wrong flag in flag array: \"{name}\"").WithHint("Possible values are: \"string\", \"numeric\", \"boolean\", \"key\", and \"all\"."),
            };
        }

        return parts;
    }

    private static PgException Wrong(string message) => new(SqlState.InvalidParameterValue, message);
}
