using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Utility;

/// <summary>DEALLOCATE and DISCARD (manual, SQL commands).</summary>
internal static class PreparedStatementCommands
{
    internal static ExecutablePlan PlanDeallocate(Pg.DeallocateStmt statement) => new UtilityPlan(
        (session, _) =>
        {
            if (statement.Name.Length == 0)
            {
                session.PreparedStatements.Clear();
                return new StatementRun("DEALLOCATE ALL");
            }

            if (!session.PreparedStatements.Remove(statement.Name))
            {
                throw new PgException(SqlState.InvalidSqlStatementName, $"prepared statement \"{statement.Name}\" does not exist");
            }

            return new StatementRun("DEALLOCATE");
        },
        needsSnapshot: false);

    internal static ExecutablePlan PlanDiscard(Pg.DiscardStmt statement) => new UtilityPlan(
        (session, _) =>
        {
            switch (statement.Target)
            {
                case Pg.DiscardMode.DiscardAll:
                    session.RejectInBlock("DISCARD ALL");

                    session.DiscardAll();
                    return new StatementRun("DISCARD ALL");
                case Pg.DiscardMode.DiscardPlans:
                    return new StatementRun("DISCARD PLANS");
                case Pg.DiscardMode.DiscardSequences:
                    session.DiscardSequences();
                    return new StatementRun("DISCARD SEQUENCES");
                default:
                    session.DiscardTemp();
                    return new StatementRun("DISCARD TEMP");
            }
        },
        needsSnapshot: false);
}
