using PgMicro.Core.Errors;

namespace PgMicro.Core.Transactions;

/// <summary>The advisory locks of one database (manual: "Advisory Locks"): counted per session, shared or exclusive.</summary>
internal sealed class AdvisoryLocks
{
    private readonly Dictionary<Int128, List<Holder>> _locks = [];

    /// <summary>Takes a lock; false when it is held and <paramref name="wait"/> is not asked for.</summary>
    internal bool Acquire(object owner, Int128 key, bool shared, bool wait, int lockTimeout, CancellationToken cancellation)
    {
        var deadline = lockTimeout > 0 ? Environment.TickCount64 + lockTimeout : long.MaxValue;
        using var registration = cancellation.Register(static state =>
        {
            lock (state!)
            {
                Monitor.PulseAll(state);
            }
        }, _locks);
        lock (_locks)
        {
            while (true)
            {
                if (!_locks.TryGetValue(key, out var holders))
                {
                    _locks.Add(key, holders = []);
                }

                if (holders.TrueForAll(h => ReferenceEquals(h.Owner, owner) || (shared && h.Shared)))
                {
                    var own = holders.Find(h => ReferenceEquals(h.Owner, owner) && h.Shared == shared);
                    if (own is null)
                    {
                        holders.Add(own = new Holder(owner, shared));
                    }

                    own.Count++;
                    return true;
                }

                if (!wait)
                {
                    return false;
                }

                if (cancellation.IsCancellationRequested)
                {
                    throw new PgException(SqlState.QueryCanceled, "canceling statement due to user request");
                }

                var left = deadline == long.MaxValue ? Timeout.Infinite : (int)(deadline - Environment.TickCount64);
                if (deadline != long.MaxValue && left <= 0)
                {
                    throw new PgException(SqlState.LockNotAvailable, "canceling statement due to lock timeout");
                }

                Monitor.Wait(_locks, left);
            }
        }
    }

    /// <summary>Gives one hold back; false when there was none.</summary>
    internal bool Release(object owner, Int128 key, bool shared)
    {
        lock (_locks)
        {
            if (!_locks.TryGetValue(key, out var holders) || holders.Find(h => ReferenceEquals(h.Owner, owner) && h.Shared == shared) is not { } own)
            {
                return false;
            }

            if (--own.Count == 0)
            {
                holders.Remove(own);
                if (holders.Count == 0)
                {
                    _locks.Remove(key);
                }

                Monitor.PulseAll(_locks);
            }

            return true;
        }
    }

    /// <summary>Gives back everything that a session holds.</summary>
    internal void ReleaseAll(object owner)
    {
        lock (_locks)
        {
            if (_locks.Count == 0)
            {
                return;
            }

            foreach (var (key, holders) in _locks.ToArray())
            {
                holders.RemoveAll(h => ReferenceEquals(h.Owner, owner));
                if (holders.Count == 0)
                {
                    _locks.Remove(key);
                }
            }

            Monitor.PulseAll(_locks);
        }
    }

    private sealed class Holder(object owner, bool shared)
    {
        internal object Owner { get; } = owner;

        internal bool Shared { get; } = shared;

        internal int Count { get; set; }
    }
}
