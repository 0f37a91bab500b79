using System.Globalization;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Transactions;
using PgMicro.Core.Transactions.Locking;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <content>Two-phase commit (manual: PREPARE TRANSACTION, COMMIT PREPARED, ROLLBACK PREPARED).</content>
public sealed partial class PgSession
{
    /// <summary>PREPARE TRANSACTION: false when the transaction had failed and was rolled back.</summary>
    /// <exception cref="PgException">Whatever keeps it from being prepared: it is rolled back then.</exception>
    internal bool PrepareBlock(string gid)
    {
        if (_failed || !InTransactionBlock)
        {
            EndBlock(commit: false, chain: false);
            return false;
        }

        SpoolOpenPortals();
        CloseOpenPortals();
        _inBlock = false;
        PrepareTransaction(gid);
        EnsureTransaction();
        return true;
    }

    /// <summary>SET TRANSACTION SNAPSHOT.</summary>
    /// <exception cref="PgException">25001 after a query, 0A000 for another isolation level or database, 22023, 42704.</exception>
    internal void ImportSnapshot(string id)
    {
        var transaction = Transaction;
        if (transaction.HasSnapshot || transaction.AssignedXid != 0 || transaction.Savepoints.Count > 0)
        {
            throw new PgException(SqlState.ActiveSqlTransaction, "SET TRANSACTION SNAPSHOT must be called before any query");
        }

        if (transaction.IsolationLevel < PgIsolationLevel.RepeatableRead)
        {
            throw new PgException(
                SqlState.FeatureNotSupported, "a snapshot-importing transaction must have isolation level SERIALIZABLE or REPEATABLE READ");
        }

        if (id.Length == 0 || id.AsSpan().ContainsAnyExcept("0123456789ABCDEF-"))
        {
            throw new PgException(SqlState.InvalidParameterValue, $"invalid snapshot identifier: \"{id}\"");
        }

        if (!Database.Transactions.Exported.TryGetValue(id, out var snapshot))
        {
            throw OtherDatabases().Any(d => d.Transactions.Exported.ContainsKey(id))
                ? new PgException(SqlState.FeatureNotSupported, "cannot import a snapshot from a different database")
                : new PgException(SqlState.UndefinedObject, $"snapshot \"{id}\" does not exist");
        }

        transaction.ImportSnapshot(snapshot);
    }

    /// <summary>COMMIT PREPARED, ROLLBACK PREPARED.</summary>
    /// <exception cref="PgException">42704, 42501, 55000; 0A000 for one of another database.</exception>
    internal void FinishPrepared(string gid, bool commit)
    {
        if (Database.ReadOnly)
        {
            throw new PgException(SqlState.ReadOnlySqlTransaction, $"cannot execute {(commit ? "COMMIT" : "ROLLBACK")} PREPARED in a read-only transaction");
        }

        var registry = Database.Transactions.Prepared;
        if (registry.Take(gid) is not { } prepared)
        {
            throw OtherDatabases().Any(d => d.Transactions.Prepared.Contains(gid))
                ? new PgException(SqlState.FeatureNotSupported, "prepared transaction belongs to another database")
                    .WithHint("Connect to the database where the transaction was prepared to finish it.")
                : Transaction.DoesNotExist(gid);
        }

        try
        {
            if (!IsSuperuser && Catalog.FindRole(CurrentRole)?.oid != prepared.OwnerOid)
            {
                throw new PgException(SqlState.InsufficientPrivilege, "permission denied to finish prepared transaction")
                    .WithHint("Must be superuser or the user that prepared the transaction.");
            }

            Transaction.FinishPrepared(prepared, commit, oid => TableLayout.Get(Database.Transactions.Catalog, oid), LockTimeout, Cancellation);
        }
        finally
        {
            registry.Release(prepared);
        }
    }

    private void PrepareTransaction(string gid)
    {
        var transaction = _transaction!;
        var (waits, isReserved, isPrepared) = (_waitsForDisk, false, false);
        try
        {
            if (Database.ReadOnly)
            {
                throw new PgException(SqlState.ReadOnlySqlTransaction, "cannot execute PREPARE TRANSACTION in a read-only transaction");
            }

            var owner = Catalog.FindRole(CurrentRole)?.oid ?? 0;
            var prepared = transaction.Prepare(gid, Now(), owner, () => CheckPreparable(transaction, gid, out isReserved));
            isPrepared = true;
            if (_rowCounts is { Count: > 0 } counts)
            {
                _rowCounts = null;
                prepared.Finished = committed => Database.Statistics.Add(counts, committed);
            }
        }
        finally
        {
            _transaction = null;
            StopTransactionTimeout();
            DropCursorsOf(transaction);
            if (!isPrepared)
            {
                if (isReserved)
                {
                    Database.Transactions.Prepared.Cancel(gid);
                }

                transaction.Rollback();
                EndStatistics(committed: false);
            }

            Settings.EndTransaction(isPrepared);
            EndNotifications(isPrepared);
            EndStatement();
        }

        FinishCommit(transaction, waits);
    }

    // In PostgreSQL's order.
    private void CheckPreparable(Transaction transaction, string gid, out bool isReserved)
    {
        isReserved = false;
        if (_cursors.Values.Any(c => c.Transaction == transaction && c.Plan.IsHoldable))
        {
            throw Unpreparable("cannot PREPARE a transaction that has created a cursor WITH HOLD");
        }

        if (HasUsedTempObjects(transaction))
        {
            throw Unpreparable("cannot PREPARE a transaction that has operated on temporary objects");
        }

        if (transaction.HasExported)
        {
            throw Unpreparable("cannot PREPARE a transaction that has exported snapshots");
        }

        var most = int.Parse(Settings.Get("max_prepared_transactions")!, CultureInfo.InvariantCulture);
        Database.Transactions.Prepared.Reserve(gid, most, OtherDatabases().Any(d => d.Transactions.Prepared.Contains(gid)));
        isReserved = true;
        if (_notifyActions is { Count: > 0 })
        {
            throw Unpreparable("cannot PREPARE a transaction that has executed LISTEN, UNLISTEN, or NOTIFY");
        }

        if (Locks.HoldsTwice(LockOwner))
        {
            throw Unpreparable("cannot PREPARE while holding both session-level and transaction-level locks on the same object");
        }
    }

    private bool HasUsedTempObjects(Transaction transaction)
    {
        if (!HasTempObjects)
        {
            return false;
        }

        var (catalog, committed) = (transaction.Catalog, Database.Transactions.Catalog);
        return Locks.HeldBy(LockOwner).Exists(l => l.Tag.Kind == LockKind.Relation && (catalog.Class(l.Tag.Object) ?? committed.Class(l.Tag.Object)) is { relpersistence: 't' })
            || (!ReferenceEquals(catalog, committed) && catalog.FindNamespace(TempSchemaName) is { } schema
                && catalog.Rows(Core.Catalog.Tables.PgClass.Relation).Any(c => c.relnamespace == schema.oid && !ReferenceEquals(c, committed.Class(c.oid))));
    }

    private IEnumerable<PgDatabase> OtherDatabases() =>
        Database.OpenDatabases().Where(d => !ReferenceEquals(d, Database));

    // transaction, gid, prepared, ownerid, dbid
    private List<PgDatum[]> PreparedTransactionRows() =>
    [
        .. Database.OpenDatabases().SelectMany(static d => d.Transactions.Prepared.All.Select(p => new[]
        {
            PgDatum.FromInt64(p.Xid), PgDatum.FromText(p.Gid), PgDatum.FromInt64(p.Time), PgDatum.FromInt64(p.OwnerOid), PgDatum.FromInt64(d.Row.oid),
        })),
    ];

    private static PgException Unpreparable(string message) => new(SqlState.FeatureNotSupported, message);
}
