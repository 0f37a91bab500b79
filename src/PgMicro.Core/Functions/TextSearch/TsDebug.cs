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
        var lexemes = TsDictionary.Get(context.Catalog, dictionary).Lexize(text);
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
        if (context.Catalog.Find(PgTsConfig.Relation, new CatalogKey(config)) is null)
        {
            throw new PgException(SqlState.UndefinedObject, $"text search configuration with OID {config} does not exist");
        }

        foreach (var token in DefaultParser.Parse(text))
        {
            var (alias, description) = DefaultParser.Types[(int)token.Type - 1];
            var dictionaries = TsConfig.DictionariesOf(context.Catalog, config, token.Type).ToList();
            var (dictionary, found) = (PgDatum.Null, (string[]?)null);
            foreach (var oid in dictionaries)
            {
                if (TsDictionary.Get(context.Catalog, oid).Lexize(token.Text) is { } lexemes)
                {
                    (dictionary, found) = (PgDatum.FromInt64(oid), lexemes);
                    break;
                }
            }

            yield return
            [
                PgDatum.FromText(alias), PgDatum.FromText(description), PgDatum.FromText(token.Text),
                ArrayOperations.Store(context, new PgArray(TypeOid.RegDictionary, [.. dictionaries.Select(static d => PgDatum.FromInt64(d))])),
                dictionary, found is null ? PgDatum.Null : Array(context, found),
            ];
        }
    }

    private static IEnumerable<PgDatum[]> Tokens(string text) =>
        DefaultParser.Parse(text).Select(static t => new[] { PgDatum.FromInt64((int)t.Type), PgDatum.FromText(t.Text) });

    private static IEnumerable<PgDatum[]> Types() =>
        DefaultParser.Types.Select(static (t, i) => new[] { PgDatum.FromInt64(i + 1), PgDatum.FromText(t.Alias), PgDatum.FromText(t.Description) });

    private static PgDatum Array(FunctionContext context, IEnumerable<string> lexemes) =>
        ArrayOperations.Store(context, new PgArray(TypeOid.Text, [.. lexemes.Select(static l => PgDatum.FromText(l))]));
}
