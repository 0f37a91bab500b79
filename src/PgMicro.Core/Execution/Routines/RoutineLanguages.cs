using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;

namespace PgMicro.Core.Execution.Routines;

/// <summary>The languages that functions can be written in, by the name of their row in pg_language, and what runs them.</summary>
internal static class RoutineLanguages
{
    private static readonly Dictionary<string, Func<PgProc, CallSite, Routine>> Makers = new(StringComparer.Ordinal)
    {
        ["plpgsql"] = static (proc, site) => new PlPgSql.PlPgSqlRoutine(proc, site),
        ["sql"] = static (proc, site) => new SqlRoutine(proc, site),
    };

    /// <summary>Makes what runs a function.</summary>
    /// <exception cref="PgException">0A000 for a language that nothing runs.</exception>
    internal static Routine Create(CatalogSnapshot catalog, PgProc proc, CallSite site)
    {
        // A language that users have made is that of its handler.
        var row = catalog.Find(PgLanguage.Relation, new CatalogKey(proc.prolang));
        var language = catalog.Proc(row?.lanplcallfoid ?? 0)?.prosrc == "plpgsql_call_handler" ? "plpgsql" : row?.lanname ?? "";
        return Makers.TryGetValue(language, out var make) ? make(proc, site) : throw PgErrors.FeatureNotSupported($"a function in language {language}");
    }
}
