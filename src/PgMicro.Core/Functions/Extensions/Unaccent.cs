using System.Collections.Frozen;
using System.Text;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Extensions;

/// <summary>unaccent: characters without their accents.</summary>
internal static class Unaccent
{
    private static readonly Lazy<FrozenDictionary<Rune, string>> Rules = new(static () =>
    {
        var rules = new Dictionary<Rune, string>();
        var reader = TsvReader.Open("unaccent")!;
        while (reader.Read())
        {
            rules.Add(new Rune(reader.Int32(0)), reader.Text(1));
        }

        return rules.ToFrozenDictionary();
    });

    [PgFunction("unaccent(text)")]
    public static byte[] Remove(ReadOnlySpan<byte> text)
    {
        if (global::System.Text.Ascii.IsValid(text))
        {
            return text.ToArray();
        }

        var result = new StringBuilder(text.Length);
        foreach (var rune in Encoding.UTF8.GetString(text).EnumerateRunes())
        {
            if (Rules.Value.TryGetValue(rune, out var replacement))
            {
                result.Append(replacement);
            }
            else
            {
                result.Append(rune);
            }
        }

        return Encoding.UTF8.GetBytes(result.ToString());
    }

    [PgFunction("unaccent(regdictionary,text)")]
    public static byte[] Remove(FunctionContext context, uint dictionary, ReadOnlySpan<byte> text)
    {
        var word = Encoding.UTF8.GetString(text);
        return TextSearch.TsDictionary.Get(context.Catalog, dictionary).Lexize(word) is { Length: > 0 } lexemes ? Encoding.UTF8.GetBytes(lexemes[0]) : text.ToArray();
    }
}
