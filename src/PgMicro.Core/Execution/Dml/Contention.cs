using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Transactions;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>
/// Runs data-modifying statements beside other writers. A statement that meets a row or key of another transaction is undone, waits
/// without keeping anybody from working, and is run again: its target rows stay those that it had found, and are
/// looked at anew (manual: "Read Committed Isolation Level").
/// </summary>
internal static class Contention
{
    // Not to be mistaken for a savepoint of the client's.
    private const string Savepoint = "\u0001statement";

    /// <summary>Runs an INSERT, UPDATE, DELETE or MERGE and returns the number of rows changed.</summary>
    internal static long Run(PgSession session, IWriteNode node, ReadOnlySpan<PgDatum> parameters, RowBuffer? returning)
    {
        object? staged = null;
        HashSet<long>? targets = null;
        while (true)
        {
            MustWaitException wait;
            using (var execution = new DmlExecution(session))
            {
                staged ??= node.Stage(execution, parameters);
                targets ??= node.Targets(staged);
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
            if (targets is not null)
            {
                Follow(session.Transaction, node.Table.Oid, targets, wait);
                using var execution = new DmlExecution(session);
                staged = node.Stage(execution, parameters, targets);
            }
            else if (node.Command != CommandType.Insert)
            {
                staged = null;
            }
        }
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
        var transaction = session.Transaction;
        if (wait.Tag is { } tag)
        {
            session.WaitForLock(tag, wait.Mode, wait.Context);
        }

        transaction.RefreshSnapshot();
        session.StageAgain?.Invoke();
    }

    // A target row may have got another rowid while it was waited for.
    private static void Follow(Transaction transaction, uint table, HashSet<long> targets, MustWaitException wait)
    {
        if (wait.SequenceBefore == transaction.SnapshotSequence)
        {
            return;
        }

        foreach (var rowid in targets.ToArray())
        {
            var place = rowid;
            while (transaction.MovedTo(table, place, wait.SequenceBefore) is var next and not 0 && targets.Add(next))
            {
                place = next;
            }
        }
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

        internal void Release() => _transaction.ReleaseSavepoint(Savepoint);

        internal void Forget() => _transaction.ForgetSavepoint(Savepoint);

        // What has been locked stays locked.
        internal void Undo()
        {
            _transaction.RollbackStatement(Savepoint);
            _transaction.ReleaseSavepoint(Savepoint);
        }
    }
}

/// <summary>A statement cannot go on before another transaction has ended, or on a snapshot as old as its own.</summary>
internal sealed class MustWaitException(LockTag? tag, int mode, long sequenceBefore, string? context = null) : Exception
{
    /// <summary>The lock to wait for; null when a fresh snapshot is all that is needed.</summary>
    internal LockTag? Tag => tag;

    internal int Mode => mode;

    /// <summary>Number of the commit that the statement has seen last.</summary>
    internal long SequenceBefore => sequenceBefore;

    /// <summary>What an error while waiting says of where.</summary>
    internal string? Context => context;
}
