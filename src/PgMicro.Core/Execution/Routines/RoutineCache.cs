using PgMicro.Core.Errors;
using PgMicro.Core.Functions;

namespace PgMicro.Core.Execution.Routines;

/// <summary>The users' functions that a session has called, by call site, until the catalog changes.</summary>
internal sealed class RoutineCache(PgSession session)
{
    private readonly Dictionary<int, Routine> _routines = [];
    private long _version = -1;

    /// <summary>What runs the function of a call site.</summary>
    /// <exception cref="PgException">XX000 when the function has been dropped, 0A000 for a language that nothing runs.</exception>
    internal Routine Get(CallSite site)
    {
        var catalog = session.Catalog;
        if (_version != catalog.Version)
        {
            _routines.Clear();
            _version = catalog.Version;
        }

        if (!_routines.TryGetValue(site.Id, out var routine))
        {
            var proc = catalog.Proc(site.FunctionOid) ?? throw new PgException(SqlState.InternalError, $"cache lookup failed for function {site.FunctionOid}");
            _routines[site.Id] = routine = RoutineLanguages.Create(catalog, proc, site);
        }

        return routine;
    }
}
