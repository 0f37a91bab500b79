using PgMicro.Core.Execution;

namespace PgMicro.Data;

/// <summary>
/// Cancels a connection's running command when its time is up. The timer is not set for each command, most of which are over
/// at once: it looks, when it rings, whether the command of the moment is due, and if not rings again when that will be.
/// </summary>
internal sealed class CommandDeadline : IDisposable
{
    private const int MillisecondsPerSecond = 1000;

    private readonly Lock _lock = new();
    private Timer? _timer;
    private PgSession? _session;
    private long _due = long.MaxValue;
    private long _rings = long.MaxValue;

    internal bool Expired { get; private set; }

    internal void Start(PgSession session, int seconds)
    {
        Expired = false;
        if (seconds <= 0)
        {
            return;
        }

        var due = Environment.TickCount64 + ((long)seconds * MillisecondsPerSecond);
        Volatile.Write(ref _session, session);
        Volatile.Write(ref _due, due);
        if (due < Volatile.Read(ref _rings))
        {
            lock (_lock)
            {
                _timer ??= new Timer(static s => ((CommandDeadline)s!).OnRing(), this, Timeout.Infinite, Timeout.Infinite);
                Set(due);
            }
        }
    }

    internal void Stop() => Volatile.Write(ref _due, long.MaxValue);

    public void Dispose() => _timer?.Dispose();

    private void OnRing()
    {
        lock (_lock)
        {
            var due = Volatile.Read(ref _due);
            Volatile.Write(ref _rings, long.MaxValue);
            if (due == long.MaxValue)
            {
                return;
            }

            if (due <= Environment.TickCount64)
            {
                Expired = true;
                Volatile.Read(ref _session)?.Cancel();
            }
            else
            {
                Set(due);
            }
        }
    }

    private void Set(long due)
    {
        Volatile.Write(ref _rings, due);
        _timer!.Change(Math.Clamp(due - Environment.TickCount64, 1, uint.MaxValue - 1), Timeout.Infinite);
    }
}
