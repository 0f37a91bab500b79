using System.Collections.Frozen;
using System.Text;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>A text search dictionary: what it makes of a word.</summary>
internal abstract class TsDictionary
{
    private static readonly FrozenSet<string> EnglishStopWords = (
        "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its itself they them their theirs "
        + "themselves what which who whom this that these those am is are was were be been being have has had having do does did doing a an the and but if or because "
        + "as until while of at by for with about against between into through during before after above below to from up down in out on off over under again further "
        + "then once here there when where why how all any both each few more most other some such no nor not only own same so than too very s t can will just don should now")
        .Split(' ').ToFrozenSet();

    // Languages of PostgreSQL's Snowball stemmers; the engine has English.
    private static readonly FrozenSet<string> Languages = (
        "arabic armenian basque catalan danish dutch english finnish french german greek hindi hungarian indonesian irish italian lithuanian nepali norwegian porter "
        + "portuguese romanian russian serbian spanish swedish tamil turkish yiddish").Split(' ').ToFrozenSet();

    /// <summary>The dictionary "simple".</summary>
    internal static TsDictionary Simple { get; } = new SimpleDictionary(FrozenSet<string>.Empty, accepts: true);

    /// <summary>The dictionary "english_stem".</summary>
    internal static TsDictionary English { get; } = new EnglishDictionary(EnglishStopWords);

    /// <summary>Whether later dictionaries go on with what this one gives.</summary>
    internal virtual bool IsFilter => false;

    /// <summary>The lexemes of a word: none for a stop word, null when the dictionary does not know it.</summary>
    internal abstract string[]? Lexize(string text);

    /// <summary>The dictionary of an OID.</summary>
    /// <exception cref="PgException">42704 when there is none, 0A000 for one that the engine cannot use.</exception>
    internal static TsDictionary Get(CatalogSnapshot catalog, uint oid)
    {
        var row = catalog.Find(PgTsDict.Relation, new CatalogKey(oid))
            ?? throw new PgException(SqlState.UndefinedObject, $"text search dictionary with OID {oid} does not exist");
        return Make(catalog.Find(PgTsTemplate.Relation, new CatalogKey(row.dicttemplate))?.tmplname ?? "", TsDictionaryOptions.Parse(row.dictinitoption));
    }

    /// <summary>The dictionary of a template with options; checks them.</summary>
    /// <exception cref="PgException">22023 for an option that is unknown, missing or given twice; 0A000 for files that the engine does not have.</exception>
    internal static TsDictionary Make(string template, IReadOnlyList<(string Name, string Value)> options)
    {
        switch (template)
        {
            case "simple":
                var accept = One("Accept", "simple dictionary", options, "StopWords");
                return new SimpleDictionary(StopWords(One("StopWords", "simple dictionary", options, "Accept")), accept is null || Boolean("accept", accept));
            case "snowball":
                var stops = One("StopWords", "Snowball", options, "Language");
                var language = One("Language", "Snowball", options, "StopWords") ?? throw Invalid("missing Language parameter");
                if (!Languages.Contains(language.ToLowerInvariant()))
                {
                    throw new PgException(SqlState.UndefinedObject, $"no Snowball stemmer available for language \"{language}\" and encoding \"UTF8\"");
                }

                return language.Equals("english", StringComparison.OrdinalIgnoreCase)
                    ? new EnglishDictionary(StopWords(stops))
                    : throw PgErrors.FeatureNotSupported($"the stemmer of language \"{language}\"");
            case "synonym":
                throw One("Synonyms", "synonym", options, "CaseSensitive") is { } synonyms
                    ? PgErrors.FeatureNotSupported($"synonym file \"{synonyms}\"")
                    : Invalid("missing Synonyms parameter");
            case "ispell":
                var words = One("DictFile", "Ispell", options, "AffFile", "StopWords");
                var affixes = One("AffFile", "Ispell", options, "DictFile", "StopWords");
                throw affixes is null ? Invalid("missing AffFile parameter") : words is null ? Invalid("missing DictFile parameter")
                    : PgErrors.FeatureNotSupported($"dictionary file \"{words}\"");
            case "thesaurus":
                var file = One("DictFile", "Thesaurus", options, "Dictionary");
                throw file is null ? Invalid("missing DictFile parameter")
                    : One("Dictionary", "Thesaurus", options, "DictFile") is null ? Invalid("missing Dictionary parameter")
                    : PgErrors.FeatureNotSupported($"thesaurus file \"{file}\"");
            case "unaccent":
                var rules = One("Rules", "Unaccent", options) ?? throw Invalid("missing Rules parameter");
                return rules.Equals("unaccent", StringComparison.OrdinalIgnoreCase) ? new UnaccentDictionary() : throw PgErrors.FeatureNotSupported($"unaccent rules \"{rules}\"");
            default:
                throw PgErrors.FeatureNotSupported($"text search template \"{template}\"");
        }
    }

    // The value of one option; each may stand once, and no others than these.
    private static string? One(string name, string what, IReadOnlyList<(string Name, string Value)> options, params ReadOnlySpan<string> others)
    {
        string? found = null;
        foreach (var (given, value) in options)
        {
            if (given.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                found = found is null ? value : throw Invalid($"multiple {name} parameters");
                continue;
            }

            var known = false;
            foreach (var other in others)
            {
                known |= given.Equals(other, StringComparison.OrdinalIgnoreCase);
            }

            if (!known)
            {
                throw Invalid(what == "simple dictionary" ? $"unrecognized simple dictionary parameter: \"{given}\"" : $"unrecognized {what} parameter: \"{given}\"");
            }
        }

        return found;
    }

    private static bool Boolean(string name, string value) => value.ToLowerInvariant() switch
    {
        "true" or "on" or "1" => true,
        "false" or "off" or "0" => false,
        _ => throw new PgException(SqlState.SyntaxError, $"{name} requires a Boolean value"),
    };

    private static FrozenSet<string> StopWords(string? file) => file is null
        ? FrozenSet<string>.Empty
        : file == "english" ? EnglishStopWords : throw PgErrors.FeatureNotSupported($"stop-word file \"{file}\"");

    private static PgException Invalid(string message) => new(SqlState.InvalidParameterValue, message);

    private sealed class SimpleDictionary(FrozenSet<string> stopWords, bool accepts) : TsDictionary
    {
        internal override string[]? Lexize(string text)
        {
            var word = text.ToLowerInvariant();
            return word.Length == 0 || stopWords.Contains(word) ? [] : accepts ? [word] : null;
        }
    }

    private sealed class EnglishDictionary(FrozenSet<string> stopWords) : TsDictionary
    {
        internal override string[]? Lexize(string text)
        {
            var word = text.ToLowerInvariant();
            return word.Length == 0 || stopWords.Contains(word) ? [] : [EnglishStemmer.Stem(word)];
        }
    }

    // Gives what it changes on to the next dictionary.
    private sealed class UnaccentDictionary : TsDictionary
    {
        internal override bool IsFilter => true;

        internal override string[]? Lexize(string text) =>
            Encoding.UTF8.GetString(Extensions.Unaccent.Remove(Encoding.UTF8.GetBytes(text))) is var plain && plain != text ? [plain] : null;
    }
}
