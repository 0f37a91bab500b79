using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Transactions;
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

                PgClass? first = null;
                foreach (var node in statement.Relations)
                {
                    var relation = session.ResolveRelation(node.RangeVar);
                    first ??= relation;
                    if (relation.relkind is not ('r' or 'p' or 'v'))
                    {
                        throw new PgException(SqlState.WrongObjectType, $"cannot lock relation \"{relation.relname}\"")
                            .WithDetail("This operation is not supported for that kind of relation.");
                    }
                }

                if (exclusive)
                {
                    Take(session, statement.Nowait ? WriteGate.NoWait : session.LockTimeout, first!);
                }

                return new StatementRun("LOCK TABLE");
            });
    }

    private static void Take(PgSession session, int timeout, PgClass relation)
    {
        try
        {
            session.Transaction.PrepareToWrite("LOCK TABLE", timeout, session.Cancellation);
        }
        catch (PgException e) when (timeout == WriteGate.NoWait && e.SqlState == SqlState.LockNotAvailable)
        {
            throw new PgException(SqlState.LockNotAvailable, $"could not obtain lock on relation \"{relation.relname}\"", e);
        }
    }
}
