using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <content>The locks that the session holds.</content>
public sealed partial class PgSession
{
    /// <summary>Who the session is in the lock table.</summary>
    internal LockOwner LockOwner { get; }

    private bool _mayMove;

    /// <summary>Makes the temporary tables anew that the running statement reads; called when it has got another connection or snapshot.</summary>
    internal Action? StageAgain { get; set; }

    private LockManager Locks => Database.Transactions.Locks;

    /// <summary>Locks a relation until the transaction's end.</summary>
    /// <exception cref="PgException">55P03, 57014, 40P01.</exception>
    internal LockOutcome LockRelation(uint relation, LockMode mode, bool dontWait = false)
    {
        _mayMove = _within is null;
        try
        {
            return Locks.AcquireRelation(LockOwner, relation, (int)mode, Patience(dontWait));
        }
        finally
        {
            _mayMove = false;
        }
    }

    /// <summary>The relation of a name; null when there is none.</summary>
    internal PgClass? TryResolveRelation(string schema, string name)
    {
        var catalog = Catalog;
        if (schema.Length > 0)
        {
            return catalog.FindNamespace(schema == "pg_temp" ? TempSchemaName : schema) is { } found ? catalog.FindClass(name, found.oid) : null;
        }

        foreach (var oid in SearchPath(includeImplicit: true))
        {
            if (catalog.FindClass(name, oid) is { } relation)
            {
                return relation;
            }
        }

        return null;
    }

    // Analysis locks what it names, so that what it finds out stays true. False when that takes waiting.
    private bool TryLockRelations(ExecutablePlan plan)
    {
        foreach (var (relation, mode) in plan.Locks)
        {
            if (Locks.AcquireRelation(LockOwner, relation, (int)mode, LockPatience.None) == LockOutcome.NotAvailable)
            {
                return false;
            }
        }

        return true;
    }

    // Whether it had to wait: then what the statement means may have changed.
    private bool LockRelations(ExecutablePlan plan)
    {
        var waited = false;
        var takesSnapshot = plan.Locks.Length > 0 && _transaction is { HasSnapshot: false, IsolationLevel: >= Transactions.PgIsolationLevel.RepeatableRead };
        var hasTaken = false;
        var version = Catalog.Version;
        foreach (var wanted in plan.LocksFor(this))
        {
            if (takesSnapshot && Locks.AcquireRelation(LockOwner, wanted.Relation, (int)wanted.Mode, LockPatience.None) == LockOutcome.NotAvailable)
            {
                // The snapshot is older than the wait.
                Transaction.PrepareToRead(Cancellation);
                (takesSnapshot, hasTaken) = (false, true);
            }

            try
            {
                waited |= LockRelation(wanted.Relation, wanted.Mode) == LockOutcome.GrantedAfterWait;
            }
            catch (PgException e) when (wanted.Location >= 0 && e.SqlState != SqlState.QueryCanceled)
            {
                throw e.At(wanted.Location);
            }
        }

        if (hasTaken && Catalog.Version != version)
        {
            // A file as old as that does not have the tables as they are defined now.
            Transaction.ForgetSnapshot();
        }

        // A statement that writes cannot wait in its midst; it waits before it begins.
        if (plan.WriteCommand is not null && MeetsLockedSequence(plan))
        {
            foreach (var sequence in plan.Sequences)
            {
                waited |= LockRelation(sequence, LockMode.RowExclusive) == LockOutcome.GrantedAfterWait;
            }
        }

        return waited;
    }

    // Whether somebody has, or wants, a lock that keeps nextval waiting.
    private bool MeetsLockedSequence(ExecutablePlan plan)
    {
        foreach (var sequence in plan.Sequences)
        {
            if (Locks.IsStronglyLocked(sequence))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Locks a sequence as nextval and its like do, until the transaction's end, whatever savepoints are rolled back.</summary>
    /// <exception cref="PgException">55P03, 57014, 40P01.</exception>
    internal void LockSequence(uint sequence)
    {
        if (LockOwner.HoldsFast(sequence, (int)LockMode.RowExclusive))
        {
            return;
        }

        var mark = LockOwner.Mark();
        Locks.AcquireRelation(LockOwner, sequence, (int)LockMode.RowExclusive, Patience());
        LockOwner.KeepSince(mark);
    }

    /// <summary>Notes what a statement is about to read, in a serializable transaction.</summary>
    /// <exception cref="PgException">40001.</exception>
    internal void NoteReads(ExecutablePlan plan, ReadOnlySpan<PgDatum> parameters)
    {
        if (_transaction is not { NotesReads: true } transaction)
        {
            return;
        }

        foreach (var read in plan.ReadsFor(this))
        {
            if (read.Rows is { } found)
            {
                NoteFound(transaction, read, found, parameters);
                continue;
            }

            var key = read.Parameter == 0 ? read.Key : read.Parameter <= parameters.Length ? parameters[read.Parameter - 1] : PgDatum.Null;
            if (read.Index == 0 || (key.IsNull && read.Parameter > parameters.Length))
            {
                transaction.NoteRead(read.Table);
            }
            else if (!key.IsNull)
            {
                transaction.NoteRead(read.Table, read.Index, key.Int64);
            }
        }
    }

    private void NoteFound(Transactions.Transaction transaction, in Execution.Locks.PredicateRead read, Dml.Lookup found, ReadOnlySpan<PgDatum> parameters)
    {
        const int Most = 1000;
        var rowids = new List<long>();
        using (var rows = found.Open(this, parameters))
        {
            while (rows.Read())
            {
                rowids.Add(rows.GetInt64(0));
                if (rowids.Count > Most)
                {
                    transaction.NoteRead(read.Table);
                    return;
                }
            }
        }

        var values = new PgDatum[read.ParameterCount];
        parameters[..Math.Min(parameters.Length, values.Length)].CopyTo(values);
        var matches = read.Matches!;
        transaction.NoteRead(read.Table, read.Index, rowids, row => matches.Any(this, [.. values, .. (PgDatum[])row]));
    }

    /// <inheritdoc/>
    public override bool AdvisoryLock(Int128 key, bool shared, bool transactionLevel, bool wait)
    {
        var (tag, mode, patience) = (AdvisoryTag(key), AdvisoryMode(shared), Patience(dontWait: !wait));
        var outcome = transactionLevel ? Locks.Acquire(LockOwner, tag, mode, patience) : Locks.AcquireForSession(LockOwner, tag, mode, patience);
        return outcome != LockOutcome.NotAvailable;
    }

    /// <inheritdoc/>
    public override bool AdvisoryUnlock(Int128 key, bool shared) => Locks.ReleaseForSession(LockOwner, AdvisoryTag(key), AdvisoryMode(shared));

    /// <inheritdoc/>
    public override void AdvisoryUnlockAll() => Locks.ReleaseAllForSession(LockOwner);

    /// <summary>Waits for a row or key that another transaction has. No statement may be running on the connection.</summary>
    /// <returns>Whether somebody had it.</returns>
    /// <exception cref="PgException">40P01, 55P03, 57014, with what was being done as CONTEXT.</exception>
    internal bool WaitForLock(in LockTag tag, int mode, string? context)
    {
        _mayMove = _within is null;
        _isWaiting = true;
        try
        {
            return Locks.Acquire(LockOwner, tag, mode, Patience()) == LockOutcome.GrantedAfterWait;
        }
        catch (PgException e) when (e.Where is null)
        {
            e.Where = context;
            throw;
        }
        finally
        {
            _mayMove = false;
            _isWaiting = false;
        }
    }

    /// <summary>Waits for whoever holds a lock in a mode that excludes another one, and takes nothing.</summary>
    /// <exception cref="PgException">As of <see cref="WaitForLock"/>.</exception>
    internal void WaitForHolder(in LockTag tag, int mode, string? context)
    {
        WaitForLock(tag, mode, context);
        Locks.ReleaseTo(LockOwner, LockOwner.Mark() - 1);
    }

    /// <summary>Takes a lock until the transaction's end unless another transaction has it.</summary>
    internal bool TryLock(in LockTag tag, int mode) => Locks.Acquire(LockOwner, tag, mode, LockPatience.None) != LockOutcome.NotAvailable;

    /// <summary>A statement goes on after a wait, on the snapshot that it had.</summary>
    internal void ResumeStatement()
    {
        if (_transaction?.Resume() == true)
        {
            StageAgain?.Invoke();
        }
    }

    // A statement that waits inside SQLite cannot leave its connection.
    private void BeforeWait()
    {
        if (_mayMove)
        {
            _transaction?.BeforeWait();
        }
    }

    /// <summary>How long the running statement waits for a lock.</summary>
    internal LockPatience Patience(bool dontWait = false) => new(LockTimeout, dontWait, Cancellation);

    // Two integers have a bit above those of one bigint.
    private static LockTag AdvisoryTag(Int128 key) => new(LockKind.Advisory, (key >> 64) == 1 ? 2u : 1u, (long)(ulong)(key & ulong.MaxValue));

    private static int AdvisoryMode(bool shared) => (int)(shared ? LockMode.Share : LockMode.Exclusive);
}
