namespace PgMicro.Core.Execution;

/// <summary>Rings once after a time, unless it is stopped or set anew before.</summary>
/// <param name="ring">Called on a thread of the pool.</param>
internal sealed class Alarm(Action ring) : IDisposable
{
    private const long Never = long.MaxValue;

    private Timer? _timer;
    private long _due = Never;

    /// <summary>Begins to count.</summary>
    internal void Start(int milliseconds)
    {
        _timer ??= new Timer(static a => ((Alarm)a!).OnTime(), this, Timeout.Infinite, Timeout.Infinite);
        Volatile.Write(ref _due, Environment.TickCount64 + milliseconds);
        _timer.Change(milliseconds, Timeout.Infinite);
    }

    /// <summary>Does not ring any more.</summary>
    internal void Stop()
    {
        if (Volatile.Read(ref _due) != Never)
        {
            Volatile.Write(ref _due, Never);
            _timer!.Change(Timeout.Infinite, Timeout.Infinite);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Volatile.Write(ref _due, Never);
        _timer?.Dispose();
    }

    // A call that the pool was late with belongs to a time that is over; for the next one the timer has been set anew.
    private void OnTime()
    {
        if (Environment.TickCount64 >= Volatile.Read(ref _due))
        {
            ring();
        }
    }
}
