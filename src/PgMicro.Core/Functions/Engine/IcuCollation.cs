using System.Globalization;
using System.Text;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Functions.Engine;

/// <summary>The order of a collation that is not that of code points: an ICU locale's, by .NET's <see cref="CompareInfo"/> over ICU.</summary>
internal sealed class IcuCollation : ISqliteCollation
{
    /// <summary>What names of SQLite collations begin with; pg_collation.oid follows.</summary>
    internal const string Prefix = "pg_collation_";

    private readonly CompareInfo _compare;
    private readonly CompareOptions _options;
    private readonly bool _deterministic;

    internal IcuCollation(PgCollation collation)
    {
        (_compare, _options) = Parse(collation.colllocale!);
        _deterministic = collation.collisdeterministic;
    }

    /// <summary>Whether a collation orders as UTF-8 bytes do.</summary>
    internal static bool IsCodePointOrder(char provider, string? locale, string? collate) => provider switch
    {
        'i' => false,
        'c' => collate is "C" or "POSIX" or "C.utf8" or "C.UTF-8",
        'b' => locale is "C" or "C.UTF-8",
        _ => true,
    };

    /// <summary>Refuses what the engine cannot order by.</summary>
    /// <exception cref="PgException">0A000 for a locale of libc other than C, or an ICU attribute that is not honoured.</exception>
    internal static void Check(char provider, string? locale, string? collate)
    {
        if (provider == 'i')
        {
            Parse(locale!);
        }
        else if (provider == 'b' && !IsCodePointOrder(provider, locale, collate))
        {
            throw new PgException(SqlState.InvalidObjectDefinition, $"invalid locale name \"{locale}\" for builtin provider");
        }
        else if (!IsCodePointOrder(provider, locale, collate))
        {
            throw PgErrors.FeatureNotSupported($"locale \"{collate}\" of libc");
        }
    }

    /// <inheritdoc/>
    public int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.SequenceEqual(b))
        {
            return 0;
        }

        const int OnStack = 256;
        var x = a.Length <= OnStack ? stackalloc char[a.Length] : new char[a.Length];
        var y = b.Length <= OnStack ? stackalloc char[b.Length] : new char[b.Length];
        x = x[..Encoding.UTF8.GetChars(a, x)];
        y = y[..Encoding.UTF8.GetChars(b, y)];
        var order = _compare.Compare(x, y, _options);
        return order == 0 && _deterministic ? a.SequenceCompareTo(b) : order;
    }

    // A BCP 47 tag; its -u- extension says how strongly to compare.
    private static (CompareInfo Compare, CompareOptions Options) Parse(string locale)
    {
        var at = locale.IndexOf("-u-", StringComparison.OrdinalIgnoreCase);
        var name = at < 0 ? locale : locale[..at];
        var options = CompareOptions.None;
        var words = at < 0 ? [] : locale[(at + 3)..].Split('-');
        for (var i = 0; i < words.Length; i++)
        {
            var key = words[i].ToLowerInvariant();
            var value = i + 1 < words.Length && words[i + 1].Length > 2 ? words[++i].ToLowerInvariant() : "true";
            options |= (key, value) switch
            {
                ("ks", "level1") => CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace,
                ("ks", "level2") => CompareOptions.IgnoreCase,
                ("ks", "level3") or ("kn", "false") or ("ka", "noignore") or ("kc", "false") or ("kb", "false") or ("kk", _) => CompareOptions.None,
                ("kn", "true") => CompareOptions.NumericOrdering,
                ("ka", "shifted") => CompareOptions.IgnoreSymbols,
                _ => throw PgErrors.FeatureNotSupported($"ICU locale attribute \"{key}-{value}\""),
            };
        }

        try
        {
            return (CultureInfo.GetCultureInfo(name is "und" or "root" or "" ? "" : name.Replace('_', '-')).CompareInfo, options);
        }
        catch (CultureNotFoundException)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"could not convert locale name \"{locale}\" to language tag: U_ILLEGAL_ARGUMENT_ERROR");
        }
    }
}
