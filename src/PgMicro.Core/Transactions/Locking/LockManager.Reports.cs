namespace PgMicro.Core.Transactions.Locking;

/// <content>
/// What pg_locks and pg_stat_activity show. PostgreSQL keeps row locks in the rows and does not show them: there, who waits for a row waits for its
/// transaction's id, and who waits behind another waits for the place of the row; so it is told here.
/// </summary>
internal sealed partial class LockManager
{
    private const string Exclusive = "ExclusiveLock";

    /// <summary>All locks that are held and waited for.</summary>
    internal IReadOnlyList<LockReport> Report()
    {
        var rows = new List<LockReport>();
        lock (_mutex)
        {
            foreach (var owner in _owners)
            {
                foreach (var (relation, modes) in owner.FastLocks())
                {
                    AddModes(rows, owner, LockReportKind.Relation, LockTag.Relation(relation), modes, isFastPath: true);
                }

                if (owner.IsInTransaction)
                {
                    rows.Add(new LockReport(owner, LockReportKind.VirtualXid, default, 0, Exclusive, true, owner.Pid != 0, null));
                }
            }

            foreach (var entry in _entries.Values)
            {
                ReportEntry(rows, entry);
            }

            foreach (var owner in _owners)
            {
                if (owner.Xid != 0)
                {
                    rows.Add(new LockReport(owner, LockReportKind.TransactionId, default, owner.Xid, Exclusive, true, false, null));
                }

                if (owner.Wait is null && owner.ExternalBlocker?.Invoke() is { } blocker)
                {
                    rows.Add(new LockReport(owner, LockReportKind.TransactionId, default, blocker.Xid, "ShareLock", false, false, null));
                }
            }
        }

        return rows;
    }

    /// <summary>pg_stat_activity.wait_event of an owner that waits for a lock; null when it does not.</summary>
    internal string? WaitEvent(LockOwner owner)
    {
        lock (_mutex)
        {
            if (owner.Wait is not { } wait)
            {
                return owner.ExternalBlocker?.Invoke() is null ? null : "transactionid";
            }

            return wait.Entry.Tag.Kind switch
            {
                LockKind.Relation => "relation",
                LockKind.Advisory => "advisory",
                _ => IsQueuedForRow(wait) ? "tuple" : "transactionid",
            };
        }
    }

    private static void ReportEntry(List<LockReport> rows, LockEntry entry)
    {
        if (entry.Tag.Kind is LockKind.Relation or LockKind.Advisory)
        {
            var kind = entry.Tag.Kind == LockKind.Relation ? LockReportKind.Relation : LockReportKind.Advisory;
            for (var i = 0; i < entry.HolderCount; i++)
            {
                ref var holder = ref entry.HolderAt(i);
                AddModes(rows, holder.Owner!, kind, entry.Tag, holder.Modes, isFastPath: false);
            }

            foreach (var waiter in entry.Waiters ?? [])
            {
                rows.Add(new LockReport(waiter.Owner, kind, entry.Tag, 0, LockConflicts.NameOf(waiter.Mode), false, false, waiter.Since));
            }

            return;
        }

        foreach (var waiter in entry.Waiters ?? [])
        {
            var isQueued = IsQueuedForRow(waiter);
            if (isQueued || ReferenceEquals(entry.HeadOfRowQueue(), waiter))
            {
                var mode = LockConflicts.NameOf((int)LockConflicts.QueueMode((RowLockStrength)waiter.Mode));
                rows.Add(new LockReport(waiter.Owner, LockReportKind.Tuple, entry.Tag, 0, mode, !isQueued, false, isQueued ? waiter.Since : null));
            }

            if (!isQueued && entry.FindHolder(waiter.Owner, waiter.Conflicts) is { } holder)
            {
                rows.Add(new LockReport(waiter.Owner, LockReportKind.TransactionId, default, holder.Xid, "ShareLock", false, false, waiter.Since));
            }
        }
    }

    private static void AddModes(List<LockReport> rows, LockOwner owner, LockReportKind kind, in LockTag tag, int modes, bool isFastPath)
    {
        for (var mode = (int)LockMode.AccessShare; mode <= (int)LockMode.AccessExclusive; mode++)
        {
            if ((modes & (1 << mode)) != 0)
            {
                rows.Add(new LockReport(owner, kind, tag, 0, LockConflicts.NameOf(mode), true, isFastPath, null));
            }
        }
    }
}
