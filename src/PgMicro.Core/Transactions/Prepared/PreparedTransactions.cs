using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions.Locking;

namespace PgMicro.Core.Transactions.Prepared;

/// <summary>
/// The prepared transactions of one database (manual: "Two-Phase Transactions"). What the file has and what is here change together, under the write gate.
/// </summary>
internal sealed class PreparedTransactions
{
    private const int LongestGid = 199;

    private readonly Lock _lock = new();

    // Null for one that is just being prepared.
    private readonly Dictionary<string, PreparedTransaction?> _byGid = new(StringComparer.Ordinal);

    /// <summary>All that can be finished.</summary>
    internal IReadOnlyList<PreparedTransaction> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _byGid.Values.OfType<PreparedTransaction>()];
            }
        }
    }

    internal bool Contains(string gid)
    {
        lock (_lock)
        {
            return _byGid.ContainsKey(gid);
        }
    }

    /// <summary>Takes a name for a transaction that is about to be prepared.</summary>
    /// <param name="gid">The name.</param>
    /// <param name="most">max_prepared_transactions.</param>
    /// <param name="isTakenElsewhere">Whether another database of the cluster has it.</param>
    /// <exception cref="PgException">22023 for one that is too long, 55000 when none may be prepared, 42710, 53200.</exception>
    internal void Reserve(string gid, int most, bool isTakenElsewhere)
    {
        if (Encoding.UTF8.GetByteCount(gid) > LongestGid)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"transaction identifier \"{gid}\" is too long");
        }

        if (most == 0)
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, "prepared transactions are disabled")
                .WithHint("Set \"max_prepared_transactions\" to a nonzero value.");
        }

        lock (_lock)
        {
            if (isTakenElsewhere || _byGid.ContainsKey(gid))
            {
                throw InUse(gid);
            }

            if (_byGid.Count >= most)
            {
                throw new PgException(SqlState.OutOfMemory, "maximum number of prepared transactions reached")
                    .WithHint($"Increase \"max_prepared_transactions\" (currently {most}).");
            }

            _byGid.Add(gid, null);
        }
    }

    /// <summary>Another process may have taken a name meanwhile.</summary>
    /// <exception cref="PgException">42710.</exception>
    internal void CheckReserved(string gid)
    {
        lock (_lock)
        {
            if (_byGid.GetValueOrDefault(gid) is not null)
            {
                throw InUse(gid);
            }
        }
    }

    /// <summary>Gives a name back that <see cref="Reserve"/> took.</summary>
    internal void Cancel(string gid)
    {
        lock (_lock)
        {
            if (_byGid.TryGetValue(gid, out var prepared) && prepared is null)
            {
                _byGid.Remove(gid);
            }
        }
    }

    /// <summary>A transaction has been prepared.</summary>
    internal void Add(PreparedTransaction prepared)
    {
        lock (_lock)
        {
            _byGid[prepared.Gid] = prepared;
        }
    }

    /// <summary>Finds one to finish it; nobody else may until <see cref="Release"/>.</summary>
    /// <exception cref="PgException">55000 when another session is about to.</exception>
    internal PreparedTransaction? Take(string gid)
    {
        lock (_lock)
        {
            if (_byGid.GetValueOrDefault(gid) is not { } prepared)
            {
                return null;
            }

            if (prepared.IsBusy)
            {
                throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"prepared transaction with identifier \"{gid}\" is busy");
            }

            prepared.IsBusy = true;
            return prepared;
        }
    }

    /// <summary>It has not been finished.</summary>
    internal void Release(PreparedTransaction prepared)
    {
        lock (_lock)
        {
            prepared.IsBusy = false;
        }
    }

    /// <summary>Takes leave of one that has ended.</summary>
    internal void Remove(TransactionManager manager, PreparedTransaction prepared, bool isCommit)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_byGid.GetValueOrDefault(prepared.Gid), prepared))
            {
                _byGid.Remove(prepared.Gid);
            }
        }

        if (prepared.Predicates is { } predicates)
        {
            manager.Serializable.Finish(predicates, isCommit);
        }

        manager.Locks.ReleaseSession(prepared.Locks);
        manager.PreparedEnds();
        prepared.Finished?.Invoke(isCommit);
    }

    private static PgException InUse(string gid) => new(SqlState.DuplicateObject, $"transaction identifier \"{gid}\" is already in use");

    /// <summary>Learns of those that the file has: of old ones when it is opened, later of those that another process has prepared or finished.</summary>
    internal void Load(TransactionManager manager, SqliteConnectionHandle connection)
    {
        if (connection.QueryInt64("SELECT count(*) FROM sqlite_schema WHERE name = 'pgmicro_prepared'") == 0)
        {
            return;
        }

        var gone = All.ToDictionary(static p => p.Gid, StringComparer.Ordinal);
        using (var rows = connection.Prepare("SELECT gid, xid, prepared, owner, state FROM pgmicro_prepared"))
        {
            while (rows.Step())
            {
                var (gid, xid) = (rows.GetString(0), rows.GetInt64(1));
                if (gone.GetValueOrDefault(gid)?.Xid == xid)
                {
                    gone.Remove(gid);
                    continue;
                }

                var state = PreparedState.Parse(gid, rows.GetBytes(4).ToArray());
                var owner = new LockOwner(0) { Xid = xid };
                manager.Locks.Register(owner);
                foreach (var (tag, mode) in state.Locks)
                {
                    manager.Locks.Restore(owner, tag, mode);
                }

                var predicates = state.Predicates is var (didWrite, reads, writes) ? manager.Serializable.Recover(xid, didWrite, reads, writes) : null;
                manager.PreparedBegins();
                Add(new PreparedTransaction(gid, xid, rows.GetInt64(2), (uint)rows.GetInt64(3), state.Changes, owner, predicates));
            }
        }

        foreach (var finished in gone.Values)
        {
            Remove(manager, finished, isCommit: true);
        }
    }
}
