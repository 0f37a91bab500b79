using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Utility;

/// <summary>BEGIN, COMMIT, ROLLBACK, SAVEPOINT … (manual, SQL commands).</summary>
internal static class TransactionCommands
{
    internal static ExecutablePlan Plan(Pg.TransactionStmt statement) =>
        new UtilityPlan((session, _) => new StatementRun(Run(session, statement)), needsSnapshot: false);

    /// <summary>Applies ISOLATION LEVEL, READ ONLY and DEFERRABLE to the running transaction.</summary>
    internal static void ApplyModes(PgSession session, IEnumerable<Pg.Node> options)
    {
        foreach (var option in options)
        {
            var element = option.DefElem;
            switch (element.Defname)
            {
                case "transaction_isolation":
                    var level = PgSession.ParseIsolation(element.Arg.AConst.Sval.Sval);
                    if (session.Transaction.HasSnapshot && level != session.Transaction.IsolationLevel)
                    {
                        throw new PgException(SqlState.ActiveSqlTransaction, "SET TRANSACTION ISOLATION LEVEL must be called before any query");
                    }

                    if (level != session.Transaction.IsolationLevel && session.Transaction.Savepoints.Count > 0)
                    {
                        throw new PgException(SqlState.ActiveSqlTransaction, "SET TRANSACTION ISOLATION LEVEL must not be called in a subtransaction");
                    }

                    session.Transaction.IsolationLevel = level;
                    break;
                case "transaction_read_only":
                    var readOnly = element.Arg.AConst.Ival.Ival != 0;
                    if (!readOnly && session.Transaction is { ReadOnly: true, Savepoints.Count: > 0 })
                    {
                        throw new PgException(SqlState.ActiveSqlTransaction, "cannot set transaction read-write mode inside a read-only transaction");
                    }

                    if (!readOnly && session.Transaction.ReadOnly && session.Transaction.HasSnapshot)
                    {
                        throw new PgException(SqlState.ActiveSqlTransaction, "transaction read-write mode must be set before any query");
                    }

                    session.Transaction.ReadOnly = readOnly;
                    break;
                case "transaction_deferrable":
                    if (session.Transaction.Savepoints.Count > 0)
                    {
                        throw new PgException(SqlState.ActiveSqlTransaction, "SET TRANSACTION [NOT] DEFERRABLE cannot be called within a subtransaction");
                    }

                    if (session.Transaction.HasSnapshot)
                    {
                        throw new PgException(SqlState.ActiveSqlTransaction, "SET TRANSACTION [NOT] DEFERRABLE must be called before any query");
                    }

                    session.Transaction.Deferrable = element.Arg.AConst.Ival.Ival != 0;
                    break;
                default:
                    throw PgErrors.FeatureNotSupported(element.Defname, element.Location);
            }
        }
    }

    private static string Run(PgSession session, Pg.TransactionStmt statement)
    {
        switch (statement.Kind)
        {
            case Pg.TransactionStmtKind.TransStmtBegin or Pg.TransactionStmtKind.TransStmtStart:
                if (session.InExplicitBlock)
                {
                    session.Notice(new PgNotice("WARNING", SqlState.ActiveSqlTransaction, "there is already a transaction in progress"));
                }
                else
                {
                    session.BeginBlock();
                }

                ApplyModes(session, statement.Options);
                return statement.Kind == Pg.TransactionStmtKind.TransStmtBegin ? "BEGIN" : "START TRANSACTION";

            case Pg.TransactionStmtKind.TransStmtCommit or Pg.TransactionStmtKind.TransStmtRollback:
                var commit = statement.Kind == Pg.TransactionStmtKind.TransStmtCommit;
                if (!session.InExplicitBlock)
                {
                    if (statement.Chain)
                    {
                        throw new PgException(
                            SqlState.NoActiveSqlTransaction, $"{(commit ? "COMMIT" : "ROLLBACK")} AND CHAIN can only be used in transaction blocks");
                    }

                    session.Notice(new PgNotice("WARNING", SqlState.NoActiveSqlTransaction, "there is no transaction in progress"));
                }

                return session.EndBlock(commit, statement.Chain) ? "COMMIT" : "ROLLBACK";

            case Pg.TransactionStmtKind.TransStmtSavepoint:
                RequireBlock(session, "SAVEPOINT");
                session.Transaction.DefineSavepoint(statement.SavepointName, session.Settings.Mark);
                return "SAVEPOINT";

            case Pg.TransactionStmtKind.TransStmtRelease:
                RequireBlock(session, "RELEASE SAVEPOINT");
                session.Transaction.ReleaseSavepoint(statement.SavepointName);
                return "RELEASE";

            case Pg.TransactionStmtKind.TransStmtRollbackTo:
                RequireBlock(session, "ROLLBACK TO SAVEPOINT");
                session.RollbackTo(statement.SavepointName);
                return "ROLLBACK";

            case Pg.TransactionStmtKind.TransStmtPrepare:
                if (!session.InExplicitBlock)
                {
                    session.Notice(new PgNotice("WARNING", SqlState.NoActiveSqlTransaction, "there is no transaction in progress"));
                }

                return session.PrepareBlock(statement.Gid) ? "PREPARE TRANSACTION" : "ROLLBACK";

            case Pg.TransactionStmtKind.TransStmtCommitPrepared or Pg.TransactionStmtKind.TransStmtRollbackPrepared:
                var isCommit = statement.Kind == Pg.TransactionStmtKind.TransStmtCommitPrepared;
                var command = isCommit ? "COMMIT PREPARED" : "ROLLBACK PREPARED";
                session.RejectInBlock(command);
                session.FinishPrepared(statement.Gid, isCommit);
                return command;

            default:
                throw PgErrors.FeatureNotSupported(statement.Kind.ToString());
        }
    }

    private static void RequireBlock(PgSession session, string command)
    {
        if (!session.InExplicitBlock)
        {
            throw new PgException(SqlState.NoActiveSqlTransaction, $"{command} can only be used in transaction blocks");
        }
    }
}
