namespace PgMicro.Core.Execution.Notifications;

/// <summary>Which sessions of a database listen to which channels; notifications reach all of them in the order of the commits.</summary>
internal sealed class NotificationHub
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<PgSession>> _listeners = new(StringComparer.Ordinal);

    internal void Listen(PgSession session, string channel)
    {
        lock (_lock)
        {
            if (!_listeners.TryGetValue(channel, out var sessions))
            {
                _listeners.Add(channel, sessions = []);
            }

            if (!sessions.Contains(session))
            {
                sessions.Add(session);
            }
        }
    }

    internal void Unlisten(PgSession session, string channel)
    {
        lock (_lock)
        {
            if (_listeners.TryGetValue(channel, out var sessions) && sessions.Remove(session) && sessions.Count == 0)
            {
                _listeners.Remove(channel);
            }
        }
    }

    internal void Publish(IEnumerable<PgNotification> notifications)
    {
        var reached = new HashSet<PgSession>();
        lock (_lock)
        {
            foreach (var notification in notifications)
            {
                foreach (var session in _listeners.GetValueOrDefault(notification.Channel, []))
                {
                    session.Enqueue(notification);
                    reached.Add(session);
                }
            }
        }

        foreach (var session in reached)
        {
            session.SignalNotifications();
        }
    }
}
