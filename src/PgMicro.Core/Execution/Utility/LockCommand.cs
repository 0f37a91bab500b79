using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Utility;

/// <summary>LOCK TABLE. With one writer at a time the write gate is the strongest lock there is, so every mode that conflicts with writers takes it.</summary>
internal static class LockCommand
{
    private const int RowExclusiveLock = 3;

    internal static ExecutablePlan Plan(Pg.LockStmt statement)
    {
        var exclusive = statement.Mode >= RowExclusiveLock;
        return new UtilityPlan(
            (session, _) =>
            {
                if (!session.InTransactionBlock)
                {
                    throw new PgException(SqlState.NoActiveSqlTransaction, "LOCK TABLE can only be used in transaction blocks");
                }

                foreach (var node in statement.Relations)
                {
                    var relation = session.ResolveRelation(node.RangeVar);
                    if (relation.relkind is not ('r' or 'p' or 'v'))
                    {
                        throw new PgException(SqlState.WrongObjectType, $"cannot lock relation \"{relation.relname}\"")
                            .WithDetail("This operation is not supported for that kind of relation.");
                    }
                }

                return new StatementRun("LOCK TABLE");
            },
            writeCommand: exclusive ? "LOCK TABLE" : null);
    }
}
