using PgMicro.Core.Catalog;
using PgMicro.Core.Functions;

namespace PgMicro.Core.Lowering;

/// <summary>The functions of LANGUAGE internal, by the name of the C function (pg_proc.prosrc).</summary>
internal static class BuiltInSources
{
    private static readonly Lazy<Dictionary<string, FunctionImplementation>> Implementations = new(static () =>
    {
        var map = new Dictionary<string, FunctionImplementation>(StringComparer.Ordinal);
        foreach (var implementation in FunctionTable.All)
        {
            if (CatalogSnapshot.Initial.Proc(implementation.Oid) is { prolang: BuiltInOids.InternalLanguage } proc)
            {
                map.TryAdd(proc.prosrc, implementation);
            }
        }

        return map;
    });

    private static readonly Lazy<HashSet<string>> Names = new(static () =>
        [.. CatalogSnapshot.Initial.Rows(Catalog.Tables.PgProc.Relation).Where(static p => p.prolang == BuiltInOids.InternalLanguage).Select(static p => p.prosrc)]);

    /// <summary>Whether PostgreSQL has a C function of a name.</summary>
    internal static bool Exists(string source) => Names.Value.Contains(source);

    /// <summary>What runs for a C function here; null when nothing does.</summary>
    internal static FunctionImplementation? Find(string source) => Implementations.Value.GetValueOrDefault(source);
}
