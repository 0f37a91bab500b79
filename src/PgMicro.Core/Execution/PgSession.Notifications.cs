using System.Collections.Concurrent;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Notifications;
using PgMicro.Core.Transactions;

namespace PgMicro.Core.Execution;

/// <content>LISTEN and NOTIFY: what a transaction asks for happens when it commits.</content>
public sealed partial class PgSession
{
    private const int MaxChannelLength = 63;
    private const int MaxPayloadLength = 7999;

    private readonly ConcurrentQueue<PgNotification> _arrived = new();
    private readonly List<string> _channels = [];
    private List<NotifyAction>? _notifyActions;

    /// <summary>Told of notifications, on the session's own thread: by <see cref="Sync"/> and <see cref="DeliverNotifications"/>.</summary>
    public event Action<PgNotification>? NotificationReceived;

    /// <summary>Notifications have arrived and wait for <see cref="DeliverNotifications"/>. Raised on any thread; handlers must not use the session.</summary>
    public event Action? NotificationsPending;

    /// <summary>Hands out the notifications that have arrived, unless a transaction is open; returns how many.</summary>
    public int DeliverNotifications()
    {
        if (_inBlock || _transaction is not null)
        {
            return 0;
        }

        var count = 0;
        while (_arrived.TryDequeue(out var notification))
        {
            count++;
            NotificationReceived?.Invoke(notification);
        }

        return count;
    }

    /// <inheritdoc/>
    public override void Notify(string channel, string payload)
    {
        if (channel.Length == 0)
        {
            throw new PgException(SqlState.InvalidParameterValue, "channel name cannot be empty");
        }

        if (Encoding.UTF8.GetByteCount(channel) > MaxChannelLength)
        {
            throw new PgException(SqlState.InvalidParameterValue, "channel name too long");
        }

        if (Encoding.UTF8.GetByteCount(payload) > MaxPayloadLength)
        {
            throw new PgException(SqlState.InvalidParameterValue, "payload string too long");
        }

        // A transaction sends the same thing once.
        if (_notifyActions is null || !_notifyActions.Exists(a => a.Kind == NotifyKind.Notify && a.Channel == channel && a.Payload == payload))
        {
            Add(new NotifyAction(NotifyKind.Notify, channel, payload, [.. Transaction.Savepoints]));
        }
    }

    /// <summary>LISTEN.</summary>
    internal void Listen(string channel) => Add(new NotifyAction(NotifyKind.Listen, channel, null, [.. Transaction.Savepoints]));

    /// <summary>UNLISTEN; null for all channels.</summary>
    internal void Unlisten(string? channel) => Add(new NotifyAction(NotifyKind.Unlisten, channel, null, [.. Transaction.Savepoints]));

    internal void Enqueue(PgNotification notification) => _arrived.Enqueue(notification);

    internal void SignalNotifications() => NotificationsPending?.Invoke();

    private void Add(NotifyAction action) => (_notifyActions ??= []).Add(action);

    private void ForgetNotificationsWithin(Transaction.Savepoint savepoint) =>
        _notifyActions?.RemoveAll(a => Array.IndexOf(a.Savepoints, savepoint) >= 0);

    private void EndNotifications(bool committed)
    {
        if (_notifyActions is not { } actions)
        {
            return;
        }

        _notifyActions = null;
        if (!committed)
        {
            return;
        }

        foreach (var action in actions)
        {
            if (action.Kind == NotifyKind.Listen)
            {
                Database.Notifications.Listen(this, action.Channel!);
                if (!_channels.Contains(action.Channel!))
                {
                    _channels.Add(action.Channel!);
                }
            }
            else if (action.Kind == NotifyKind.Unlisten)
            {
                StopListening(action.Channel);
            }
        }

        Database.Notifications.Publish(actions.Where(static a => a.Kind == NotifyKind.Notify).Select(a => new PgNotification(BackendPid, a.Channel!, a.Payload!)));
    }

    private void StopListening(string? channel)
    {
        foreach (var name in channel is null ? _channels.ToArray() : [channel])
        {
            Database.Notifications.Unlisten(this, name);
            _channels.Remove(name);
        }
    }

    private enum NotifyKind
    {
        Listen,
        Unlisten,
        Notify,
    }

    private sealed record NotifyAction(NotifyKind Kind, string? Channel, string? Payload, Transaction.Savepoint[] Savepoints);
}
