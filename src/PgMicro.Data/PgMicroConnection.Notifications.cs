using PgMicro.Core.Execution.Notifications;

namespace PgMicro.Data;

/// <content>LISTEN and NOTIFY.</content>
public partial class PgMicroConnection
{
    private readonly SemaphoreSlim _notificationsPending = new(0);

    /// <summary>Waits until a notification has arrived and was handed to <see cref="Notification"/>.</summary>
    public void Wait() => Wait(Timeout.Infinite);

    /// <summary>Waits until a notification has arrived and was handed to <see cref="Notification"/>.</summary>
    /// <param name="timeout">Milliseconds; 0 or less for no limit.</param>
    /// <returns>False when the time was over first.</returns>
    public bool Wait(int timeout)
    {
        var limit = timeout <= 0 ? Timeout.Infinite : timeout;
        var start = Environment.TickCount64;
        while (Session.DeliverNotifications() == 0)
        {
            var left = limit == Timeout.Infinite ? limit : (int)Math.Max(0, limit - (Environment.TickCount64 - start));
            if (!_notificationsPending.Wait(left))
            {
                return Session.DeliverNotifications() > 0;
            }
        }

        return true;
    }

    /// <summary>Waits until a notification has arrived and was handed to <see cref="Notification"/>.</summary>
    /// <param name="timeout">Limit of the wait.</param>
    /// <returns>False when the time was over first.</returns>
    public bool Wait(TimeSpan timeout) => Wait((int)timeout.TotalMilliseconds);

    /// <summary>Waits until a notification has arrived and was handed to <see cref="Notification"/>.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken = default)
    {
        while (Session.DeliverNotifications() == 0)
        {
            await _notificationsPending.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void OnNotification(PgNotification notification) =>
        Notification?.Invoke(this, new PgMicroNotificationEventArgs(notification.ProcessId, notification.Channel, notification.Payload));

    private void SignalNotifications() => _notificationsPending.Release();
}
