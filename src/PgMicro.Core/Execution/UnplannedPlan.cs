using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>
/// An analysed query in which an expression of constants fails. PostgreSQL meets that when it plans the query, which is when it runs, and not when it is
/// prepared.
/// </summary>
internal sealed class UnplannedPlan(BoundQuery query) : ExecutablePlan
{
    internal override bool IsCacheable => false;

    internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters) =>
        Planner.PlanQuery(session, query, ParameterTypes).Start(session, parameters);
}
