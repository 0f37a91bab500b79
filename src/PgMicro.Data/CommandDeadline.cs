using PgMicro.Core.Execution;

namespace PgMicro.Data;

/// <summary>Cancels a connection's running command when its time is up.</summary>
internal sealed class CommandDeadline : IDisposable
{
    private readonly Lock _lock = new();
    private Timer? _timer;
    private PgSession? _session;

    internal bool Expired { get; private set; }

    internal void Start(PgSession session, int seconds)
    {
        Expired = false;
        if (seconds > 0)
        {
            lock (_lock)
            {
                _session = session;
                _timer ??= new Timer(static s => ((CommandDeadline)s!).OnExpired(), this, Timeout.Infinite, Timeout.Infinite);
                _timer.Change(TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
            }
        }
    }

    internal void Stop()
    {
        if (_session is not null)
        {
            lock (_lock)
            {
                _session = null;
                _timer!.Change(Timeout.Infinite, Timeout.Infinite);
            }
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void OnExpired()
    {
        lock (_lock)
        {
            if (_session is { } session)
            {
                Expired = true;
                session.Cancel();
            }
        }
    }
}
