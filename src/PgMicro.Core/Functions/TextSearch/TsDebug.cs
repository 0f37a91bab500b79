using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>Looks into parsers, dictionaries and configurations.</summary>
internal static class TsDebug
{
    private const uint DefaultParserOid = 3722;

    [PgFunction("get_current_ts_config()")]
    public static uint CurrentConfig(FunctionContext context) => TsConfig.CurrentOid(context);

    [PgFunction("ts_lexize(regdictionary,text)")]
    public static PgDatum Lexize(FunctionContext context, uint dictionary, string text)
    {
        var row = context.Catalog.Find(PgTsDict.Relation, new CatalogKey(dictionary))
            ?? throw new PgException(SqlState.UndefinedObject, $"text search dictionary with OID {dictionary} does not exist");
        string[]? lexemes = row.dictname switch
        {
            "simple" => [text.ToLowerInvariant()],
            "english_stem" => TsConfig.Stem(text),
            "unaccent" => Extensions.Unaccent.Remove(global::System.Text.Encoding.UTF8.GetBytes(text)) is var plain
                && global::System.Text.Encoding.UTF8.GetString(plain) is var changed && changed != text ? [changed] : null,
            _ => throw PgErrors.FeatureNotSupported($"text search dictionary \"{row.dictname}\""),
        };
        return lexemes is null ? PgDatum.Null : Array(context, lexemes);
    }

    [PgSetFunction("ts_parse(text,text)")]
    public static IEnumerable<PgDatum[]> Parse(string parser, string text) => parser is "default" or "pg_catalog.default"
        ? Tokens(text)
        : throw new PgException(SqlState.UndefinedObject, $"text search parser \"{parser}\" does not exist");

    [PgSetFunction("ts_parse(oid,text)")]
    public static IEnumerable<PgDatum[]> Parse(uint parser, string text) => parser == DefaultParserOid
        ? Tokens(text)
        : throw new PgException(SqlState.UndefinedObject, $"text search parser with OID {parser} does not exist");

    [PgSetFunction("ts_token_type(text)")]
    public static IEnumerable<PgDatum[]> TokenTypes(string parser) => parser is "default" or "pg_catalog.default"
        ? Types()
        : throw new PgException(SqlState.UndefinedObject, $"text search parser \"{parser}\" does not exist");

    [PgSetFunction("ts_token_type(oid)")]
    public static IEnumerable<PgDatum[]> TokenTypes(uint parser) => parser == DefaultParserOid
        ? Types()
        : throw new PgException(SqlState.UndefinedObject, $"text search parser with OID {parser} does not exist");

    [PgSetFunction("ts_debug(text)")]
    public static IEnumerable<PgDatum[]> Debug(FunctionContext context, string text) => Debug(context, TsConfig.CurrentOid(context), text);

    [PgSetFunction("ts_debug(regconfig,text)")]
    public static IEnumerable<PgDatum[]> Debug(FunctionContext context, uint config, string text)
    {
        var configuration = TsConfig.Get(context, config);
        foreach (var token in DefaultParser.Parse(text))
        {
            var (alias, description) = DefaultParser.Types[(int)token.Type - 1];
            var lexemes = configuration.Lexize(token);
            var dictionary = lexemes is null ? PgDatum.Null : Dictionary(context, configuration.DictionaryOf(token.Type));
            yield return
            [
                PgDatum.FromText(alias), PgDatum.FromText(description), PgDatum.FromText(token.Text),
                ArrayOperations.Store(context, new PgArray(TypeOid.RegDictionary, dictionary.IsNull ? [] : [dictionary])),
                dictionary, lexemes is null ? PgDatum.Null : Array(context, lexemes),
            ];
        }
    }

    private static IEnumerable<PgDatum[]> Tokens(string text) =>
        DefaultParser.Parse(text).Select(static t => new[] { PgDatum.FromInt64((int)t.Type), PgDatum.FromText(t.Text) });

    private static IEnumerable<PgDatum[]> Types() =>
        DefaultParser.Types.Select(static (t, i) => new[] { PgDatum.FromInt64(i + 1), PgDatum.FromText(t.Alias), PgDatum.FromText(t.Description) });

    private static PgDatum Dictionary(FunctionContext context, string name) =>
        context.Types.GetCodec(TypeOid.RegDictionary).Input(global::System.Text.Encoding.UTF8.GetBytes("pg_catalog." + name), -1, context);

    private static PgDatum Array(FunctionContext context, IEnumerable<string> lexemes) =>
        ArrayOperations.Store(context, new PgArray(TypeOid.Text, [.. lexemes.Select(static l => PgDatum.FromText(l))]));
}
