using PgMicro.Core.Execution.Utility;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Notifications;

/// <summary>LISTEN, NOTIFY, UNLISTEN (manual, SQL commands).</summary>
internal static class NotifyCommands
{
    internal static ExecutablePlan PlanListen(Pg.ListenStmt statement) => new UtilityPlan(
        (session, _) =>
        {
            session.Listen(statement.Conditionname);
            return new StatementRun("LISTEN");
        },
        needsSnapshot: false);

    internal static ExecutablePlan PlanUnlisten(Pg.UnlistenStmt statement) => new UtilityPlan(
        (session, _) =>
        {
            session.Unlisten(statement.Conditionname.Length == 0 ? null : statement.Conditionname);
            return new StatementRun("UNLISTEN");
        },
        needsSnapshot: false);

    internal static ExecutablePlan PlanNotify(Pg.NotifyStmt statement) => new UtilityPlan(
        (session, _) =>
        {
            session.Notify(statement.Conditionname, statement.Payload);
            return new StatementRun("NOTIFY");
        },
        needsSnapshot: false);
}
