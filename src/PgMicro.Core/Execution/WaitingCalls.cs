using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;

namespace PgMicro.Core.Execution;

/// <summary>Finds calls of the functions that wait: for an advisory lock, or for the clock.</summary>
internal static class WaitingCalls
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "pg_advisory_lock", "pg_advisory_lock_shared", "pg_advisory_xact_lock", "pg_advisory_xact_lock_shared", "pg_sleep", "pg_sleep_for", "pg_sleep_until",
    };

    /// <summary>Whether a query has one.</summary>
    internal static bool Any(BoundQuery query, CatalogSnapshot catalog)
    {
        var finder = new Finder(catalog);
        finder.Visit(query);
        return finder.Found;
    }

    private sealed class Finder(CatalogSnapshot catalog) : BoundTreeWalker
    {
        internal bool Found { get; private set; }

        protected override void VisitExpr(BoundExpr expr)
        {
            Found |= expr is BoundFuncExpr call && catalog.Proc(call.FuncId) is { pronamespace: BuiltInOids.PgCatalogNamespace } proc && Names.Contains(proc.proname);
            base.VisitExpr(expr);
        }
    }
}
