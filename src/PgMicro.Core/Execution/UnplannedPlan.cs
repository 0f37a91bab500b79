using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>
/// An analysed query in which an expression of constants fails. PostgreSQL meets that when it plans the query, which is when it runs, and not when it is
/// prepared.
/// </summary>
/// <param name="again">Plans it.</param>
internal sealed class UnplannedPlan(Func<PgSession, ExecutablePlan> again) : ExecutablePlan
{
    internal override bool IsCacheable => false;

    internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters) =>
        again(session).Start(session, parameters);
}
