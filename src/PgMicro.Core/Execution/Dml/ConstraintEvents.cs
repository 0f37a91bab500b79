using PgMicro.Core.Errors;
using PgMicro.Core.Transactions;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>What is left to do for a changed row at the end of its statement or, when deferred, of its transaction.</summary>
internal abstract class ConstraintEvent
{
    internal abstract uint ConstraintOid { get; }

    /// <summary>The table whose change it follows.</summary>
    internal abstract uint RelationOid { get; }

    /// <summary>Whether it is undone with the change that it follows; a check rather finds nothing wrong then.</summary>
    internal virtual bool IsRolledBack => false;

    /// <summary>Whether it waits for the end of the transaction.</summary>
    internal abstract bool IsDeferred(PgSession session);

    /// <summary>Checks, raising the violation.</summary>
    /// <param name="session">The session.</param>
    /// <param name="locking">The locks of the statement at whose end this is; without it another transaction is waited for here.</param>
    internal abstract void Check(PgSession session, RowLocking? locking = null);

    /// <summary>Does it at the end of the statement.</summary>
    internal virtual void Fire(DmlExecution execution) => Check(execution.Session, execution.Locking);
}

/// <summary>A referencing row that had no referenced row when it was written.</summary>
internal sealed class ReferenceCheck(ForeignKey key, long rowid, PgDatum[] values) : ConstraintEvent
{
    internal override uint ConstraintOid => key.Row.oid;

    internal override uint RelationOid => key.Row.conrelid;

    internal override bool IsDeferred(PgSession session) => DeferredConstraints.IsDeferred(session, key.Row);

    internal override void Check(PgSession session, RowLocking? locking = null)
    {
        if (!key.IsCurrent(session, rowid, values))
        {
            return;
        }

        if (key.FindReferenced(session, values) is { } referenced)
        {
            LockReferenced(session, referenced, locking);
        }
        else
        {
            throw ConstraintErrors.MissingReference(
                key.Referencing, key.Name, $"Key{(ConstraintErrors.ShowsRows(key.Referencing, session) ? " " + key.KeyText(values, session) : "")} is not present in table \"{key.Referenced.Name}\".");
        }
    }

    // The referenced row must not go before this transaction has ended.
    private void LockReferenced(PgSession session, RowPlace referenced, RowLocking? locking)
    {
        var transaction = session.Transaction;
        var (table, rowid) = referenced;
        transaction.NoteRead(table.Oid, table.RowidIndex, rowid);
        if (!transaction.IsContended)
        {
            transaction.NoteReferenced(table.Oid, rowid);
            return;
        }

        var tag = new LockTag(LockKind.Row, table.Oid, rowid);
        if (locking is not null)
        {
            locking.Lock(table, rowid, RowLockStrength.KeyShare, "locking");
        }
        else if (session.WaitForLock(tag, (int)RowLockStrength.KeyShare, $"while locking tuple (0,{rowid}) in relation \"{table.Name}\""))
        {
            transaction.RefreshSnapshot();
            Check(session);
        }
    }
}

/// <summary>A referenced row that was deleted or got another key.</summary>
internal sealed class ReferencedChange(ForeignKey key, PgDatum[] oldKey, PgDatum[]? newKey) : ConstraintEvent
{
    private char Action => newKey is null ? key.Row.confdeltype : key.Row.confupdtype;

    internal override uint ConstraintOid => key.Row.oid;

    internal override uint RelationOid => key.Row.confrelid;

    // Only the check of NO ACTION can wait.
    internal override bool IsDeferred(PgSession session) =>
        Action == ForeignKeyAction.NoAction && DeferredConstraints.IsDeferred(session, key.Row);

    internal override void Check(PgSession session, RowLocking? locking = null)
    {
        // RESTRICT does not accept another row that has taken the key over.
        if (Action != ForeignKeyAction.Restrict && key.IsKeyPresent(session, oldKey))
        {
            return;
        }

        if (IsReferenced(session, locking) || IsReferencedLately(session))
        {
            throw ConstraintErrors.StillReferenced(key.Referenced, key.Referencing, key.Name, ConstraintErrors.ShowsRows(key.Referenced, session) ? key.ReferencedKeyText(oldKey, session) : null);
        }
    }

    // The first referring row is locked against being deleted: it may be about to go.
    private bool IsReferenced(PgSession session, RowLocking? locking)
    {
        while (key.FindReferencing(session, oldKey) is { } referencing)
        {
            if (!session.Transaction.IsContended)
            {
                return true;
            }

            if (locking is not null)
            {
                locking.Lock(referencing.Table, referencing.Rowid, RowLockStrength.KeyShare, "locking");
                return true;
            }

            var tag = LockTag.Row(referencing.Table.Oid, referencing.Rowid);
            if (!session.WaitForLock(tag, (int)RowLockStrength.KeyShare, $"while locking tuple (0,{referencing.Rowid}) in relation \"{referencing.Table.Name}\""))
            {
                return true;
            }

            session.Transaction.RefreshSnapshot();
        }

        return false;
    }

    // Rows that a REPEATABLE READ snapshot does not show refer to it all the same.
    private bool IsReferencedLately(PgSession session) =>
        session.Transaction is { IsSnapshotOld: true, IsolationLevel: >= PgIsolationLevel.RepeatableRead } transaction
        && transaction.OnNewest(() => key.IsReferencing(session, oldKey));

    internal override void Fire(DmlExecution execution)
    {
        var session = execution.Session;
        if (Action is ForeignKeyAction.NoAction or ForeignKeyAction.Restrict)
        {
            Check(session, execution.Locking);
            return;
        }

        if (IsReferencedLately(session))
        {
            throw new PgException(SqlState.SerializationFailure, "could not serialize access due to concurrent update");
        }

        try
        {
            if (newKey is null)
            {
                execution.RunNested(key.OnDelete(session), oldKey);
            }
            else
            {
                execution.RunNested(key.OnUpdate(session), [.. oldKey, .. newKey]);
            }
        }
        catch (PgException e)
        {
            var line = $"SQL statement \"{key.ActionText(Action, isDelete: newKey is null)}\"";
            e.Where = e.Where is null ? line : e.Where + "\n" + line;
            throw;
        }

        // The default may be the very key that went.
        if (Action == ForeignKeyAction.SetDefault)
        {
            Check(session);
        }
    }
}

/// <summary>A row whose key another row had already under a deferrable unique constraint, or may get by another transaction.</summary>
internal sealed class UniqueRecheck(UniqueIndex index, long rowid) : ConstraintEvent
{
    internal override uint ConstraintOid => index.Constraint!.oid;

    internal override uint RelationOid => index.Table.Oid;

    internal override bool IsDeferred(PgSession session) => DeferredConstraints.IsDeferred(session, index.Constraint!);

    internal override void Check(PgSession session, RowLocking? locking = null)
    {
        var transaction = session.Transaction;
        if (transaction.IsContended && index.StoredKey(session, rowid) is { } text)
        {
            var key = LockTag.OfKey(index.Index.indexrelid, text);
            if (index.IsExclusion)
            {
                WaitForExcluding(session, locking, key);
            }
            else if (locking is not null)
            {
                locking.LockKey(index.Table, key);
            }
            else if (session.WaitForLock(key, (int)RowLockStrength.Update, $"while inserting index tuple (0,1) in relation \"{index.Name}\"")
                || transaction.IsSnapshotOld)
            {
                transaction.RefreshSnapshot();
            }
        }

        while (index.FindOther(session, rowid, out var found) is { } other)
        {
            if (!Waits(session, locking, other))
            {
                throw index.Violation(found, session);
            }
        }

        if (transaction is { IsSnapshotOld: true, IsolationLevel: >= PgIsolationLevel.RepeatableRead })
        {
            index.CheckNewest(session, rowid);
        }
    }

    private void WaitForExcluding(PgSession session, RowLocking? locking, in LockTag key)
    {
        var transaction = session.Transaction;
        var context = $"while checking exclusion constraint on tuple (0,{rowid}) in relation \"{index.Table.Name}\"";
        while (index.FindExcluding(session, key.Key!, transaction.TakeExclusionKey(key)) is { } excluding)
        {
            if (locking is not null)
            {
                throw new MustWaitException(excluding, (int)RowLockStrength.Update, context, keepsLock: false);
            }

            session.WaitForHolder(excluding, (int)RowLockStrength.Update, context);
            transaction.RefreshSnapshot();
        }

        if (transaction.IsSnapshotOld)
        {
            locking?.Confirm();
            transaction.RefreshSnapshot();
        }
    }

    // For who is about to change the other row. False when nobody is.
    private bool Waits(PgSession session, RowLocking? locking, long other)
    {
        var tag = new LockTag(LockKind.Row, index.Table.Oid, other);
        if (!session.Transaction.IsContended || !session.Database.Transactions.Locks.IsHeldByOther(session.LockOwner, tag, (int)RowLockStrength.NoKeyUpdate))
        {
            return false;
        }

        locking?.Confirm(index.Table, other);
        session.WaitForLock(tag, (int)RowLockStrength.Share, $"while checking uniqueness of tuple (0,{other}) in relation \"{index.Table.Name}\"");
        session.Transaction.RefreshSnapshot();
        return true;
    }
}
