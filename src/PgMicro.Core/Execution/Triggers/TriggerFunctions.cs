using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Routines;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>The functions that triggers call.</summary>
internal static class TriggerFunctions
{
    internal static Routine Get(PgSession session, uint function)
    {
        var proc = session.Catalog.Proc(function) ?? throw new PgException(SqlState.InternalError, $"cache lookup failed for function {function}");
        return BuiltInTriggerFunction.Find(proc) ?? throw PgErrors.FeatureNotSupported($"a trigger function in language \"{session.Catalog.Language(proc.prolang)?.lanname}\"");
    }
}
