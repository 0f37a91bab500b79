using System.Collections.Frozen;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>The text search configurations that the engine knows: simple and english.</summary>
internal sealed class TsConfig
{
    private const uint SimpleOid = 3748;

    private static readonly FrozenSet<string> EnglishStopWords = (
        "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its itself they them their theirs "
        + "themselves what which who whom this that these those am is are was were be been being have has had having do does did doing a an the and but if or because "
        + "as until while of at by for with about against between into through during before after above below to from up down in out on off over under again further "
        + "then once here there when where why how all any both each few more most other some such no nor not only own same so than too very s t can will just don should now")
        .Split(' ').ToFrozenSet();

    private static readonly TsConfig Simple = new(isEnglish: false);
    private static readonly TsConfig English = new(isEnglish: true);
    private readonly bool _isEnglish;

    private TsConfig(bool isEnglish) => _isEnglish = isEnglish;

    /// <summary>The configuration of an OID.</summary>
    /// <exception cref="PgException">0A000 for a language that the engine has no stemmer of.</exception>
    internal static TsConfig Get(FunctionContext context, uint oid)
    {
        if (oid == SimpleOid)
        {
            return Simple;
        }

        var row = context.Catalog.Find(PgTsConfig.Relation, new CatalogKey(oid))
            ?? throw new PgException(SqlState.UndefinedObject, $"text search configuration with OID {oid} does not exist");
        return row.cfgname == "english" && row.cfgnamespace == BuiltInOids.PgCatalogNamespace ? English
            : throw PgErrors.FeatureNotSupported($"text search configuration \"{row.cfgname}\"");
    }

    /// <summary>OID of default_text_search_config.</summary>
    internal static uint CurrentOid(FunctionContext context)
    {
        var name = context.GetSetting("default_text_search_config", missingOk: true) ?? "pg_catalog.simple";
        return context.Types.GetCodec(Types.TypeOid.RegConfig).Input(global::System.Text.Encoding.UTF8.GetBytes(name), -1, context) is { IsNull: false } oid
            ? (uint)oid.Int64 : SimpleOid;
    }

    /// <summary>The configuration of default_text_search_config.</summary>
    internal static TsConfig Current(FunctionContext context) => Get(context, CurrentOid(context));

    /// <summary>What a token of a type becomes: null when its type is not indexed, nothing for a stop word.</summary>
    internal string[]? Lexize(TsToken token) => token.Type switch
    {
        TsTokenType.Blank or TsTokenType.Tag or TsTokenType.Protocol or TsTokenType.Entity => null,
        _ => IsStemmed(token.Type) ? Stem(token.Text) : [token.Text.ToLowerInvariant()],
    };

    /// <summary>The dictionary that a token's type goes to.</summary>
    internal string DictionaryOf(TsTokenType type) => IsStemmed(type) ? "english_stem" : "simple";

    /// <summary>ts_lexize of the dictionary english_stem.</summary>
    internal static string[] Stem(string text)
    {
        var word = text.ToLowerInvariant();
        return EnglishStopWords.Contains(word) ? [] : [EnglishStemmer.Stem(word)];
    }

    private bool IsStemmed(TsTokenType type) => _isEnglish && type is (TsTokenType.AsciiWord or TsTokenType.Word or TsTokenType.HyphenatedPart
        or TsTokenType.HyphenatedAsciiPart or TsTokenType.AsciiHyphenated or TsTokenType.Hyphenated);
}
