using System.Globalization;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Transactions.Locking;

/// <content>
/// Deadlocks. Who begins to wait looks whether that closes a circle of owners that wait for each other. Where one of them is only
/// queued behind another, changing their order may open the circle; otherwise the one who closed it fails.
/// </content>
internal sealed partial class LockManager
{
    /// <summary>Fails when a waiter waits for itself in the end.</summary>
    /// <exception cref="PgException">40P01.</exception>
    internal void CheckDeadlock(LockOwner waiter)
    {
        lock (_mutex)
        {
            if (ResolveDeadlock(waiter) is { } deadlock)
            {
                throw deadlock;
            }
        }
    }

    /// <summary>pg_blocking_pids: who keeps a session waiting, or waits before it for what would.</summary>
    internal IReadOnlyList<int> Blockers(int pid)
    {
        lock (_mutex)
        {
            if (Array.Find(_owners, o => o.Pid == pid) is not { } owner)
            {
                return [];
            }

            // Who queues for a row waits for those before it, not for the row's holders.
            var isQueued = owner.Wait is { } wait && IsQueuedForRow(wait);
            return [.. EdgesOf(owner).Where(e => !isQueued || e.Blocker.Wait?.Entry == owner.Wait!.Entry).Select(static e => e.Blocker.Pid).Distinct()];
        }
    }

    private PgException? ResolveDeadlock(LockOwner start)
    {
        if (FindCircle(start) is not { } circle)
        {
            return null;
        }

        var reordered = new List<LockEntry>();
        if (!TryReorder(start, circle, [], reordered))
        {
            return new PgException(SqlState.DeadlockDetected, "deadlock detected")
                .WithDetail(string.Join('\n', circle.Select(Describe)))
                .WithHint("See server log for query details.");
        }

        foreach (var entry in reordered)
        {
            Wake(entry);
        }

        return null;
    }

    private bool TryReorder(LockOwner start, List<Edge> circle, List<(LockWaiter First, LockWaiter Second)> wishes, List<LockEntry> reordered)
    {
        foreach (var edge in circle)
        {
            if (edge.Ahead is not { } ahead || edge.Waiter.Wait is not { } behind || wishes.Contains((ahead, behind)))
            {
                continue;
            }

            var queue = behind.Entry.Waiters!;
            var before = queue.ToArray();
            queue.Remove(behind);
            queue.Insert(queue.IndexOf(ahead), behind);
            wishes.Add((behind, ahead));
            var next = FindCircle(start) ?? FindCircle(ahead.Owner);
            if (next is null || TryReorder(start, next, wishes, reordered))
            {
                reordered.Add(behind.Entry);
                return true;
            }

            wishes.RemoveAt(wishes.Count - 1);
            queue.Clear();
            queue.AddRange(before);
        }

        return false;
    }

    private static List<Edge>? FindCircle(LockOwner start)
    {
        var path = new List<Edge>();
        return Visit(start, start, [], path) ? path : null;
    }

    private static bool Visit(LockOwner owner, LockOwner start, HashSet<LockOwner> visited, List<Edge> path)
    {
        if (path.Count > 0 && ReferenceEquals(owner, start))
        {
            return true;
        }

        if (!visited.Add(owner))
        {
            return false;
        }

        foreach (var edge in EdgesOf(owner))
        {
            path.Add(edge);
            if (Visit(edge.Blocker, start, visited, path))
            {
                return true;
            }

            path.RemoveAt(path.Count - 1);
        }

        return false;
    }

    private static List<Edge> EdgesOf(LockOwner owner)
    {
        var edges = new List<Edge>();
        if (owner.Wait is { } wait)
        {
            var entry = wait.Entry;
            if (wait.Until is { } until)
            {
                edges.Add(new Edge(owner, until, null));
            }

            if (IsQueuedForRow(wait))
            {
                edges.Add(new Edge(owner, entry.HeadOfRowQueue()!.Owner, null));
            }

            for (var i = 0; i < entry.HolderCount; i++)
            {
                ref var holder = ref entry.HolderAt(i);
                if ((holder.Modes & wait.Conflicts) != 0 && !ReferenceEquals(holder.Owner, owner))
                {
                    edges.Add(new Edge(owner, holder.Owner!, null));
                }
            }

            foreach (var ahead in entry.Waiters!)
            {
                if (ReferenceEquals(ahead, wait))
                {
                    break;
                }

                if ((wait.Conflicts & (1 << ahead.Mode)) != 0)
                {
                    edges.Add(new Edge(owner, ahead.Owner, ahead));
                }
            }
        }

        if (owner.ExternalBlocker?.Invoke() is { } blocker && !ReferenceEquals(blocker, owner))
        {
            edges.Add(new Edge(owner, blocker, null));
        }

        return edges;
    }

    // The first one to wait for a row waits for its transaction; the next ones wait for the row's place in the queue.
    private static bool IsQueuedForRow(LockWaiter wait) =>
        wait.Entry.Tag.Kind == LockKind.Row && wait.Entry.ModesOf(wait.Owner) == 0 && !ReferenceEquals(wait.Entry.HeadOfRowQueue(), wait);

    private string Describe(Edge edge)
    {
        var (mode, target) = Target(edge);
        return string.Create(CultureInfo.InvariantCulture, $"Process {edge.Waiter.Pid} waits for {mode} on {target}; blocked by process {edge.Blocker.Pid}.");
    }

    private (string Mode, string Target) Target(Edge edge)
    {
        var tag = edge.Waiter.WaitingFor;
        if (edge.Waiter.Wait is not { } wait || tag.Kind == LockKind.Key || (tag.Kind == LockKind.Row && !IsQueuedForRow(wait)))
        {
            return ("ShareLock", string.Create(CultureInfo.InvariantCulture, $"transaction {edge.Blocker.Xid}"));
        }

        return tag.Kind switch
        {
            LockKind.Relation => (LockConflicts.NameOf(wait.Mode), string.Create(CultureInfo.InvariantCulture, $"relation {tag.Object} of database {database()}")),
            LockKind.Row => (
                LockConflicts.NameOf((int)LockConflicts.QueueMode((RowLockStrength)wait.Mode)),
                string.Create(
                    CultureInfo.InvariantCulture, $"tuple ({(uint)(tag.Id >> 16)},{(ushort)tag.Id}) of relation {tag.Object} of database {database()}")),
            _ => (
                LockConflicts.NameOf(wait.Mode),
                string.Create(CultureInfo.InvariantCulture, $"advisory lock [{database()},{(uint)(tag.Id >> 32)},{(uint)tag.Id},{tag.Object}]")),
        };
    }

    /// <summary>One owner waits for another.</summary>
    /// <param name="Waiter">Who waits.</param>
    /// <param name="Blocker">For whom.</param>
    /// <param name="Ahead">The other's own wait when only the queue's order makes this one wait.</param>
    private sealed record Edge(LockOwner Waiter, LockOwner Blocker, LockWaiter? Ahead);
}
