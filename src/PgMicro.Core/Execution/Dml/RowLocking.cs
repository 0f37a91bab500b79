using PgMicro.Core.Errors;
using PgMicro.Core.Transactions;
using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Execution.Dml;

/// <summary>The locks that a data-modifying statement takes on rows and keys as it goes. They never wait: see <see cref="Contention"/>.</summary>
internal sealed class RowLocking(PgSession session)
{
    private static readonly LockPatience AtOnce = new(0, true, CancellationToken.None);
    private readonly Transaction _transaction = session.Transaction;
    private readonly List<LockTag> _keys = [];
    private readonly List<LockTag> _before = [];
    private long _rowidBefore;

    /// <summary>Locks a row that is about to be changed.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="rowid">The row.</param>
    /// <param name="strength">How.</param>
    /// <param name="doing">What is about to be done, for the context of an error.</param>
    /// <param name="relation">What it is done to, where that is not the table.</param>
    internal void Lock(TableLayout table, long rowid, RowLockStrength strength, string doing, string? relation = null)
    {
        switch (_transaction.LockRow(table.Oid, rowid, strength, AtOnce, isWrite: strength >= RowLockStrength.NoKeyUpdate))
        {
            case RowLockOutcome.NotAvailable:
                throw new MustWaitException(
                    new LockTag(LockKind.Row, table.Oid, rowid), (int)strength, $"while {doing} tuple (0,{rowid}) in relation \"{relation ?? table.Name}\"");
            case RowLockOutcome.LockedButChanged or RowLockOutcome.Gone:
                throw Refresh();
        }
    }

    /// <summary>Notes the keys of a row that is about to be updated: those that stay need no lock.</summary>
    internal void NoteKeys(TableLayout table, long rowid)
    {
        _before.Clear();
        _rowidBefore = rowid;
        table.AddKeys(session.Connection, rowid, _before);
    }

    /// <summary>Locks the keys of a row that has just been written, so that nobody else writes them before this transaction ends.</summary>
    internal void LockKeys(TableLayout table, long rowid, bool isNew)
    {
        if (table.RowidColumn >= 0 && (isNew || rowid != _rowidBefore))
        {
            Lock(table, rowid, RowLockStrength.Update, "inserting index", table.IndexName(table.RowidIndex));
        }

        _keys.Clear();
        table.AddKeys(session.Connection, rowid, _keys);
        foreach (var key in _keys)
        {
            if (!isNew && _before.Contains(key))
            {
                continue;
            }

            if (key.IsExclusion)
            {
                LockExclusion(table, key, rowid);
            }
            else
            {
                LockKey(table, key);
            }
        }
    }

    /// <summary>Locks a key of a unique index.</summary>
    internal void LockKey(TableLayout table, in LockTag key)
    {
        if (!_transaction.TryLockKey(key, out var isNew))
        {
            throw new MustWaitException(
                key, (int)RowLockStrength.Update, $"while inserting index tuple (0,1) in relation \"{table.IndexName(key.Object)}\"");
        }

        if (!isNew && _transaction.IsolationLevel >= PgIsolationLevel.RepeatableRead)
        {
            throw new PgException(SqlState.SerializationFailure, "could not serialize access due to concurrent update");
        }

        if (!isNew)
        {
            Confirm();
        }
    }

    // A row that others cannot exclude must be known as such: what they have written since the snapshot counts too.
    private void LockExclusion(TableLayout table, in LockTag key, long rowid)
    {
        var oid = key.Object;
        var index = Array.Find(table.UniqueIndexes, i => i.Index.indexrelid == oid)!;
        if (index.FindExcluding(session, key.Key!, _transaction.TakeExclusionKey(key)) is { } excluding)
        {
            // The one that was there first is met first.
            if (index.FindOther(session, rowid, out var found) is { } other && other < ExclusionKey.Rowid(excluding.Key!))
            {
                Confirm(table, other);
                throw index.Violation(found, session);
            }

            throw new MustWaitException(
                excluding, (int)RowLockStrength.Update, $"while checking exclusion constraint on tuple (0,{rowid}) in relation \"{table.Name}\"", keepsLock: false);
        }

        if (!_transaction.IsExcludedLately(oid))
        {
            return;
        }

        if (_transaction.IsolationLevel >= PgIsolationLevel.RepeatableRead)
        {
            index.CheckNewest(session, rowid);
        }

        Confirm();
    }

    /// <summary>
    /// Takes the key that a row has in the index of a deferrable constraint, without waiting. Whether the constraint is to be looked at again, because
    /// another transaction has the key or had it lately.
    /// </summary>
    internal bool TakeDeferrableKey(UniqueIndex index, long rowid)
    {
        if (index.StoredKey(session, rowid) is not { } text)
        {
            return false;
        }

        if (index.IsExclusion)
        {
            var key = LockTag.OfKey(index.Index.indexrelid, text);
            return index.FindExcluding(session, text, _transaction.TakeExclusionKey(key)) is not null || _transaction.IsExcludedLately(index.Index.indexrelid);
        }

        return !_transaction.TryLockKey(new LockTag(LockKind.Key, index.Index.indexrelid, 0, text), out var isNew) || !isNew
            || _transaction is { IsSnapshotOld: true, IsolationLevel: >= PgIsolationLevel.RepeatableRead };
    }

    /// <summary>A constraint is violated as the statement sees it: whether that holds is known only when nobody else is about to change it.</summary>
    internal void Confirm(TableLayout table, long rowid)
    {
        var tag = new LockTag(LockKind.Row, table.Oid, rowid);
        if (session.Database.Transactions.Locks.IsHeldByOther(session.LockOwner, tag, (int)RowLockStrength.Share))
        {
            // Several may wait for the one that writes; none of them is to keep the others from going on.
            throw new MustWaitException(
                tag, (int)RowLockStrength.Share, $"while checking uniqueness of tuple (0,{rowid}) in relation \"{table.Name}\"", keepsLock: false);
        }

        Confirm();
    }

    /// <inheritdoc cref="Confirm(TableLayout, long)"/>
    internal void Confirm()
    {
        if (_transaction.IsSnapshotOld && _transaction.IsolationLevel < PgIsolationLevel.RepeatableRead)
        {
            throw Refresh();
        }
    }

    private static MustWaitException Refresh() => new(null, 0);
}
