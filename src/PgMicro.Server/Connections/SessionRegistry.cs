using System.Collections.Concurrent;
using PgMicro.Server.Sessions;

namespace PgMicro.Server.Connections;

/// <summary>The running sessions: whom a CancelRequest means, and who is to be ended.</summary>
internal sealed class SessionRegistry
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<int, ServerSession> _sessions = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private int _count;
    private volatile bool _stopping;

    /// <summary>Number of sessions.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>Takes a session in; false when there are too many.</summary>
    internal bool TryEnter(int limit)
    {
        if (_stopping || Interlocked.Increment(ref _count) > limit)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        // Any session may block its thread, waiting for another's lock: the pool has to have one for each, and some to spare. Not many: all of
        // them look for work in turn, and take the processor's time from those that have some.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        var wanted = Count + Environment.ProcessorCount;
        if (workers < wanted)
        {
            ThreadPool.SetMinThreads(wanted, ports);
        }

        return true;
    }

    /// <summary>The counterpart of <see cref="TryEnter"/>.</summary>
    internal void Leave() => Interlocked.Decrement(ref _count);

    internal void Add(ServerSession session)
    {
        _sessions[session.ProcessId] = session;
        if (_stopping)
        {
            session.Terminate();
        }
    }

    internal void Remove(ServerSession session) => _sessions.TryRemove(session.ProcessId, out _);

    /// <summary>Remembers a connection until it ends.</summary>
    internal void Track(Task connection)
    {
        _connections[connection] = true;
        connection.ContinueWith((ended, state) => ((ConcurrentDictionary<Task, bool>)state!).TryRemove(ended, out _), _connections, TaskScheduler.Default);
    }

    /// <summary>A CancelRequest: nothing happens unless the key is right.</summary>
    internal void Cancel(int processId, int secretKey)
    {
        if (_sessions.TryGetValue(processId, out var session) && session.SecretKey == secretKey)
        {
            session.Cancel();
        }
    }

    /// <summary>Ends all sessions.</summary>
    internal async Task StopAsync()
    {
        _stopping = true;
        foreach (var session in _sessions.Values)
        {
            session.Terminate();
        }

        var all = Task.WhenAll(_connections.Keys);
        if (await Task.WhenAny(all, Task.Delay(Patience)).ConfigureAwait(false) != all)
        {
            // Whoever does not read what it is told is cut off.
            foreach (var session in _sessions.Values)
            {
                session.Abort();
            }

            await all.ConfigureAwait(false);
        }
    }
}
