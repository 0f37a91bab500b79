namespace PgMicro.Server.Sessions;

/// <summary>Wakes a session whose client has been silent for too long.</summary>
internal sealed class IdleTimeout(Action wake) : IDisposable
{
    private Timer? _timer;
    private bool _started;
    private volatile bool _expired;

    /// <summary>Starts to wait; 0 for ever.</summary>
    internal void Start(int milliseconds)
    {
        if (milliseconds <= 0)
        {
            return;
        }

        _started = true;
        _timer ??= new Timer(static t => ((IdleTimeout)t!).Expire(), this, Timeout.Infinite, Timeout.Infinite);
        _timer.Change(milliseconds, Timeout.Infinite);
    }

    /// <summary>Ends the wait; whether it was too long.</summary>
    internal bool Stop()
    {
        if (_started)
        {
            _started = false;
            _timer!.Change(Timeout.Infinite, Timeout.Infinite);
        }

        return _expired;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void Expire()
    {
        if (_started)
        {
            _expired = true;
            wake();
        }
    }
}
