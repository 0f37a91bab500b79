using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using PgMicro.Core.Execution.EventTriggers;
using PgMicro.Core.Parser;
using Kind = PgQuery.Node.NodeOneofCase;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Utility;

/// <summary>ProcessUtility: statements that are not queries, each to the file of its command.</summary>
internal static class UtilityPlanner
{
    internal static ExecutablePlan Plan(PgSession session, ParsedStatement statement, Pg.RawStmt raw)
    {
        var node = raw.Stmt;
        return node.NodeCase switch
        {
            Kind.TransactionStmt => TransactionCommands.Plan(node.TransactionStmt),
            Kind.VariableSetStmt => VariableCommands.PlanSet(node.VariableSetStmt),
            Kind.VariableShowStmt => VariableCommands.PlanShow(node.VariableShowStmt),
            Kind.PrepareStmt => PrepareCommand.Plan(statement, node.PrepareStmt),
            Kind.ExecuteStmt => PrepareCommand.PlanExecute(session, node.ExecuteStmt),
            Kind.DeallocateStmt => PreparedStatementCommands.PlanDeallocate(node.DeallocateStmt),
            Kind.DiscardStmt => PreparedStatementCommands.PlanDiscard(node.DiscardStmt),
            Kind.ConstraintsSetStmt => Dml.SetConstraintsCommand.Plan(node.ConstraintsSetStmt),
            Kind.VacuumStmt => VacuumCommand.Plan(node),
            Kind.LockStmt => LockCommand.Plan(node.LockStmt),
            Kind.DoStmt => PlPgSql.DoCommand.Plan(statement, node.DoStmt),
            Kind.CopyStmt => Copy.CopyCommand.Plan(session, statement, node),
            Kind.FetchStmt => Cursors.CursorCommands.PlanFetch(session, node.FetchStmt),
            Kind.ClosePortalStmt => Cursors.CursorCommands.PlanClose(node.ClosePortalStmt),
            Kind.SecLabelStmt => new UtilityPlan((_, _) => throw new PgException(
                SqlState.InvalidParameterValue,
                node.SecLabelStmt.Provider.Length > 0
                    ? $"security label provider \"{node.SecLabelStmt.Provider}\" is not loaded"
                    : "no security label providers have been loaded")),
            Kind.LoadStmt => ServerCommands.PlanLoad(node.LoadStmt),
            Kind.AlterSystemStmt => ServerCommands.PlanAlterSystem(node.AlterSystemStmt),
            Kind.ListenStmt => Notifications.NotifyCommands.PlanListen(node.ListenStmt),
            Kind.UnlistenStmt => Notifications.NotifyCommands.PlanUnlisten(node.UnlistenStmt),
            Kind.NotifyStmt => Notifications.NotifyCommands.PlanNotify(node.NotifyStmt),
            Kind.CheckPointStmt => new UtilityPlan(static (s, _) =>
            {
                Checkpoint(s);
                return new StatementRun("CHECKPOINT");
            }),
            Kind.RefreshMatViewStmt => MaterializedViews.PlanRefresh(node, statement.Text),
            _ when DatabaseCommands.Plan(statement, node) is { } plan => plan,
            _ when DdlExecutor.Handles(node) => new UtilityPlan(
                (s, _) => new StatementRun(EventTriggerFiring.Around(s, node, DdlExecutor.CommandTag(node), () => DdlExecutor.Execute(s, node, statement.Text))), DdlExecutor.CommandTag(node))
            { LocksRelationsOf = node, CanBeRepeated = s => !s.Catalog.HasEventTriggers && RepeatableDdl.Contains(s, node) },
            Kind.DefineStmt => throw PgErrors.FeatureNotSupported("CREATE " + Drop.Word(node.DefineStmt.Kind)),
            _ => throw PgErrors.FeatureNotSupported($"statement {node.NodeCase}"),
        };
    }

    private static void Checkpoint(PgSession session)
    {
        if (!session.IsSuperuser
            && !(session.Catalog.FindRole("pg_checkpoint") is { } needed && session.Catalog.FindRole(session.CurrentRole) is { } role
                && RoleMembership.HasPrivilegesOf(session.Catalog, role.oid, needed.oid)))
        {
            throw new PgException(SqlState.InsufficientPrivilege, "permission denied to execute CHECKPOINT command")
                .WithDetail("Only roles with privileges of the \"pg_checkpoint\" role may execute this command.");
        }

        session.Database.Transactions.Maintenance?.Checkpoint();
    }
}
