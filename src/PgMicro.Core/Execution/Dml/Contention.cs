using PgMicro.Core.Errors;
using PgMicro.Core.Transactions;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// Runs data-modifying statements beside other writers. First the rows are read and locked; one that has changed meanwhile is looked at anew, on the
/// statement's snapshot (manual: "Read Committed Isolation Level"). Then they are written: what meets a key or another row of another transaction is undone,
/// waits without keeping anybody from working, and is written again.
/// </summary>
internal static class Contention
{
    // Not to be mistaken for a savepoint of the client's.
    private const string Savepoint = "\u0001statement";

    /// <summary>Runs an INSERT, UPDATE, DELETE or MERGE and returns the number of rows changed.</summary>
    internal static long Run(PgSession session, IWriteNode node, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning, bool firesTriggers = false)
    {
        object staged;
        using (var execution = new DmlExecution(session, firesTriggers: firesTriggers))
        {
            staged = node.Stage(execution, parameters);
        }

        BeforeWriting(session);
        while (true)
        {
            MustWaitException wait;
            using (var execution = new DmlExecution(session))
            {
                var savepoint = Begin(session);
                try
                {
                    var count = node.Write(execution, staged, parameters, returning);
                    execution.FireEvents(0);
                    savepoint.Release();
                    return count;
                }
                catch (MustWaitException e)
                {
                    savepoint.Undo();
                    wait = e;
                }
                catch
                {
                    savepoint.Forget();
                    throw;
                }
            }

            returning?.Clear(node.ReturningWidth);
            Wait(session, wait);
        }
    }

    /// <summary>All has been read and locked: the rest of the statement is done where the newest versions of rows are, and those that refer to them.</summary>
    internal static void BeforeWriting(PgSession session)
    {
        if (session.Transaction.IsSnapshotOld)
        {
            Refresh(session);
        }
    }

    private static void Refresh(PgSession session)
    {
        session.Transaction.RefreshSnapshot();
        session.StageAgain?.Invoke();
    }

    /// <summary>What runs a statement once.</summary>
    internal delegate StatementRun StatementBody(PgSession session, ReadOnlySpan<PgDatum> parameters);

    /// <summary>Runs a statement of another form, as often as it takes.</summary>
    internal static StatementRun Run(PgSession session, StatementBody statement, ReadOnlySpan<PgDatum> parameters)
    {
        while (true)
        {
            MustWaitException wait;
            var savepoint = Begin(session);
            try
            {
                var run = statement(session, parameters);
                savepoint.Release();
                return run;
            }
            catch (MustWaitException e)
            {
                savepoint.Undo();
                wait = e;
            }
            catch
            {
                savepoint.Forget();
                throw;
            }

            Wait(session, wait);
        }
    }

    /// <summary>Runs a part of a statement, as often as it takes.</summary>
    /// <param name="session">The session.</param>
    /// <param name="part">What to run.</param>
    /// <param name="again">Called before it is run again.</param>
    internal static void Run(PgSession session, Action part, Action again)
    {
        while (true)
        {
            MustWaitException wait;
            var savepoint = Begin(session);
            try
            {
                part();
                savepoint.Release();
                return;
            }
            catch (MustWaitException e)
            {
                savepoint.Undo();
                wait = e;
            }
            catch
            {
                savepoint.Forget();
                throw;
            }

            Wait(session, wait);
            again();
        }
    }

    private static StatementSavepoint Begin(PgSession session) => new(session.Transaction);

    private static void Wait(PgSession session, MustWaitException wait)
    {
        if (wait.Tag is { } tag)
        {
            if (wait.KeepsLock)
            {
                session.WaitForLock(tag, wait.Mode, wait.Context);
            }
            else
            {
                session.WaitForHolder(tag, wait.Mode, wait.Context);
            }
        }

        Refresh(session);
    }

    /// <summary>What a statement has done, to be undone as one.</summary>
    private readonly struct StatementSavepoint
    {
        private readonly Transaction _transaction;

        internal StatementSavepoint(Transaction transaction)
        {
            _transaction = transaction;
            transaction.DefineSavepoint(Savepoint, 0);
        }

        internal void Release() => _transaction.ReleaseSavepoint(Savepoint, isStatement: true);

        internal void Forget() => _transaction.ForgetSavepoint(Savepoint);

        // What has been locked stays locked.
        internal void Undo()
        {
            _transaction.RollbackStatement(Savepoint);
            _transaction.ReleaseSavepoint(Savepoint, isStatement: true);
        }
    }
}

/// <summary>A statement cannot go on before another transaction has ended, or on a snapshot as old as its own.</summary>
internal sealed class MustWaitException(LockTag? tag, int mode, string? context = null, bool keepsLock = true) : Exception
{
    /// <summary>The lock to wait for; null when a fresh snapshot is all that is needed.</summary>
    internal LockTag? Tag => tag;

    internal int Mode => mode;

    /// <summary>Whether the lock is wanted, and not only the end of who has it.</summary>
    internal bool KeepsLock => keepsLock;

    /// <summary>What an error while waiting says of where.</summary>
    internal string? Context => context;
}
