using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Transactions;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Locks;

/// <summary>A version of a row.</summary>
/// <param name="Rowid">Its place.</param>
/// <param name="Values">Its columns, and xmin after them.</param>
/// <param name="IsChanged">Whether it is another one than the statement's snapshot has.</param>
internal sealed record RowVersion(long Rowid, PgDatum[] Values, bool IsChanged)
{
    /// <summary>The version that the statement sees, of a changed row, where that is asked for.</summary>
    internal RowVersion? Before { get; init; }

    /// <summary>Its own table, where it is read as a row of one that this inherits from; else 0.</summary>
    internal uint Table { get; init; }

    /// <summary>The version of a row of a table as a row of one that this inherits from, or of itself.</summary>
    internal RowVersion AsRowOf(TableLayout named, TableLayout member)
    {
        var map = Inheritance.Map(named.Catalog, named.Oid, member.Oid);
        var values = new PgDatum[named.Columns.Length + 1];
        for (var i = 0; i < named.Columns.Length; i++)
        {
            values[i] = Values[member.IndexOf(map[named.Columns[i].Attnum])];
        }

        values[^1] = Values[^1];
        return this with { Values = values, Table = member.Oid };
    }
}

/// <summary>Locks the rows that a statement has found, in their newest versions, and reads those. The statement's snapshot is the one at its making.</summary>
internal sealed class RowVersions(PgSession session)
{
    private readonly long _snapshot = session.Transaction.SnapshotSequence;

    /// <summary>Locks a row, waiting for others if that is the policy.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rowid">The row; where it is now, afterwards.</param>
    /// <param name="strength">How.</param>
    /// <param name="policy">What to do about a row that another transaction has.</param>
    /// <param name="doing">What for, in the context of an error: "updating".</param>
    /// <param name="beforeWait">Called before it waits: no statement may be running on the connection then.</param>
    /// <exception cref="PgException">40001, 55P03, 57014, 40P01.</exception>
    internal RowLockOutcome Lock(TableLayout table, ref long rowid, RowLockStrength strength, LockWaitPolicy policy, string doing, Action? beforeWait = null)
    {
        var outcome = RowLockOutcome.Locked;
        var since = _snapshot;
        while (true)
        {
            var transaction = session.Transaction;
            var isWrite = doing is "updating" or "deleting";
            if (transaction.LockRow(table.Oid, rowid, strength, LockPatience.None, isWrite) == RowLockOutcome.NotAvailable)
            {
                switch (policy)
                {
                    case LockWaitPolicy.Skip:
                        return RowLockOutcome.NotAvailable;
                    case LockWaitPolicy.Error:
                        throw new PgException(SqlState.LockNotAvailable, $"could not obtain lock on row in relation \"{table.Name}\"");
                }

                beforeWait?.Invoke();
                session.WaitForLock(
                    LockTag.Row(table.Oid, rowid), (int)strength, $"while {doing} tuple ({(uint)(rowid >> 16)},{(ushort)rowid}) in relation \"{table.Name}\"");
                session.ResumeStatement();
                continue;
            }

            if (!transaction.IsContended || transaction.IsolationLevel >= PgIsolationLevel.RepeatableRead || session.Database.Transactions.Recent.Find(table.Oid, rowid, since) is not { } change)
            {
                return outcome;
            }

            if (change.Kind is ChangeKind.Deleted or ChangeKind.Left || change.Born > since)
            {
                return change.Kind == ChangeKind.Left && change.Born <= since ? throw Transaction.MovedToOtherPartition() : RowLockOutcome.Gone;
            }

            outcome = RowLockOutcome.LockedButChanged;
            if (change.Kind != ChangeKind.Moved)
            {
                return outcome;
            }

            // What happens to it at its new place counts from the commit on that has put it there.
            (rowid, since) = (change.MovedTo, change.Sequence);
        }
    }

    /// <summary>The version that others have committed, of a row that is locked.</summary>
    internal RowVersion? Newest(TableLayout table, long rowid) => session.Transaction.OnNewest(() => Read(table, rowid, isChanged: true));

    /// <summary>The version that the statement sees.</summary>
    internal RowVersion? Seen(TableLayout table, long rowid) => Read(table, rowid, isChanged: false);

    private RowVersion? Read(TableLayout table, long rowid, bool isChanged)
    {
        using var row = table.Version.Open(session, [PgDatum.FromInt64(rowid)]);
        if (!row.Read())
        {
            return null;
        }

        var values = new PgDatum[table.Columns.Length + 1];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = row.GetDatum(i);
        }

        return new RowVersion(rowid, values, isChanged);
    }
}
