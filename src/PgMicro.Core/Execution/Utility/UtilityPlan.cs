using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Utility;

/// <summary>A statement that is run by the session itself and not compiled to SQLite SQL.</summary>
internal sealed class UtilityPlan(Func<PgSession, ReadOnlyMemory<PgDatum>, StatementRun> run, string? writeCommand = null, bool needsSnapshot = true) : ExecutablePlan
{
    internal override string? WriteCommand => writeCommand;

    internal override bool NeedsSnapshot => needsSnapshot;

    internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters) => run(session, parameters.ToArray());
}
