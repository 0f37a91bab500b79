using PgMicro.Core.Errors;
using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Transactions.Serializable;

/// <summary>
/// Serializable snapshot isolation: transactions run on snapshots, and one of them fails where what they read and wrote might fit no serial
/// order (Cahill, Röhm, Fekete 2008; Ports, Grittner 2012). Whoever reads leaves a note, which makes nobody wait.
/// </summary>
internal sealed partial class SerializableTransactions
{
    private readonly Lock _mutex = new();
    private readonly List<SerializableTransaction> _active = [];
    private readonly List<SerializableTransaction> _committed = [];
    private readonly Dictionary<PredicateTarget, List<SerializableTransaction>> _readers = [];
    private long _sequence;
    private int _writable;

    /// <summary>Held while a serializable transaction takes its snapshot or commits in the file, so that the numbers of commits tell what a snapshot shows.</summary>
    internal Lock Order { get; } = new();

    /// <summary>Enters a transaction that takes its snapshot now. Null when nothing of it needs to be noted: it only reads, and nobody writes.</summary>
    /// <param name="owner">Its session.</param>
    /// <param name="readOnly">Whether it only reads.</param>
    /// <param name="takeSnapshot">Takes the snapshot.</param>
    /// <param name="sequence">Of another transaction's snapshot, the last commit that it shows.</param>
    internal SerializableTransaction? Begin(LockOwner owner, bool readOnly, Action takeSnapshot, long? sequence = null)
    {
        lock (Order)
        {
            SerializableTransaction? mine;
            lock (_mutex)
            {
                mine = Enter(owner, readOnly, sequence);
            }

            try
            {
                takeSnapshot();
            }
            catch
            {
                if (mine is not null)
                {
                    Finish(mine, isCommit: false);
                }

                throw;
            }

            return mine;
        }
    }

    /// <summary>Waits until it is known whether a READ ONLY transaction's snapshot is safe.</summary>
    /// <exception cref="PgException">57014.</exception>
    internal bool WaitUntilSafe(SerializableTransaction mine, CancellationToken cancellation)
    {
        var decided = new ManualResetEventSlim();
        lock (_mutex)
        {
            if (!mine.IsSafe && !mine.IsUnsafe)
            {
                mine.Decided = decided;
            }
            else
            {
                decided.Set();
            }
        }

        try
        {
            decided.Wait(cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new PgException(SqlState.QueryCanceled, "canceling statement due to user request");
        }
        finally
        {
            lock (_mutex)
            {
                mine.Decided = null;
            }

            decided.Dispose();
        }

        return !mine.IsUnsafe;
    }

    /// <summary>Sessions on whose transactions the safety of a session's snapshot depends that waits for it.</summary>
    internal List<int> SafeSnapshotBlockers(int pid)
    {
        lock (_mutex)
        {
            return [.. _active.Where(t => t.Pid == pid && t.Decided is not null).SelectMany(static t => t.PossiblyUnsafe).Select(static t => t.Pid)];
        }
    }

    /// <summary>The last check before a commit.</summary>
    /// <exception cref="PgException">40001.</exception>
    internal void Prepare(SerializableTransaction mine)
    {
        lock (_mutex)
        {
            if (mine.IsDoomed)
            {
                throw Failure("Canceled on identification as a pivot, during commit attempt.");
            }

            foreach (var near in mine.InConflicts)
            {
                if (!near.IsCommitted && !near.IsDoomed
                    && (near.AssumesConflicts || near.InConflicts.Any(far => far == mine || (!far.IsCommitted && !far.IsReadOnly && !far.IsDoomed))))
                {
                    if (near.IsPrepared)
                    {
                        throw Failure("Canceled on commit attempt with conflict in from prepared pivot.");
                    }

                    near.IsDoomed = true;
                }
            }

            mine.PrepareSequence = ++_sequence;
            mine.IsPrepared = true;
        }
    }

    /// <summary>Enters a prepared transaction of the file.</summary>
    internal SerializableTransaction Recover(long xid, bool didWrite, IEnumerable<PredicateTarget> reads, IEnumerable<(uint Table, long Rowid)> writes)
    {
        lock (_mutex)
        {
            var recovered = new SerializableTransaction(0, xid, 0)
            {
                Xid = xid,
                IsPrepared = true,
                PrepareSequence = ++_sequence,
                DidWrite = didWrite,
                AssumesConflicts = true,
                HasConflictOut = true,
            };
            foreach (var read in reads)
            {
                Note(recovered, read);
            }

            foreach (var (table, rowid) in writes)
            {
                if (!recovered.Writes.TryGetValue(table, out var rows))
                {
                    recovered.Writes.Add(table, rows = []);
                }

                rows.Add(rowid);
            }

            _writable++;
            _active.Add(recovered);
            return recovered;
        }
    }

    /// <summary>Whether it has written, and what it has read and written.</summary>
    internal (bool DidWrite, PredicateTarget[] Reads, (uint Table, long Rowid)[] Writes) Notes(SerializableTransaction mine)
    {
        lock (_mutex)
        {
            return (mine.DidWrite, [.. mine.Reads], [.. mine.Writes.SelectMany(static w => w.Value.Select(rowid => (w.Key, rowid)))]);
        }
    }

    /// <summary>A transaction has ended.</summary>
    internal void Finish(SerializableTransaction mine, bool isCommit)
    {
        lock (_mutex)
        {
            if (mine.IsFinished)
            {
                return;
            }

            mine.IsFinished = true;
            _active.Remove(mine);
            var wasReadOnly = mine.IsReadOnly;
            if (isCommit)
            {
                mine.IsCommitted = true;
                mine.CommitSequence = ++_sequence;
                mine.IsReadOnly |= !mine.DidWrite;
            }
            else
            {
                mine.IsDoomed = true;
                mine.IsPrepared = false;
            }

            CloseConflicts(mine, isCommit);
            if (wasReadOnly)
            {
                Unlink(mine);
            }
            else
            {
                _writable--;
                DecideReadOnly(mine, isCommit);
            }

            if (isCommit)
            {
                _committed.Add(mine);
            }
            else
            {
                ForgetReads(mine);
            }

            ForgetOld();
        }
    }

    /// <summary>What pg_locks shows of reads.</summary>
    internal List<PredicateLockReport> Report()
    {
        lock (_mutex)
        {
            return [.. _active.Concat(_committed).SelectMany(static t => t.Reads.Select(r => new PredicateLockReport(t.HasNoSession ? 0 : t.Pid, t.Pid, t.LocalXid, r)))];
        }
    }

    private SerializableTransaction? Enter(LockOwner owner, bool readOnly, long? sequence)
    {
        if (readOnly && _writable == 0)
        {
            return null;
        }

        var mine = new SerializableTransaction(owner.Pid, owner.LocalXid, sequence ?? _sequence) { IsReadOnly = readOnly };
        if (!readOnly)
        {
            _writable++;
        }
        else
        {
            foreach (var other in _active)
            {
                if (other is { IsReadOnly: false, IsDoomed: false })
                {
                    mine.PossiblyUnsafe.Add(other);
                    other.PossiblyUnsafe.Add(mine);
                }
            }

            if (mine.PossiblyUnsafe.Count == 0)
            {
                return null;
            }
        }

        _active.Add(mine);
        return mine;
    }

    private static void CloseConflicts(SerializableTransaction mine, bool isCommit)
    {
        foreach (var other in mine.OutConflicts)
        {
            if (isCommit && !mine.IsReadOnly && other.IsCommitted)
            {
                mine.EarliestOutConflictCommit = mine.HasConflictOut ? Math.Min(mine.EarliestOutConflictCommit, other.PrepareSequence) : other.PrepareSequence;
                mine.HasConflictOut = true;
            }

            if (!isCommit || other.IsCommitted)
            {
                other.InConflicts.Remove(mine);
            }
        }

        mine.OutConflicts.RemoveWhere(o => !isCommit || o.IsCommitted);
        foreach (var other in mine.InConflicts)
        {
            if (!isCommit || other.IsCommitted || other.IsReadOnly)
            {
                other.OutConflicts.Remove(mine);
            }
        }

        mine.InConflicts.RemoveWhere(o => !isCommit || o.IsCommitted || o.IsReadOnly);
    }

    // READ ONLY transactions that overlap with a writer learn from its end whether their snapshots are safe.
    private static void DecideReadOnly(SerializableTransaction writer, bool isCommit)
    {
        foreach (var reader in writer.PossiblyUnsafe.ToArray())
        {
            if (isCommit && writer.DidWrite && writer.HasConflictOut && writer.EarliestOutConflictCommit <= reader.LastCommitBeforeSnapshot)
            {
                reader.IsUnsafe = true;
                Unlink(reader);
            }
            else
            {
                reader.PossiblyUnsafe.Remove(writer);
                reader.IsSafe = reader.PossiblyUnsafe.Count == 0;
            }

            if (reader.IsSafe || reader.IsUnsafe)
            {
                reader.Decided?.Set();
            }
        }

        writer.PossiblyUnsafe.Clear();
    }

    private static void Unlink(SerializableTransaction reader)
    {
        foreach (var writer in reader.PossiblyUnsafe)
        {
            writer.PossiblyUnsafe.Remove(reader);
        }

        reader.PossiblyUnsafe.Clear();
    }

    // Nobody who runs overlaps with what has committed before the oldest snapshot.
    private void ForgetOld()
    {
        var oldest = long.MaxValue;
        foreach (var active in _active)
        {
            oldest = Math.Min(oldest, active.LastCommitBeforeSnapshot);
        }

        for (var i = _committed.Count - 1; i >= 0; i--)
        {
            var old = _committed[i];
            if (old.CommitSequence > oldest)
            {
                continue;
            }

            _committed.RemoveAt(i);
            ForgetReads(old);
            foreach (var other in old.OutConflicts)
            {
                other.InConflicts.Remove(old);
            }

            foreach (var other in old.InConflicts)
            {
                other.OutConflicts.Remove(old);
            }
        }
    }

    private static PgException Failure(string reason) =>
        new PgException(SqlState.SerializationFailure, "could not serialize access due to read/write dependencies among transactions")
            .WithDetail("Reason code: " + reason).WithHint("The transaction might succeed if retried.");
}
