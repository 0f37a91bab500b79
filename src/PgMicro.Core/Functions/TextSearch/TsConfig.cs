using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>A text search configuration: the dictionaries that each type of token goes through.</summary>
internal sealed class TsConfig
{
    private const uint SimpleOid = 3748;

    private static readonly ConditionalWeakTable<CatalogSnapshot, ConcurrentDictionary<uint, TsConfig>> Cache = [];
    private static readonly TsConfig Simple = new(static _ => [TsDictionary.Simple]);
    private static readonly TsConfig English = new(static type => [IsWord(type) ? TsDictionary.English : TsDictionary.Simple]);

    private readonly TsDictionary[][] _dictionaries;

    private TsConfig(Func<TsTokenType, TsDictionary[]> dictionaries)
    {
        _dictionaries = new TsDictionary[DefaultParser.Types.Length + 1][];
        for (var i = 1; i < _dictionaries.Length; i++)
        {
            _dictionaries[i] = (TsTokenType)i is TsTokenType.Blank or TsTokenType.Tag or TsTokenType.Protocol or TsTokenType.Entity ? [] : dictionaries((TsTokenType)i);
        }
    }

    private TsConfig(CatalogSnapshot catalog, uint oid)
    {
        _dictionaries = new TsDictionary[DefaultParser.Types.Length + 1][];
        for (var i = 1; i < _dictionaries.Length; i++)
        {
            _dictionaries[i] = [.. DictionariesOf(catalog, oid, (TsTokenType)i).Select(d => TsDictionary.Get(catalog, d))];
        }
    }

    /// <summary>The configuration of an OID.</summary>
    /// <exception cref="PgException">0A000 for a language that the engine has no stemmer of.</exception>
    internal static TsConfig Get(FunctionContext context, uint oid)
    {
        if (oid == SimpleOid)
        {
            return Simple;
        }

        var catalog = context.Catalog;
        var row = catalog.Find(PgTsConfig.Relation, new CatalogKey(oid))
            ?? throw new PgException(SqlState.UndefinedObject, $"text search configuration with OID {oid} does not exist");
        if (oid < BuiltInOids.FirstNormalObjectId)
        {
            return row.cfgname == "english" ? English : throw PgErrors.FeatureNotSupported($"text search configuration \"{row.cfgname}\"");
        }

        return Cache.GetOrCreateValue(catalog).GetOrAdd(oid, static (key, snapshot) => new TsConfig(snapshot, key), catalog);
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

    /// <summary>The dictionaries of a token type, in order.</summary>
    internal static IEnumerable<uint> DictionariesOf(CatalogSnapshot catalog, uint config, TsTokenType type) =>
        catalog.Find(PgTsConfigMap.ByConfig, new CatalogKey(config)).Where(m => m.maptokentype == (int)type).OrderBy(static m => m.mapseqno).Select(static m => m.mapdict);

    /// <summary>What a token of a type becomes: null when no dictionary knows it, nothing for a stop word.</summary>
    internal string[]? Lexize(TsToken token)
    {
        var text = token.Text;
        foreach (var dictionary in _dictionaries[(int)token.Type])
        {
            if (dictionary.Lexize(text) is { } lexemes)
            {
                if (!dictionary.IsFilter)
                {
                    return lexemes;
                }

                text = lexemes[0];
            }
        }

        return null;
    }

    private static bool IsWord(TsTokenType type) => type is TsTokenType.AsciiWord or TsTokenType.Word or TsTokenType.HyphenatedPart
        or TsTokenType.HyphenatedAsciiPart or TsTokenType.AsciiHyphenated or TsTokenType.Hyphenated;
}
